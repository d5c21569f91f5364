"""Whether two claims are about the same event at all, and what differs: pure features for the judge."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from claimbase_server.extract.comparison import QuantityRelation, compare, describe
from claimbase_server.extract.counting import FAMILY_NAMES
from claimbase_server.extract.names import Name, NameKind, find_names, fold, same_name, same_word
from claimbase_server.extract.numbers import Number, find_numbers, tokenize
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.types import Claim, Quantity, TimeInterval
from claimbase_server.wording import find_opposites, jaccard, read_wording

_COPY = 0.8  # shared word triples that make one text a copy of the other
_NEAR_FAMILY = 0.2  # share of the claim's words around its number that must stand around the evidence's
_NEAR_OTHER = 0.4  # the same for things without a family of their own
_DEFINITE = word_set("the all those these its their his her other")
_PROVISIONAL = re.compile(
    r"\b(?:so far|thus far|as of|until|at no point|to date|already|preliminary|provisional"
    r"|[Bb]y (?:the|\w{3,9}day|now|nightfall|midnight|noon|evening|night|dawn|morning|early|late|mid)\b)"
)
_CLAUSE_END = re.compile(r"[.;:!?](?:\s|$)")
_RANK = {
    QuantityRelation.SAME: 4,
    QuantityRelation.FOLLOWS: 3,
    QuantityRelation.COMPATIBLE: 2,
    QuantityRelation.EXCLUDES: 1,
    QuantityRelation.INCOMPARABLE: 0,
}


class TimeRelation(Enum):
    """How the times of two claims stand to each other."""

    OVERLAP = "OVERLAP"
    DISJOINT = "DISJOINT"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class QuantityMatch:
    """The evidence's best match for a quantity of the claim; `text` reads '18 killed against 16 killed'."""

    relation: QuantityRelation
    evidence: Quantity
    claim: Quantity
    text: str


@dataclass(frozen=True)
class Alignment:
    """What evidence and claim share and where they differ.

    `overlap` is the share of the claim's content stems found in the evidence or its surroundings,
    `own_overlap` of those found in the evidence sentence itself (0 to 1). `missing_names` are the
    claim's names found in neither; `document_overlap` is the share of the claim's stems found in all that is
    known of the evidence's document; `rival_names` are names of the evidence sentence that the claim
    lacks and that could stand in a missing one's place. `quantity` is the decisive match: EXCLUDES
    only where every comparable quantity of the evidence excludes the claim's
    and nothing hints at a part, an update or another predicate. `missing_numbers` are
    the claim's quantities with no comparable one in the evidence. `opposites` pairs evidence word
    and claim word. `different_event` rises from 0 to 1 with the signs that the two tell of
    different events; 0 means no sign.
    """

    shared_names: tuple[str, ...]
    missing_names: tuple[str, ...]
    rival_names: tuple[str, ...]
    overlap: float
    own_overlap: float
    document_overlap: float
    quantity: QuantityMatch | None
    missing_numbers: tuple[Quantity, ...]
    time: TimeRelation
    evidence_time: TimeInterval | None
    claim_time: TimeInterval | None
    negation_differs: bool
    opposites: tuple[tuple[str, str], ...]
    same_statement: bool
    different_event: float


