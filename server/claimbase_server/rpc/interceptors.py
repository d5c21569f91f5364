"""What every call passes: its request id, its failures as statuses, its metrics and trace, one log line."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message

from claimbase_server.observe.logs import current_request_id, with_fields
from claimbase_server.observe.telemetry import EndRpc, Telemetry
from claimbase_server.rpc import limits
from claimbase_server.rpc.access import current_grant
from claimbase_server.rpc.errors import BUSY, Failure, RpcFailure, failure_of, internal_failure, to_trailers
from claimbase_server.rpc.guard import HEALTH

REQUEST_ID_KEY = "x-request-id"
_REQUEST_ID = re.compile(r"[!-~]{1,200}")

logger = logging.getLogger("claimbase.rpc")


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every call but those of the health service, which pass untouched."""

    def __init__(self, telemetry: Telemetry, *, log_texts: bool = False) -> None:
        """`log_texts` logs every request message with all that it holds."""
        self._telemetry = telemetry
        self._log_texts = log_texts

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        handler = await continuation(handler_call_details)
        if handler is None or handler_call_details.method.startswith(HEALTH):
            return handler
        method = handler_call_details.method.removeprefix("/")
        metadata = _read_metadata(handler_call_details.invocation_metadata)
        return self._wrap(handler, method, metadata)

    def _wrap(
        self, handler: grpc.RpcMethodHandler[Any, Any], method: str, metadata: Mapping[str, str]
    ) -> grpc.RpcMethodHandler[Any, Any]:
        """The handler with requests checked, failures mapped and the call observed."""
        behaviour: Any = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream

        async def serve(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            with self._telemetry.rpc(method, metadata) as end_rpc:
                record = _Record(method, _read_request_id(metadata), context, self._telemetry, end_rpc)
                try:
                    checked = self._checked_stream(request) if handler.request_streaming else self._checked(request)
                    if not handler.response_streaming:
                        return await behaviour(checked, context)
                    # Written here rather than yielded on, so that a cancelled call closes the servicer's generator at
                    # once.
                    async with aclosing(behaviour(checked, context)) as responses:
                        async for response in responses:
                            await context.write(response)
                except asyncio.CancelledError:
                    record.cancelled()
                    raise
                except Exception as error:
                    await record.fail(error)
                finally:
                    record.end()

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

    def _checked(self, request: Message | RpcFailure) -> Message:
        if isinstance(request, RpcFailure):
            raise request
        if self._log_texts:
            logger.info("request", extra=with_fields(request=MessageToDict(request)))
        return request

    async def _checked_stream(self, requests: AsyncIterator[Message | RpcFailure]) -> AsyncIterator[Message]:
        async for request in requests:
            yield self._checked(request)


class _Record:
    """One call being served."""

    def __init__(
        self,
        method: str,
        request_id: str,
        context: grpc.aio.ServicerContext[Any, Any],
        telemetry: Telemetry,
        end_rpc: EndRpc,
    ) -> None:
        self._method = method
        self._metrics = telemetry.metrics
        self._end_rpc = end_rpc
        self._trailer = (REQUEST_ID_KEY, request_id)
        self._context = context
        self._started = time.monotonic()
        self._outcome = "OK"
        self._reason = ""
        self._metrics.rpc_started(method)
        current_request_id.set(request_id)
        # Trailing, because initial metadata would commit the client's transport to this attempt: no more retries.
        context.set_trailing_metadata((self._trailer,))

    async def fail(self, error: Exception) -> NoReturn:
        """End the call with the status that the error stands for."""
        failure = failure_of(error)
        if failure is None or failure.code is grpc.StatusCode.INTERNAL:
            logger.error("a call failed", exc_info=error, extra=with_fields(method=self._method))
        failure = failure or internal_failure()
        self._outcome, self._reason = failure.code.name, failure.reason
        await self._context.abort(failure.code, failure.message, (self._trailer, *to_trailers(failure)))
        raise AssertionError("abort returned")

    def cancelled(self) -> None:
        """The caller has gone, or its deadline passed."""
        self._outcome = "CANCELLED"

    def end(self) -> None:
        """Count the call and write its log line."""
        seconds = time.monotonic() - self._started
        self._metrics.rpc_ended(self._method, self._outcome, seconds, refused=self._reason == BUSY)
        self._end_rpc(self._outcome)
        line: dict[str, object] = {"method": self._method, "code": self._outcome, "ms": round(seconds * 1000, 1)}
        if self._reason:
            line["reason"] = self._reason
        if (grant := current_grant.get()) is not None:
            line["token"] = grant.name
        logger.info("call", extra=with_fields(**line, caller=self._context.peer()))


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


def _read_metadata(metadata: Any) -> dict[str, str]:
    """What the caller sent as text; of a key sent twice the first value counts."""
    return {key: value for key, value in reversed(metadata or ()) if isinstance(value, str)}


def _read_request_id(metadata: Mapping[str, str]) -> str:
    """The caller's request id where it is fit to be logged, else a new one."""
    found = metadata.get(REQUEST_ID_KEY, "")
    return found if _REQUEST_ID.fullmatch(found) else str(uuid.uuid4())
