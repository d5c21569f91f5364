"""What a call may raise, one class a cause.

ClaimbaseError              any failed call; also statuses without a class of their own
|- InvalidArgument          the request is wrong; `violations` names the fields
|- NotFound                 no such collection, document or claim
|- AlreadyExists            the collection is there already
|- Unauthenticated          the service asks for a token, or does not know this one
|- PermissionDenied         the token is not for this method or this collection
|- FailedPrecondition       a request id was used before with another body
|- ResourceExhausted        the service is busy; try again after `retry_delay` seconds
|- DeadlineExceeded         no answer in time
|- Unavailable              the service cannot be reached, is stopping, or its store cannot serve
|- Cancelled                the call was cancelled
`- Internal                 a fault of the service; quote `request_id` to its operator
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2

REQUEST_ID_KEY = "x-request-id"
_DETAILS_KEY = "grpc-status-details-bin"


@dataclass(frozen=True)
class Violation:
    """A field of a request that was refused, and why."""

    field: str
    description: str


class ClaimbaseError(Exception):
    """A call failed; the message says what was wrong."""

    def __init__(
        self,
        message: str,
        code: grpc.StatusCode,
        reason: str = "",
        violations: tuple[Violation, ...] = (),
        metadata: Mapping[str, str] | None = None,
        retry_delay: float | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.reason = reason  # UPPER_SNAKE_CASE, as in google.rpc.ErrorInfo of domain 'claimbase'; '' if none was sent
        self.violations = violations
        self.metadata = dict(metadata or {})
        self.retry_delay = retry_delay  # seconds; None where the service did not say
        self.request_id = request_id


class InvalidArgument(ClaimbaseError):
    """The request is wrong; `violations` names the fields."""


class NotFound(ClaimbaseError):
    """No such collection, document or claim."""


class AlreadyExists(ClaimbaseError):
    """The collection is there already."""


class Unauthenticated(ClaimbaseError):
    """The service asks for a token, or does not know this one."""


class PermissionDenied(ClaimbaseError):
    """The token is not for this method or this collection."""


class FailedPrecondition(ClaimbaseError):
    """A request id was used before with another body."""


class ResourceExhausted(ClaimbaseError):
    """The service is busy; try again after `retry_delay` seconds."""


class DeadlineExceeded(ClaimbaseError):
    """No answer in time."""


class Unavailable(ClaimbaseError):
    """The service cannot be reached, is stopping, or its store cannot serve."""


class Cancelled(ClaimbaseError):
    """The call was cancelled."""


class Internal(ClaimbaseError):
    """A fault of the service; quote `request_id` to its operator."""


_CLASSES: Mapping[grpc.StatusCode, type[ClaimbaseError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgument,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.INTERNAL: Internal,
}


def error_from_call(error: Any) -> ClaimbaseError:
    """The typed error of an RpcError, sync or asyncio, with the details that the service sent."""
    code: grpc.StatusCode = error.code()
    metadata: Iterable[tuple[str, str | bytes]] = error.trailing_metadata() or ()  # of two classes, sync and asyncio
    trailers = dict(metadata)
    status = status_pb2.Status()
    if isinstance(details := trailers.get(_DETAILS_KEY), bytes):
        status.ParseFromString(details)
    info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
    has_retry = False
    for detail in status.details:
        has_retry = has_retry or detail.Is(retry.DESCRIPTOR)
        for message in (info, bad, retry):
            detail.Unpack(message)
    return _CLASSES.get(code, ClaimbaseError)(
        str(error.details() or code_pb2.Code.Name(code.value[0])),
        code,
        reason=info.reason,
        violations=tuple(Violation(found.field, found.description) for found in bad.field_violations),
        metadata=info.metadata,
        retry_delay=retry.retry_delay.ToNanoseconds() / 1e9 if has_retry else None,
        request_id=str(trailers.get(REQUEST_ID_KEY, "")),
    )


def bad_field(field: str, description: str) -> InvalidArgument:
    """The error of a field that cannot even be sent."""
    return InvalidArgument(
        f"{field}: {description}",
        grpc.StatusCode.INVALID_ARGUMENT,
        reason="INVALID_FIELD",
        violations=(Violation(field, description),),
    )
