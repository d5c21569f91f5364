"""The PostgreSQL schema, step by step."""

from __future__ import annotations

from typing import Any

import psycopg

from claimbase_server.store.migrations import Migrations

Connection = psycopg.Connection[Any]

MIGRATIONS: Migrations[Connection] = Migrations()

_RECORDS = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ DEFAULT now())"
_LOCK = 0x436C4261  # 'ClBa': two servers starting at once migrate one after the other


def migrate(connection: Connection, base: str) -> None:
    """Apply the steps that the database lacks, each in its own transaction with its record.

    Holds a lock of the connection's session, which ends when the connection is closed.
    """
    connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    applied: list[str] = []
    if _value(connection, "SELECT to_regclass('migrations') IS NOT NULL"):
        applied = [name for (name,) in connection.execute("SELECT name FROM migrations")]
    for name, function in MIGRATIONS.pending(applied, base):
        with connection.transaction():
            connection.execute(_RECORDS)
            function(connection)
            connection.execute("INSERT INTO migrations (name) VALUES (%s)", (name,))


def has_vector_type(connection: Connection) -> bool:
    """Whether the base keeps its vectors as pgvector's type; else they are bytea."""
    return bool(
        _value(
            connection,
            "SELECT format_type(atttypid, NULL) = 'vector' FROM pg_attribute"
            " WHERE attrelid = to_regclass('claims') AND attname = 'vector'",
        )
    )


@MIGRATIONS.step
def step_0001_base(connection: Connection) -> None:
    # The stemmer is SQLite's too, and as there no word is dropped: what to leave out is the retriever's choice.
    connection.execute("CREATE TEXT SEARCH DICTIONARY claimbase_porter (TEMPLATE = snowball, LANGUAGE = porter)")
    connection.execute("CREATE TEXT SEARCH CONFIGURATION claimbase (COPY = simple)")
    connection.execute(
        "ALTER TEXT SEARCH CONFIGURATION claimbase ALTER MAPPING FOR asciiword, word, numword WITH claimbase_porter"
    )
    for statement in _BASE:
        connection.execute(statement.format(vector="vector" if _make_vector_type(connection) else "bytea").encode())
    connection.execute("INSERT INTO collections (name) VALUES ('default')")


@MIGRATIONS.step
def step_0002_watched_claims(connection: Connection) -> None:
    for statement in _WATCHED_CLAIMS:
        connection.execute(statement.encode())


def _make_vector_type(connection: Connection) -> bool:
    """Whether pgvector can be used in this database, switching it on if that is allowed."""
    if _value(connection, "SELECT to_regtype('vector') IS NOT NULL"):
        return True
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION vector")
    except psycopg.Error:
        # Not installed on this server, or not allowed to this user: the store then searches in memory.
        return False
    return True


def _value(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row and row[0]


_BASE = (
    """CREATE TABLE collections (
        key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name TEXT COLLATE "C" NOT NULL UNIQUE,
        revision BIGINT NOT NULL DEFAULT 0,
        removal_revision BIGINT NOT NULL DEFAULT 0,
        dimensions INTEGER)""",
    """CREATE TABLE documents (
        key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT COLLATE "C" NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL,
        url TEXT NOT NULL, author TEXT NOT NULL, publish_time TIMESTAMPTZ, language TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL, update_time TIMESTAMPTZ NOT NULL, etag TEXT NOT NULL,
        UNIQUE (collection_key, id))""",
    "CREATE SEQUENCE claim_rows",
    """CREATE TABLE claims (
        row_id BIGINT PRIMARY KEY,
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        document_key BIGINT NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
        id TEXT COLLATE "C" NOT NULL, text TEXT NOT NULL, quote TEXT NOT NULL,
        start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, context TEXT NOT NULL,
        attribution TEXT NOT NULL, stance TEXT NOT NULL, proposition TEXT NOT NULL, details TEXT NOT NULL,
        words TSVECTOR NOT NULL, vector {vector} NOT NULL,
        UNIQUE (collection_key, id))""",
    "CREATE INDEX claims_of_collection ON claims (collection_key, row_id)",
    "CREATE INDEX claims_of_document ON claims (document_key)",
    "CREATE INDEX claims_by_word ON claims USING gin (words)",
    """CREATE TABLE conflicts (
        row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        claim_a BIGINT NOT NULL REFERENCES claims (row_id) ON DELETE CASCADE,
        claim_b BIGINT NOT NULL REFERENCES claims (row_id) ON DELETE CASCADE,
        kind TEXT NOT NULL, confidence DOUBLE PRECISION NOT NULL, reason TEXT NOT NULL)""",
    "CREATE INDEX conflicts_of_collection ON conflicts (collection_key, row_id)",
    "CREATE INDEX conflicts_of_claim_a ON conflicts (claim_a)",
    "CREATE INDEX conflicts_of_claim_b ON conflicts (claim_b)",
    """CREATE TABLE requests (
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT NOT NULL, document_id TEXT NOT NULL, etag TEXT NOT NULL, outcome TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL, update_time TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (collection_key, id))""",
)

_WATCHED_CLAIMS = (
    """CREATE TABLE watched_claims (
        row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT COLLATE "C" NOT NULL, text TEXT NOT NULL, verdict TEXT NOT NULL, confidence DOUBLE PRECISION NOT NULL,
        disputed BOOLEAN NOT NULL, base_revision BIGINT NOT NULL, grounds TEXT NOT NULL,
        create_time TIMESTAMPTZ NOT NULL, check_time TIMESTAMPTZ NOT NULL,
        UNIQUE (collection_key, id))""",
    "CREATE INDEX watched_claims_by_revision ON watched_claims (collection_key, base_revision)",
    """CREATE TABLE verdict_changes (
        row_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection_key BIGINT NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        watched_row BIGINT NOT NULL REFERENCES watched_claims (row_id) ON DELETE CASCADE,
        old_verdict TEXT NOT NULL, old_disputed BOOLEAN NOT NULL,
        new_verdict TEXT NOT NULL, new_disputed BOOLEAN NOT NULL,
        confidence DOUBLE PRECISION NOT NULL, base_revision BIGINT NOT NULL, change_time TIMESTAMPTZ NOT NULL)""",
    "CREATE INDEX verdict_changes_of_collection ON verdict_changes (collection_key, row_id)",
    "CREATE INDEX verdict_changes_of_claim ON verdict_changes (watched_row)",
)
