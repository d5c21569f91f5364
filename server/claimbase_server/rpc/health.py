"""grpc.health.v1 for every service, kept true by real reads of the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from grpc_health.v1 import health, health_pb2

PROBE_SECONDS = 5.0

logger = logging.getLogger("claimbase.health")


class Health:
    """The health of each service and of the whole server (the empty name); NOT_SERVING until told otherwise."""

    def __init__(self, services: tuple[str, ...]) -> None:
        self.servicer = health.aio.HealthServicer()
        self._services = ("", *services)
        self.serving = False

    async def set(self, serving: bool) -> None:
        """Tell watchers and checkers."""
        status = health_pb2.HealthCheckResponse.SERVING if serving else health_pb2.HealthCheckResponse.NOT_SERVING
        for service in self._services:
            await self.servicer.set(service, status)
        self.serving = serving

    async def follow(self, probe: Callable[[], object], fatal: type[Exception]) -> None:
        """Probe every few seconds until cancelled; a probe that raises makes the server NOT_SERVING.

        What will not pass, a `fatal` error, is raised.
        """
        while True:
            try:
                await asyncio.to_thread(probe)
            except Exception as error:
                if self.serving:
                    logger.error("not serving: %s", error)
                await self.set(False)
                if isinstance(error, fatal):
                    raise
            else:
                if not self.serving:
                    logger.info("serving")
                    await self.set(True)
            await asyncio.sleep(PROBE_SECONDS)
