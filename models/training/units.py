"""Rows of labelled pairs from a file, whichever way they are written down.

A line is a pair (premise, hypothesis, label, and for news its scenario), or a unit that stands for many pairs:

- contrast and drill units: premises and claims, with one letter a premise for each claim's label;
- report units: the sentences of a report and, for each claim, the passages that alone support or refute it.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_LABELS = {"E": "entailment", "N": "neutral", "C": "contradiction"}
_LONGEST_PASSAGE = 3  # sentences
_FAR = 1  # neutral passages of a report drawn at random for each claim, beside those that are near it


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The pairs of a .jsonl or .jsonl.gz file, as {premise, hypothesis, label, scenario, ...}; units expanded."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield from expand(row) if "kind" in row else [row]


def expand(unit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The pairs of a unit, the same every time."""
    pairs = _report_pairs(unit) if unit["kind"] == "report" else _contrast_pairs(unit)
    for premise, hypothesis, label in pairs:
        yield {"scenario": unit["scenario"], "premise": premise, "hypothesis": hypothesis, "label": _LABELS[label]}


def _contrast_pairs(unit: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for claim, labels, _ in unit["claims"]:
        for premise, label in zip(unit["premises"], labels, strict=True):
            yield premise, claim, label


def _report_pairs(unit: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Deciding passages, a longer one around each, and passages near to the claim or far off that settle nothing."""
    sentences = unit["sentences"]
    rng = random.Random(unit["scenario"])
    every = [
        range(start, start + length)
        for length in range(1, _LONGEST_PASSAGE + 1)
        for start in range(len(sentences) - length + 1)
    ]
    for raw in unit["claims"]:
        sides = {"E": raw["supports"], "C": raw["refutes"]}
        chosen: list[tuple[range, str]] = []
        for label, deciding in sides.items():
            other = sides["C" if label == "E" else "E"]
            for passage in deciding:
                chosen.append((range(passage[0], passage[-1] + 1), label))
                longer = [p for p in every if len(p) > len(passage) and _holds(p, [passage]) and not _holds(p, other)]
                chosen += [(rng.choice(longer), label)] if longer else []
        open_passages = [p for p in every if not _holds(p, [*raw["supports"], *raw["refutes"]])]
        for sentence in raw["near"]:
            near = [p for p in open_passages if sentence in p]
            chosen += [(rng.choice(near), "N")] if near else []
        chosen += [(p, "N") for p in rng.sample(open_passages, min(_FAR, len(open_passages)))]
        for passage, label in dict.fromkeys(chosen):
            yield " ".join(sentences[i] for i in passage), raw["claim"], label


def _holds(passage: range, deciding: Sequence[Sequence[int]]) -> bool:
    return any(set(inner) <= set(passage) for inner in deciding)
