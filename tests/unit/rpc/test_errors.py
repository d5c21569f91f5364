"""The table of failures."""

import grpc
import pytest
from google.rpc import code_pb2

from claimbase_client import ClaimbaseError, ResourceExhausted, Violation
from claimbase_client._errors import error_from_call
from claimbase_models.protocols import TextTooLong
from claimbase_server.batcher import BatcherClosed, ModelFailed
from claimbase_server.call import CallGone
from claimbase_server.rpc import errors
from claimbase_server.store.base import RequestReused, StoreUnavailable, UnknownCollection


class FullDisk(StoreUnavailable):
    """A kind of its own that the table does not list."""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UnknownCollection("news"), grpc.StatusCode.NOT_FOUND, "collections/news"),
        (RequestReused("r-1"), grpc.StatusCode.FAILED_PRECONDITION, "r-1"),
        (StoreUnavailable("read-only file"), grpc.StatusCode.UNAVAILABLE, "read-only file"),
        (FullDisk("no space"), grpc.StatusCode.UNAVAILABLE, "no space"),
        (TextTooLong(300, 250), grpc.StatusCode.INVALID_ARGUMENT, "300 tokens"),
        (BatcherClosed("the model worker has stopped"), grpc.StatusCode.UNAVAILABLE, "model worker"),
        (ModelFailed("tensor shapes"), grpc.StatusCode.INTERNAL, "the model failed"),
        (CallGone(), grpc.StatusCode.DEADLINE_EXCEEDED, "deadline"),
        (errors.invalid("claim", "is empty"), grpc.StatusCode.INVALID_ARGUMENT, "claim: is empty"),
    ],
)
def test_known_errors_have_a_status(error: Exception, code: grpc.StatusCode, words: str) -> None:
    failure = errors.failure_of(error)
    assert failure is not None
    assert failure.code is code
    assert words in failure.message
    assert "tensor" not in failure.message
    assert failure.reason == failure.reason.upper()


def test_other_errors_are_our_own_fault() -> None:
    assert errors.failure_of(ValueError("secret")) is None
    assert "secret" not in errors.internal_failure().message


class Ended(grpc.RpcError):
    """A call as a gRPC library reports it."""

    def __init__(self, failure: errors.Failure) -> None:
        self._failure = failure

    def code(self) -> grpc.StatusCode:
        return self._failure.code

    def details(self) -> str:
        return self._failure.message

    def trailing_metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        return (("x-request-id", "r-7"), *errors.to_trailers(self._failure))


def test_client_reads_back_what_the_server_wrote() -> None:
    violation = errors.Violation("claim", "is empty")
    failure = errors.Failure(grpc.StatusCode.RESOURCE_EXHAUSTED, "SERVER_BUSY", "too much", (violation,), 1.25)
    error = error_from_call(Ended(failure))
    assert type(error) is ResourceExhausted
    assert (error.message, error.reason, error.request_id, error.retry_delay) == (
        "too much",
        "SERVER_BUSY",
        "r-7",
        1.25,
    )
    assert error.violations == (Violation("claim", "is empty"),)
    assert dict(errors.to_trailers(failure))["grpc-retry-pushback-ms"] == "1250"


def test_every_status_becomes_a_claimbase_error() -> None:
    for code in grpc.StatusCode:
        if code is not grpc.StatusCode.OK:
            error = error_from_call(Ended(errors.Failure(code, "ANY", "any")))
            assert isinstance(error, ClaimbaseError)
            assert error.code is code


def test_item_errors_carry_the_same() -> None:
    item = errors.to_item_error(errors.invalid("claim", "is empty").failure)
    assert code_pb2.Code.Name(item.code) == "INVALID_ARGUMENT"
    assert (item.reason, item.field_violations[0].field) == ("INVALID_FIELD", "claim")
