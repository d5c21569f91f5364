"""How fast a stream is read."""

from __future__ import annotations

import time
from collections.abc import Callable

BURST_SECONDS = 2.0  # of the rate, which a stream may take at once


class Pace:
    """Keeps the sum of amounts at a rate; the caller waits as long as it is told."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`rate` is in amounts a second, `clock` tells seconds."""
        self._rate = rate
        self._clock = clock
        self._due = clock()  # when everything taken so far is paid for at the rate

    def take(self, amount: float) -> float:
        """Seconds to wait before going on, 0 or more, now that `amount` was taken."""
        now = self._clock()
        self._due = max(self._due, now) + amount / self._rate
        return max(0.0, self._due - now - BURST_SECONDS)
