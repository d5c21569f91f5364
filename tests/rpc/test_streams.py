"""Streams: order, back-pressure, cancellation, watching."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import grpc
import pytest

from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase.v1 import verification_service_pb2_grpc as check_grpc
from claimbase_client import (
    AsyncClaimBase,
    ClaimBase,
    ConflictKind,
    CreateDocumentRequest,
    DeadlineExceeded,
    InvalidArgument,
    new_document,
)
from claimbase_server.observe.telemetry import Telemetry
from claimbase_server.rpc import limits
from claimbase_server.rpc.runner import Runner
from claimbase_server.rpc.verification_service import VerificationServicer
from claimbase_server.rpc.watches import Watches


def test_stream_answers_every_claim_in_order_and_survives_bad_ones(base: ClaimBase, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    claims = [(f"c{number}", f"In all {number} people died in tram 4.") for number in range(40)]
    claims[7] = ("c7", " ")
    answers = list(base.stream_check_claims(claims))
    assert [answer.id for answer in answers] == [claim_id for claim_id, _ in claims]
    assert [answer.id for answer in answers if answer.HasField("error")] == ["c7"]
    assert answers[7].error.field_violations[0].field == "claim"
    assert all(
        answer.result.claim == text for answer, (_, text) in zip(answers, claims, strict=True) if answer.id != "c7"
    )


def test_stream_answers_while_the_caller_still_asks(base: ClaimBase) -> None:
    answered = threading.Semaphore(0)

    def ask() -> Iterator[tuple[str, str]]:
        for number in range(5):
            yield str(number), "It rained in Porto Alto."
            assert answered.acquire(timeout=30)

    for _ in base.stream_check_claims(ask()):
        answered.release()


def test_stream_without_collection_refuses_the_claim(channel: grpc.Channel) -> None:
    stub = check_grpc.VerificationServiceStub(channel)
    requests = [check_pb2.StreamCheckClaimsRequest(id="a", claim="It rained.")]
    answers = list(stub.StreamCheckClaims(iter(requests)))
    assert answers[0].error.field_violations[0].field == "parent"


def test_stream_bounds_what_is_unanswered(service: Any, collection: str) -> None:
    """A caller that does not read its answers is not read from without end."""

    class NoDeadline:
        def time_remaining(self) -> None:
            return None

    async def use() -> int:
        asked = 0

        async def ask() -> AsyncIterator[check_pb2.StreamCheckClaimsRequest]:
            nonlocal asked
            while asked < 1000:
                asked += 1
                yield check_pb2.StreamCheckClaimsRequest(parent=f"collections/{collection}", claim=" ")

        # Below the transport, whose own buffers hold megabytes of requests.
        telemetry = Telemetry()
        servicer = VerificationServicer(
            service.engine, Runner(1, telemetry), Watches(asyncio.Event()), telemetry.metrics
        )
        answers = servicer.StreamCheckClaims(ask(), NoDeadline())
        await anext(answers)
        for _ in range(100):
            await asyncio.sleep(0)
        await answers.aclose()  # type: ignore[attr-defined]
        return asked

    assert service.run(use()) == limits.MAX_STREAM_IN_FLIGHT + 1


def test_abandoned_calls_give_their_permits_back(start_service: Callable[..., Any], collection: str) -> None:
    service = start_service(max_calls=2)
    text = "It rained in Porto Alto on Monday and the river rose by two metres. " * 50

    def ask() -> Iterator[tuple[str, str]]:
        while True:
            yield "", "It rained."

    with ClaimBase(service.address, collection=collection) as base:
        for _ in range(6):
            stream = base.check_text(text)
            next(stream)
            stream.close()  # type: ignore[attr-defined]
            answers = base.stream_check_claims(ask())
            next(answers)
            answers.close()  # type: ignore[attr-defined]
            with pytest.raises(DeadlineExceeded):
                base.check_text(text, timeout=0.001).__next__()
        assert base.check_claim("It rained.").claim
        for _ in range(200):
            if service.server.runner.free == 2:
                break
            threading.Event().wait(0.05)
        assert service.server.runner.free == 2


def test_deadline_is_kept_and_typed(base: ClaimBase) -> None:
    with pytest.raises(DeadlineExceeded):
        base.check_claim("It rained.", timeout=1e-6)


def test_watch_sends_what_is_there_then_what_comes(base: ClaimBase, store_conflict: Callable[[], None]) -> None:
    store_conflict()
    known = list(base.list_conflicts())
    watch = base.watch_conflicts(timeout=60)
    first = next(watch)
    assert [first.conflict] == known
    store_conflict()
    assert [next(watch).conflict] == list(base.list_conflicts())[1:]
    watch.close()  # type: ignore[attr-defined]
    store_conflict()
    resumed = base.watch_conflicts(resume_token=first.resume_token, timeout=60)
    assert [next(resumed).conflict for _ in range(2)] == list(base.list_conflicts())[1:]
    resumed.close()  # type: ignore[attr-defined]


def test_conflicts_are_filtered_by_kind_and_confidence(base: ClaimBase, store_conflict: Callable[[], None]) -> None:
    for _ in range(3):
        store_conflict()
    quantity = ConflictKind.Value("CONFLICT_KIND_QUANTITY")
    assert len(list(base.list_conflicts(kind=quantity, min_confidence=0.9, page_size=2))) == 3
    assert list(base.list_conflicts(kind=ConflictKind.Value("CONFLICT_KIND_TIME"))) == []
    assert list(base.list_conflicts(min_confidence=0.95)) == []
    message = next(base.watch_conflicts(kind=quantity, timeout=60))
    assert (message.conflict.kind, message.conflict.reason) == (quantity, "1 against 2")


def test_watch_token_belongs_to_its_filter(base: ClaimBase, store_conflict: Callable[[], None]) -> None:
    store_conflict()
    token = next(base.watch_conflicts(timeout=60)).resume_token
    with pytest.raises(InvalidArgument, match="other parameters"):
        next(base.watch_conflicts(resume_token=token, min_confidence=0.5, timeout=60))


def test_asyncio_import_takes_both_kinds_of_iterables(service: Any, collection: str) -> None:
    documents = [new_document(f"It rained on day {number}.", document_id=str(number)) for number in range(3)]

    async def later() -> AsyncIterator[CreateDocumentRequest]:
        for document in documents:
            yield document

    async def broken() -> AsyncIterator[CreateDocumentRequest]:
        yield documents[0]
        raise FileNotFoundError("second.txt")

    async def use() -> None:
        async with AsyncClaimBase(service.address, collection=collection) as base:
            first = await base.import_documents(documents)
            assert first.created_count == 3
            # The same request ids: the first answers again.
            assert await base.import_documents(later()) == first
            with pytest.raises(FileNotFoundError, match=r"second\.txt"):
                await base.import_documents(broken())
            answers = base.stream_check_claims([("a", "It rained."), ("b", "It snowed.")])
            assert [answer.id async for answer in answers] == ["a", "b"]

    service.run(use())
