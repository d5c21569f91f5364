"""The numbers a judge looks at: scores and alignment of one piece of evidence, named and bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass

from claimbase_server.align import Alignment, TimeRelation
from claimbase_server.extract.comparison import QuantityRelation
from claimbase_server.types import REFUSALS, Claim, Probabilities, Stance

FEATURES = (
    "entailment",  # log odds of entailment against neutral, from the scorer, within -5..5
    "contradiction",  # log odds of contradiction against neutral, within -5..5
    "planned",  # the holder announces what the claim states as done
    "overlap",  # share of the claim's content words in the evidence sentence, 0 to 1
    "context_overlap",  # the same with context and title counted in
    "missing_name",  # a name of the claim is not in the evidence
    "different_event",  # 0 to 1, the signs that the two tell of different events
    "quantity_agrees",  # the figures are equal or the claim's follows
    "quantity_excludes",  # the figures cannot both be true
    "number_missing",  # the claim counts something that the evidence does not
    "time_disjoint",  # dated differently
    "negation_differs",  # one of the two is negated, weighed by their overlap
    "opposites",  # opposite words, weighed by their overlap
)
CONFLICT_FEATURES = (
    "contradiction",  # the larger of both directions' log odds of contradiction against neutral, within -5..5
    "contradiction_back",  # the smaller
    "entailment",  # the larger of both directions' log odds of entailment against neutral
    "overlap",  # the larger share of one sentence's content words in the other, 0 to 1
    "context_overlap",  # the same with contexts and titles counted in
    "different_event",  # 0 to 1, the signs that the two tell of different events, the fewer of both directions
    "quantity_agrees",  # a figure of one is or follows from one of the other
    "quantity_excludes",  # two figures cannot both be true
    "update",  # the figure grew from one report's day to the other's
    "refusal",  # one denies, doubts or withdraws what it tells and the other does not, weighed by overlap
    "unsettled",  # one is no more than alleged or planned
    "time_disjoint",  # dated differently
    "negation_differs",  # one of the two is negated, weighed by their overlap
    "opposites",  # opposite words, weighed by their overlap
)
_LARGEST = 5.0


@dataclass(frozen=True)
class Reading:
    """One claim read as evidence on another: how they align and what the scorer says, the stance counted in."""

    evidence: Claim
    claim: Claim
    alignment: Alignment
    scores: Probabilities


def read_features(evidence: Claim, claim: Claim, alignment: Alignment, scores: Probabilities) -> tuple[float, ...]:
    """The values of FEATURES, in their order; `scores` is what the scorer says, the holder's stance counted in."""
    quantity = alignment.quantity.relation if alignment.quantity else QuantityRelation.INCOMPARABLE
    return (
        _odds_against(scores.entailment, scores.neutral),
        _odds_against(scores.contradiction, scores.neutral),
        float(evidence.stance is Stance.PLANNED and claim.stance is not Stance.PLANNED),
        alignment.own_overlap,
        alignment.overlap,
        float(bool(alignment.missing_names)),
        alignment.different_event,
        float(quantity in (QuantityRelation.SAME, QuantityRelation.FOLLOWS)),
        float(quantity is QuantityRelation.EXCLUDES),
        float(bool(alignment.missing_numbers)),
        float(alignment.time is TimeRelation.DISJOINT),
        alignment.negation_differs * alignment.own_overlap,
        bool(alignment.opposites) * alignment.own_overlap,
    )


def read_conflict_features(there: Reading, back: Reading, update: bool) -> tuple[float, ...]:
    """The values of CONFLICT_FEATURES, in their order, of two claims each read as evidence on the other."""
    both = (there, back)
    against = sorted(_odds_against(r.scores.contradiction, r.scores.neutral) for r in both)
    quantities = {r.alignment.quantity.relation for r in both if r.alignment.quantity}
    overlap = max(r.alignment.own_overlap for r in both)
    first, second = there.evidence.stance, back.evidence.stance
    return (
        against[1],
        against[0],
        max(_odds_against(r.scores.entailment, r.scores.neutral) for r in both),
        overlap,
        max(r.alignment.overlap for r in both),
        min(r.alignment.different_event for r in both),
        float(bool(quantities & {QuantityRelation.SAME, QuantityRelation.FOLLOWS})),
        float(QuantityRelation.EXCLUDES in quantities),
        float(update),
        ((first in REFUSALS) != (second in REFUSALS)) * overlap,
        float(bool({first, second} & {Stance.ALLEGED, Stance.PLANNED})),
        float(any(r.alignment.time is TimeRelation.DISJOINT for r in both)),
        there.alignment.negation_differs * overlap,
        bool(there.alignment.opposites) * overlap,
    )


def _odds_against(probability: float, other: float) -> float:
    odds = math.log(max(probability, 1e-6) / max(other, 1e-6))
    return max(-_LARGEST, min(_LARGEST, odds))
