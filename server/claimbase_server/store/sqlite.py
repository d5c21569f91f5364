"""The claim base in one SQLite file: the embedded default."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claimbase_server.store import records, watched
from claimbase_server.store.base import (
    CollectionStats,
    ConflictDraft,
    PutOutcome,
    RequestReused,
    StaleClaim,
    UnknownCollection,
)
from claimbase_server.store.clusters import Floats, Rows
from claimbase_server.store.sqlite_file import SqliteFile
from claimbase_server.store.sqlite_schema import add_collection, text_index
from claimbase_server.store.vectors import VectorIndexes, VectorSource
from claimbase_server.types import Candidate, Claim, Conflict, ConflictKind, Document, VerdictChange, WatchedClaim

_BATCH = 1_000

# A claim's own words count most; its context and its document's title place it.
_RANK = "bm25({index}, 1.0, 0.4, 0.3)"

_CANDIDATES = (
    f"SELECT c.row_id, {records.candidate_columns('c', 'd')}"
    " FROM claims c JOIN documents d ON d.key = c.document_key WHERE c.collection_key = ?"
)
_CONFLICTS = (
    "SELECT k.row_id, k.kind, k.confidence, k.reason,"
    f" {records.candidate_columns('a', 'da')}, {records.candidate_columns('b', 'db')} FROM conflicts k"
    " JOIN claims a ON a.row_id = k.claim_a JOIN documents da ON da.key = a.document_key"
    " JOIN claims b ON b.row_id = k.claim_b JOIN documents db ON db.key = b.document_key"
    " WHERE k.collection_key = ? AND k.row_id > ? AND k.confidence >= ?"
)


class SqliteStore:
    """A durable claim base in one SQLite file; fulfils the Store protocol."""

    def __init__(self, path: str) -> None:
        """Open the base, making it if there is none; raises StoreUnavailable saying what to do."""
        self._file = SqliteFile(path)
        self._indexes = VectorIndexes()

    def create_collection(self, collection: str) -> bool:
        return self._file.write(lambda connection: add_collection(connection, collection))

    def list_collections(self, limit: int, after: str) -> list[str]:
        with self._file.read() as connection:
            rows = connection.execute(
                "SELECT name FROM collections WHERE name > ? ORDER BY name LIMIT ?", (after, limit)
            )
            return [name for (name,) in rows]

    def delete_collection(self, collection: str) -> bool:
        def job(connection: sqlite3.Connection) -> int | None:
            try:
                key = _find(connection, collection).key
            except UnknownCollection:
                return None
            connection.execute(f"DROP TABLE {text_index(key)}")
            connection.execute("DELETE FROM collections WHERE key = ?", (key,))
            return key

        key = self._file.write(job)
        if key is not None:
            self._indexes.drop(key)
        return key is not None

    def stats(self, collection: str) -> CollectionStats:
        with self._file.read() as connection:
            found = _find(connection, collection)
            documents, claims, conflicts = (
                connection.execute(f"SELECT count(*) FROM {table} WHERE collection_key = ?", (found.key,)).fetchone()[0]
                for table in ("documents", "claims", "conflicts")
            )
            return CollectionStats(documents, claims, conflicts, found.revision)

    def revision(self, collection: str) -> int:
        with self._file.read() as connection:
            return _find(connection, collection).revision

    def find_unchanged(
        self, collection: str, document: Document, request_id: str = ""
    ) -> tuple[PutOutcome, Document] | None:
        etag = records.document_etag(document)

        def job(connection: sqlite3.Connection) -> tuple[PutOutcome, Document] | None:
            found = _find(connection, collection)
            if request_id and (answer := _answered(connection, found.key, request_id, document, etag)):
                return answer
            row = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents WHERE collection_key = ? AND id = ? AND etag = ?",
                (found.key, document.id, etag),
            ).fetchone()
            if row is None:
                return None
            stored = records.read_document(row)
            if request_id:
                _remember_answer(connection, found.key, request_id, PutOutcome.UNCHANGED, stored)
            return PutOutcome.UNCHANGED, stored

        return self._file.write(job)

    def put_document(
        self,
        collection: str,
        document: Document,
        claims: Sequence[Claim],
        vectors: NDArray[np.float32],
        conflicts: Sequence[ConflictDraft] = (),
        request_id: str = "",
    ) -> tuple[PutOutcome, Document]:
        matrix = records.check_put(document, claims, vectors)
        etag = records.document_etag(document)

        def job(connection: sqlite3.Connection) -> tuple[PutOutcome, Document]:
            found = _find(connection, collection)
            if request_id and (answer := _answered(connection, found.key, request_id, document, etag)):
                return answer
            outcome, stored, document_key = _put_row(connection, found.key, document, etag)
            if outcome is not PutOutcome.UNCHANGED:
                dimensions = _put_claims(connection, found, document_key, stored, claims, matrix)
                _put_conflicts(connection, found.key, conflicts)
                _count_revision(connection, found, dimensions, removal=outcome is PutOutcome.REPLACED)
            if request_id:
                _remember_answer(connection, found.key, request_id, outcome, stored)
            return outcome, stored

        return self._file.write(job)

    def get_document(self, collection: str, document_id: str) -> Document | None:
        with self._file.read() as connection:
            row = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents WHERE collection_key = ? AND id = ?",
                (_find(connection, collection).key, document_id),
            ).fetchone()
            return row and records.read_document(row)

    def list_documents(self, collection: str, limit: int, after: str) -> list[Document]:
        with self._file.read() as connection:
            rows = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents WHERE collection_key = ? AND id > ?"
                " ORDER BY id LIMIT ?",
                (_find(connection, collection).key, after, limit),
            )
            return [records.read_document(row) for row in rows]

    def delete_document(self, collection: str, document_id: str) -> bool:
        def job(connection: sqlite3.Connection) -> bool:
            found = _find(connection, collection)
            row = connection.execute(
                "SELECT key FROM documents WHERE collection_key = ? AND id = ?", (found.key, document_id)
            ).fetchone()
            if row is None:
                return False
            _delete_claims(connection, found.key, row[0])
            connection.execute("DELETE FROM documents WHERE key = ?", row)
            _count_revision(connection, found, found.dimensions, removal=True)
            return True

        return self._file.write(job)

    def get_claim(self, collection: str, claim_id: str) -> Candidate | None:
        with self._file.read() as connection:
            key = _find(connection, collection).key
            row = connection.execute(f"{_CANDIDATES} AND c.id = ?", (key, claim_id)).fetchone()
            return row and records.read_candidate(row[1:])

    def list_claims(
        self, collection: str, limit: int, after: int, document_id: str = ""
    ) -> list[tuple[int, Candidate]]:
        with self._file.read() as connection:
            values: list[object] = [_find(connection, collection).key, after]
            query = f"{_CANDIDATES} AND c.row_id > ?"
            if document_id:
                query, values = f"{query} AND d.id = ? AND d.collection_key = ?", [*values, document_id, values[0]]
            rows = connection.execute(f"{query} ORDER BY c.row_id LIMIT ?", [*values, limit])
            return [(row[0], records.read_candidate(row[1:])) for row in rows]

    def get_claims(self, collection: str, rows: Sequence[int]) -> list[tuple[int, Candidate]]:
        found: dict[int, Candidate] = {}
        with self._file.read() as connection:
            key = _find(connection, collection).key
            for start in range(0, len(rows), _BATCH):
                part = [int(row) for row in rows[start : start + _BATCH]]
                marks = ", ".join("?" * len(part))
                for row in connection.execute(f"{_CANDIDATES} AND c.row_id IN ({marks})", (key, *part)):
                    found[row[0]] = records.read_candidate(row[1:])
        return [(row, found[row]) for row in rows if row in found]

    def count_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        with self._file.read() as connection:
            index = text_index(_find(connection, collection).key)
            query = f"SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT ?)"
            return [connection.execute(query, (_match([term]), limit)).fetchone()[0] for term in terms]

    def search_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        with self._file.read() as connection:
            index = text_index(_find(connection, collection).key)
            query = (
                f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY {_RANK.format(index=index)}, rowid LIMIT ?"
            )
            return [row for (row,) in connection.execute(query, (_match(terms), limit))]

    def search_vector(self, collection: str, vector: NDArray[np.float32], limit: int) -> list[int]:
        with self._file.read() as connection:
            found = _find(connection, collection)
            if found.dimensions is None:
                return []
            records.check_dimensions(found.dimensions, len(vector))
            index = self._indexes.current(_vector_source(connection, found))
        return index.search(vector, limit)

    def list_conflicts(
        self, collection: str, limit: int, after: int, kind: ConflictKind | None = None, min_confidence: float = 0.0
    ) -> list[tuple[int, Conflict]]:
        with self._file.read() as connection:
            query = _CONFLICTS
            values: list[object] = [_find(connection, collection).key, after, min_confidence]
            if kind:
                query, values = f"{query} AND k.kind = ?", [*values, kind.value]
            rows = connection.execute(f"{query} ORDER BY k.row_id LIMIT ?", [*values, limit])
            return [records.read_conflict(row) for row in rows]

    def put_watched_claim(self, collection: str, claim: WatchedClaim) -> WatchedClaim:
        return self._file.write(
            lambda connection: watched.put(_execute(connection), _find(connection, collection).key, claim)
        )

    def get_watched_claim(self, collection: str, claim_id: str) -> WatchedClaim | None:
        with self._file.read() as connection:
            return watched.get(_execute(connection), _find(connection, collection).key, claim_id)

    def list_watched_claims(self, collection: str, limit: int, after: str) -> list[WatchedClaim]:
        with self._file.read() as connection:
            return watched.list_claims(_execute(connection), _find(connection, collection).key, limit, after)

    def delete_watched_claim(self, collection: str, claim_id: str) -> bool:
        return self._file.write(
            lambda connection: watched.delete(_execute(connection), _find(connection, collection).key, claim_id)
        )

    def stale_watched_claims(self, limit: int, after: int) -> list[StaleClaim]:
        with self._file.read() as connection:
            return watched.list_stale(_execute(connection), limit, after)

    def settle_watched_claims(self, settled: Sequence[tuple[StaleClaim, WatchedClaim]]) -> None:
        self._file.write(lambda connection: watched.settle(_execute(connection), settled))

    def list_verdict_changes(self, collection: str, limit: int, after: int) -> list[tuple[int, VerdictChange]]:
        with self._file.read() as connection:
            return watched.list_changes(_execute(connection), _find(connection, collection).key, limit, after)

    def export_vectors(self, collection: str) -> Iterator[tuple[int, NDArray[np.float32]]]:
        after = 0
        while True:
            with self._file.read() as connection:
                batch = _read_vectors(connection, _find(connection, collection).key, after)
            if batch is None:
                return
            rows, vectors = batch
            yield from zip(rows.tolist(), vectors, strict=True)
            after = int(rows[-1])

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True)
class _Collection:
    key: int
    revision: int
    removal_revision: int
    dimensions: int | None


def _find(connection: sqlite3.Connection, collection: str) -> _Collection:
    row = connection.execute(
        "SELECT key, revision, removal_revision, dimensions FROM collections WHERE name = ?", (collection,)
    ).fetchone()
    if row is None:
        raise UnknownCollection(collection)
    return _Collection(*row)


def _answered(
    connection: sqlite3.Connection, key: int, request_id: str, document: Document, etag: str
) -> tuple[PutOutcome, Document] | None:
    """The first answer to this request, None if it is new; raises RequestReused if its body was another."""
    row = connection.execute(
        "SELECT document_id, etag, outcome, create_time, update_time FROM requests WHERE collection_key = ? AND id = ?",
        (key, request_id),
    ).fetchone()
    if row is None:
        return None
    if (row[0], row[1]) != (document.id, etag):
        raise RequestReused(request_id)
    created, updated = (datetime.fromisoformat(value) for value in row[3:])
    return PutOutcome(row[2]), records.stored_document(document, created, updated, etag)


def _remember_answer(
    connection: sqlite3.Connection, key: int, request_id: str, outcome: PutOutcome, stored: Document
) -> None:
    times = _columns((stored.create_time, stored.update_time))
    values = (key, request_id, stored.id, stored.etag, outcome.value, *times)
    connection.execute("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _put_row(
    connection: sqlite3.Connection, collection_key: int, document: Document, etag: str
) -> tuple[PutOutcome, Document, int]:
    """Write the document's own row and take away an old version's claims; what happened, the document and its key."""
    now = datetime.now(timezone.utc)
    old = connection.execute(
        f"SELECT {records.DOCUMENT_COLUMNS}, key FROM documents WHERE collection_key = ? AND id = ?",
        (collection_key, document.id),
    ).fetchone()
    if old is None:
        stored = records.stored_document(document, now, now, etag)
        inserted = connection.execute(
            f"INSERT INTO documents ({records.DOCUMENT_COLUMNS}, collection_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_columns(records.document_values(stored)), collection_key),
        )
        return PutOutcome.CREATED, stored, inserted.lastrowid or 0
    before, document_key = records.read_document(old), old[-1]
    if before.etag == etag:
        return PutOutcome.UNCHANGED, before, document_key
    _delete_claims(connection, collection_key, document_key)
    stored = records.stored_document(document, before.create_time or now, now, etag)
    connection.execute(
        f"UPDATE documents SET ({records.DOCUMENT_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE key = ?",
        (*_columns(records.document_values(stored)), document_key),
    )
    return PutOutcome.REPLACED, stored, document_key


def _put_claims(
    connection: sqlite3.Connection,
    collection: _Collection,
    document_key: int,
    document: Document,
    claims: Sequence[Claim],
    vectors: Floats,
) -> int | None:
    """Insert claims with their vectors and text index; the collection's vector dimensions from now on."""
    if not claims:
        return collection.dimensions
    records.check_dimensions(collection.dimensions, vectors.shape[1])
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'claims'").fetchone()
    first_row = last[0] + 1 if last else 1
    numbered = list(enumerate(claims, first_row))
    connection.executemany(
        f"INSERT INTO claims ({records.CLAIM_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [records.claim_values(claim, row, collection.key, document_key) for row, claim in numbered],
    )
    connection.executemany(
        "INSERT INTO vectors VALUES (?, ?)",
        [(row, vector.tobytes()) for (row, _), vector in zip(numbered, vectors, strict=True)],
    )
    connection.executemany(
        f"INSERT INTO {text_index(collection.key)} (rowid, text, context, title) VALUES (?, ?, ?, ?)",
        [(row, claim.text, claim.context, document.title) for row, claim in numbered],
    )
    return int(vectors.shape[1])


