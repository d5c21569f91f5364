"""The judge: stance turns polarity, wrong weights are refused, probabilities are probabilities."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_server.features import FEATURES
from claimbase_server.judge import ConflictJudge, Judge, PairScores, pairs_of, with_stance
from claimbase_server.types import Claim, Probabilities, Relation, Stance, Verdict

share = st.floats(0.0, 1.0)


def scores(first: float, second: float) -> Probabilities:
    entailment = first
    contradiction = (1.0 - first) * second
    return Probabilities(entailment, 1.0 - entailment - contradiction, contradiction)


def claim(text: str, stance: Stance = Stance.ASSERTED, proposition: str = "", context: str = "") -> Claim:
    return Claim("d.0", "d", text, text, 0, len(text), context, "", stance, proposition or text)


def test_refused_proposition_is_scored_apart() -> None:
    doubt = claim(
        "Neighbours doubted that he was the thief.", Stance.DOUBTED, "he was the thief", "Police held a baker."
    )
    whole, content = pairs_of(doubt, claim("The baker was the thief."))
    assert whole.premise == "Police held a baker. Neighbours doubted that he was the thief."
    assert content.premise == "Police held a baker. he was the thief"


def test_claim_of_the_same_stance_is_judged_as_written() -> None:
    denial = claim("The mayor denied taking bribes.", Stance.DENIED, "the mayor took bribes")
    assert len(pairs_of(denial, claim("The mayor denied it.", Stance.DENIED, "it"))) == 1


def test_denial_counts_with_the_opposite_polarity() -> None:
    denial = claim("The mayor denied taking bribes.", Stance.DENIED, "the mayor took bribes")
    judged = with_stance(denial, PairScores(scores(0.8, 0.5), scores(0.9, 0.5)))
    assert judged.contradiction > 0.8 > judged.entailment


@given(share, share, share, share, st.sampled_from([Stance.DENIED, Stance.DOUBTED, Stance.RETRACTED, Stance.ALLEGED]))
def test_scores_with_stance_are_probabilities(a: float, b: float, c: float, d: float, stance: Stance) -> None:
    judged = with_stance(claim("He denied it.", stance, "it is so"), PairScores(scores(a, b), scores(c, d)))
    values = (judged.entailment, judged.neutral, judged.contradiction)
    assert all(-1e-9 <= value <= 1.0 + 1e-9 for value in values)
    assert sum(values) == pytest.approx(1.0)


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "judge.json"
    path.write_text(json.dumps({"features": ["other"], "weights": {}, "bias": {}, "threshold": 0.5, "confidence": {}}))
    with pytest.raises(ValueError, match="written for other features"):
        Judge.load(path)


@given(st.lists(st.floats(-5, 5), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_relation_probabilities_sum_to_one(values: list[float]) -> None:
    weights = {relation: [0.5 * (i + 1)] * len(FEATURES) for i, relation in enumerate(Relation)}
    judge = Judge(weights, dict.fromkeys(Relation, 0.1), 0.5, dict.fromkeys(Verdict, (1.0, 0.0)))
    assert sum(judge.probabilities(values).values()) == pytest.approx(1.0)


@given(share, st.sampled_from(list(Verdict)))
def test_confidence_is_a_probability_that_grows_with_strength(strength: float, verdict: Verdict) -> None:
    judge = Judge({}, {}, 0.5, dict.fromkeys(Verdict, (1.5, -0.2)))
    assert 0.0 < judge.confidence_in(verdict, strength) < 1.0
    assert judge.confidence_in(verdict, strength) <= judge.confidence_in(verdict, min(1.0, strength + 0.1))


def test_conflict_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "judge.json"
    path.write_text(json.dumps({"conflict": {"features": ["other"], "weights": [1], "bias": 0, "threshold": 0.5}}))
    with pytest.raises(ValueError, match="written for other features"):
        ConflictJudge.load(path)