def align(evidence: Claim, claim: Claim, surroundings: str = "", document: str = "") -> Alignment:
    """Compare a stored claim with the claim under check.

    `surroundings` is other text that the evidence may refer to (its document's title); the
    evidence's own context is always counted in. `document` is what is known of the rest of its document.
    """
    wording, claim_wording = read_wording(evidence.text), read_wording(claim.text)
    around = f"{evidence.context} {surroundings}".strip()
    stems = claim_wording.stems
    own = len(stems & wording.stems) / len(stems) if stems else 0.0
    nearby = len(stems & (wording.stems | read_wording(around).stems)) / len(stems) if stems else 0.0
    known = stems & (wording.stems | read_wording(around).stems | read_wording(document).stems)
    shared, missing, rivals = _compare_names(evidence.text, around, claim.text)
    quantity, missing_numbers = _compare_quantities(evidence, claim)
    time = _compare_times(evidence.time, claim.time)
    return Alignment(
        shared_names=tuple(name.text for name in shared),
        missing_names=tuple(name.text for name in missing),
        rival_names=tuple(name.text for name in rivals),
        overlap=nearby,
        own_overlap=own,
        document_overlap=len(known) / len(stems) if stems else 0.0,
        quantity=quantity,
        missing_numbers=missing_numbers,
        time=time,
        evidence_time=evidence.time,
        claim_time=claim.time,
        negation_differs=bool(wording.negators) != bool(claim_wording.negators),
        opposites=find_opposites(wording, claim_wording),
        same_statement=are_copies(evidence.text, claim.text),
        different_event=_different_event(len(missing), bool(shared), nearby, time),
    )


def are_copies(first: str, second: str) -> bool:
    """Whether one text repeats the other: at least 0.8 of their word triples are shared."""
    return jaccard(read_wording(first).shingles, read_wording(second).shingles) >= _COPY


@lru_cache(maxsize=16384)
def _names(text: str) -> tuple[Name, ...]:
    return find_names(text)


def _compare_names(evidence: str, around: str, claim: str) -> tuple[list[Name], list[Name], list[Name]]:
    """(shared, missing, rival) names, seen from the claim; only certain names can be missing or rivals."""
    own, near = _names(evidence), _names(around)
    words = read_wording(f"{evidence} {around}").all_stems
    shared: list[Name] = []
    missing: list[Name] = []
    for name in _names(claim):
        if any(same_name(name, other) for other in own + near):
            shared.append(name)
        elif name.certain and not _mentioned(name, own + near, words):
            missing.append(name)
    rivals = [
        other
        for other in own
        if other.certain
        and not any(same_name(other, name) for name in _names(claim))
        and any(_could_replace(other, name) for name in missing)
    ]
    return shared, missing, rivals


def _mentioned(name: Name, others: tuple[Name, ...], stems: Collection[str]) -> bool:
    """Whether the last word of a name turns up in any form, if only in lower case or inside a longer name."""
    last = name.words[-1]
    return last in stems or any(same_word(last, fold(word)) for other in others for word in other.words)


def _could_replace(other: Name, name: Name) -> bool:
    kinds = {other.kind, name.kind}
    return len(kinds) == 1 or NameKind.UNKNOWN in kinds


def _compare_quantities(evidence: Claim, claim: Claim) -> tuple[QuantityMatch | None, tuple[Quantity, ...]]:
    """The decisive match and the claim's quantities without a comparable one."""
    decisive: QuantityMatch | None = None
    missing: list[Quantity] = []
    for quantity in claim.quantities:
        best = _best_match(evidence, claim, quantity)
        if best is None:
            missing.append(quantity)
        elif decisive is None or _RANK[best.relation] < _RANK[decisive.relation]:
            decisive = best
    return decisive, tuple(missing)


def _best_match(evidence: Claim, claim: Claim, quantity: Quantity) -> QuantityMatch | None:
    """The evidence's quantity that comes nearest to agreeing with the claim's."""
    matches: list[QuantityMatch] = []
    for other in evidence.quantities:
        relation = _compare_in_place(evidence.text, other, claim.text, quantity)
        if relation is not QuantityRelation.INCOMPARABLE:
            text = f"{describe(other)} against {describe(quantity)}"
            matches.append(QuantityMatch(relation, other, quantity, text))
    if not matches:
        return None
    best = max(matches, key=lambda match: _RANK[match.relation])
    if best.relation is QuantityRelation.EXCLUDES and not _truly_excludes(evidence, claim, best, len(matches)):
        return None
    return best