def _put_conflicts(connection: sqlite3.Connection, collection_key: int, drafts: Sequence[ConflictDraft]) -> None:
    """Insert conflicts; one whose other claim has gone in the meantime is left out."""
    claim_row = "SELECT row_id FROM claims WHERE collection_key = ? AND id = ?"
    for draft in drafts:
        a = connection.execute(claim_row, (collection_key, draft.claim_a)).fetchone()
        b = connection.execute(claim_row, (collection_key, draft.claim_b)).fetchone()
        if a and b:
            connection.execute(
                "INSERT INTO conflicts (collection_key, claim_a, claim_b, kind, confidence, reason)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (collection_key, a[0], b[0], draft.kind.value, draft.confidence, draft.reason),
            )


def _delete_claims(connection: sqlite3.Connection, collection_key: int, document_key: int) -> None:
    """Take a document's claims away, with all that hangs on them."""
    # The text index keeps no text of its own, so it must be told what it indexed.
    index = text_index(collection_key)
    connection.execute(
        f"INSERT INTO {index} ({index}, rowid, text, context, title)"
        " SELECT 'delete', c.row_id, c.text, c.context, d.title"
        " FROM claims c JOIN documents d ON d.key = c.document_key WHERE c.document_key = ?",
        (document_key,),
    )
    connection.execute("DELETE FROM claims WHERE document_key = ?", (document_key,))


