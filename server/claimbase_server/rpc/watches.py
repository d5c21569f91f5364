"""Streams that send what is there and then what comes, until the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from claimbase_server.rpc import limits
from claimbase_server.rpc.errors import busy, stopping

WATCH_SECONDS = 0.5  # between two looks at the store
_AT_ONCE = 100

Item = TypeVar("Item")


class Watches:
    """The open watches of a server; belongs to one event loop."""

    def __init__(self, stop: asyncio.Event) -> None:
        """`stop` ends the watches."""
        self._stop = stop
        self._open = 0

    async def follow(
        self, read: Callable[[int, int], Sequence[tuple[int, Item]]], after: int
    ) -> AsyncGenerator[tuple[int, Item], None]:
        """Items with their row numbers, as `read(limit, after)` finds them; ends with UNAVAILABLE.

        RESOURCE_EXHAUSTED where too many watches are open. Close it to give its place free.
        """
        if self._open == limits.MAX_WATCHES:
            raise busy(f"{limits.MAX_WATCHES} watches are open", retry_delay=5.0)
        self._open += 1
        try:
            while not self._stop.is_set():
                rows = await asyncio.to_thread(read, _AT_ONCE, after)
                for after, item in rows:
                    yield after, item
                if len(rows) < _AT_ONCE:
                    await self._pause()
            raise stopping()
        finally:
            self._open -= 1

    async def _pause(self) -> None:
        """Wait until it is time to look again or the server stops."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stop.wait(), WATCH_SECONDS)
