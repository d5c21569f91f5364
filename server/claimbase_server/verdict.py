"""The verdict rule: both sides are kept, the best evidence of each decides, nothing is averaged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claimbase_server.align import are_copies
from claimbase_server.types import REFUSALS, Claim, Evidence, Reason, ReasonType, Relation, Stance, Verdict
from claimbase_server.updates import current_figure

# How far a holder's word counts towards a side: the narrator's own reporting stands above a
# plain report, and an allegation, confession or plan does not establish what it says.
_TRUST = {
    Stance.ASSERTED: 1.0,
    Stance.REPORTED: 0.9,
    Stance.DENIED: 0.9,
    Stance.DOUBTED: 0.95,
    Stance.RETRACTED: 0.95,
    Stance.ALLEGED: 0.5,
    Stance.PLANNED: 0.5,
}
_ESTABLISHES = 0.8  # trust from which on a supporting word makes a claim SUPPORTED


@dataclass(frozen=True)
class Decision:
    """A verdict with the strength of what decided it (0 to 1), whether it is disputed, and why in a sentence."""

    verdict: Verdict
    strength: float
    disputed: bool
    summary: str


def decide(claim: Claim, evidence: Sequence[Evidence]) -> Decision:
    """The verdict on a claim, from the evidence of both sides.

    A side's case is its best piece of evidence, weighed by who says it. A figure that a report
    gives as it stands in the claim is not contradicted by another report's figure. An allegation
    supports only a claim that it was alleged, but it is a side: what it says is then disputed.
    """
    supports = [e for e in evidence if e.relation is Relation.SUPPORTS]
    contradicts = [e for e in evidence if e.relation is Relation.CONTRADICTS]
    if any(_gives_the_figure(e) for e in supports):
        contradicts = [e for e in contradicts if not _rests_on_a_figure(e)]
    support = max((e.strength * _trust(e, claim) for e in supports), default=0.0)
    contradiction = max((e.strength * _trust(e, claim) for e in contradicts), default=0.0)
    if contradiction and contradiction >= support:
        return _contradicted(contradicts, supports)
    if support and any(_trust(e, claim) >= _ESTABLISHES for e in supports):
        return _supported(supports, contradicts, current_figure(evidence))
    if supports:
        return Decision(Verdict.UNVERIFIED, 0.5, False, "alleged, but not established by any report")
    nearest = min((e.strength for e in evidence), default=1.0)  # of neutral evidence: how far from settling it
    return Decision(Verdict.UNVERIFIED, nearest, False, "no report settles it")


def restore_rebutted(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with every rebutted statement on the supporting side.

    Where somebody's doubt or denial counts against the claim, the statement of another holder that it
    answers, told just before it in the same report, is the other side, whatever the model makes of it alone.
    """
    refusals = [e for e in evidence if e.relation is Relation.CONTRADICTS and e.claim.stance in REFUSALS]
    restored = []
    for piece in evidence:
        answers = [e for e in refusals if _answers(e.claim, piece.claim)]
        if answers and piece.relation is not Relation.SUPPORTS:
            strength = max(e.strength for e in answers)
            reason = Reason(ReasonType.ALLEGATION, f"{piece.claim.attribution} says so; it is rebutted")
            piece = replace(piece, relation=Relation.SUPPORTS, strength=strength, reasons=(reason,))
        restored.append(piece)
    return restored


def _answers(refusal: Claim, statement: Claim) -> bool:
    """Whether somebody refuses what somebody else has said just before in the same report."""
    told_before = refusal.document_id == statement.document_id and statement.text in refusal.context
    said = statement.stance in (Stance.ALLEGED, Stance.REPORTED) and bool(statement.attribution)
    return told_before and said and statement.attribution != refusal.attribution


def order_evidence(claim: Claim, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Deciding evidence first, the strongest first; then neutral evidence, what comes nearest to settling it first."""

    def rank(piece: Evidence) -> tuple[bool, float, str]:
        neutral = piece.relation is Relation.NEUTRAL
        return neutral, piece.strength if neutral else -piece.strength * _trust(piece, claim), piece.claim.id

    return tuple(sorted(evidence, key=rank))


def count_sources(evidence: Iterable[Evidence], side: Relation) -> int:
    """Independent sources on a side: one a publisher, and copies of one wire report count once."""
    counted: list[Evidence] = []
    for piece in evidence:
        if piece.relation is side and not any(_same_source(piece, other) for other in counted):
            counted.append(piece)
    return len(counted)


def _same_source(first: Evidence, second: Evidence) -> bool:
    if first.source.document_id == second.source.document_id:
        return True
    if first.source.publisher and first.source.publisher == second.source.publisher:
        return True
    return are_copies(first.claim.text, second.claim.text)


def _trust(evidence: Evidence, claim: Claim) -> float:
    stance = evidence.claim.stance
    return 1.0 if stance is claim.stance and stance is not Stance.ASSERTED else _TRUST[stance]


def _gives_the_figure(evidence: Evidence) -> bool:
    return any(r.type is ReasonType.QUANTITY for r in evidence.reasons)


def _rests_on_a_figure(evidence: Evidence) -> bool:
    return any(r.type is ReasonType.QUANTITY for r in evidence.reasons)


def _contradicted(contradicts: Sequence[Evidence], supports: Sequence[Evidence]) -> Decision:
    best = max(contradicts, key=lambda e: e.strength)
    return Decision(Verdict.CONTRADICTED, best.strength, bool(supports), _why("contradicted", best, supports))


def _supported(supports: Sequence[Evidence], contradicts: Sequence[Evidence], since: str) -> Decision:
    best = max(supports, key=lambda e: e.strength)
    why = _why("supported", best, contradicts) + (f"; since then {since}" if since else "")
    return Decision(Verdict.SUPPORTED, best.strength, bool(contradicts), why)


def _why(verdict: str, best: Evidence, others: Sequence[Evidence]) -> str:
    """'contradicted by The Daily (viewers): 18 killed against 16 killed; 1 other report says otherwise'."""
    who = best.source.publisher or best.source.title or best.source.document_id
    holder = f" ({best.claim.attribution})" if best.claim.attribution else ""
    reason = f": {best.reasons[0].text}" if best.reasons else ""
    against = len({e.source.document_id for e in others})
    but = f"; {against} report{'s' if against > 1 else ''} on the other side" if against else ""
    return f"{verdict} by {who}{holder}{reason}{but}"