def _count_revision(
    connection: sqlite3.Connection, collection: _Collection, dimensions: int | None, removal: bool
) -> None:
    revision = collection.revision + 1
    connection.execute(
        "UPDATE collections SET revision = ?, removal_revision = ?, dimensions = ? WHERE key = ?",
        (revision, revision if removal else collection.removal_revision, dimensions, collection.key),
    )


def _vector_source(connection: sqlite3.Connection, found: _Collection) -> VectorSource:
    def vectors_after(row: int) -> Iterator[tuple[Rows, Floats]]:
        while batch := _read_vectors(connection, found.key, row):
            yield batch
            row = int(batch[0][-1])

    def rows() -> Rows:
        found_rows = connection.execute("SELECT row_id FROM claims WHERE collection_key = ?", (found.key,))
        return np.fromiter((row for (row,) in found_rows), np.int64)

    return VectorSource(found.key, found.dimensions or 0, found.revision, found.removal_revision, vectors_after, rows)


def _read_vectors(connection: sqlite3.Connection, collection_key: int, after: int) -> tuple[Rows, Floats] | None:
    """The next batch of row numbers and vectors, None at the end."""
    found = connection.execute(
        "SELECT c.row_id, v.vector FROM claims c JOIN vectors v ON v.row_id = c.row_id"
        " WHERE c.collection_key = ? AND c.row_id > ? ORDER BY c.row_id LIMIT ?",
        (collection_key, after, _BATCH),
    ).fetchall()
    if not found:
        return None
    rows = np.array([row for row, _ in found], np.int64)
    return rows, np.frombuffer(b"".join(blob for _, blob in found), np.float32).reshape(len(found), -1)


def _match(terms: Sequence[str]) -> str:
    """An FTS5 expression for any of the terms, each taken as data."""
    quoted = ['"' + term.replace('"', '""') + '"' for term in records.clean_terms(terms)]
    return " OR ".join(quoted) or '""'


def _execute(connection: sqlite3.Connection) -> watched.Execute:
    return lambda statement, values: connection.execute(statement, _columns(tuple(values)))


def _columns(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values as SQLite takes them: times become ISO text in UTC."""
    return tuple(value.isoformat() if isinstance(value, datetime) else value for value in values)
