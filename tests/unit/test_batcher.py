"""Batches form while the model is busy; order, duplicates, budget, failure, cancellation and shutdown hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from claimbase_models.protocols import Encoded, ModelInfo, TextTooLong, Thresholds
from claimbase_server import batcher as batcher_module
from claimbase_server.batcher import Batcher, BatcherClosed, ModelFailed, await_scores, await_vectors
from claimbase_server.call import Call, CallGone, await_result
from claimbase_server.types import Pair

SECONDS = 30  # far more than anything here takes
INFO = ModelInfo("made here", "0" * 12, "0" * 64, ("entailment", "neutral", "contradiction"), 512, 1.0)


def expected(premise: str, hypothesis: str) -> tuple[float, float, float]:
    """Three numbers that tell any pair of these tests from any other."""
    return (len(premise) / 1024, len(hypothesis) / 1024, (sum(map(ord, premise + hypothesis)) % 4096) / 4096)


@dataclass
class Model:
    """A scorer and embedder that computes from the tokens it is given, and can be held at its door."""

    batches: list[list[int]] = field(default_factory=list)  # lengths of the entries of each batch
    open: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    failure: BaseException | None = None
    info: ModelInfo = INFO
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0.5, 0.5))
    dimensions: int = 2

    def __post_init__(self) -> None:
        self.open.set()

    def encode(self, items: Sequence[Any]) -> list[Encoded]:
        encoded = []
        for item in items:
            premise, hypothesis = item if isinstance(item, tuple) else (item, "")
            if len(hypothesis) > 200:
                raise TextTooLong(len(hypothesis), 200)
            segments = (0,) * len(premise) + (1,) * (len(hypothesis) + 1)
            encoded.append(Encoded(tuple(map(ord, premise + hypothesis + "\0")), segments))
        return encoded

    def score_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        rows = []
        for one in self._enter(batch):
            text = "".join(map(chr, one.token_ids[:-1]))
            cut = one.segment_ids.index(1)
            rows.append(expected(text[:cut], text[cut:]) if "NaN" not in text else (np.nan,) * 3)
        return np.array(rows, dtype=np.float32)

    def embed_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        return np.array([(len(one), sum(one.token_ids)) for one in self._enter(batch)], dtype=np.float32)

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return self.score_encoded(self.encode(pairs))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_encoded(self.encode(texts))

    def _enter(self, batch: Sequence[Encoded]) -> Sequence[Encoded]:
        self.entered.release()
        assert self.open.wait(SECONDS)
        if self.failure is not None:
            raise self.failure
        self.batches.append([len(one) for one in batch])
        return batch


@contextmanager
def held(batcher: Batcher, model: Model) -> Iterator[Future[Any]]:
    """The worker stands in a forward pass of a pair of its own until the block ends; gives that pair's future."""
    model.open.clear()
    first = batcher.submit_pairs([Pair("the worker is busy with this", "")], Call())
    assert model.entered.acquire(timeout=SECONDS)
    try:
        yield first
    finally:
        model.open.set()


def pairs_of(texts: Sequence[tuple[str, str]]) -> list[Pair]:
    return [Pair(premise, hypothesis) for premise, hypothesis in texts]


TEXT = st.text(alphabet="abcdefg ", max_size=60)
REQUESTS = st.lists(st.lists(st.tuples(TEXT, TEXT), max_size=12), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(REQUESTS, st.integers(1, 400), st.integers(0, 5))
def test_every_request_gets_its_own_rows_in_order_within_the_budget(
    requests: list[list[tuple[str, str]]], budget: int, cached: int
) -> None:
    model = Model()
    with closing(Batcher(model, model, token_budget=budget, cached_results=cached)) as batcher:
        with held(batcher, model):
            futures = [batcher.submit_pairs(pairs_of(texts), Call()) for texts in requests]
        for texts, future in zip(requests, futures, strict=True):
            scored = future.result(SECONDS)
            given_back = [(p.entailment, p.neutral, p.contradiction) for p in scored.probabilities]
            assert given_back == [expected(*text) for text in texts]
            assert scored.queue_seconds >= 0
            assert scored.infer_seconds >= 0
        assert batcher.stats().pairs.queued == 0
    assert all(len(lengths) == 1 or sum(lengths) <= budget for lengths in model.batches)
    distinct = {text for texts in requests for text in texts}
    assert sum(map(len, model.batches[1:])) == len(distinct - {("the worker is busy with this", "")})


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(TEXT, max_size=6), min_size=1, max_size=6))
def test_vectors_come_back_in_order(requests: list[list[str]]) -> None:
    model = Model()
    with closing(Batcher(model, model, token_budget=100)) as batcher:
        futures = [batcher.submit_texts(texts, Call()) for texts in requests]
        for texts, future in zip(requests, futures, strict=True):
            vectors = future.result(SECONDS).vectors
            assert vectors.shape == (len(texts), 2)
            assert vectors.dtype == np.float32
            assert vectors.tolist() == [[len(text) + 1, sum(map(ord, text))] for text in texts]


