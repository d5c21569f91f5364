"""The labelled sets a model is measured on, and how each one's labels are scored."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from claimbase_models.metrics import Labels, Scores
from claimbase_models.scorer import RELATIONS


class Scoring(Enum):
    """Which question a set asks of the three probabilities."""

    THREE_WAY = "three-way"  # highest of the three
    VERIFY = "entailment or contradiction"  # higher of the two; FEVER without NOT ENOUGH INFO
    RECOGNISE = "entailment or not"  # highest of the three, neutral and contradiction counted as not; RTE and HANS


@dataclass(frozen=True)
class EvaluationSet:
    """A file of labelled pairs under the data folder."""

    name: str
    path: str
    scoring: Scoring = Scoring.THREE_WAY


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs with the index of each one's label in `label_names`."""

    pairs: list[tuple[str, str]]
    labels: Labels


_RECOGNISED = ("entailment", "not entailment")
_TWO_LABELS = {
    "fever_dev": Scoring.VERIFY,
    "fever_symmetric_dev": Scoring.VERIFY,
    "fool_me_twice_dev": Scoring.VERIFY,
    "hans": Scoring.RECOGNISE,
    "equate_rte_quant": Scoring.RECOGNISE,
}
NEWS_SETS = tuple(
    EvaluationSet(f"news_contrast/{name}", f"news_contrast/{name}.jsonl")
    for name in ("dev", "windows_dev", "drills_dev")
)


def find_sets(data: Path) -> list[EvaluationSet]:
    """The news sets and every set under nli/dev that lie in the data folder, news first, then by name."""
    news = [one for one in NEWS_SETS if (data / one.path).is_file()]
    public = []
    for path in sorted((data / "nli" / "dev").glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        public.append(EvaluationSet(name, f"nli/dev/{path.name}", _TWO_LABELS.get(name, Scoring.THREE_WAY)))
    return news + public


def label_names(scoring: Scoring) -> tuple[str, ...]:
    """The labels of a set, in the order of its indices."""
    if scoring is Scoring.RECOGNISE:
        return _RECOGNISED
    return RELATIONS if scoring is Scoring.THREE_WAY else ("entailment", "contradiction")


def read_set(evaluation_set: EvaluationSet, data: Path, limit: int | None = None) -> LabelledPairs:
    """The pairs of a set, or a fixed random `limit` of them; raises ValueError for a label it does not know."""
    rows = list(read_lines(data / evaluation_set.path))
    if limit is not None and limit < len(rows):
        rows = random.Random(0).sample(rows, limit)
    names = label_names(evaluation_set.scoring)
    labels = []
    for row in rows:
        label = row["label"]
        if evaluation_set.scoring is Scoring.RECOGNISE:
            label = _RECOGNISED[label != "entailment"]
        if label not in names:
            raise ValueError(f"{evaluation_set.path}: unknown label {label!r}")
        labels.append(names.index(label))
    return LabelledPairs([(row["premise"], row["hypothesis"]) for row in rows], np.array(labels, dtype=np.int64))


def collapse(probabilities: Scores, scoring: Scoring) -> Scores:
    """Three-way probabilities (n, 3) as those of the set's own labels; rows sum to 1, argmax follows `scoring`."""
    if scoring is Scoring.THREE_WAY:
        return probabilities
    if scoring is Scoring.VERIFY:
        both = probabilities[:, [0, 2]]
        return np.asarray(both / both.sum(axis=1, keepdims=True))
    # The field takes the highest of three first, so 0.4 entailment against 0.3 and 0.3 is an entailment.
    entailed = probabilities[:, 0] / (probabilities[:, 0] + probabilities[:, 1:].max(axis=1))
    return np.stack([entailed, 1 - entailed], axis=1)


def unrelated_pairs(rows: Sequence[dict[str, str]], count: int, seed: int = 0) -> list[tuple[str, str]]:
    """At most `count` pairs of premise and hypothesis from different scenarios, the same ones every time."""
    premises = sorted({(row["scenario"], row["premise"]) for row in rows})
    hypotheses = sorted({(row["scenario"], row["hypothesis"]) for row in rows})
    unrelated = [(p, h) for p_scenario, p in premises for h_scenario, h in hypotheses if p_scenario != h_scenario]
    return random.Random(seed).sample(unrelated, min(count, len(unrelated)))


def read_lines(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a .jsonl or .jsonl.gz file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
