"""The claim base in PostgreSQL: shared by any number of servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from claimbase_server.store import records, watched
from claimbase_server.store.base import (
    CollectionStats,
    ConflictDraft,
    PutOutcome,
    RequestReused,
    StaleClaim,
    StoreUnavailable,
    UnknownCollection,
)
from claimbase_server.store.clusters import Floats, Rows
from claimbase_server.store.postgres_schema import Connection, has_vector_type, migrate
from claimbase_server.store.postgres_text import COUNT_TEXT, SEARCH_TEXT, WORDS, plain_words
from claimbase_server.store.vectors import VectorIndexes, VectorSource
from claimbase_server.types import Candidate, Claim, Conflict, ConflictKind, Document, VerdictChange, WatchedClaim

_BATCH = 1_000
_CONNECTIONS = 8
_WAIT_SECONDS = 10.0

_CANDIDATES = (
    f"SELECT c.row_id, {records.candidate_columns('c', 'd')}"
    " FROM claims c JOIN documents d ON d.key = c.document_key WHERE c.collection_key = %s"
)
_CONFLICTS = (
    "SELECT k.row_id, k.kind, k.confidence, k.reason,"
    f" {records.candidate_columns('a', 'da')}, {records.candidate_columns('b', 'db')} FROM conflicts k"
    " JOIN claims a ON a.row_id = k.claim_a JOIN documents da ON da.key = a.document_key"
    " JOIN claims b ON b.row_id = k.claim_b JOIN documents db ON db.key = b.document_key"
    " WHERE k.collection_key = %s AND k.row_id > %s AND k.confidence >= %s"
)


class PostgresStore:
    """A durable claim base in PostgreSQL; fulfils the Store protocol.

    Vectors are searched by pgvector where the database has it, else in this process's memory. Both
    searches are exact.
    """

    def __init__(self, dsn: str) -> None:
        """Connect, and make the schema if it is not there; raises StoreUnavailable saying what to do."""
        self._name = _describe(dsn)
        self._indexes = VectorIndexes()
        with self._errors_explained():
            with psycopg.connect(dsn, autocommit=True, connect_timeout=int(_WAIT_SECONDS)) as connection:
                migrate(connection, self._name)
                self._vector_type = has_vector_type(connection)
            self._pool: ConnectionPool[Connection] = ConnectionPool(
                dsn,
                min_size=1,
                max_size=_CONNECTIONS,
                timeout=_WAIT_SECONDS,
                kwargs={"autocommit": True},
                check=ConnectionPool.check_connection,
                open=True,
            )

    def create_collection(self, collection: str) -> bool:
        with self._connection() as connection:
            done = connection.execute(
                "INSERT INTO collections (name) VALUES (%s) ON CONFLICT DO NOTHING", (collection,)
            )
            return done.rowcount == 1

    def list_collections(self, limit: int, after: str) -> list[str]:
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT name FROM collections WHERE name > %s ORDER BY name LIMIT %s", (after, limit)
            )
            return [name for (name,) in rows]

    def delete_collection(self, collection: str) -> bool:
        with self._connection() as connection:
            row = connection.execute("DELETE FROM collections WHERE name = %s RETURNING key", (collection,)).fetchone()
        if row:
            self._indexes.drop(row[0])
        return row is not None

    def stats(self, collection: str) -> CollectionStats:
        with self._connection() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents WHERE collection_key = found.key),"
                " (SELECT count(*) FROM claims WHERE collection_key = found.key),"
                " (SELECT count(*) FROM conflicts WHERE collection_key = found.key), found.revision"
                " FROM collections AS found WHERE name = %s",
                (collection,),
            ).fetchone()
            if row is None:
                raise UnknownCollection(collection)
            return CollectionStats(*row)

    def revision(self, collection: str) -> int:
        with self._connection() as connection:
            return _find(connection, collection).revision

    def find_unchanged(
        self, collection: str, document: Document, request_id: str = ""
    ) -> tuple[PutOutcome, Document] | None:
        etag = records.document_etag(document)
        with self._connection() as connection, connection.transaction():
            found = _find(connection, collection, for_update=bool(request_id))
            if request_id and (answer := _answered(connection, found.key, request_id, document, etag)):
                return answer
            row = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents"
                " WHERE collection_key = %s AND id = %s AND etag = %s".encode(),
                (found.key, document.id, etag),
            ).fetchone()
            if row is None:
                return None
            stored = records.read_document(row)
            if request_id:
                _remember_answer(connection, found.key, request_id, PutOutcome.UNCHANGED, stored)
            return PutOutcome.UNCHANGED, stored

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
        with self._connection() as connection, connection.transaction():
            found = _find(connection, collection, for_update=True)
            if request_id and (answer := _answered(connection, found.key, request_id, document, etag)):
                return answer
            outcome, stored, document_key = _put_row(connection, found.key, document, etag)
            if outcome is not PutOutcome.UNCHANGED:
                dimensions = self._put_claims(connection, found, document_key, stored, claims, matrix)
                _put_conflicts(connection, found.key, conflicts)
                _count_revision(connection, found, dimensions, removal=outcome is PutOutcome.REPLACED)
            if request_id:
                _remember_answer(connection, found.key, request_id, outcome, stored)
            return outcome, stored

    def get_document(self, collection: str, document_id: str) -> Document | None:
        with self._connection() as connection:
            row = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents WHERE collection_key = %s AND id = %s".encode(),
                (_find(connection, collection).key, document_id),
            ).fetchone()
            return row and records.read_document(row)

    def list_documents(self, collection: str, limit: int, after: str) -> list[Document]:
        with self._connection() as connection:
            rows = connection.execute(
                f"SELECT {records.DOCUMENT_COLUMNS} FROM documents WHERE collection_key = %s AND id > %s"
                " ORDER BY id LIMIT %s".encode(),
                (_find(connection, collection).key, after, limit),
            )
            return [records.read_document(row) for row in rows]

    def delete_document(self, collection: str, document_id: str) -> bool:
        with self._connection() as connection, connection.transaction():
            found = _find(connection, collection, for_update=True)
            done = connection.execute(
                "DELETE FROM documents WHERE collection_key = %s AND id = %s", (found.key, document_id)
            )
            if done.rowcount == 0:
                return False
            _count_revision(connection, found, found.dimensions, removal=True)
            return True

    def get_claim(self, collection: str, claim_id: str) -> Candidate | None:
        with self._connection() as connection:
            values = (_find(connection, collection).key, claim_id)
            row = connection.execute(f"{_CANDIDATES} AND c.id = %s".encode(), values).fetchone()
            return row and records.read_candidate(row[1:])

    def list_claims(
        self, collection: str, limit: int, after: int, document_id: str = ""
    ) -> list[tuple[int, Candidate]]:
        with self._connection() as connection:
            values: list[object] = [_find(connection, collection).key, after]
            query = f"{_CANDIDATES} AND c.row_id > %s"
            if document_id:
                query, values = f"{query} AND d.id = %s AND d.collection_key = %s", [*values, document_id, values[0]]
            rows = connection.execute(f"{query} ORDER BY c.row_id LIMIT %s".encode(), [*values, limit])
            return [(row[0], records.read_candidate(row[1:])) for row in rows]

    def get_claims(self, collection: str, rows: Sequence[int]) -> list[tuple[int, Candidate]]:
        with self._connection() as connection:
            values = (_find(connection, collection).key, [int(row) for row in rows])
            result = connection.execute(f"{_CANDIDATES} AND c.row_id = ANY(%s)".encode(), values)
            found = {row[0]: records.read_candidate(row[1:]) for row in result}
        return [(row, found[row]) for row in rows if row in found]

    def count_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        with self._connection() as connection:
            key = _find(connection, collection).key
            words = [plain_words(term) for term in terms]
            rows = connection.execute(COUNT_TEXT, {"key": key, "terms": words, "limit": limit})
            return [count for (count,) in rows]

    def search_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        with self._connection() as connection:
            key = _find(connection, collection).key
            words = list(dict.fromkeys(plain_words(term) for term in records.clean_terms(terms)))
            rows = connection.execute(SEARCH_TEXT, {"key": key, "terms": words, "limit": limit})
            return [row for (row,) in rows]

    def search_vector(self, collection: str, vector: NDArray[np.float32], limit: int) -> list[int]:
        with self._connection() as connection:
            found = _find(connection, collection)
            if found.dimensions is None:
                return []
            records.check_dimensions(found.dimensions, len(vector))
            if self._vector_type:
                rows = connection.execute(
                    "SELECT row_id FROM claims WHERE collection_key = %s"
                    " ORDER BY vector <=> %s::real[]::vector, row_id LIMIT %s",
                    (found.key, vector.tolist(), limit),
                )
                return [row for (row,) in rows]
            index = self._indexes.current(self._vector_source(connection, found))
        return index.search(vector, limit)

    def list_conflicts(
        self, collection: str, limit: int, after: int, kind: ConflictKind | None = None, min_confidence: float = 0.0
    ) -> list[tuple[int, Conflict]]:
        with self._connection() as connection:
            query = _CONFLICTS
            values: list[object] = [_find(connection, collection).key, after, min_confidence]
            if kind:
                query, values = f"{query} AND k.kind = %s", [*values, kind.value]
            rows = connection.execute(f"{query} ORDER BY k.row_id LIMIT %s".encode(), [*values, limit])
            return [records.read_conflict(row) for row in rows]

    def put_watched_claim(self, collection: str, claim: WatchedClaim) -> WatchedClaim:
        with self._connection() as connection, connection.transaction():
            return watched.put(_execute(connection), _find(connection, collection).key, claim)

    def get_watched_claim(self, collection: str, claim_id: str) -> WatchedClaim | None:
        with self._connection() as connection:
            return watched.get(_execute(connection), _find(connection, collection).key, claim_id)

    def list_watched_claims(self, collection: str, limit: int, after: str) -> list[WatchedClaim]:
        with self._connection() as connection:
            return watched.list_claims(_execute(connection), _find(connection, collection).key, limit, after)

    def delete_watched_claim(self, collection: str, claim_id: str) -> bool:
        with self._connection() as connection:
            return watched.delete(_execute(connection), _find(connection, collection).key, claim_id)

    def stale_watched_claims(self, limit: int, after: int) -> list[StaleClaim]:
        with self._connection() as connection:
            return watched.list_stale(_execute(connection), limit, after)

    def settle_watched_claims(self, settled: Sequence[tuple[StaleClaim, WatchedClaim]]) -> None:
        collections = [stale.collection for stale, _ in settled]
        with self._connection() as connection, connection.transaction():
            # Keeps other writers off them, so that the changes' row numbers grow in the order of commits.
            connection.execute(
                "SELECT key FROM collections WHERE name = ANY(%s) ORDER BY key FOR UPDATE", (collections,)
            )
            watched.settle(_execute(connection), settled)

    def list_verdict_changes(self, collection: str, limit: int, after: int) -> list[tuple[int, VerdictChange]]:
        with self._connection() as connection:
            return watched.list_changes(_execute(connection), _find(connection, collection).key, limit, after)

    def export_vectors(self, collection: str) -> Iterator[tuple[int, NDArray[np.float32]]]:
        after = 0
        while True:
            with self._connection() as connection:
                batch = self._read_vectors(connection, _find(connection, collection).key, after)
            if batch is None:
                return
            rows, vectors = batch
            yield from zip(rows.tolist(), vectors, strict=True)
            after = int(rows[-1])

    def close(self) -> None:
        self._pool.close()

    def _put_claims(
        self,
        connection: Connection,
        collection: _Collection,
        document_key: int,
        document: Document,
        claims: Sequence[Claim],
        vectors: Floats,
    ) -> int | None:
        """Insert claims with their words and vectors; the collection's vector dimensions from now on."""
        if not claims:
            return collection.dimensions
        records.check_dimensions(collection.dimensions, vectors.shape[1])
        rows = connection.execute("SELECT nextval('claim_rows') FROM generate_series(1, %s)", (len(claims),)).fetchall()
        title = plain_words(document.title)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO claims ({records.CLAIM_COLUMNS}, words, vector)"
                f" VALUES ({', '.join(['%s'] * 13)}, {WORDS}, %s{'::real[]::vector' * self._vector_type})".encode(),
                [
                    (
                        *records.claim_values(claim, row, collection.key, document_key),
                        *(plain_words(claim.text), plain_words(claim.context), title),
                        vector.tolist() if self._vector_type else vector.tobytes(),
                    )
                    for (row,), claim, vector in zip(rows, claims, vectors, strict=True)
                ],
            )
        return int(vectors.shape[1])

    def _vector_source(self, connection: Connection, found: _Collection) -> VectorSource:
        def vectors_after(row: int) -> Iterator[tuple[Rows, Floats]]:
            while batch := self._read_vectors(connection, found.key, row):
                yield batch
                row = int(batch[0][-1])

        def rows() -> Rows:
            found_rows = connection.execute("SELECT row_id FROM claims WHERE collection_key = %s", (found.key,))
            return np.fromiter((row for (row,) in found_rows), np.int64)

        return VectorSource(
            found.key, found.dimensions or 0, found.revision, found.removal_revision, vectors_after, rows
        )

    def _read_vectors(self, connection: Connection, collection_key: int, after: int) -> tuple[Rows, Floats] | None:
        """The next batch of row numbers and vectors, None at the end."""
        found = connection.execute(
            f"SELECT row_id, vector{'::real[]' * self._vector_type} FROM claims"
            " WHERE collection_key = %s AND row_id > %s ORDER BY row_id LIMIT %s".encode(),
            (collection_key, after, _BATCH),
        ).fetchall()
        if not found:
            return None
        vectors = [value if self._vector_type else np.frombuffer(value, np.float32) for _, value in found]
        return np.array([row for row, _ in found], np.int64), np.array(vectors, np.float32)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with self._errors_explained(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def _errors_explained(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction) as error:
            message = " ".join(str(error).split()) or type(error).__name__
            raise StoreUnavailable(f"{self._name} cannot serve: {message}") from error
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreUnavailable(f"{self._name}: {error.diag.message_primary}: grant it to this user") from error


@dataclass(frozen=True)
class _Collection:
    key: int
    revision: int
    removal_revision: int
    dimensions: int | None


def _find(connection: Connection, collection: str, for_update: bool = False) -> _Collection:
    """The collection; `for_update` keeps other writers off it, so that row numbers grow in the order of commits."""
    row = connection.execute(
        "SELECT key, revision, removal_revision, dimensions FROM collections WHERE name = %s"
        f"{' FOR UPDATE' * for_update}".encode(),
        (collection,),
    ).fetchone()
    if row is None:
        raise UnknownCollection(collection)
    return _Collection(*row)


def _answered(
    connection: Connection, key: int, request_id: str, document: Document, etag: str
) -> tuple[PutOutcome, Document] | None:
    """The first answer to this request, None if it is new; raises RequestReused if its body was another."""
    row = connection.execute(
        "SELECT document_id, etag, outcome, create_time, update_time FROM requests"
        " WHERE collection_key = %s AND id = %s",
        (key, request_id),
    ).fetchone()
    if row is None:
        return None
    if (row[0], row[1]) != (document.id, etag):
        raise RequestReused(request_id)
    created, updated = (time.astimezone(timezone.utc) for time in row[3:])
    return PutOutcome(row[2]), records.stored_document(document, created, updated, etag)


def _remember_answer(connection: Connection, key: int, request_id: str, outcome: PutOutcome, stored: Document) -> None:
    times = (stored.create_time, stored.update_time)
    values = (key, request_id, stored.id, stored.etag, outcome.value, *times)
    connection.execute("INSERT INTO requests VALUES (%s, %s, %s, %s, %s, %s, %s)", values)


def _put_row(
    connection: Connection, collection_key: int, document: Document, etag: str
) -> tuple[PutOutcome, Document, int]:
    """Write the document's own row and take away an old version's claims; what happened, the document and its key."""
    now = datetime.now(timezone.utc)
    old = connection.execute(
        f"SELECT {records.DOCUMENT_COLUMNS}, key FROM documents WHERE collection_key = %s AND id = %s".encode(),
        (collection_key, document.id),
    ).fetchone()
    if old is None:
        stored = records.stored_document(document, now, now, etag)
        inserted = connection.execute(
            f"INSERT INTO documents ({records.DOCUMENT_COLUMNS}, collection_key)"
            f" VALUES ({', '.join(['%s'] * 12)}) RETURNING key".encode(),
            (*records.document_values(stored), collection_key),
        )
        return PutOutcome.CREATED, stored, next(inserted)[0]
    before, document_key = records.read_document(old), old[-1]
    if before.etag == etag:
        return PutOutcome.UNCHANGED, before, document_key
    connection.execute("DELETE FROM claims WHERE document_key = %s", (document_key,))
    stored = records.stored_document(document, before.create_time or now, now, etag)
    connection.execute(
        f"UPDATE documents SET ({records.DOCUMENT_COLUMNS}) = ({', '.join(['%s'] * 11)}) WHERE key = %s".encode(),
        (*records.document_values(stored), document_key),
    )
    return PutOutcome.REPLACED, stored, document_key


def _put_conflicts(connection: Connection, collection_key: int, drafts: Sequence[ConflictDraft]) -> None:
    """Insert conflicts; one whose other claim has gone in the meantime is left out."""
    if not drafts:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO conflicts (collection_key, claim_a, claim_b, kind, confidence, reason)"
            " SELECT %s, a.row_id, b.row_id, %s, %s, %s FROM claims a, claims b"
            " WHERE a.collection_key = %s AND a.id = %s AND b.collection_key = %s AND b.id = %s",
            [
                (
                    *(collection_key, draft.kind.value, draft.confidence, draft.reason),
                    *(collection_key, draft.claim_a, collection_key, draft.claim_b),
                )
                for draft in drafts
            ],
        )


def _execute(connection: Connection) -> watched.Execute:
    return lambda statement, values: connection.execute(statement.replace("?", "%s").encode(), values)


def _count_revision(connection: Connection, collection: _Collection, dimensions: int | None, removal: bool) -> None:
    revision = collection.revision + 1
    connection.execute(
        "UPDATE collections SET revision = %s, removal_revision = %s, dimensions = %s WHERE key = %s",
        (revision, revision if removal else collection.removal_revision, dimensions, collection.key),
    )


def _describe(dsn: str) -> str:
    """The database's address without user or password, for messages."""
    try:
        parts = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        raise StoreUnavailable("this is no PostgreSQL address: write postgresql://USER@HOST:PORT/DATABASE") from error
    return f"postgresql://{parts.get('host', '')}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"
