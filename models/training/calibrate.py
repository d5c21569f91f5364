"""Fit a scorer's temperature and thresholds on news scenarios that its training left out.

Usage: python calibrate.py --scorer FOLDER

The temperature minimises the negative log likelihood of the held-back contrast pairs, drills and report windows. Each
threshold is the one with the best F0.5 on these pairs, since a false alarm costs more than a miss, among those that
at most 0.2% of unrelated pairs (premise and hypothesis of different scenarios) pass.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from claimbase_models.bundled import load_scorer
from claimbase_models.evaluation_sets import unrelated_pairs
from claimbase_models.metrics import Labels, Scores, expected_calibration_error, negative_log_likelihood
from claimbase_models.protocols import Scorer, Thresholds
from pairs import HERE, LABELS, held_back
from units import read_rows

NEWS_FILES = ("train.jsonl", "windows_train.jsonl", "units.jsonl", "reports.jsonl")
UNRELATED_PAIRS = 5000
FALSE_ALARMS = 0.002  # share of unrelated pairs that may pass a threshold
TEMPERATURES = np.geomspace(0.2, 10, 1600)
GRID = np.arange(0.34, 0.991, 0.01)  # a highest probability of three is above a third


@dataclass(frozen=True)
class Calibration:
    """What goes into the card, and what it is worth on the held-back pairs."""

    temperature: float
    thresholds: Thresholds
    pairs: int
    ece_before: float
    ece_after: float


def calibrate(scorer: Scorer) -> Calibration:
    """Temperature and thresholds of a scorer, whatever temperature it has now."""
    rows = [row for name in NEWS_FILES for row in read_rows(HERE / "data" / name) if held_back(row["scenario"])]
    labels = np.array([LABELS.index(row["label"]) for row in rows])
    before = scorer.score([(row["premise"], row["hypothesis"]) for row in rows]).astype(np.float64)
    logits = as_logits(before, scorer.info.temperature)
    temperature = fit_temperature(logits, labels)
    news = softmax(logits / temperature)
    unrelated = scorer.score(unrelated_pairs(rows, UNRELATED_PAIRS)).astype(np.float64)
    unrelated = softmax(as_logits(unrelated, scorer.info.temperature) / temperature)
    thresholds = Thresholds(
        entailment=pick_threshold(news, labels, unrelated, LABELS.index("entailment")),
        contradiction=pick_threshold(news, labels, unrelated, LABELS.index("contradiction")),
    )
    errors = (expected_calibration_error(scores, labels) for scores in (before, news))
    return Calibration(temperature, thresholds, len(rows), *errors)


def as_logits(probabilities: Scores, temperature: float) -> Scores:
    """Logits, up to a constant a row, of probabilities that were computed at `temperature`."""
    return np.log(np.maximum(probabilities, 1e-12)) * temperature


def softmax(logits: Scores) -> Scores:
    """Probabilities of logits (n, k)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fit_temperature(logits: Scores, labels: Labels) -> float:
    """The temperature between 0.2 and 10 with the least negative log likelihood, to a quarter of a percent."""
    losses = [negative_log_likelihood(softmax(logits / temperature), labels) for temperature in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 4)


def pick_threshold(news: Scores, labels: Labels, unrelated: Scores, label: int) -> float:
    """The threshold of GRID with the best F0.5 for the label among those that let few unrelated pairs pass."""
    best, best_f = float(GRID[-1]), -1.0
    actual = int((labels == label).sum())
    for threshold in GRID:
        if passes(unrelated, label, threshold).mean() > FALSE_ALARMS:
            continue
        called = passes(news, label, threshold)
        f = 1.25 * (called & (labels == label)).sum() / (called.sum() + 0.25 * actual)
        if f > best_f:
            best, best_f = float(threshold), float(f)
    return round(best, 2)


def passes(scores: Scores, label: int, threshold: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows have the label as their highest probability, at `threshold` or above."""
    return (scores.argmax(axis=1) == label) & (scores[:, label] >= threshold)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", required=True, help="folder of the trained scorer")
    print(calibrate(load_scorer(parser.parse_args().scorer)))


if __name__ == "__main__":
    main()
