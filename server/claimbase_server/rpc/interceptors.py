"""What every call passes: its request id, its failures as statuses, one log line."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf.message import DecodeError

from claimbase_server.rpc import limits
from claimbase_server.rpc.access import current_grant
from claimbase_server.rpc.errors import Failure, RpcFailure, failure_of, internal_failure, to_trailers
from claimbase_server.rpc.guard import HEALTH

REQUEST_ID_KEY = "x-request-id"
_REQUEST_ID = re.compile(r"[!-~]{1,200}")

current_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("current_request_id", default="")
logger = logging.getLogger("claimbase.rpc")


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every call but those of the health service, which pass untouched."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        handler = await continuation(handler_call_details)
        if handler is None or handler_call_details.method.startswith(HEALTH):
            return handler
        return _wrap(handler, handler_call_details.method, _read_request_id(handler_call_details.invocation_metadata))


class _Record:
    """One call being served."""

    def __init__(self, method: str, request_id: str, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        self._method = method
        self._trailer = (REQUEST_ID_KEY, request_id)
        self._context = context
        self._started = time.monotonic()
        self._outcome = "OK"
        current_request_id.set(request_id)
        # Trailing, because initial metadata would commit the client's transport to this attempt: no more retries.
        context.set_trailing_metadata((self._trailer,))

    async def fail(self, error: Exception) -> NoReturn:
        """End the call with the status that the error stands for."""
        failure = failure_of(error)
        if failure is None or failure.code is grpc.StatusCode.INTERNAL:
            logger.error("%s failed, %s %s", self._method, *self._trailer, exc_info=error)
        failure = failure or internal_failure()
        self._outcome = failure.code.name
        await self._context.abort(failure.code, failure.message, (self._trailer, *to_trailers(failure)))
        raise AssertionError("abort returned")

    def cancelled(self) -> None:
        """The caller has gone, or its deadline passed."""
        self._outcome = "CANCELLED"

    def log(self) -> None:
        """Write the call's log line."""
        milliseconds = round((time.monotonic() - self._started) * 1000, 1)
        line = {"method": self._method, "code": self._outcome, "ms": milliseconds, "peer": self._context.peer()}
        grant = current_grant.get()
        token = {"token": grant.name} if grant is not None else {}
        logger.info("%s", json.dumps({**line, **token, "request_id": self._trailer[1]}))


def _wrap(handler: grpc.RpcMethodHandler[Any, Any], method: str, request_id: str) -> grpc.RpcMethodHandler[Any, Any]:
    """The handler with requests checked, failures mapped and the call logged."""
    behaviour: Any = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream

    async def serve(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        record = _Record(method, request_id, context)
        try:
            checked = _checked_stream(request) if handler.request_streaming else _checked(request)
            if not handler.response_streaming:
                return await behaviour(checked, context)
            # Written here rather than yielded on, so that a cancelled call closes the servicer's generator at once.
            async with aclosing(behaviour(checked, context)) as responses:
                async for response in responses:
                    await context.write(response)
        except asyncio.CancelledError:
            record.cancelled()
            raise
        except Exception as error:
            await record.fail(error)
        finally:
            record.log()

    make: Any = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[handler.request_streaming, handler.response_streaming]
    wrapped: grpc.RpcMethodHandler[Any, Any] = make(
        serve, _failing_later(handler.request_deserializer), handler.response_serializer
    )
    return wrapped


def _failing_later(deserialize: Any) -> Callable[[bytes], Any]:
    """The deserializer, returning the failure that gRPC would turn into a bare UNKNOWN."""

    def read(data: bytes) -> Any:
        if len(data) > limits.MAX_MESSAGE_BYTES:
            return _malformed("MESSAGE_TOO_LARGE", f"{len(data)} bytes; the limit is {limits.MAX_MESSAGE_BYTES}")
        try:
            return deserialize(data)
        except DecodeError:
            return _malformed("MALFORMED_MESSAGE", "not of this method's type, or its text is not UTF-8")

    return read


def _malformed(reason: str, description: str) -> RpcFailure:
    return RpcFailure(
        Failure(grpc.StatusCode.INVALID_ARGUMENT, reason, f"the request message cannot be read: {description}")
    )


def _checked(request: Any) -> Any:
    if isinstance(request, RpcFailure):
        raise request
    return request


async def _checked_stream(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _checked(request)


def _read_request_id(metadata: Any) -> str:
    """The caller's request id where it is fit to be logged, else a new one."""
    for key, value in metadata or ():
        if key == REQUEST_ID_KEY and isinstance(value, str) and _REQUEST_ID.fullmatch(value):
            return value
    return str(uuid.uuid4())