@settings(max_examples=40, deadline=None)
@given(REQUESTS, st.sampled_from(["close", "raise", "die", "cancel calls", "cancel futures"]), st.integers(1, 300))
def test_every_future_resolves_whatever_happens(requests: list[list[tuple[str, str]]], event: str, budget: int) -> None:
    model = Model()
    batcher = Batcher(model, model, token_budget=budget)
    with closing(batcher):
        with held(batcher, model) as first:
            calls = [Call() for _ in requests]
            futures = [batcher.submit_pairs(pairs_of(t), call) for t, call in zip(requests, calls, strict=True)]
            if event == "raise":
                model.failure = RuntimeError("out of memory")
            elif event == "die":
                model.failure = SystemExit()
            elif event == "cancel calls":
                for call in calls[::2]:
                    call.cancel()
            elif event == "cancel futures":
                for future in futures[::2]:
                    future.cancel()
            elif event == "close":
                closer = threading.Thread(target=batcher.close)
                closer.start()
        if event == "close":
            closer.join(SECONDS)
        assert not wait([first, *futures], SECONDS).not_done


def test_what_came_in_while_the_model_was_busy_is_one_batch() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            futures = [batcher.submit_pairs([Pair("premise", str(n))], Call()) for n in range(9)]
        wait(futures, SECONDS)
    assert [len(batch) for batch in model.batches] == [1, 9]


def test_entries_are_taken_oldest_first_whatever_their_lengths() -> None:
    model = Model()
    lengths = [301, 20, 250, 20, 401, 20]
    with closing(Batcher(model, model, token_budget=400)) as batcher:
        with held(batcher, model):
            submitted = [
                batcher.submit_pairs([Pair(chr(n) * (length - 1), "")], Call()) for n, length in enumerate(lengths, 97)
            ]
        wait(submitted, SECONDS)
    assert model.batches[1:] == [[301, 20], [250, 20], [401], [20]]


def test_lanes_take_turns_by_age() -> None:
    model = Model()
    with closing(Batcher(model, model, token_budget=30)) as batcher:
        with held(batcher, model):
            submitted = [
                batcher.submit_pairs([Pair("a" * 10, "")], Call()),
                batcher.submit_texts(["b" * 20], Call()),
                batcher.submit_pairs([Pair("c" * 28, "")], Call()),
            ]
        wait(submitted, SECONDS)
    assert model.batches[1:] == [[11], [21], [29]]


def test_a_pair_asked_for_by_many_is_computed_once_and_then_remembered() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            futures = [batcher.submit_pairs([Pair("same", "same")] * 3, Call()) for _ in range(4)]
        assert all(len(set(future.result(SECONDS).probabilities)) == 1 for future in futures)
        assert model.batches[1:] == [[9]]
        again = batcher.submit_pairs([Pair("same", "same")], Call()).result(SECONDS)
        assert again.probabilities == futures[0].result().probabilities[:1]
        assert again.infer_seconds == 0
        assert batcher.stats().pairs.cache_hits == 1
        assert len(model.batches) == 2


def test_a_pair_being_computed_serves_those_who_come_late() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model) as first:
            late = batcher.submit_pairs([Pair("the worker is busy with this", "")], Call())
        assert late.result(SECONDS).probabilities == first.result(SECONDS).probabilities
    assert len(model.batches) == 1


def test_entries_whose_caller_has_gone_are_not_computed() -> None:
    model = Model()
    gone, cancelled, staying = Call(), Call(), Call()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            lost = batcher.submit_pairs([Pair("one", ""), Pair("two", ""), Pair("shared", "")], gone)
            given_up = batcher.submit_pairs([Pair("three", "")], cancelled)
            kept = batcher.submit_pairs([Pair("shared", "")], staying)
            gone.cancel()
            given_up.cancel()
        kept.result(SECONDS)
        assert model.batches[1:] == [[len("shared") + 1]]
        assert batcher.stats().pairs.dropped == 3
        with pytest.raises(CallGone):
            lost.result(SECONDS)


def test_a_batch_that_never_ends_is_no_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batcher_module, "STALLED_SECONDS", 0.0)
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model) as first, pytest.raises(ModelFailed, match="one batch for over"):
            batcher.check_health()
        first.result(SECONDS)
        batcher.submit_texts(["the next one is awaited"], Call()).result(SECONDS)


def test_each_lane_counts_its_own_work() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            pairs = batcher.submit_pairs([Pair("four", ""), Pair("seventeen letters", "")], Call())
            batcher.submit_texts(["two"], Call())
        pairs.result(SECONDS)
        batcher.submit_texts(["another"], Call()).result(SECONDS)
        stats = batcher.stats()
    assert (stats.pairs.batches, stats.pairs.entries, stats.texts.entries) == (2, 3, 2)
    first = len("the worker is busy with this") + 1
    assert stats.pairs.tokens == first + 5 + 18
    assert stats.pairs.seconds > 0


