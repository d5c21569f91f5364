"""Failures as gRPC statuses with google.rpc details; the one table that maps domain errors to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from claimbase.v1 import resources_pb2
from claimbase_models.protocols import TextTooLong
from claimbase_server.batcher import BatcherClosed, ModelFailed
from claimbase_server.call import CallGone
from claimbase_server.store.base import RequestReused, StoreUnavailable, UnknownCollection

DOMAIN = "claimbase"
BUSY = "SERVER_BUSY"  # the reason of calls that were refused for want of room
_DETAILS_KEY = "grpc-status-details-bin"
_PUSHBACK_KEY = "grpc-retry-pushback-ms"
_UNAVAILABLE_SECONDS = 5.0  # after which a store or model may serve again


@dataclass(frozen=True)
class Violation:
    """A field of a request that was refused, and why."""

    field: str
    description: str


@dataclass(frozen=True)
class Failure:
    """A status other than OK with its details; `retry_delay` in seconds, None where a repeat is no use."""

    code: grpc.StatusCode
    reason: str  # UPPER_SNAKE_CASE
    message: str
    violations: tuple[Violation, ...] = ()
    retry_delay: float | None = None


class RpcFailure(Exception):
    """Ends a call, or one item of a batch or stream, with its failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def invalid(field: str, description: str, reason: str = "INVALID_FIELD") -> RpcFailure:
    """INVALID_ARGUMENT that names the field; the description says what is wrong and what is allowed."""
    violation = Violation(field, description)
    return RpcFailure(
        Failure(grpc.StatusCode.INVALID_ARGUMENT, reason, f"{field}: {description}", violations=(violation,))
    )


def not_found(kind: str, name: str) -> RpcFailure:
    """NOT_FOUND of a resource; `kind` is 'document', 'claim' or 'collection'."""
    return RpcFailure(Failure(grpc.StatusCode.NOT_FOUND, f"{kind.upper()}_NOT_FOUND", f"there is no {name}"))


def already_exists(name: str) -> RpcFailure:
    """ALREADY_EXISTS of a collection."""
    return RpcFailure(Failure(grpc.StatusCode.ALREADY_EXISTS, "COLLECTION_EXISTS", f"{name} exists already"))


def busy(what: str, retry_delay: float) -> RpcFailure:
    """RESOURCE_EXHAUSTED; try again after `retry_delay` seconds."""
    return RpcFailure(
        Failure(grpc.StatusCode.RESOURCE_EXHAUSTED, BUSY, f"{what}; try again later", retry_delay=retry_delay)
    )


def stopping() -> RpcFailure:
    """UNAVAILABLE because this server is stopping."""
    return RpcFailure(
        Failure(grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING", "the server is stopping; call again", retry_delay=1.0)
    )


def unauthenticated(reason: str, message: str) -> RpcFailure:
    """UNAUTHENTICATED: no token that is known came with the call."""
    return RpcFailure(Failure(grpc.StatusCode.UNAUTHENTICATED, reason, message))


def permission_denied(reason: str, message: str) -> RpcFailure:
    """PERMISSION_DENIED: the token is known and does not allow this."""
    return RpcFailure(Failure(grpc.StatusCode.PERMISSION_DENIED, reason, message))


def deadline_exceeded() -> RpcFailure:
    """DEADLINE_EXCEEDED."""
    return RpcFailure(
        Failure(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "there was no answer within the deadline")
    )


_INTERNAL = Failure(
    grpc.StatusCode.INTERNAL,
    "INTERNAL",
    "the service failed; its log has the cause under this call's x-request-id",
)

# Looked up along an error's classes, so a subclass without an entry has its parent's.
_FAILURES: Mapping[type[BaseException], Callable[[str], Failure]] = {
    UnknownCollection: lambda text: Failure(
        grpc.StatusCode.NOT_FOUND, "COLLECTION_NOT_FOUND", f"there is no collections/{text}"
    ),
    RequestReused: lambda text: Failure(
        grpc.StatusCode.FAILED_PRECONDITION,
        "REQUEST_ID_REUSED",
        f"request_id {text!r} was used before with another body; give each new request an id of its own",
    ),
    StoreUnavailable: lambda text: Failure(
        grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE", text, retry_delay=_UNAVAILABLE_SECONDS
    ),
    BatcherClosed: lambda text: Failure(
        grpc.StatusCode.UNAVAILABLE, "MODEL_UNAVAILABLE", text, retry_delay=_UNAVAILABLE_SECONDS
    ),
    ModelFailed: lambda _: Failure(grpc.StatusCode.INTERNAL, "MODEL_FAILED", "the model failed on this input"),
    CallGone: lambda _: deadline_exceeded().failure,
    TextTooLong: lambda text: invalid("claim", text, reason="TOO_LONG").failure,
}


def failure_of(error: Exception) -> Failure | None:
    """The failure that an error stands for; None for a fault of our own."""
    if isinstance(error, RpcFailure):
        return error.failure
    for kind in type(error).__mro__:
        if kind in _FAILURES:
            return _FAILURES[kind](str(error.args[0]) if error.args else "")
    return None


def to_trailers(failure: Failure) -> tuple[tuple[str, str | bytes], ...]:
    """Trailing metadata that carries the failure's details."""
    status = status_pb2.Status(code=failure.code.value[0], message=failure.message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=failure.reason, domain=DOMAIN))
    if failure.violations:
        bad = error_details_pb2.BadRequest()
        for violation in failure.violations:
            bad.field_violations.add(field=violation.field, description=violation.description)
        status.details.add().Pack(bad)
    trailers: list[tuple[str, str | bytes]] = []
    if failure.retry_delay is not None:
        milliseconds = round(failure.retry_delay * 1000)
        delay = Duration()
        delay.FromMilliseconds(milliseconds)
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
        # The gRPC libraries retry by this one and do not read RetryInfo.
        trailers.append((_PUSHBACK_KEY, str(milliseconds)))
    return ((_DETAILS_KEY, status.SerializeToString()), *trailers)


def to_item_error(failure: Failure) -> resources_pb2.ItemError:
    """The failure of one item of a batch or stream."""
    return resources_pb2.ItemError(
        code=failure.code.value[0],
        message=failure.message,
        reason=failure.reason,
        field_violations=[
            resources_pb2.FieldViolation(field=found.field, description=found.description)
            for found in failure.violations
        ],
    )


def internal_failure() -> Failure:
    """What a caller is told of a fault of our own: nothing of its cause."""
    return _INTERNAL