def _truly_excludes(evidence: Claim, claim: Claim, match: QuantityMatch, comparable: int) -> bool:
    """Whether two numbers that differ tell of the same thing: not of a part, a later count or another predicate."""
    other, quantity = match.evidence, match.claim
    if _stated(evidence.text, quantity) or _may_be_update(evidence, claim, match):
        return False
    if "part" in (other.scope, quantity.scope) or _is_definite(evidence.text, other) != _is_definite(
        claim.text, quantity
    ):
        return False
    around_claim = _words_around(claim.text, quantity)
    shared = len(around_claim & _words_around(evidence.text, other)) / len(around_claim) if around_claim else 1.0
    if quantity.counted in FAMILY_NAMES and not quantity.unit:
        return shared >= _NEAR_FAMILY
    return comparable == 1 and shared >= _NEAR_OTHER


def _stated(text: str, quantity: Quantity) -> bool:
    """Whether the number itself stands in the text, whatever it counts there."""
    return any(number.value in (quantity.low, quantity.high) for number in _numbers(text))


@lru_cache(maxsize=16384)
def _numbers(text: str) -> tuple[Number, ...]:
    return tuple(find_numbers(tokenize(text)))


def _may_be_update(evidence: Claim, claim: Claim, match: QuantityMatch) -> bool:
    """Whether the larger count may simply be the later one: counts grow from report to report."""
    claim_larger = (match.claim.low or 0.0) > (match.evidence.low or 0.0)
    if evidence.time is not None and claim.time is not None and evidence.time.end != claim.time.end:
        return claim_larger == (claim.time.end > evidence.time.end)
    return claim_larger and bool(_PROVISIONAL.search(evidence.text) or _PROVISIONAL.search(claim.text))


def _is_definite(text: str, quantity: Quantity) -> bool:
    """'the 61 people', 'all 22 hostages': a known whole of which something else is told."""
    before = text[: max(0, text.find(quantity.text))].split()
    return bool(before) and before[-1].lower() in _DEFINITE


@lru_cache(maxsize=16384)
def _words_around(text: str, quantity: Quantity) -> frozenset[str]:
    """Content stems of at most eight words on each side of a quantity, within its clause."""
    at = text.find(quantity.text)
    left, right = text[max(0, at - 200) : max(0, at)], text[at + len(quantity.text) : at + len(quantity.text) + 200]
    words = _CLAUSE_END.split(left)[-1].split()[-8:] + _CLAUSE_END.split(right)[0].split()[:8]
    return frozenset(word for word in read_wording(" ".join(words)).stems if not word.isdigit())


def _compare_in_place(evidence_text: str, other: Quantity, claim_text: str, quantity: Quantity) -> QuantityRelation:
    """Compare; a scope named by one side alone is dropped where the other side's sentence names it too."""
    if bool(other.scope) != bool(quantity.scope) and "part" not in (other.scope, quantity.scope):
        scope, text = (other.scope, claim_text) if other.scope else (quantity.scope, evidence_text)
        if read_wording(scope).stems <= read_wording(text).all_stems.keys():
            other, quantity = replace(other, scope=""), replace(quantity, scope="")
    return compare(other, quantity)


def _compare_times(evidence: TimeInterval | None, claim: TimeInterval | None) -> TimeRelation:
    if evidence is None or claim is None:
        return TimeRelation.UNKNOWN
    overlap = evidence.start < claim.end and claim.start < evidence.end
    return TimeRelation.OVERLAP if overlap else TimeRelation.DISJOINT


def _different_event(missing: int, shared: bool, overlap: float, time: TimeRelation) -> float:
    """Independent signs added as chances: names missing, few words in common, times apart."""
    signs = (
        0.0 if not missing else 0.8 if missing > 1 else 0.4 if shared else 0.55,
        min(0.8, max(0.0, 2.6 * (0.35 - overlap))),
        0.2 if time is TimeRelation.DISJOINT else 0.0,
    )
    same = 1.0
    for sign in signs:
        same *= 1.0 - sign
    return 1.0 - same
