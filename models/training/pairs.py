"""Read the sources of a training stage into one shuffled list of labelled pairs."""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from units import read_rows

HERE = Path(__file__).parent
LABELS = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True)
class LabelledPair:
    """A premise, a hypothesis and the index of their relation in LABELS."""

    premise: str
    hypothesis: str
    label: int


@dataclass(frozen=True)
class Stage:
    """One pass of training: its rows of the mix, at most how many pairs, and how the learning rate moves."""

    name: str
    learning_rate: float
    decay: bool
    most: int
    rows: tuple[dict[str, object], ...]


def read_stages(path: Path = HERE / "mix.yaml") -> list[Stage]:
    """The stages of the mix file, in training order."""
    declared = yaml.safe_load(path.read_text())
    return [Stage(s["name"], s["learning_rate"], s["decay"], s["most"], tuple(s["rows"])) for s in declared]


def held_back(scenario: str) -> bool:
    """True for the tenth of the news scenarios that calibration and the judge learn from, never the scorer."""
    return zlib.crc32(scenario.encode()) % 10 == 0


def read_pairs(path: Path) -> Iterator[LabelledPair]:
    """The three-way pairs of a file without held-back scenarios; other labels are skipped."""
    for row in read_rows(path):
        if row["label"] in LABELS and not held_back(row.get("scenario", "-")):
            yield LabelledPair(row["premise"], row["hypothesis"], LABELS.index(row["label"]))


def source_path(source: str, data: Path) -> Path:
    """Where `public/NAME`, `news/NAME` or `made/NAME` lies on disk."""
    kind, name = source.split("/")
    if kind == "public":
        return data / "nli" / "train" / f"{name}.jsonl.gz"
    return HERE / "data" / f"{name}.jsonl" if kind == "news" else data / f"{name}.jsonl.gz"


def stage_pairs(stage: Stage, data: Path, made: Path, seed: int) -> list[LabelledPair]:
    """All pairs of a stage, sampled and repeated as the mix says, in random order."""
    rng = random.Random(f"{seed}/{stage.name}")
    mixed: list[LabelledPair] = []
    for row in stage.rows:
        source = str(row["source"])
        pairs = list(read_pairs(source_path(source, made if source.startswith("made/") else data)))
        rng.shuffle(pairs)
        if "per_label" in row:
            pairs = _per_label(pairs, int(row["per_label"]))  # type: ignore[call-overload]
        take = int(row.get("take", len(pairs)))  # type: ignore[call-overload]
        mixed += pairs[:take] * int(row.get("repeat", 1))  # type: ignore[call-overload]
    rng.shuffle(mixed)
    return mixed[: stage.most]


def _per_label(pairs: list[LabelledPair], most: int) -> list[LabelledPair]:
    kept: dict[int, list[LabelledPair]] = defaultdict(list)
    for pair in pairs:
        if len(kept[pair.label]) < most:
            kept[pair.label].append(pair)
    return [pair for label in sorted(kept) for pair in kept[label]]
