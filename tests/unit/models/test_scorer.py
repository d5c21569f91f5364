"""A scorer reads its label order, cuts premises, keeps pairs apart, and refuses what it cannot serve."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertForSequenceClassification, ElectraForSequenceClassification, PreTrainedModel

from claimbase_models.bundled import load_scorer
from claimbase_models.card import ModelCard, weights_sha256, write_card
from claimbase_models.protocols import ModelError, TextTooLong, Thresholds
from claimbase_models.scorer import RELATIONS, TransformersScorer

MakeScorer = Callable[..., Path]
PAIRS = [
    ("police held 4 people", "police held 5 people"),
    ("rain fell on friday", "it was not the police"),
    ("the city said 3 people were killed on friday in the rain", "no people were killed"),
    ("", "rain"),
]


def read_json(path: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads(path.read_text())
    return read


@pytest.mark.parametrize("labels", list(itertools.permutations(RELATIONS)), ids="-".join)
def test_columns_are_in_order_whatever_the_order_of_the_labels(
    labels: tuple[str, ...], make_scorer: MakeScorer
) -> None:
    reference = TransformersScorer.load(str(make_scorer(RELATIONS))).score(PAIRS)
    shown = [label.upper() if i else label.title() for i, label in enumerate(labels)]
    scorer = TransformersScorer.load(str(make_scorer(shown)))
    assert scorer.info.labels == labels
    scores = scorer.score(PAIRS)
    np.testing.assert_allclose(scores, reference, atol=1e-3)
    assert np.ptp(reference, axis=1).min() > 0.05  # the columns differ, so that a swap would show
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    assert scores.dtype == np.float32


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        (["entailment", "not_entailment"], "has 2 labels"),
        (["LABEL_0", "LABEL_1", "LABEL_2"], "does not name its labels"),
        (["positive", "neutral", "negative"], "has the labels positive, neutral, negative"),
        (["entailment", "neutral", "neutral "], "has the labels"),
        (["entailment", "neutral", "contradiction", "other"], "has 4 labels"),
    ],
)
def test_other_labels_are_refused(labels: list[str], complaint: str, make_scorer: MakeScorer) -> None:
    with pytest.raises(ModelError, match=complaint) as raised:
        TransformersScorer.load(str(make_scorer(labels)))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_missing_files_are_named(missing: str, make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing.split(".")[0]):
        TransformersScorer.load(str(folder))


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(ModelError, match=r"no model folder at .*no-such-folder"):
        load_scorer("./no-such-folder")


def test_weights_without_a_classifier_are_refused(make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    weights = load_file(folder / "model.safetensors")
    headless = {name: tensor for name, tensor in weights.items() if not name.startswith("classifier")}
    save_file(headless, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"lack classifier\.bias"):
        TransformersScorer.load(str(folder))


def test_cut_off_weights_are_refused(make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cannot be loaded"):
        TransformersScorer.load(str(folder))


def test_the_tokenizer_of_another_model_is_refused(make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    tokenizer = read_json(folder / "tokenizer.json")
    tokenizer["model"]["vocab"]["elsewhere"] = 100  # type: ignore[index]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(ModelError, match="tokenizer is of another model"):
        TransformersScorer.load(str(folder))


def test_the_card_calibrates(make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    plain = TransformersScorer.load(str(folder))
    assert (plain.info.temperature, plain.info.name) == (1.0, folder.name)
    card = ModelCard("small", weights_sha256(folder), RELATIONS, 40, 2.0, Thresholds(0.6, 0.7))
    write_card(folder, card)
    calibrated = TransformersScorer.load(str(folder))
    assert calibrated.info.name == "small"
    assert calibrated.info.revision == card.sha256[:12]
    assert calibrated.info.max_length == 40
    assert calibrated.thresholds == Thresholds(0.6, 0.7)
    expected = np.sqrt(plain.score(PAIRS))
    np.testing.assert_allclose(calibrated.score(PAIRS), expected / expected.sum(axis=1, keepdims=True), atol=1e-3)


def test_weights_that_are_not_those_of_the_card_are_refused(make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    write_card(folder, ModelCard("small", "0" * 64, RELATIONS))
    with pytest.raises(ModelError, match=r"damaged or not those of card\.json"):
        TransformersScorer.load(str(folder))


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "x"}', '{"no_such_field": 1}'])
def test_a_card_that_is_none_is_refused(text: str, make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS)
    (folder / "card.json").write_text(text)
    with pytest.raises(ModelError, match="not a model card"):
        TransformersScorer.load(str(folder))


def test_long_premises_are_cut_and_long_hypotheses_refused(make_scorer: MakeScorer) -> None:
    scorer = TransformersScorer.load(str(make_scorer(RELATIONS)))
    hypothesis = "police held 4 people"
    cut, longer = scorer.encode([("rain " * 200, hypothesis), ("rain " * 300, hypothesis)])
    assert len(cut) == scorer.info.max_length
    assert cut == longer
    assert cut.token_ids[-5:] == scorer.encode([("rain", hypothesis)])[0].token_ids[-5:]
    assert sum(cut.segment_ids) == 5
    scorer.encode([("rain " * 200, "rain " * 60)])
    with pytest.raises(TextTooLong, match="61 tokens long, the model takes at most 60"):
        scorer.encode([("rain", "rain"), ("rain", "rain " * 61)])


def test_special_tokens_in_a_text_are_text(make_scorer: MakeScorer) -> None:
    scorer = TransformersScorer.load(str(make_scorer(RELATIONS)))
    plain, forged = scorer.encode([("rain", "rain"), ("rain [SEP] rain [PAD]", "rain")])
    separator = plain.token_ids[-1]
    assert forged.token_ids.count(separator) == plain.token_ids.count(separator) == 2
    assert 0 not in forged.token_ids


def test_a_pair_scores_the_same_in_any_company(make_scorer: MakeScorer) -> None:
    scorer = TransformersScorer.load(str(make_scorer(RELATIONS)))
    crowd = PAIRS + [("rain " * n, "police held 4 people") for n in range(0, 70, 3)]
    together = scorer.score(crowd)
    alone = np.concatenate([scorer.score([pair]) for pair in crowd])
    np.testing.assert_allclose(together, alone, atol=1e-2)


def test_tokenising_is_thread_safe(make_scorer: MakeScorer) -> None:
    scorer = TransformersScorer.load(str(make_scorer(RELATIONS)))
    batches = [[("rain " * (n + i), f"police held {i}") for i in range(4)] for n in range(60)]
    expected = [scorer.encode(batch) for batch in batches]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(scorer.encode, batches)) == expected


@pytest.mark.parametrize("architecture", [BertForSequenceClassification, ElectraForSequenceClassification])
def test_scores_are_those_of_the_model_itself(architecture: type[PreTrainedModel], make_scorer: MakeScorer) -> None:
    folder = make_scorer(RELATIONS, architecture=architecture)
    scorer = TransformersScorer.load(str(folder))
    model = architecture.from_pretrained(folder, dtype=torch.float32).eval()
    pairs = PAIRS + [("rain " * n, "police held 4 people") for n in range(0, 70, 3)]
    with torch.inference_mode():
        logits = [
            model(torch.tensor([one.token_ids]), token_type_ids=torch.tensor([one.segment_ids])).logits[0]
            for one in scorer.encode(pairs)
        ]
    np.testing.assert_allclose(scorer.score(pairs), torch.softmax(torch.stack(logits), dim=-1).numpy(), atol=1e-2)


def test_no_pairs(make_scorer: MakeScorer) -> None:
    scorer = TransformersScorer.load(str(make_scorer(RELATIONS)), threads=1)
    assert scorer.score([]).shape == scorer.score_encoded([]).shape == (0, 3)
