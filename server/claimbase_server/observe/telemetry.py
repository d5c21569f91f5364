"""What a server tells of its work while it is done: metrics always, traces where they are configured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from claimbase_server.call import Observer
from claimbase_server.observe.metrics import Metrics

EndRpc = Callable[[str], None]  # takes the name of the status code


class Tracer(Observer, Protocol):
    """Turns calls and their stages into spans."""

    def rpc(self, method: str, metadata: Mapping[str, str]) -> AbstractContextManager[EndRpc]:
        """Around a call of 'package.Service/Method'; the caller's trace goes on if the metadata name one."""

    def close(self) -> None:
        """Send what is left."""


class Telemetry(Observer):
    """An observer of calls that feeds the metrics and, if there is one, the tracer; thread-safe."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        self.metrics = Metrics()
        self._tracer = tracer

    @contextmanager
    def rpc(self, method: str, metadata: Mapping[str, str]) -> Iterator[EndRpc]:
        """Around a call; what is given must be called once with the name of its status code."""
        if self._tracer is None:
            yield lambda code: None
            return
        with self._tracer.rpc(method, metadata) as end:
            yield end

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            if self._tracer is None:
                yield
            else:
                with self._tracer.stage(name):
                    yield
        finally:
            self.metrics.stage_ended(name, time.monotonic() - started)

    def finished(self, name: str, started: float, seconds: float) -> None:
        self.metrics.stage_ended(name, seconds)
        if self._tracer is not None:
            self._tracer.finished(name, started, seconds)

    def close(self) -> None:
        if self._tracer is not None:
            self._tracer.close()
