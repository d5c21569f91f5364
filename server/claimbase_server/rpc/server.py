"""The gRPC server: listens, serves, drains."""

from __future__ import annotations

import asyncio
import ipaddress
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
from claimbase_server.recheck import RecheckThread
from claimbase_server.rpc import limits
from claimbase_server.rpc.claim_base_service import ClaimBaseServicer
from claimbase_server.rpc.engine import Engine
from claimbase_server.rpc.health import Health
from claimbase_server.rpc.interceptors import CallInterceptor
from claimbase_server.rpc.runner import Runner
from claimbase_server.rpc.verification_service import VerificationServicer
from claimbase_server.rpc.watches import Watches
from claimbase_server.types import Pair

MAX_CALLS = 64
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
)

logger = logging.getLogger("claimbase.server")


class ListenError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


class RpcServer:
    """One gRPC server over an engine; made and used inside one running event loop."""

    def __init__(self, engine: Engine, listen: str, *, insecure: bool = False, max_calls: int = MAX_CALLS) -> None:
        """`listen` is 'host:port' (port 0 takes a free one); raises ListenError where it may not be opened."""
        self._host = _read_host(listen)
        if not insecure and not _is_loopback(self._host):
            raise ListenError(
                f"{listen} can be reached from other machines and calls are not encrypted:"
                " listen on 127.0.0.1, or allow it with the insecure flag"
            )
        self._engine = engine
        self._stop = asyncio.Event()
        self.runner = Runner(max_calls)
        self._health = Health(_SERVICES)
        self._rechecks = RecheckThread(engine.watchlist.recheck)
        watches = Watches(self._stop)
        self._server = grpc.aio.server(interceptors=(CallInterceptor(),), options=_OPTIONS)
        claim_base_service_pb2_grpc.add_ClaimBaseServiceServicer_to_server(
            ClaimBaseServicer(engine, self.runner, watches), self._server
        )
        verification_service_pb2_grpc.add_VerificationServiceServicer_to_server(
            VerificationServicer(engine, self.runner, watches), self._server
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        reflection.enable_server_reflection(_REFLECTED, self._server)
        try:
            self._port = self._server.add_insecure_port(listen)
        except RuntimeError as error:
            raise ListenError(f"cannot listen on {listen}: is the port taken, the host another machine's?") from error
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
        self._rechecks.start()
        await self._health.set(True)
        self._following = asyncio.create_task(self._health.follow(self._probe))

    async def stop(self, grace: float) -> None:
        """Refuse new calls and let those in flight end, for up to `grace` seconds."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        await self._health.set(False)
        self._stop.set()
        await self._server.stop(grace)
        await asyncio.to_thread(self._rechecks.stop)
        self.runner.close()

    def _warm_up(self) -> None:
        call = Call()
        self._engine.batcher.submit_pairs([Pair("It rained.", "It rained.")], call).result()
        self._probe()

    def _probe(self) -> None:
        if not self._engine.batcher.healthy:
            raise BatcherClosed("the model worker has stopped")
        self._engine.store.list_collections(1, "")


async def serve(
    engine: Engine,
    listen: str,
    *,
    insecure: bool = False,
    max_calls: int = MAX_CALLS,
    grace: float = GRACE_SECONDS,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain; prints 'listening on host:port' once calls are served."""
    server = RpcServer(engine, listen, insecure=insecure, max_calls=max_calls)
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    try:
        await server.start()
        print(f"listening on {server.address}", flush=True)
        await asked_to_stop.wait()
        logger.info("stopping: calls in flight have %s seconds", grace)
    finally:
        await server.stop(grace)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _read_host(listen: str) -> str:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{listen!r} is no address: give host:port, such as 127.0.0.1:50051")
    return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
