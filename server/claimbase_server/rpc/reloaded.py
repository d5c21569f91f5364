"""Values that are read from files and read again when the files have changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

logger = logging.getLogger("claimbase.rpc")


class UnusableFile(Exception):
    """A file cannot be used; the message names it and says why."""


class Reloaded(Generic[T]):
    """The value of some files; thread-safe."""

    def __init__(self, paths: Sequence[Path], read: Callable[[], T]) -> None:
        """Read for the first time; UnusableFile, which `read` raises, says what is wrong."""
        self._paths = paths
        self._read = read
        self._lock = threading.Lock()
        self._signature = self._sign()
        self._value = read()

    def current(self) -> T:
        """What the files hold now; where they cannot be used, what they held before, with one line in the log."""
        with self._lock:
            signature = self._sign()
            if signature != self._signature:
                # Remembered even if reading fails: the next look waits for the next change.
                self._signature = signature
                try:
                    self._value = self._read()
                except UnusableFile as error:
                    logger.error("%s; what was read before stays in force", error)
                else:
                    logger.info("read again: %s", ", ".join(map(str, self._paths)))
            return self._value

    def _sign(self) -> tuple[tuple[int, ...] | None, ...]:
        """Differs once a file is written or replaced, behind a symbolic link too."""
        return tuple(_sign(path) for path in self._paths)


def read_bytes(path: Path) -> bytes:
    """The file's content; raises UnusableFile."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror})") from None


def _sign(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
