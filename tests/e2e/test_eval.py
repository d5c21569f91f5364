"""`claimbase eval` measures the model on pairs and the whole service on dossiers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Claimbase = Callable[..., subprocess.CompletedProcess[str]]
DOSSIER = {
    "id": "T-01",
    "topic": "a closed bridge",
    "documents": [
        {
            "id": "d1",
            "title": "Bridge closed",
            "publisher": "City Gazette",
            "publish_time": "2021-03-01T18:00:00Z",
            "text": "The bridge at Vell was closed on Monday. Three people were hurt, police said.",
        }
    ],
    "claims": [
        {
            "id": "c01",
            "claim": "The bridge at Vell was closed on Monday.",
            "verdict": "supported",
            "disputed": False,
            "evidence": [
                {"document": "d1", "quote": "The bridge at Vell was closed on Monday.", "relation": "supports"}
            ],
            "phenomenon": "paraphrase",
        }
    ],
    "conflicts": [],
    "not_conflicts": [],
}
PAIRS = [
    {"premise": "The bridge is closed.", "hypothesis": "The bridge is closed.", "label": "entailment"},
    {"premise": "The bridge is closed.", "hypothesis": "It rained in Lima.", "label": "neutral"},
    {"premise": "The bridge is closed.", "hypothesis": "The bridge is open.", "label": "contradiction"},
]


def test_dossiers_give_the_figures_of_the_whole_service(claimbase: Claimbase, tmp_path: Path) -> None:
    (tmp_path / "dossiers").mkdir()
    (tmp_path / "dossiers" / "one.jsonl").write_text(json.dumps(DOSSIER))
    ended = claimbase("eval", "--dossiers", "dossiers", "--json", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert figures["verdict accuracy"] == 1.0
    assert figures["deciding quote cited"] == 1.0
    assert figures["conflict recall"] is None


def test_pairs_give_the_figures_of_the_model(claimbase: Claimbase, tmp_path: Path) -> None:
    (tmp_path / "news_contrast").mkdir()
    lines = [json.dumps({"scenario": str(n), **pair}) for n, pair in enumerate(PAIRS)]
    (tmp_path / "news_contrast" / "dev.jsonl").write_text("\n".join(lines))
    ended = claimbase("eval", "--data", ".", "--json", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    (measured,) = json.loads(ended.stdout)["sets"]
    assert measured["name"] == "news_contrast/dev"
    assert measured["figures"]["pairs"] == 3


def test_folders_without_data_are_refused(claimbase: Claimbase, tmp_path: Path) -> None:
    for option in ("--data", "--dossiers"):
        ended = claimbase("eval", option, "nothing-here", folder=tmp_path)
        assert ended.returncode == 2
        assert "nothing-here" in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
