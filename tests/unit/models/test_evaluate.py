"""The evaluation runs from the command line, over the sets that are there, the same in every batch."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from claimbase_models.bundled import load_scorer
from claimbase_models.evaluate import evaluate, false_alarms
from claimbase_models.evaluation_sets import find_sets
from claimbase_models.scorer import RELATIONS

MakeScorer = Callable[[Sequence[str]], Path]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one news set, one two-label set and HANS."""
    folder = tmp_path / "data"
    (folder / "news_contrast").mkdir(parents=True)
    (folder / "nli" / "dev").mkdir(parents=True)
    news = [
        {"scenario": f"S{n}", "premise": f"police held {n} people", "hypothesis": f"{n} were held", "label": label}
        for n, label in enumerate(RELATIONS * 3)
    ]
    (folder / "news_contrast" / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in news))
    for name, labels in (("fever_dev", RELATIONS[::2]), ("hans", ("entailment", "not_entailment"))):
        rows = [{"premise": "rain fell", "hypothesis": f"rain fell on {n}", "label": labels[n % 2]} for n in range(8)]
        with gzip.open(folder / "nli" / "dev" / f"{name}.jsonl.gz", "wt") as lines:
            lines.write("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_each_set_is_scored_as_its_labels_allow(data: Path, make_scorer: MakeScorer) -> None:
    scorer = load_scorer(str(make_scorer(RELATIONS)))
    result = evaluate(scorer, data, find_sets(data))
    assert {one.name: set(one.figures.recall) for one in result.sets} == {
        "news_contrast/dev": set(RELATIONS),
        "fever_dev": {"entailment", "contradiction"},
        "hans": {"entailment", "not entailment"},
    }
    assert result.unrelated_pairs == 72
    assert result.false_alarms is not None
    assert [one.figures.pairs for one in evaluate(scorer, data, find_sets(data), limit=4).sets] == [4, 4, 4]


def test_false_alarms_need_the_highest_probability_and_the_threshold() -> None:
    scores = np.array([[0.1, 0.1, 0.8], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [0.45, 0.1, 0.45]])
    assert false_alarms(scores, 0.7) == 0.25
    assert false_alarms(scores, 0.4) == 0.5


def test_the_command_prints_json_alone_on_stdout(data: Path, make_scorer: MakeScorer) -> None:
    command = [sys.executable, "-m", "claimbase_models.evaluate", "--data", str(data), "--json"]
    done = subprocess.run(
        [*command, "--model", str(make_scorer(RELATIONS))], capture_output=True, text=True, check=True
    )
    assert [one["name"] for one in json.loads(done.stdout)["sets"]] == ["news_contrast/dev", "fever_dev", "hans"]
    failed = subprocess.run([*command, "--sets", "nowhere"], capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert failed.stderr.splitlines()[-1].startswith("evaluate: no set nowhere")
    assert "Traceback" not in failed.stderr
