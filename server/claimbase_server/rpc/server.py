"""The gRPC server: listens, serves, drains."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from claimbase.v1 import (
    claim_base_service_pb2,
    claim_base_service_pb2_grpc,
    verification_service_pb2,
    verification_service_pb2_grpc,
)
from claimbase_server.batcher import BatcherClosed
from claimbase_server.call import Call
from claimbase_server.observe.telemetry import Telemetry
from claimbase_server.rpc import limits
from claimbase_server.rpc.claim_base_service import ClaimBaseServicer
from claimbase_server.rpc.engine import Engine
from claimbase_server.rpc.guard import GuardInterceptor
from claimbase_server.rpc.health import Health
from claimbase_server.rpc.interceptors import CallInterceptor
from claimbase_server.rpc.listener import Listener
from claimbase_server.rpc.runner import Runner
from claimbase_server.rpc.verification_service import VerificationServicer
from claimbase_server.types import Pair

GRACE_SECONDS = 20.0
_SERVICES = (
    claim_base_service_pb2.DESCRIPTOR.services_by_name["ClaimBaseService"].full_name,
    verification_service_pb2.DESCRIPTOR.services_by_name["VerificationService"].full_name,
)
_REFLECTED = (
    *_SERVICES,
    health_pb2.DESCRIPTOR.services_by_name["Health"].full_name,
    reflection.SERVICE_NAME,
)
_OPTIONS = (
    # Without this a second server could share the port and take half of the calls.
    ("grpc.so_reuseport", 0),
    # Above the limit that the interceptor enforces with a readable answer.
    ("grpc.max_receive_message_length", 4 * limits.MAX_MESSAGE_BYTES),
    ("grpc.max_concurrent_streams", limits.MAX_CALLS_A_CONNECTION),
    ("grpc.max_metadata_size", limits.MAX_METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", limits.MAX_METADATA_BYTES),
)

logger = logging.getLogger("claimbase.server")


class RpcServer:
    """One gRPC server over an engine; made and used inside one running event loop."""

    def __init__(
        self,
        engine: Engine,
        listener: Listener,
        *,
        max_calls: int = limits.MAX_CALLS,
        telemetry: Telemetry | None = None,
        log_texts: bool = False,
    ) -> None:
        """Binds the listener's port, at which nothing is answered before start(); raises ListenError."""
        self._engine = engine
        self._stop = asyncio.Event()
        telemetry = telemetry or Telemetry()
        self.runner = Runner(max_calls, telemetry)
        self._health = Health(_SERVICES)
        telemetry.metrics.watch(engine.batcher, engine.store, lambda: self._health.serving)
        interceptors = CallInterceptor(telemetry, log_texts=log_texts), GuardInterceptor(listener.grants)
        self._server = grpc.aio.server(interceptors=interceptors, options=_OPTIONS)
        claim_base_service_pb2_grpc.add_ClaimBaseServiceServicer_to_server(
            ClaimBaseServicer(engine, self.runner, self._stop, telemetry.metrics), self._server
        )
        verification_service_pb2_grpc.add_VerificationServiceServicer_to_server(
            VerificationServicer(engine, self.runner, telemetry.metrics), self._server
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        reflection.enable_server_reflection(_REFLECTED, self._server)
        self._host, self._port = listener.host, listener.open(self._server)
        self._following: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """'host:port' with the port that was bound."""
        return f"{self._host}:{self._port}"

    async def start(self) -> None:
        """Take calls, NOT_SERVING at first; SERVING after the model and the store have answered once."""
        await self._health.set(False)
        await self._server.start()
        await asyncio.to_thread(self._warm_up)
        await self._health.set(True)
        self._following = asyncio.create_task(self._health.follow(self._probe, fatal=BatcherClosed))

    async def failed(self) -> None:
        """Wait for what makes this server useless for good, the end of the model's worker, and raise BatcherClosed."""
        assert self._following is not None
        await asyncio.shield(self._following)

    async def stop(self, grace: float) -> None:
        """Refuse new calls and let those in flight end, for up to `grace` seconds."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError, BatcherClosed):
                await self._following
        await self._health.set(False)
        self._stop.set()
        await self._server.stop(grace)
        self.runner.close()

    def _warm_up(self) -> None:
        call = Call()
        self._engine.batcher.submit_pairs([Pair("It rained.", "It rained.")], call).result()
        self._engine.batcher.submit_texts(["It rained."], call).result()
        self._probe()

    def _probe(self) -> None:
        self._engine.batcher.check_health()
        self._engine.store.list_collections(1, "")


async def serve(
    engine: Engine,
    listener: Listener,
    *,
    max_calls: int = limits.MAX_CALLS,
    grace: float = GRACE_SECONDS,
    telemetry: Telemetry | None = None,
    log_texts: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain; prints 'listening on host:port' once calls are served.

    Drains and raises BatcherClosed where the model's worker dies.
    """
    server = RpcServer(engine, listener, max_calls=max_calls, telemetry=telemetry, log_texts=log_texts)
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    try:
        await server.start()
        print(f"listening on {server.address}", flush=True)
        ends = asyncio.create_task(asked_to_stop.wait()), asyncio.create_task(server.failed())
        (ended, *_), _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        logger.info("stopping: calls in flight have %s seconds", grace)
        await ended
    finally:
        await server.stop(grace)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
