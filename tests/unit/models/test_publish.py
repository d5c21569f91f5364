"""Publishing leaves a calibrated, measured model that loads, and refuses one too large to ship."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import publish
from claimbase_models.bundled import load_embedder, load_scorer
from claimbase_models.card import read_card
from claimbase_models.scorer import RELATIONS

MakeScorer = Callable[..., Path]


def test_a_scorer_is_published_with_its_card(make_scorer: MakeScorer, tmp_path: Path) -> None:
    data, weights = tmp_path / "data", tmp_path / "weights"
    (data / "news_contrast").mkdir(parents=True)
    rows = [
        {"scenario": label, "premise": f"{label} rain", "hypothesis": "rain fell", "label": label}
        for label in RELATIONS
    ]
    (data / "news_contrast" / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (weights / "scorer").mkdir(parents=True)
    (weights / "scorer" / "left over").touch()
    card = publish.publish_scorer(make_scorer(RELATIONS, max_length=512), data, "no time", weights)
    assert read_card(weights / "scorer") == card
    assert card.metrics["news_contrast/dev"]["pairs"] == 3
    assert {source.name for source in card.data} >= {"public/fever", "news/train"}
    assert all(source.licence for source in card.data)
    scorer = load_scorer(str(weights / "scorer"))
    assert (scorer.info.temperature, scorer.thresholds) == (card.temperature, card.thresholds)
    assert not (weights / "scorer" / "left over").exists()
    saved = load_file(weights / "scorer" / "model.safetensors")
    assert {tensor.dtype for tensor in saved.values()} == {torch.bfloat16}


def test_an_embedder_is_published_with_its_card(embedder_folder: Path, tmp_path: Path) -> None:
    card = publish.publish_embedder(embedder_folder, "no time", tmp_path / "weights")
    embedder = load_embedder(str(tmp_path / "weights" / "embedder"))
    assert embedder.info.sha256 == card.sha256
    assert embedder.embed(["rain"]).shape == (1, 32)


def test_weights_too_large_to_ship_are_refused(
    embedder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "MOST_BYTES", 1000)
    with pytest.raises(SystemExit, match=r"at most 1,000 may ship"):
        publish.publish_embedder(embedder_folder, "no time", tmp_path / "weights")
    assert not (tmp_path / "weights").exists()
