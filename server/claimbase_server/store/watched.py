"""The tables of watched claims and of their changes of verdict, in SQL that SQLite and PostgreSQL both read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from claimbase_server.store.base import StaleClaim
from claimbase_server.store.records import read_time
from claimbase_server.types import Verdict, VerdictChange, WatchedClaim

_COLUMNS = "id, text, verdict, confidence, disputed, base_revision, create_time, check_time, grounds"
_QUALIFIED = ", ".join(f"w.{name}" for name in _COLUMNS.split(", "))


class Cursor(Protocol):
    """What both drivers give for a statement."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> Sequence[Any]: ...


# Runs a statement with question marks for its values in the open transaction.
Execute = Callable[[str, Sequence[object]], Cursor]


def put(execute: Execute, collection_key: int, claim: WatchedClaim) -> WatchedClaim:
    """Insert a claim unless its id is taken; the stored one."""
    execute(
        f"INSERT INTO watched_claims ({_COLUMNS}, collection_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (collection_key, id) DO NOTHING",
        (
            *(claim.id, claim.text, claim.verdict.value, claim.confidence, claim.disputed, claim.base_revision),
            *(claim.create_time, claim.check_time, claim.grounds, collection_key),
        ),
    )
    return get(execute, collection_key, claim.id) or claim


def get(execute: Execute, collection_key: int, claim_id: str) -> WatchedClaim | None:
    row = execute(
        f"SELECT {_COLUMNS} FROM watched_claims WHERE collection_key = ? AND id = ?", (collection_key, claim_id)
    ).fetchone()
    return row and _read_claim(row)


def list_claims(execute: Execute, collection_key: int, limit: int, after: str) -> list[WatchedClaim]:
    rows = execute(
        f"SELECT {_COLUMNS} FROM watched_claims WHERE collection_key = ? AND id > ? ORDER BY id LIMIT ?",
        (collection_key, after, limit),
    )
    return [_read_claim(row) for row in rows.fetchall()]


def delete(execute: Execute, collection_key: int, claim_id: str) -> bool:
    done = execute("DELETE FROM watched_claims WHERE collection_key = ? AND id = ?", (collection_key, claim_id))
    return done.rowcount == 1


def list_stale(execute: Execute, limit: int, after: int) -> list[StaleClaim]:
    rows = execute(
        f"SELECT w.row_id, c.name, c.revision, {_QUALIFIED} FROM watched_claims w"
        " JOIN collections c ON c.key = w.collection_key AND w.base_revision < c.revision"
        " WHERE w.row_id > ? ORDER BY w.row_id LIMIT ?",
        (after, limit),
    )
    return [StaleClaim(row[0], row[1], row[2], _read_claim(row[3:])) for row in rows.fetchall()]


def settle(execute: Execute, settled: Iterable[tuple[StaleClaim, WatchedClaim]]) -> None:
    """Write each claim that nobody else has settled since it was read, and its change of verdict if there is one."""
    for stale, found in settled:
        before = stale.claim
        # A claim's revision grows every time it is settled, so an equal one says that nobody was faster.
        done = execute(
            "UPDATE watched_claims SET verdict = ?, confidence = ?, disputed = ?, base_revision = ?, check_time = ?,"
            " grounds = ? WHERE row_id = ? AND base_revision = ?",
            (
                *(found.verdict.value, found.confidence, found.disputed, found.base_revision, found.check_time),
                *(found.grounds, stale.row, before.base_revision),
            ),
        )
        changed = (before.verdict, before.disputed) != (found.verdict, found.disputed)
        if done.rowcount == 1 and changed:
            execute(
                "INSERT INTO verdict_changes (collection_key, watched_row, old_verdict, old_disputed, new_verdict,"
                " new_disputed, confidence, base_revision, change_time)"
                " SELECT collection_key, row_id, ?, ?, ?, ?, ?, ?, ? FROM watched_claims WHERE row_id = ?",
                (
                    *(before.verdict.value, before.disputed, found.verdict.value, found.disputed),
                    *(found.confidence, found.base_revision, found.check_time, stale.row),
                ),
            )


def list_changes(execute: Execute, collection_key: int, limit: int, after: int) -> list[tuple[int, VerdictChange]]:
    rows = execute(
        "SELECT v.row_id, w.id, w.text, v.old_verdict, v.old_disputed, v.new_verdict, v.new_disputed, v.confidence,"
        " v.base_revision, v.change_time FROM verdict_changes v JOIN watched_claims w ON w.row_id = v.watched_row"
        " WHERE v.collection_key = ? AND v.row_id > ? ORDER BY v.row_id LIMIT ?",
        (collection_key, after, limit),
    )
    return [(row[0], _read_change(row[1:])) for row in rows.fetchall()]


def _read_claim(row: Sequence[Any]) -> WatchedClaim:
    claim_id, text, verdict, confidence, disputed, revision, created, checked, grounds = row
    times = read_time(created), read_time(checked)
    return WatchedClaim(claim_id, text, Verdict(verdict), confidence, bool(disputed), revision, *times, grounds)


def _read_change(row: Sequence[Any]) -> VerdictChange:
    claim_id, text, old, old_disputed, new, new_disputed, confidence, revision, time = row
    old_and_new = Verdict(old), bool(old_disputed), Verdict(new), bool(new_disputed)
    return VerdictChange(claim_id, text, *old_and_new, confidence, revision, read_time(time))
