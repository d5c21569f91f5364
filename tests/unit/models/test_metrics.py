"""Figures agree with their definitions on cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_models.evaluation_sets import Scoring, collapse, unrelated_pairs
from claimbase_models.metrics import expected_calibration_error, figures, negative_log_likelihood
from claimbase_models.scorer import RELATIONS

SCORES = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.3, 0.5], [0.1, 0.5, 0.4]])
LABELS = np.array([0, 1, 2, 1])


def test_figures() -> None:
    measured = figures(SCORES, LABELS, RELATIONS)
    assert measured.accuracy == 0.75
    assert measured.recall == {"entailment": 1.0, "neutral": 0.5, "contradiction": 1.0}
    assert measured.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert measured.majority == 0.5
    assert measured.pairs == 4


def test_calibration_error_is_the_gap_of_each_bin() -> None:
    scores = np.array([[0.9, 0.1]] * 10)
    labels = np.array([0] * 6 + [1] * 4)
    assert expected_calibration_error(scores, labels) == pytest.approx(0.3)
    assert expected_calibration_error(np.array([[1.0, 0.0]]), np.array([0])) == 0


def test_negative_log_likelihood() -> None:
    assert negative_log_likelihood(SCORES[:1], LABELS[:1]) == pytest.approx(-np.log(0.8))


PROBABILITIES = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda p: np.array([p]) / sum(p))


@given(PROBABILITIES)
def test_two_label_sets_follow_their_convention(
    probabilities: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    recognised = collapse(probabilities, Scoring.RECOGNISE)
    assert (recognised[0, 0] > recognised[0, 1]) == (probabilities[0, 0] > probabilities[0, 1:].max())
    verified = collapse(probabilities, Scoring.VERIFY)
    assert (verified[0, 0] > verified[0, 1]) == (probabilities[0, 0] > probabilities[0, 2])
    for collapsed in (recognised, verified, collapse(probabilities, Scoring.THREE_WAY)):
        assert collapsed.sum() == pytest.approx(1)


def test_unrelated_pairs_never_share_a_scenario() -> None:
    rows = [
        {"scenario": f"S{n // 3}", "premise": f"premise {n // 3}", "hypothesis": f"hypothesis {n // 3} {n}"}
        for n in range(12)
    ]
    pairs = unrelated_pairs(rows, 20)
    assert len(set(pairs)) == 20
    assert all(premise.split()[1] != hypothesis.split()[1] for premise, hypothesis in pairs)
    assert pairs == unrelated_pairs(rows, 20)
    assert len(unrelated_pairs(rows, 1000)) == 4 * 9
