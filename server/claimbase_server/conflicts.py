"""Contradictions inside the base, found as a document comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from claimbase_server.align import Alignment, align
from claimbase_server.batcher import Batcher, await_scores
from claimbase_server.call import Call
from claimbase_server.extract.comparison import QuantityRelation
from claimbase_server.judge import Judge, PairScores, pairs_of
from claimbase_server.store.base import ConflictDraft, Store
from claimbase_server.types import (
    Candidate,
    Claim,
    ConflictKind,
    Document,
    Evidence,
    Pair,
    ReasonType,
    Relation,
    Source,
)

_NEIGHBOURS = 6  # stored claims looked at for each new one: the cost of a document does not grow with the base
_INSIDE = 2  # claims of the same document looked at for each
_LEAST_OVERLAP = 0.2
_CONFIDENT = 0.4
_LATER = timedelta(hours=6)  # a higher figure published that much later is an update, not a conflict
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


class ConflictFinder:
    """Sets the claims of a new document against their nearest neighbours in the base and among themselves."""

    def __init__(self, store: Store, batcher: Batcher, judge: Judge) -> None:
        self._store = store
        self._batcher = batcher
        self._judge = judge

    def find(
        self, collection: str, document: Document, claims: Sequence[Claim], vectors: NDArray[np.float32], call: Call
    ) -> list[ConflictDraft]:
        """The conflicts of a document about to be stored; `vectors` (n, d) embeds its claims."""
        couples = [
            (new, other)
            for new, other in self._couples(collection, document, claims, vectors)
            if _comparable(new.claim, other)
        ]
        pairs: list[Pair] = []
        spans: list[tuple[slice, slice]] = []
        for new, other in couples:
            there, back = pairs_of(other.claim, new.claim), pairs_of(new.claim, other.claim)
            middle = len(pairs) + len(there)
            spans.append((slice(len(pairs), middle), slice(middle, middle + len(back))))
            pairs += [*there, *back]
        if not pairs:
            return []
        scored = await_scores(self._batcher.submit_pairs(pairs, call), call).probabilities
        drafts = []
        for (new, other), (there_span, back_span) in zip(couples, spans, strict=True):
            there_evidence = self._weigh(other, new, PairScores(*scored[there_span]))
            back_evidence = self._weigh(new, other, PairScores(*scored[back_span]))
            draft = _draft(new, other, there_evidence, back_evidence)
            if draft:
                drafts.append(draft)
        return drafts

    def _couples(
        self, collection: str, document: Document, claims: Sequence[Claim], vectors: NDArray[np.float32]
    ) -> list[tuple[Candidate, Candidate]]:
        source = Source(document.id, document.title, document.publisher, document.url, document.publish_time)
        new = [Candidate(claim, source, 1.0) for claim in claims]
        nearness = vectors @ vectors.T
        couples = []
        for i, candidate in enumerate(new):
            earlier = sorted(range(i), key=lambda j: -nearness[i, j])[:_INSIDE]
            couples += [(candidate, new[j]) for j in earlier]
            rows = self._store.search_vector(collection, vectors[i], _NEIGHBOURS)
            stored = (other for _, other in self._store.get_claims(collection, rows))
            couples += [(candidate, other) for other in stored if other.claim.document_id != document.id]
        return couples

    def _weigh(self, evidence: Candidate, claim: Candidate, scores: PairScores) -> Evidence:
        alignment = align(evidence.claim, claim.claim, f"{evidence.source.title} {claim.claim.context}")
        return self._judge.weigh(evidence, claim.claim, alignment, scores)


def _comparable(claim: Claim, other: Candidate) -> bool:
    """Whether two claims share enough to contradict each other at all."""
    alignment = align(other.claim, claim, other.source.title)
    return not alignment.same_statement and (alignment.own_overlap >= _LEAST_OVERLAP or alignment.quantity is not None)


def _draft(new: Candidate, other: Candidate, there: Evidence, back: Evidence) -> ConflictDraft | None:
    contradictions = [e for e in (there, back) if e.relation is Relation.CONTRADICTS]
    if not contradictions or any(e.relation is Relation.SUPPORTS for e in (there, back)):
        return None
    best = max(contradictions, key=lambda e: e.strength)
    confidence = sum(e.strength for e in contradictions) / 2
    alignment = align(other.claim, new.claim, other.source.title)
    if confidence < _CONFIDENT or is_update(new, other, alignment):
        return None
    reason = best.reasons[0]
    kind = _KINDS.get(reason.type, ConflictKind.OTHER)
    return ConflictDraft(other.claim.id, new.claim.id, kind, confidence, reason.text)


def is_update(new: Candidate, other: Candidate, alignment: Alignment) -> bool:
    """Whether the two figures differ because a count grew from one report's day to the other's."""
    match = alignment.quantity
    times = new.source.publish_time, other.source.publish_time
    if match is None or match.relation is not QuantityRelation.EXCLUDES or not times[0] or not times[1]:
        return False
    if abs(times[0] - times[1]) < _LATER:
        return False
    earlier, later = (match.evidence, match.claim) if times[1] < times[0] else (match.claim, match.evidence)
    return (earlier.low or 0.0) < (later.low or 0.0)
