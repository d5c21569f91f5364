"""Runs the blocking core on threads: admission, deadlines, cancellation."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import grpc

from claimbase_server.call import Call, Observer
from claimbase_server.rpc.errors import busy, deadline_exceeded

CALL_SECONDS = 60.0  # where the caller sets no deadline
BATCH_SECONDS = 600.0
_RETRY_SECONDS = 1.0

Result = TypeVar("Result")


class Runner:
    """Hands out permits and runs admitted work; belongs to one event loop."""

    def __init__(self, permits: int, observer: Observer) -> None:
        """At most `permits` calls are served at once; one more is refused, not queued."""
        self._observer = observer
        self._permits = permits
        self._free = permits
        self._pool = ThreadPoolExecutor(permits, thread_name_prefix="claimbase-rpc")

    @property
    def free(self) -> int:
        """Permits that nobody holds."""
        return self._free

    @contextmanager
    def admit(
        self, context: grpc.aio.ServicerContext[Any, Any], seconds: float | None = CALL_SECONDS
    ) -> Iterator[Call]:
        """A permit and a Call that ends with the block; `seconds` is the deadline of callers without one."""
        if self._free == 0:
            raise busy(f"all {self._permits} permits for calls are taken", _RETRY_SECONDS)
        remaining: float | None = context.time_remaining()
        call = Call(seconds if remaining is None else remaining, self._observer)
        self._free -= 1
        try:
            yield call
        finally:
            call.cancel()
            self._free += 1

    async def run(self, call: Call, work: Callable[[], Result]) -> Result:
        """The result of `work` on a thread; raises DEADLINE_EXCEEDED when the call's time is up."""

        def guarded() -> Result:
            call.check()
            return work()

        # Context variables hold the call's request id, which log lines of the core show, and its trace.
        variables = contextvars.copy_context()
        future = asyncio.get_running_loop().run_in_executor(self._pool, variables.run, guarded)
        try:
            await asyncio.wait({future}, timeout=call.remaining())
            if not future.done():
                raise deadline_exceeded()
            return future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        """Let the threads end with the work in hand."""
        self._pool.shutdown(wait=False, cancel_futures=True)
