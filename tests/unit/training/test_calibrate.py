"""Calibration finds a temperature that was applied, and thresholds that unrelated pairs do not pass."""

from __future__ import annotations

import numpy as np
import pytest

from calibrate import FALSE_ALARMS, as_logits, fit_temperature, passes, pick_threshold, softmax


def drawn(temperature: float, rows: int = 20_000) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Logits, and labels drawn from their softmax at `temperature`."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=3, size=(rows, 3))
    probabilities = softmax(logits / temperature)
    labels = (probabilities.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    return logits, labels


@pytest.mark.parametrize("temperature", [0.7, 1.0, 2.5])
def test_the_temperature_is_found(temperature: float) -> None:
    logits, labels = drawn(temperature)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_logits_are_the_same_at_whatever_temperature_they_were_softened() -> None:
    logits, labels = drawn(1.5)
    recovered = as_logits(softmax(logits / 1.8), 1.8)
    np.testing.assert_allclose(softmax(recovered), softmax(logits), atol=1e-6)
    assert fit_temperature(recovered, labels) == pytest.approx(fit_temperature(logits, labels), rel=1e-3)


def test_few_unrelated_pairs_pass_a_threshold() -> None:
    logits, labels = drawn(1.0)
    news = softmax(logits)
    unrelated = softmax(np.random.default_rng(1).normal(scale=1.2, size=(5000, 3)))
    threshold = pick_threshold(news, labels, unrelated, 2)
    assert passes(unrelated, 2, threshold).mean() <= FALSE_ALARMS
    assert 0.4 < threshold < 0.99
    assert pick_threshold(news, labels, np.tile([0.1, 0.8, 0.1], (100, 1)), 2) < threshold
