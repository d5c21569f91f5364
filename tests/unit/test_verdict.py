"""The verdict rule: both sides kept, the best evidence decides, words of interest weigh less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claimbase_server.types import (
    Claim,
    Evidence,
    Probabilities,
    Reason,
    ReasonType,
    Relation,
    Source,
    Stance,
    Verdict,
)
from claimbase_server.verdict import count_sources, decide, order_evidence, restore_rebutted

CLAIM = Claim(id="", document_id="", text="The ferry sank.", quote="The ferry sank.", start=0, end=15)


def evidence(
    relation: Relation,
    strength: float,
    stance: Stance = Stance.ASSERTED,
    document: str = "d1",
    publisher: str = "",
    text: str = "The ferry went down off the cape before dawn.",
    reason: ReasonType = ReasonType.OUTCOME,
) -> Evidence:
    claim = Claim(f"{document}.0", document, text, text, 0, len(text), stance=stance)
    source = Source(document, "", publisher, "", None)
    scores = Probabilities(0.3, 0.4, 0.3)
    return Evidence(claim, source, relation, scores, strength, (Reason(reason, "why"),))


def test_nothing_found_is_unverified() -> None:
    assert decide(CLAIM, []).verdict is Verdict.UNVERIFIED


def test_neutral_evidence_settles_nothing() -> None:
    decision = decide(CLAIM, [evidence(Relation.NEUTRAL, 0.99), evidence(Relation.NEUTRAL, 0.6)])
    assert decision.verdict is Verdict.UNVERIFIED
    assert decision.strength == pytest.approx(0.6)


def test_one_refutation_is_not_averaged_away() -> None:
    crowd = [evidence(Relation.SUPPORTS, 0.7, Stance.REPORTED, f"d{i}") for i in range(9)]
    decision = decide(CLAIM, [*crowd, evidence(Relation.CONTRADICTS, 0.8, document="d10")])
    assert decision.verdict is Verdict.CONTRADICTED
    assert decision.disputed


def test_confession_is_a_side_but_does_not_win() -> None:
    confession = evidence(Relation.SUPPORTS, 0.95, Stance.ALLEGED)
    doubt = evidence(Relation.CONTRADICTS, 0.7, Stance.DOUBTED, reason=ReasonType.DEBUNK)
    decision = decide(CLAIM, [confession, doubt])
    assert (decision.verdict, decision.disputed) == (Verdict.CONTRADICTED, True)
    assert order_evidence(CLAIM, [confession, doubt])[0] is doubt


def test_allegation_alone_establishes_only_that_it_was_alleged() -> None:
    allegation = evidence(Relation.SUPPORTS, 0.9, Stance.ALLEGED)
    assert decide(CLAIM, [allegation]).verdict is Verdict.UNVERIFIED
    alleged = Claim("", "", "The crew was accused.", "The crew was accused.", 0, 21, stance=Stance.ALLEGED)
    assert decide(alleged, [allegation]).verdict is Verdict.SUPPORTED


def test_figure_as_reported_stands_against_another_figure() -> None:
    same = evidence(Relation.SUPPORTS, 0.6, reason=ReasonType.QUANTITY)
    other = evidence(Relation.CONTRADICTS, 0.9, document="d2", reason=ReasonType.QUANTITY)
    assert decide(CLAIM, [same, other]).verdict is Verdict.SUPPORTED


def test_copies_of_one_report_are_one_source() -> None:
    wire = [evidence(Relation.SUPPORTS, 0.8, document=f"d{i}", publisher=f"Paper {i}") for i in range(5)]
    own = evidence(
        Relation.SUPPORTS, 0.8, document="d9", publisher="Harbour Radio", text="Divers found the ferry on the bottom."
    )
    assert count_sources([*wire, own], Relation.SUPPORTS) == 2
    assert count_sources([*wire, own], Relation.CONTRADICTS) == 0


def test_neutral_evidence_is_listed_last() -> None:
    listed = order_evidence(CLAIM, [evidence(Relation.NEUTRAL, 0.99), evidence(Relation.CONTRADICTS, 0.5)])
    assert [piece.relation for piece in listed] == [Relation.CONTRADICTS, Relation.NEUTRAL]


def test_allegation_that_a_doubt_answers_is_the_other_side() -> None:
    told = "A man said on air that he had sunk the ferry."
    confession = evidence(Relation.NEUTRAL, 0.3, Stance.ALLEGED, text=told)
    doubt = evidence(Relation.CONTRADICTS, 0.7, Stance.DOUBTED, text="Divers doubted that he had been there.")
    confession = replace(confession, claim=replace(confession.claim, attribution="a man"))
    answered = replace(doubt, claim=replace(doubt.claim, context=told, attribution="divers"))
    restored = restore_rebutted([confession, answered])
    assert restored[0].relation is Relation.SUPPORTS
    assert decide(CLAIM, restored).disputed
    assert restore_rebutted([confession, doubt])[0].relation is Relation.NEUTRAL
