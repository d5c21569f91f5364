"""The only queue in front of the models: batches form while the model is busy, and every future resolves."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from claimbase_models.protocols import Embedder, Encoded, Scorer
from claimbase_server.call import Call, CallGone, await_result
from claimbase_server.types import Pair, Probabilities

TOKEN_BUDGET = 4096  # of a batch, in all; a larger one keeps those who come next waiting longer
CACHED_RESULTS = 20_000  # of each lane; about 20 MB of pairs and 40 MB of vectors
STALLED_SECONDS = 120.0  # no sound batch takes that long
_HEALTH_SECONDS = 10.0  # that the models are given to show that they work again
_CLOSE_SECONDS = 30.0
_log = logging.getLogger(__name__)

Row = NDArray[np.float32]
Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")


class BatcherClosed(Exception):
    """The batcher is shut down; nothing more is computed."""


class ModelFailed(Exception):
    """The model could not compute these entries; the cause says why."""


@dataclass(frozen=True)
class ScoredPairs:
    """Probabilities in the order of the pairs, and the seconds they waited and were computed."""

    probabilities: tuple[Probabilities, ...]
    submitted: float  # time.monotonic()
    queue_seconds: float
    infer_seconds: float


@dataclass(frozen=True)
class EmbeddedTexts:
    """Unit vectors (n, dimensions) in the order of the texts, and the seconds they waited and were computed."""

    vectors: NDArray[np.float32]
    submitted: float  # time.monotonic()
    queue_seconds: float
    infer_seconds: float


@dataclass(frozen=True)
class LaneStats:
    """Counts of one model's work since the start, and what waits for it now."""

    queued: int = 0  # entries that wait
    batches: int = 0
    entries: int = 0  # computed
    tokens: int = 0  # computed, without padding
    seconds: float = 0.0  # that the model computed
    dropped: int = 0  # entries whose callers went away before they were computed
    cache_hits: int = 0
    failed_batches: int = 0  # in whole or in part


@dataclass(frozen=True)
class BatcherStats:
    """The work of the scorer and that of the embedder."""

    pairs: LaneStats
    texts: LaneStats


@dataclass(eq=False)
class _Request:
    """One submit: rows arrive one by one, the future resolves with the last."""

    call: Call
    future: Future[Any]
    rows: list[Row | None]
    missing: int
    assemble: Callable[[list[Row | None], float, float, float], object]
    submitted: float = field(default_factory=time.monotonic)
    infer_seconds: float = 0.0

    _settled: bool = False
    _settling: threading.Lock = field(default_factory=threading.Lock)

    @property
    def gone(self) -> bool:
        return self._settled or self.future.cancelled() or self.call.gone

    def finish(self) -> None:
        waited = time.monotonic() - self.submitted - self.infer_seconds
        if self._settle():
            self.future.set_result(self.assemble(self.rows, self.submitted, max(0.0, waited), self.infer_seconds))

    def fail(self, error: Exception) -> None:
        if self._settle():
            self.future.set_exception(error)

    def _settle(self) -> bool:
        """Claim the future; False if it was claimed before or the caller cancelled it, who is then told so."""
        with self._settling:
            if self._settled:
                return False
            self._settled = True
        return self.future.set_running_or_notify_cancel()


@dataclass(eq=False)
class _Entry:
    """One text or pair to compute, once for all the requests that wait for it."""

    key: Hashable
    encoded: Encoded
    submitted: float
    waiters: list[tuple[_Request, int]]  # and the place in the request that its row fills

    @property
    def gone(self) -> bool:
        return all(request.gone for request, _ in self.waiters)