class Listener:
    """Keeps what it is told of finished stages."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float, float]] = []

    def stage(self, name: str) -> AbstractContextManager[object]:
        return nullcontext()

    def finished(self, name: str, started: float, seconds: float) -> None:
        self.told.append((name, started, seconds))


def test_observers_learn_of_waiting_and_computing() -> None:
    model = Model()
    listener = Listener()
    call = Call(observer=listener)
    with closing(Batcher(model, model)) as batcher:
        await_scores(batcher.submit_pairs([Pair("a", "b")], call), call)
        await_vectors(batcher.submit_texts(["a"], call), call)
    (queue, start, waited), (infer, begun, _), (embed, later, _) = listener.told
    assert (queue, infer, embed) == ("queue", "infer", "embed")
    assert begun == start + waited <= later


def test_waiting_ends_with_the_deadline() -> None:
    model = Model()
    call = Call(timeout=0.05)
    with closing(Batcher(model, model)) as batcher, held(batcher, model), pytest.raises(CallGone):
        await_result(batcher.submit_pairs([Pair("late", "")], call), call)


def test_a_failed_pass_reaches_all_of_its_batch_and_the_next_one_works() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            futures = [batcher.submit_pairs([Pair("a", str(n))], Call()) for n in range(3)]
            model.failure = RuntimeError("out of memory")
        for future in futures:
            with pytest.raises(ModelFailed, match="out of memory") as raised:
                future.result(SECONDS)
            assert raised.value.__cause__ is model.failure
        with pytest.raises(ModelFailed, match="out of memory"):
            batcher.check_health()
        model.failure = None
        batcher.check_health()  # finds out by itself
        assert batcher.submit_pairs([Pair("a", "0")], Call()).result(SECONDS).probabilities
        assert batcher.stats().pairs.failed_batches == 3


def test_numbers_that_are_not_finite_are_a_failure_of_their_own_pair_only() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher:
        with held(batcher, model):
            bad = batcher.submit_pairs([Pair("NaN", ""), Pair("good", "")], Call())
            good = batcher.submit_pairs([Pair("good", "")], Call())
        with pytest.raises(ModelFailed, match="not finite"):
            bad.result(SECONDS)
        assert good.result(SECONDS).probabilities[0].entailment == expected("good", "")[0]
        batcher.check_health()  # the fault was the input's


def test_a_worker_that_dies_says_so() -> None:
    model = Model(failure=SystemExit("stack exhausted"))
    with closing(Batcher(model, model)) as batcher:
        with pytest.raises(BatcherClosed, match="died"):
            batcher.submit_pairs([Pair("a", "b")], Call()).result(SECONDS)
        with pytest.raises(BatcherClosed, match="died"):
            batcher.check_health()
        with pytest.raises(BatcherClosed, match="died"):
            batcher.submit_texts(["a"], Call())


def test_closing_finishes_the_batch_under_way_and_fails_the_rest() -> None:
    model = Model()
    batcher = Batcher(model, model)
    with held(batcher, model) as running:
        waiting = batcher.submit_texts(["a"], Call())
        closer = threading.Thread(target=batcher.close)
        closer.start()
        with pytest.raises(BatcherClosed):
            waiting.result(SECONDS)
    closer.join(SECONDS)
    assert running.result(SECONDS).probabilities
    with pytest.raises(BatcherClosed):
        batcher.check_health()
    with pytest.raises(BatcherClosed):
        batcher.submit_pairs([], Call())
    batcher.close()


def test_a_callback_may_submit_and_close() -> None:
    model = Model()
    batcher = Batcher(model, model)
    second: Future[Future[Any]] = Future()

    def follow(_: Future[Any]) -> None:
        second.set_result(batcher.submit_pairs([Pair("second", "")], Call()))
        batcher.close()

    with held(batcher, model) as first:
        first.add_done_callback(follow)
    with pytest.raises(BatcherClosed):
        second.result(SECONDS).result(SECONDS)


def test_a_hypothesis_that_is_too_long_is_refused_at_once() -> None:
    model = Model()
    with closing(Batcher(model, model)) as batcher, pytest.raises(TextTooLong, match="201 tokens long"):
        batcher.submit_pairs([Pair("a", "b" * 201)], Call())


def test_many_threads_at_once() -> None:
    model = Model()
    failures: list[BaseException] = []

    def ask(thread: int, batcher: Batcher) -> None:
        try:
            for n in range(40):
                texts = [(f"{thread % 3} {n} {i}", "h") for i in range(n % 7)]
                scored = batcher.submit_pairs(pairs_of(texts), Call()).result(SECONDS)
                assert [p.contradiction for p in scored.probabilities] == [expected(*text)[2] for text in texts]
        except BaseException as error:
            failures.append(error)

    with closing(Batcher(model, model, token_budget=64, cached_results=10)) as batcher:
        threads = [threading.Thread(target=ask, args=(n, batcher)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
    assert failures == []
