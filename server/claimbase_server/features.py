"""The numbers a judge looks at: scores and alignment of one piece of evidence, named and bounded."""

from __future__ import annotations

import math

from claimbase_server.align import Alignment, TimeRelation
from claimbase_server.extract.comparison import QuantityRelation
from claimbase_server.types import Claim, Probabilities, Stance

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
_LARGEST = 5.0


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


def _odds_against(probability: float, other: float) -> float:
    odds = math.log(max(probability, 1e-6) / max(other, 1e-6))
    return max(-_LARGEST, min(_LARGEST, odds))
