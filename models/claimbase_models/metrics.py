"""Figures of a classifier from its probabilities; plain arrays in, numbers out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]

ECE_BINS = 15


@dataclass(frozen=True)
class Figures:
    """How well probabilities match labels; all between 0 and 1."""

    accuracy: float
    macro_f1: float  # mean over the labels that occur
    recall: dict[str, float]  # of each label that occurs
    ece: float  # expected calibration error, 15 bins of equal width
    majority: float  # accuracy of always answering the commonest label
    pairs: int


def figures(probabilities: Scores, labels: Labels, names: tuple[str, ...]) -> Figures:
    """Figures of probabilities (n, k) against label indices (n,), n above 0; `names` are the k labels."""
    predicted = probabilities.argmax(axis=1)
    present = [i for i in range(len(names)) if (labels == i).any()]
    return Figures(
        accuracy=float((predicted == labels).mean()),
        macro_f1=float(np.mean([_f1(predicted == i, labels == i) for i in present])),
        recall={names[i]: float((predicted[labels == i] == i).mean()) for i in present},
        ece=expected_calibration_error(probabilities, labels),
        majority=float(np.bincount(labels).max() / len(labels)),
        pairs=len(labels),
    )


def expected_calibration_error(probabilities: Scores, labels: Labels, bins: int = ECE_BINS) -> float:
    """Mean distance of confidence (the highest probability) from accuracy, over bins weighted by their size."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    error = 0.0
    for i in np.unique(bin_of):
        inside = bin_of == i
        error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return float(error)


def negative_log_likelihood(probabilities: Scores, labels: Labels) -> float:
    """Mean of -ln p(label), p no smaller than 1e-12."""
    own = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(own, 1e-12)).mean())


def _f1(predicted: NDArray[np.bool_], actual: NDArray[np.bool_]) -> float:
    hits = int((predicted & actual).sum())
    return 2 * hits / (int(predicted.sum()) + int(actual.sum()))