class _Lane(Generic[Key]):
    """What waits for one model, with a cache of its latest results. Its users hold the batcher's lock."""

    def __init__(
        self,
        encode: Callable[[Sequence[Key]], list[Encoded]],
        compute: Callable[[Sequence[Encoded]], Row],
        width: int,
        cached_results: int,
    ) -> None:
        self.encode = encode
        self._compute = compute
        self._width = width  # numbers in a row of results
        self.waiting: deque[_Entry] = deque()  # oldest first
        self.unresolved: dict[Hashable, _Entry] = {}  # waiting or being computed
        self._cache: OrderedDict[Hashable, Row] = OrderedDict()
        self._cached_results = cached_results
        self.counts = LaneStats()
        self.failing = False  # the latest batch failed in whole or in part

    def count(self, **more: float) -> None:
        """Add to the named counts."""
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + n for name, n in more.items()})

    def stats(self) -> LaneStats:
        return replace(self.counts, queued=len(self.waiting))

    def compute(self, batch: Sequence[_Entry]) -> Row:
        """One forward pass; raises ValueError if its result has not one row for each entry."""
        rows = self._compute([entry.encoded for entry in batch])
        if rows.shape != (len(batch), self._width):
            raise ValueError(f"the model gave {rows.shape}, not {(len(batch), self._width)}")
        return rows

    def cached(self, key: Hashable) -> Row | None:
        row = self._cache.get(key)
        if row is not None:
            self._cache.move_to_end(key)
        return row

    def remember(self, key: Hashable, row: Row) -> None:
        self._cache[key] = row
        self._cache.move_to_end(key)
        if len(self._cache) > self._cached_results:
            self._cache.popitem(last=False)

    def join(self, request: _Request, place: int, key: Hashable, encoded: Encoded) -> None:
        """Have the request wait for this key, queued anew unless somebody waits for it already."""
        entry = self.unresolved.get(key)
        if entry is None:
            entry = _Entry(key, encoded, request.submitted, [])
            self.unresolved[key] = entry
            self.waiting.append(entry)
        entry.waiters.append((request, place))

    def drop_gone(self) -> list[_Entry]:
        """Take out the entries that nobody waits for any more."""
        gone = [entry for entry in self.waiting if entry.gone]
        if gone:
            self.waiting = deque(entry for entry in self.waiting if not entry.gone)
            for entry in gone:
                del self.unresolved[entry.key]
            self.count(dropped=len(gone))
        return gone

    def take(self, token_budget: int) -> list[_Entry]:
        """The oldest entries within the budget, one at least; what lengths suit each other is the model's affair."""
        batch = [self.waiting.popleft()]
        tokens = len(batch[0].encoded)
        while self.waiting and tokens + len(self.waiting[0].encoded) <= token_budget:
            batch.append(self.waiting.popleft())
            tokens += len(batch[-1].encoded)
        return batch

    def clear(self) -> list[_Entry]:
        """Take out everything, also what is being computed."""
        entries = list(self.unresolved.values())
        self.waiting.clear()
        self.unresolved.clear()
        return entries


