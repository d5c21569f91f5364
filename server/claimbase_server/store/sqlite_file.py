"""One SQLite file: its lock, its single writer thread and its pool of read-only connections."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TypeVar

from claimbase_server.store.base import StoreUnavailable
from claimbase_server.store.sqlite_schema import migrate, pending_steps

Result = TypeVar("Result")

_READERS = 4
_BUSY_TIMEOUT_MS = 5_000

# SQLite's own words (Python 3.10 gives no error codes) and what a person should know and do.
_EXPLANATIONS = (
    ("file is not a database", "{path} is not an SQLite file, so no claim base: name another file"),
    (
        "malformed",
        "{path} is damaged: restore a copy of it, or save what can be read with: sqlite3 {path} .recover",
    ),
    ("disk is full", "the disk that holds {path} is full: make room and try again; nothing was stored"),
    ("disk I/O error", "the disk that holds {path} failed or is full: check it and try again; nothing was stored"),
    ("readonly", "{path} cannot be written: make the file, its folder and its disk writable; it can still be read"),
    ("unable to open", "{path} cannot be opened: check that its folder exists and that you may use it"),
    ("is locked", "{path} is in use by another program: stop that program and try again"),
    ("no such module: fts5", "this Python's SQLite lacks FTS5, which {path} needs: use another Python"),
)


class SqliteFile:
    """Runs writes one after another on one thread and reads on a small pool; closes cleanly.

    Opening makes the file if there is none and brings its schema up to date. A file that cannot be
    written (permissions, read-only disk) is opened for reading only.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._jobs: SimpleQueue[Callable[[sqlite3.Connection], None] | None] = SimpleQueue()
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._readers = threading.BoundedSemaphore(_READERS)
        self._closed = False
        self._lock_file: IO[str] | None = None
        self._thread: threading.Thread | None = None
        folder = Path(path).absolute().parent
        if not folder.is_dir():
            raise StoreUnavailable(f"the folder {folder} of the claim base {path} does not exist: make it first")
        if Path(path).is_dir():
            raise StoreUnavailable(f"{path} is a folder: name a file for the claim base")
        self._writable = os.access(folder, os.W_OK) and (not Path(path).exists() or os.access(path, os.W_OK))
        with self._errors_explained():
            if self._writable:
                self._open_for_writing()
            else:
                self._open_for_reading()

    def write(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `job` in a transaction on the writer thread; its result, once it is safely on disk."""
        future: Future[Result] = Future()

        def run(connection: sqlite3.Connection) -> None:
            try:
                future.set_result(_in_transaction(connection, job))
            except BaseException as error:
                future.set_exception(error)

        with self._guard:
            if self._closed:
                raise StoreUnavailable(f"{self._path} was closed")
            if not self._writable:
                raise StoreUnavailable(_explain("readonly", self._path))
            self._jobs.put(run)
        with self._errors_explained():
            return future.result()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection within one transaction, so that all its statements see the same state."""
        with self._readers, self._errors_explained():
            connection = self._take_reader()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    def close(self) -> None:
        """Finish the writes that were accepted, close all connections and give the file free."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            idle, self._idle = self._idle, []
            self._jobs.put(None)
        for connection in idle:
            connection.close()
        if self._thread:
            self._thread.join()
        if self._lock_file:
            self._lock_file.close()

    def _open_for_writing(self) -> None:
        self._lock_file = _lock(self._path)
        try:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            try:
                connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
                connection.execute("PRAGMA foreign_keys = ON")
                pending_steps(connection, self._path)  # refuses other files before anything is changed in them
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                migrate(connection, self._path)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            self._lock_file.close()
            raise
        self._thread = threading.Thread(target=self._run_jobs, args=(connection,), name="claimbase-writer", daemon=True)
        self._thread.start()

    def _open_for_reading(self) -> None:
        if not Path(self._path).exists():
            raise StoreUnavailable(f"{self._path} cannot be made: its folder or disk cannot be written")
        with self.read() as connection:
            if pending_steps(connection, self._path):
                raise StoreUnavailable(
                    f"{self._path} has an older schema and cannot be written: make it writable and open it once"
                )

    def _run_jobs(self, connection: sqlite3.Connection) -> None:
        while (job := self._jobs.get()) is not None:
            job(connection)
        connection.close()

    def _take_reader(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise StoreUnavailable(f"{self._path} was closed")
            if self._idle:
                return self._idle.pop()
        return self._open_reader()

    def _open_reader(self) -> sqlite3.Connection:
        address = Path(self._path).absolute().as_uri()
        log = Path(self._path + "-wal")
        # Without a writable folder SQLite cannot make the files that WAL shares between readers. With no
        # log left beside it the file is complete in itself and may be read as one that never changes.
        mode = "mode=ro" if self._writable or (log.exists() and log.stat().st_size) else "mode=ro&immutable=1"
        connection = sqlite3.connect(f"{address}?{mode}", uri=True, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    @contextmanager
    def _errors_explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            explanation = _explain(str(error), self._path)
            if not explanation:
                raise
            raise StoreUnavailable(explanation) from error


def _in_transaction(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], Result]) -> Result:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = job(connection)
        connection.execute("COMMIT")
        return result
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _lock(path: str) -> IO[str]:
    """Hold the file's lock until closed; raises StoreUnavailable if another store holds it."""
    try:
        lock_file = open(path + ".lock", "a")  # noqa: SIM115 - open as long as the store
    except OSError as error:
        raise StoreUnavailable(f"{path}.lock cannot be made ({error.strerror}): check the folder and disk") from error
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock_file.close()
        raise StoreUnavailable(
            f"{path} is open in another claimbase process: stop it, or talk to it with --base grpc://HOST:PORT"
        ) from error
    return lock_file


def _explain(message: str, path: str) -> str:
    """What SQLite's message means for this file and what to do; '' for an error that is not the file's."""
    return next((text.format(path=path) for words, text in _EXPLANATIONS if words in message), "")
