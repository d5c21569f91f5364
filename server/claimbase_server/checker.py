"""One check from claim to verdict: retrieve, score, judge, decide."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from itertools import combinations

from claimbase_server.align import align
from claimbase_server.batcher import Batcher, await_scores
from claimbase_server.call import Call
from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.judge import Judge, PairScores, pairs_of
from claimbase_server.retrieve import Retriever
from claimbase_server.store.base import Store
from claimbase_server.types import Candidate, CheckResult, Claim, Document, Evidence, Pair, Relation, Timings
from claimbase_server.updates import mark_updates
from claimbase_server.verdict import count_sources, decide, order_evidence, restore_rebutted

CANDIDATES = 20  # stored claims set against each claim under check
_JOINED = 3  # best candidates that are also read two at a time
_JOINT_STRENGTH = 0.55  # two sentences that decide together must do so clearly: chance couples are many
_AT_ONCE = 8  # claims of a batch in flight together, so that the batcher sees full batches


class Checker:
    """Checks claims against a collection; thread-safe."""

    def __init__(self, store: Store, retriever: Retriever, batcher: Batcher, judge: Judge, model_revision: str) -> None:
        self._store = store
        self._retriever = retriever
        self._batcher = batcher
        self._judge = judge
        self._model_revision = model_revision

    def check(self, collection: str, text: str, call: Call) -> CheckResult:
        """The verdict on one claim; UnknownCollection, CallGone or a batcher error where it cannot be had."""
        with call.observer.stage("check"):
            return self._check(collection, text, call)

    def _check(self, collection: str, text: str, call: Call) -> CheckResult:
        started = time.perf_counter()
        revision = self._store.revision(collection)
        claim = read_claim(text)
        candidates = self._retriever.candidates(collection, text, CANDIDATES, call)
        retrieved = time.perf_counter()
        documents = known_documents(candidates)
        evidence, queue, infer = self._weigh(candidates, documents, claim, call)
        if all(piece.relation is Relation.NEUTRAL for piece in evidence):
            joint, more_queue, more_infer = self._weigh_together(candidates, documents, evidence, claim, call)
            evidence = _replace_joint(evidence, joint)
            queue, infer = queue + more_queue, infer + more_infer
        with call.observer.stage("judge"):
            evidence = mark_updates(claim, restore_rebutted(evidence))
            decision = decide(claim, evidence)
        total = time.perf_counter() - started
        retrieve = retrieved - started
        return CheckResult(
            claim=text,
            verdict=decision.verdict,
            confidence=self._judge.confidence_in(decision.verdict, decision.strength),
            disputed=decision.disputed,
            evidence=order_evidence(claim, evidence),
            supporting_sources=count_sources(evidence, Relation.SUPPORTS),
            contradicting_sources=count_sources(evidence, Relation.CONTRADICTS),
            summary=decision.summary,
            model_revision=self._model_revision,
            base_revision=revision,
            timings=Timings(retrieve, queue, infer, max(0.0, total - retrieve - queue - infer), total),
        )

    def check_many(self, collection: str, texts: Sequence[str], call: Call) -> list[CheckResult]:
        """The verdicts on several claims, in their order."""
        if len(texts) == 1:
            return [self.check(collection, texts[0], call)]
        with ThreadPoolExecutor(min(_AT_ONCE, max(1, len(texts))), "check") as pool:
            # Each in its own copy of the context, by which observers and log lines know whose work it is.
            contexts = [copy_context() for _ in texts]
            return list(pool.map(lambda own, text: own.run(self.check, collection, text, call), contexts, texts))

    def check_text(self, collection: str, text: str, call: Call) -> Iterator[tuple[Claim, CheckResult]]:
        """Each claim of a text with its verdict, in reading order, as soon as it is judged."""
        for claim in extract_claims(Document(id="", text=text)):
            call.check()
            yield claim, self.check(collection, claim.text, call)

    def _weigh(
        self, candidates: Sequence[Candidate], documents: Mapping[str, str], claim: Claim, call: Call
    ) -> tuple[list[Evidence], float, float]:
        """Evidence in the order of the candidates, with the seconds spent queueing and inferring."""
        if not candidates:
            return [], 0.0, 0.0
        pairs_each = [pairs_of(candidate.claim, claim) for candidate in candidates]
        pairs: list[Pair] = [pair for some in pairs_each for pair in some]
        scored = await_scores(self._batcher.submit_pairs(pairs, call), call)
        probabilities = iter(scored.probabilities)
        evidence = []
        with call.observer.stage("judge"):
            for candidate, some in zip(candidates, pairs_each, strict=True):
                scores = PairScores(next(probabilities), next(probabilities) if len(some) == 2 else None)
                document = documents[candidate.source.document_id]
                alignment = align(candidate.claim, claim, candidate.source.title, document)
                evidence.append(self._judge.weigh(candidate, claim, alignment, scores))
        return evidence, scored.queue_seconds, scored.infer_seconds

    def _weigh_together(
        self,
        candidates: Sequence[Candidate],
        documents: Mapping[str, str],
        evidence: Sequence[Evidence],
        claim: Claim,
        call: Call,
    ) -> tuple[list[tuple[Candidate, Candidate, Evidence]], float, float]:
        """The most telling candidates read two at a time, for claims that need both."""
        telling = sorted(range(len(candidates)), key=lambda i: evidence[i].probabilities.neutral)[:_JOINED]
        couples = [_in_reading_order(candidates[i], candidates[j]) for i, j in combinations(telling, 2)]
        joined = [_join(first, second) for first, second in couples]
        weighed, queue, infer = self._weigh(joined, documents, claim, call)
        found = [
            (first, second, piece)
            for (first, second), piece in zip(couples, weighed, strict=True)
            if piece.relation is not Relation.NEUTRAL and piece.strength >= _JOINT_STRENGTH
        ]
        return found, queue, infer


def known_documents(candidates: Sequence[Candidate]) -> dict[str, str]:
    """For each document's id all that the candidates tell of it: its title and the stored claims among them."""
    told: dict[str, list[str]] = {}
    for candidate in candidates:
        told.setdefault(candidate.source.document_id, [candidate.source.title]).append(candidate.claim.text)
    return {document: " ".join(dict.fromkeys(texts)) for document, texts in told.items()}


def _in_reading_order(first: Candidate, second: Candidate) -> tuple[Candidate, Candidate]:
    if first.claim.document_id == second.claim.document_id:
        return (first, second) if first.claim.start <= second.claim.start else (second, first)
    times = first.source.publish_time, second.source.publish_time
    return (second, first) if times[0] and times[1] and times[1] < times[0] else (first, second)


def _join(first: Candidate, second: Candidate) -> Candidate:
    """Two stored claims as one premise."""
    a, b = first.claim, second.claim
    text = f"{a.text} {b.context} {b.text}" if b.context and a.text not in b.context else f"{a.text} {b.text}"
    claim = replace(a, text=text, proposition=text, quantities=a.quantities + b.quantities, time=a.time or b.time)
    return replace(first, claim=claim)


def _replace_joint(
    evidence: Sequence[Evidence], joint: Sequence[tuple[Candidate, Candidate, Evidence]]
) -> list[Evidence]:
    """Both sentences of the best joint piece, cited one by one, in place of their neutral selves."""
    if not joint:
        return list(evidence)
    first, second, best = max(joint, key=lambda found: found[2].strength)
    ids = {first.claim.id, second.claim.id}
    return [
        replace(piece, relation=best.relation, strength=best.strength, reasons=best.reasons)
        if piece.claim.id in ids
        else piece
        for piece in evidence
    ]
