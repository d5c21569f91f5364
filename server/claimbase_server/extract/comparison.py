"""How two quantities stand to each other."""

from __future__ import annotations

from enum import Enum

from claimbase_server.extract.counting import plural
from claimbase_server.types import Quantity


class QuantityRelation(Enum):
    """What a quantity in evidence says about one in a claim."""

    SAME = "SAME"  # the same interval of the same thing
    FOLLOWS = "FOLLOWS"  # the claim's interval holds whenever the evidence's does
    COMPATIBLE = "COMPATIBLE"  # both can be true, neither settles the other
    EXCLUDES = "EXCLUDES"  # they cannot both be true of one event at one time
    INCOMPARABLE = "INCOMPARABLE"  # other unit, other thing counted, or a part against a whole


_LABELS = {
    "death": "killed",
    "injury": "injured",
    "detention": "detained",
    "casualty": "casualties",
    "person": "people",
}
_ROUNDED_FROM = 1000.0  # plain counts below this are taken as exact
_ROUNDING = 0.05  # the largest relative difference that rounding explains


def compare(evidence: Quantity, claim: Quantity) -> QuantityRelation:
    """The relation of two quantities; SAME and EXCLUDES do not depend on the order of the two.

    A named scope against an empty one never excludes: a total and a part of it may differ.
    """
    if evidence.unit != claim.unit or not _same_thing(evidence, claim):
        return QuantityRelation.INCOMPARABLE
    scopes = {evidence.scope.casefold(), claim.scope.casefold()}
    if len(scopes) == 2 and "" not in scopes:
        return QuantityRelation.INCOMPARABLE
    relation = _compare_intervals(evidence, claim)
    if relation is QuantityRelation.EXCLUDES and len(scopes) == 2:
        return QuantityRelation.INCOMPARABLE
    return relation


def describe(quantity: Quantity) -> str:
    """'18 killed', '40 percent', 'more than 3,000 protesters': readable in a sentence."""
    if quantity.unit:
        return quantity.text
    label = _LABELS.get(quantity.counted) or (quantity.counted if quantity.high == 1 else plural(quantity.counted))
    scope = f" ({quantity.scope})" if quantity.scope else ""
    return f"{quantity.text} {label}".strip() + scope


def _same_thing(evidence: Quantity, claim: Quantity) -> bool:
    """Equal things counted; a measure with a unit may leave it open, a bare count may not."""
    if evidence.counted == claim.counted:
        return bool(evidence.unit or evidence.counted)
    return bool(evidence.unit) and "" in (evidence.counted, claim.counted)


def _compare_intervals(evidence: Quantity, claim: Quantity) -> QuantityRelation:
    if (evidence.low, evidence.high) == (claim.low, claim.high):
        return QuantityRelation.SAME
    low, high = _ends(evidence)
    claim_low, claim_high = _ends(claim)
    if claim_low <= low and high <= claim_high:
        return QuantityRelation.FOLLOWS
    if low <= claim_high and claim_low <= high:
        return QuantityRelation.COMPATIBLE
    if low == high and claim_low == claim_high and _rounds_to(low, claim_low, bool(evidence.unit)):
        return QuantityRelation.COMPATIBLE
    return QuantityRelation.EXCLUDES


def _ends(quantity: Quantity) -> tuple[float, float]:
    low = float("-inf") if quantity.low is None else quantity.low
    high = float("inf") if quantity.high is None else quantity.high
    return low, high


def _rounds_to(first: float, second: float, measured: bool) -> bool:
    """Whether one value is the other, rounded to fewer digits: 5,812 and 5,800, 51.3 and 51 percent."""
    step, other_step = _step(first), _step(second)
    if step == other_step:
        return False
    coarse, fine, width = (first, second, step) if step > other_step else (second, first, other_step)
    if not measured and (coarse < _ROUNDED_FROM or width < 10):
        return False
    return abs(coarse - fine) <= min(width / 2, abs(coarse) * _ROUNDING)


def _step(value: float) -> float:
    """The last power of ten that a value is written to: 100 for 5,800, 0.1 for 51.3."""
    step = 0.001
    while step < 1e15 and abs(value / (step * 10) - round(value / (step * 10))) < 1e-9:
        if value == 0:
            return 1.0
        step *= 10
    return step