class Batcher:
    """Gathers pairs and texts of all callers into batches for the models; one worker thread computes.

    There is no wait timer: whatever has come in while the model was busy is the next batch. Tokenising is done
    in the submitter's thread. Identical entries are computed once, and the latest results are kept.
    """

    def __init__(
        self,
        scorer: Scorer,
        embedder: Embedder,
        token_budget: int = TOKEN_BUDGET,
        cached_results: int = CACHED_RESULTS,
    ) -> None:
        self._token_budget = token_budget
        self._scorer_revision = scorer.info.revision
        self._embedder_revision = embedder.info.revision
        self._no_vectors = np.empty((0, embedder.dimensions), dtype=np.float32)
        self._pairs = _Lane[tuple[str, str]](
            scorer.encode, scorer.score_encoded, len(fields(Probabilities)), cached_results
        )
        self._texts = _Lane[str](embedder.encode, embedder.embed_encoded, embedder.dimensions, cached_results)
        self._changed = threading.Condition()
        self._closed: BatcherClosed | None = None
        self._computing_since: float | None = None  # time.monotonic() at which the batch under way was begun
        self._worker = threading.Thread(target=self._work, name="batcher", daemon=True)
        self._worker.start()

    def submit_pairs(self, pairs: Sequence[Pair], call: Call) -> Future[ScoredPairs]:
        """Probabilities of each pair; raises TextTooLong or BatcherClosed, the future ModelFailed and CallGone too."""
        future: Future[ScoredPairs] = Future()
        texts = [(pair.premise, pair.hypothesis) for pair in pairs]
        self._submit(self._pairs, self._scorer_revision, texts, call, future, _scored_pairs)
        return future

    def submit_texts(self, texts: Sequence[str], call: Call) -> Future[EmbeddedTexts]:
        """Vectors of each text; raises BatcherClosed, the future ModelFailed and CallGone too."""
        future: Future[EmbeddedTexts] = Future()

        def assemble(rows: list[Row | None], submitted: float, queued: float, inferred: float) -> EmbeddedTexts:
            vectors = np.stack([row for row in rows if row is not None]) if rows else self._no_vectors
            return EmbeddedTexts(vectors, submitted, queued, inferred)

        self._submit(self._texts, self._embedder_revision, list(texts), call, future, assemble)
        return future

    def check_health(self) -> None:
        """Return if submitted work will be computed; raises BatcherClosed, which is for good, ModelFailed or CallGone.

        Callers' batches tell it. After one that failed the models compute a pair and a text of our own: it may have
        been the input's fault, and a server that nobody calls any more must find out by itself that it works again.
        """
        with self._changed:
            self._check_open()
            started = self._computing_since
            failing = self._pairs.failing or self._texts.failing
        if started is not None and time.monotonic() - started > STALLED_SECONDS:
            raise ModelFailed(f"the model has been computing one batch for over {STALLED_SECONDS:.0f} seconds")
        if failing:
            call = Call(_HEALTH_SECONDS)
            words = f"Are you well at {time.monotonic_ns()}?"  # never in the cache
            pair, text = self.submit_pairs([Pair(words, words)], call), self.submit_texts([words], call)
            await_result(pair, call)
            await_result(text, call)

    def stats(self) -> BatcherStats:
        """A consistent snapshot of the counters."""
        with self._changed:
            return BatcherStats(self._pairs.stats(), self._texts.stats())

    def close(self) -> None:
        """Finish the batch under way and fail all that waits with BatcherClosed; may be called again."""
        self._shut(BatcherClosed("the batcher is closed"), waiting_only=True)
        if threading.current_thread() is not self._worker:
            self._worker.join(_CLOSE_SECONDS)
        self._shut(BatcherClosed("the batcher was closed while the model was computing"))

    def _submit(
        self,
        lane: _Lane[Key],
        revision: str,
        items: list[Key],
        call: Call,
        future: Future[Any],
        assemble: Callable[[list[Row | None], float, float, float], object],
    ) -> None:
        keys = [(revision, item) for item in items]
        request = _Request(call, future, [None] * len(items), len(items), assemble)
        with self._changed:
            self._check_open()
            absent = self._fill_from_cache(lane, request, keys, range(len(items)))
        encoded = dict(zip(absent, lane.encode([items[place] for place in absent]), strict=True)) if absent else {}
        request.submitted = time.monotonic()
        with self._changed:
            self._check_open()
            for place in self._fill_from_cache(lane, request, keys, absent):
                lane.join(request, place, keys[place], encoded[place])
            self._changed.notify()
            complete = request.missing == 0
        if complete:
            request.finish()

    def _fill_from_cache(
        self, lane: _Lane[Any], request: _Request, keys: Sequence[Hashable], places: Sequence[int]
    ) -> list[int]:
        """Fill these places with results at hand; returns those that must be computed."""
        absent = []
        for place in places:
            row = lane.cached(keys[place])
            if row is None:
                absent.append(place)
            else:
                request.rows[place] = row
                request.missing -= 1
        lane.count(cache_hits=len(places) - len(absent))
        return absent

    def _check_open(self) -> None:
        if self._closed is not None:
            raise BatcherClosed(str(self._closed)) from self._closed

    def _work(self) -> None:
        """The worker thread: batch after batch until the batcher closes."""
        try:
            while (next_batch := self._next_batch()) is not None:
                self._compute(*next_batch)
        except BaseException as error:
            _log.exception("the batcher's worker died")
            died = BatcherClosed(f"the batcher's worker died: {error!r}")
            died.__cause__ = error
            self._shut(died)

    def _next_batch(self) -> tuple[_Lane[Any], list[_Entry]] | None:
        """Wait for work; None once the batcher is closed."""
        while True:
            with self._changed:
                self._computing_since = None
                while self._closed is None and not (self._pairs.waiting or self._texts.waiting):
                    self._changed.wait()
                if self._closed is not None:
                    return None
                gone = self._pairs.drop_gone() + self._texts.drop_gone()
                lanes = [lane for lane in (self._pairs, self._texts) if lane.waiting]
                lane: _Lane[Any] | None = min(lanes, key=lambda one: one.waiting[0].submitted, default=None)
                batch = lane.take(self._token_budget) if lane is not None else []
                self._computing_since = time.monotonic() if lane is not None else None
            for request in _requests(gone):
                request.fail(CallGone("the caller cancelled or its deadline passed"))
            if lane is not None:
                return lane, batch

    def _compute(self, lane: _Lane[Any], batch: list[_Entry]) -> None:
        """One forward pass, its rows or its failure handed to all that wait for them."""
        started = time.monotonic()
        try:
            rows = lane.compute(batch)
        except Exception as error:
            self._fail(lane, batch, error)
            return
        sound = [bool(np.isfinite(row).all()) for row in rows]
        results = [(entry, row.copy()) for entry, row, good in zip(batch, rows, sound, strict=True) if good]
        self._deliver(lane, results, time.monotonic() - started)
        if not all(sound):
            broken = [entry for entry, good in zip(batch, sound, strict=True) if not good]
            self._fail(lane, broken, ValueError("the model gave numbers that are not finite"))

    def _deliver(self, lane: _Lane[Any], results: list[tuple[_Entry, Row]], seconds: float) -> None:
        complete = []
        with self._changed:
            self._count(lane, [entry for entry, _ in results], seconds)
            for request in _requests([entry for entry, _ in results]):
                request.infer_seconds += seconds
            for entry, row in results:
                lane.unresolved.pop(entry.key, None)
                lane.remember(entry.key, row)
                for request, place in entry.waiters:
                    request.rows[place] = row
                    request.missing -= 1
                    if request.missing == 0:
                        complete.append(request)
        for request in complete:  # outside the lock: a future's callbacks run here and may submit again
            request.finish()

    def _fail(self, lane: _Lane[Any], batch: list[_Entry], cause: Exception) -> None:
        _log.error("the model failed on a batch of %d", len(batch), exc_info=cause)
        with self._changed:
            lane.failing = True
            lane.count(failed_batches=1)
            for entry in batch:
                lane.unresolved.pop(entry.key, None)
            requests = _requests(batch)
        for request in requests:
            failed = ModelFailed(f"the model failed: {cause}")
            failed.__cause__ = cause
            request.fail(failed)

    def _shut(self, reason: BatcherClosed, waiting_only: bool = False) -> None:
        """Accept nothing more and fail what is unresolved, or only what the worker has not begun."""
        with self._changed:
            self._closed = self._closed or reason
            entries: list[_Entry] = []
            for lane in (self._pairs, self._texts):
                if waiting_only:
                    entries += lane.waiting
                    for entry in lane.waiting:
                        del lane.unresolved[entry.key]
                    lane.waiting.clear()
                else:
                    entries += lane.clear()
            self._changed.notify_all()
        for request in _requests(entries):
            request.fail(reason)

    def _count(self, lane: _Lane[Any], batch: list[_Entry], seconds: float) -> None:
        tokens = sum(len(entry.encoded) for entry in batch)
        lane.count(batches=1, entries=len(batch), tokens=tokens, seconds=seconds)
        lane.failing = False


