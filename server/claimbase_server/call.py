"""A caller's lifetime: its deadline and whether it has gone away."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

T = TypeVar("T")


class CallGone(Exception):
    """The caller cancelled or its deadline passed; nothing more is computed for it."""


class Observer(Protocol):
    """Told of the stages of the work on a call, such as 'retrieve'; thread-safe, and never fails."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Around a stage; those that begin inside, on the same thread, lie within it."""

    def finished(self, name: str, started: float, seconds: float) -> None:
        """A stage that is over already; `started` is a time.monotonic()."""


class _Nobody(Observer):
    def stage(self, name: str) -> AbstractContextManager[object]:
        return nullcontext()

    def finished(self, name: str, started: float, seconds: float) -> None:
        pass


class Call:
    """Carries the deadline, the cancellation and the observer of one call through every layer, down to the batcher."""

    def __init__(self, timeout: float | None = None, observer: Observer | None = None) -> None:
        """`timeout` in seconds from now; None waits without end."""
        self.observer: Observer = observer or _Nobody()
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Say that the caller has gone; takes effect wherever the call is."""
        self._cancelled.set()

    @property
    def gone(self) -> bool:
        return self._cancelled.is_set() or (self._deadline is not None and time.monotonic() >= self._deadline)

    def remaining(self) -> float | None:
        """Seconds until the deadline, never negative; None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def check(self) -> None:
        """Raise CallGone if nobody waits any more."""
        if self.gone:
            raise CallGone("the caller cancelled or its deadline passed")


def await_result(future: Future[T], call: Call) -> T:
    """The future's result; CallGone when the call's deadline passes first."""
    try:
        return future.result(timeout=call.remaining())
    except (TimeoutError, FutureTimeout):
        if future.done():
            raise
        raise CallGone("the deadline passed while the model was working") from None
