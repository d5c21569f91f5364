"""What stands before every servicer but health: access, and the bounds of streams."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, TypeAlias

import grpc

from claimbase_server.rpc import limits
from claimbase_server.rpc.access import Access, current_grant
from claimbase_server.rpc.errors import busy
from claimbase_server.rpc.pace import Pace
from claimbase_server.rpc.reloaded import Reloaded
from claimbase_server.rpc.token_file import Grant

HEALTH = "/grpc.health.v1.Health/"
_RETRY_SECONDS = 1.0

# Strings: the classes take no parameters at run time.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"


class GuardInterceptor(grpc.aio.ServerInterceptor):
    """Stands inside CallInterceptor, which makes statuses of the failures raised here."""

    def __init__(self, tokens: Reloaded[tuple[Grant, ...]] | None) -> None:
        """Without tokens every caller may call everything."""
        self._tokens = tokens
        self._streams: Counter[str] = Counter()  # open ones of each caller

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler | None:
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(HEALTH):
            return handler
        access = Access(self._tokens, method, handler_call_details.invocation_metadata) if self._tokens else None
        return self._wrap(handler, access)

    def _wrap(self, handler: Handler, access: Access | None) -> Handler:
        behaviour: Any = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream

        async def answer(request: Any, context: Context) -> Any:
            with self._enter(handler, access, context):
                return await behaviour(_guarded(handler, access, request), context)

        async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
            with self._enter(handler, access, context):
                async with aclosing(behaviour(_guarded(handler, access, request), context)) as responses:
                    async for response in responses:
                        if access is not None:
                            access.check()  # a token that was withdrawn ends the streams it opened
                        yield response

        make: Any = {
            (False, False): grpc.unary_unary_rpc_method_handler,
            (False, True): grpc.unary_stream_rpc_method_handler,
            (True, False): grpc.stream_unary_rpc_method_handler,
            (True, True): grpc.stream_stream_rpc_method_handler,
        }[handler.request_streaming, handler.response_streaming]
        wrapped: Handler = make(
            stream if handler.response_streaming else answer, handler.request_deserializer, handler.response_serializer
        )
        return wrapped

    @contextmanager
    def _enter(self, handler: Handler, access: Access | None, context: Context) -> Iterator[None]:
        """Check the token before the first message is read, and count the call if it is a stream."""
        grant = access.check() if access is not None else None
        current_grant.set(grant)
        if not handler.request_streaming and not handler.response_streaming:
            yield
            return
        caller = grant.name if grant is not None else _host(context.peer())
        if self._streams[caller] >= limits.MAX_STREAMS_A_CALLER:
            raise busy(f"{limits.MAX_STREAMS_A_CALLER} streams of this caller are open", _RETRY_SECONDS)
        self._streams[caller] += 1
        try:
            yield
        finally:
            self._streams[caller] -= 1
            if not self._streams[caller]:
                del self._streams[caller]


def _guarded(handler: Handler, access: Access | None, request: Any) -> Any:
    """The request, a message or a stream of them, with every message checked."""
    if handler.request_streaming:
        return _guarded_stream(access, request)
    if access is not None:
        access.check_message(request)
    return request


async def _guarded_stream(access: Access | None, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The messages, each checked; a stream that sends too fast is read slower, and gRPC's flow control tells it."""
    messages, data = Pace(limits.STREAM_MESSAGES_A_SECOND), Pace(limits.STREAM_BYTES_A_SECOND)
    async for request in requests:
        if access is not None:
            access.check_message(request)
        delay = max(messages.take(1), data.take(request.ByteSize()))
        if delay:
            await asyncio.sleep(delay)
        yield request


def _host(peer: str) -> str:
    """'ipv4:10.0.0.1' of the peer 'ipv4:10.0.0.1:54321'."""
    return peer.rpartition(":")[0]
