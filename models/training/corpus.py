"""The real sentences that generated pairs are made from: news reports, FEVER evidence, InfoTabS."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pairs import HERE, held_back
from units import read_rows

LEXICON = yaml.safe_load((HERE / "lexicon.yaml").read_text(encoding="utf-8"))
NEWS_FILES = ("train", "windows_train", "drills_train", "units", "reports")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ENDS = re.compile(r"[.!?][\"”’')]{0,2}\s+(?=[\"“‘(]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Jr|Sr|Gen|Col|Capt|Lt|Sgt|Prof|Rev|Sen|Gov|vs|etc|Inc)|\b[A-Z])\.\s+$"
)
_CONTENT_WORD = re.compile(r"[A-Za-z]{4,}|\d+")


@dataclass(frozen=True)
class MadePair:
    """A generated pair: label is entailment, neutral or contradiction; source names its maker as FAMILY/KIND."""

    premise: str
    hypothesis: str
    label: str
    source: str


@dataclass(frozen=True)
class RealPair:
    """A hand-labelled pair of a training file; scenario names its report ('' outside the news data)."""

    premise: str
    hypothesis: str
    label: str
    scenario: str
    origin: str


def read_news() -> list[RealPair]:
    """The hand-written news pairs that the scorer may see: training files without held-back scenarios."""
    pairs = []
    for name in NEWS_FILES:
        for row in read_rows(HERE / "data" / f"{name}.jsonl"):
            if not held_back(row["scenario"]):
                pairs.append(RealPair(row["premise"], row["hypothesis"], row["label"], row["scenario"], name))
    return pairs


def read_public(data: Path, name: str) -> Iterator[RealPair]:
    """The pairs of DATA/nli/train/NAME.jsonl.gz."""
    with gzip.open(data / "nli" / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield RealPair(row["premise"], row["hypothesis"], row["label"], "", name)


def read_fever(data: Path, rng: random.Random, most_characters: int = 420) -> list[RealPair]:
    """FEVER pairs with readable evidence (no bracket noise, not too long), shuffled."""
    pairs = [
        pair
        for pair in read_public(data, "fever")
        if len(pair.premise) < most_characters and not re.search(r"-LRB-|-LSB-|\s{2}", pair.premise)
    ]
    rng.shuffle(pairs)
    return pairs


def sentences(text: str) -> list[str]:
    """The sentences of a passage, in order."""
    found, start = [], 0
    for end in _ENDS.finditer(text):
        if not _ABBREVIATION.search(text[start : end.end()]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found


def content_words(text: str) -> set[str]:
    """Lower-case words of four letters or more, and numbers."""
    return {word.lower() for word in _CONTENT_WORD.findall(text)}


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