def _requests(entries: Sequence[_Entry]) -> list[_Request]:
    """The requests that wait for any of the entries, each once."""
    return list({id(request): request for entry in entries for request, _ in entry.waiters}.values())


def _scored_pairs(rows: list[Row | None], submitted: float, queued: float, inferred: float) -> ScoredPairs:
    probabilities = tuple(Probabilities(*map(float, row)) for row in rows if row is not None)
    return ScoredPairs(probabilities, submitted, queued, inferred)


def await_scores(future: Future[ScoredPairs], call: Call) -> ScoredPairs:
    """The result; the call's observer learns how long the pairs waited and were computed.

    Where the pairs took several batches with others between them, all the waiting is told as if it had come first.
    """
    scored = await_result(future, call)
    call.observer.finished("queue", scored.submitted, scored.queue_seconds)
    call.observer.finished("infer", scored.submitted + scored.queue_seconds, scored.infer_seconds)
    return scored


def await_vectors(future: Future[EmbeddedTexts], call: Call) -> NDArray[np.float32]:
    """The vectors (n, dimensions); the call's observer learns how long they took, with their wait for the model."""
    embedded = await_result(future, call)
    call.observer.finished("embed", embedded.submitted, embedded.queue_seconds + embedded.infer_seconds)
    return embedded.vectors
