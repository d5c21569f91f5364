"""Contradictions inside the base, found as a document comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from claimbase_server.align import Alignment, align
from claimbase_server.batcher import Batcher, await_scores
from claimbase_server.call import Call
from claimbase_server.features import Reading, read_conflict_features
from claimbase_server.judge import ConflictJudge, PairScores, contradicting_reasons, pairs_of, with_stance
from claimbase_server.store.base import ConflictDraft, Store
from claimbase_server.types import (
    Candidate,
    Claim,
    ConflictKind,
    Document,
    Pair,
    Reason,
    ReasonType,
    Source,
)
from claimbase_server.updates import LATER, grew

NEIGHBOURS = 6  # stored claims looked at for each new one: the cost of a document does not grow with the base
_INSIDE = 2  # claims of the same document looked at for each
_LEAST_OVERLAP = 0.1
_KINDS = {
    ReasonType.DENIAL: ConflictKind.DENIAL,
    ReasonType.DEBUNK: ConflictKind.DENIAL,
    ReasonType.QUANTITY: ConflictKind.QUANTITY,
    ReasonType.IDENTITY: ConflictKind.IDENTITY,
    ReasonType.TIME: ConflictKind.TIME,
    ReasonType.PLACE: ConflictKind.PLACE,
    ReasonType.OUTCOME: ConflictKind.OUTCOME,
    ReasonType.NEGATION: ConflictKind.DENIAL,
}


@dataclass(frozen=True)
class Couple:
    """A new claim and a stored one that may conflict, each aligned with the other."""

    new: Candidate
    other: Candidate
    there: Alignment  # of the stored claim, as evidence, with the new one
    back: Alignment

    @property
    def pairs(self) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """What the scorer must read, in either direction."""
        new, other = self.new.claim, self.other.claim
        return pairs_of(other, new), pairs_of(new, other)

    def features(self, there: PairScores, back: PairScores) -> tuple[float, ...]:
        """The values of CONFLICT_FEATURES."""
        new, other = self.new.claim, self.other.claim
        return read_conflict_features(
            Reading(other, new, self.there, with_stance(other, there)),
            Reading(new, other, self.back, with_stance(new, back)),
            is_update(self.new, self.other, self.there),
        )

    def reason(self, there: PairScores, back: PairScores) -> Reason:
        """The most telling reason, seen from the direction that contradicts more."""
        from_there = (
            with_stance(self.other.claim, there).contradiction >= with_stance(self.new.claim, back).contradiction
        )
        told = (self.other.claim, self.there), (self.new.claim, self.back)
        reasons = [contradicting_reasons(*side)[0] for side in (told if from_there else reversed(told))]
        return next((reason for reason in reasons if reason.type is not ReasonType.OUTCOME), reasons[0])


def couple(new: Candidate, other: Candidate) -> Couple | None:
    """The two claims side by side; None where they share too little to contradict each other at all."""
    there = align(other.claim, new.claim, f"{other.source.title} {new.claim.context}")
    if there.same_statement or (there.own_overlap < _LEAST_OVERLAP and there.quantity is None):
        return None
    return Couple(new, other, there, align(new.claim, other.claim, f"{new.source.title} {other.claim.context}"))


class ConflictFinder:
    """Sets the claims of a new document against their nearest neighbours in the base and among themselves."""

    def __init__(self, store: Store, batcher: Batcher, judge: ConflictJudge) -> None:
        self._store = store
        self._batcher = batcher
        self._judge = judge

    def find(
        self, collection: str, document: Document, claims: Sequence[Claim], vectors: NDArray[np.float32], call: Call
    ) -> list[ConflictDraft]:
        """The conflicts of a document about to be stored; `vectors` (n, d) embeds its claims."""
        couples = list(self._couples(collection, document, claims, vectors))
        pairs = [pair for each in couples for direction in each.pairs for pair in direction]
        if not pairs:
            return []
        scored = iter(await_scores(self._batcher.submit_pairs(pairs, call), call).probabilities)
        drafts = []
        for each in couples:
            there, back = (PairScores(*(next(scored) for _ in direction)) for direction in each.pairs)
            probability = self._judge.probability(each.features(there, back))
            if probability >= self._judge.threshold:
                reason = each.reason(there, back)
                kind = _KINDS.get(reason.type, ConflictKind.OTHER)
                ids = each.other.claim.id, each.new.claim.id
                drafts.append(ConflictDraft(*ids, kind, probability, reason.text))
        return drafts

    def _couples(
        self, collection: str, document: Document, claims: Sequence[Claim], vectors: NDArray[np.float32]
    ) -> Iterator[Couple]:
        source = Source(document.id, document.title, document.publisher, document.url, document.publish_time)
        new = [Candidate(claim, source, 1.0) for claim in claims]
        nearness = vectors @ vectors.T
        for i, candidate in enumerate(new):
            inside = [new[j] for j in sorted(range(i), key=lambda j: -nearness[i, j])[:_INSIDE]]
            rows = self._store.search_vector(collection, vectors[i], NEIGHBOURS)
            stored = [other for _, other in self._store.get_claims(collection, rows)]
            for other in inside + [other for other in stored if other.claim.document_id != document.id]:
                if found := couple(candidate, other):
                    yield found


def is_update(new: Candidate, other: Candidate, alignment: Alignment) -> bool:
    """Whether the two figures differ because a count grew from one report's day to the other's."""
    match = alignment.quantity
    times = new.source.publish_time, other.source.publish_time
    if match is None or not times[0] or not times[1] or abs(times[0] - times[1]) < LATER:
        return False
    return grew(match.evidence, match.claim) if times[1] < times[0] else grew(match.claim, match.evidence)
