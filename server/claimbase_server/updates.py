"""Figures that grew from one report to the next: both are true as of their day, and the later one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from claimbase_server.align import align
from claimbase_server.extract.comparison import QuantityRelation, compare, describe
from claimbase_server.types import Claim, Evidence, Quantity, Reason, ReasonType, Relation

LATER = timedelta(hours=6)  # a higher figure told that much later is an update, not a disagreement
_SAME_EVENT = 0.5  # signs of different events from which on two figures are not set against each other
_LATER, _EARLIER = "later figure: ", "earlier figure: "
_COUNT_WORDS = 0.2  # share of the claim's words that a sentence with another figure of the same thing shares


def told_at(evidence: Evidence) -> datetime | None:
    """When a piece of evidence was published."""
    return evidence.source.publish_time


def grew(earlier: Quantity, later: Quantity) -> bool:
    """Whether the second figure is a larger one of the same thing."""
    return compare(earlier, later) is QuantityRelation.EXCLUDES and (earlier.low or 0.0) < (later.low or 0.0)


def mark_updates(claim: Claim, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with every older or newer count of the claim's figure marked as such, on neither side.

    Where a report gives the claim's figure, a higher one published at least LATER after it, or a lower one
    published at least LATER before it, does not contradict the claim: the reason says what the figure is there.
    """
    givers = [(q, g) for g in evidence if g.relation is Relation.SUPPORTS for q in _figures_given(g.claim, claim)]
    if not givers:
        return list(evidence)
    return [_marked(piece, givers, claim) if piece.relation is not Relation.SUPPORTS else piece for piece in evidence]


def current_figure(evidence: Sequence[Evidence]) -> str:
    """'23 killed (The Herald, 2024-02-14)', the newest of the later figures among marked evidence; '' if none."""
    later = [e for e in evidence if any(r.type is ReasonType.UPDATE and r.text.startswith(_LATER) for r in e.reasons)]
    newest = max(later, key=lambda e: (told_at(e) is not None, told_at(e)), default=None)
    if newest is None:
        return ""
    reason = next(r for r in newest.reasons if r.type is ReasonType.UPDATE)
    return reason.text.removeprefix(_LATER)


def _figures_given(evidence: Claim, claim: Claim) -> list[Quantity]:
    """The evidence's figures that say what a figure of the claim says."""
    given = (QuantityRelation.SAME, QuantityRelation.FOLLOWS)
    return [q for q in evidence.quantities if any(compare(q, wanted) in given for wanted in claim.quantities)]


def _marked(piece: Evidence, givers: Sequence[tuple[Quantity, Evidence]], claim: Claim) -> Evidence:
    time = told_at(piece)
    for other in piece.claim.quantities:
        for given, giver in givers:
            given_time = told_at(giver)
            if time is None or given_time is None or abs(time - given_time) < LATER:
                continue
            kind = _LATER if time > given_time else _EARLIER
            grown = grew(given, other) if kind == _LATER else grew(other, given)
            if grown and _tells_of_the_same(piece, claim):
                where = f"{piece.source.publisher or piece.source.document_id}, {time.date().isoformat()}"
                reason = Reason(ReasonType.UPDATE, f"{kind}{describe(other)} ({where})")
                return replace(piece, relation=Relation.NEUTRAL, reasons=(reason,))
    return piece


def _tells_of_the_same(piece: Evidence, claim: Claim) -> bool:
    alignment = align(piece.claim, claim, piece.source.title)
    return alignment.different_event < _SAME_EVENT and alignment.overlap >= _COUNT_WORDS
