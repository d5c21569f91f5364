"""The SQLite schema, step by step."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timezone

from claimbase_server.store.base import StoreUnavailable
from claimbase_server.store.migrations import Migrations, Step

APPLICATION_ID = 0x436C4261  # 'ClBa': tells a claim base from any other SQLite file

MIGRATIONS: Migrations[sqlite3.Connection] = Migrations()

_RECORDS = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)"


def migrate(connection: sqlite3.Connection, path: str) -> None:
    """Apply the steps that the file lacks, each in its own transaction with its record."""
    for name, function in pending_steps(connection, path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(_RECORDS)
            function(connection)
            now = datetime.now(timezone.utc).isoformat()
            connection.execute("INSERT INTO migrations VALUES (?, ?)", (name, now))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def pending_steps(connection: sqlite3.Connection, path: str) -> list[tuple[str, Step[sqlite3.Connection]]]:
    """Steps that the file lacks; raises StoreUnavailable if it is another program's or a newer claimbase's."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        applied = [name for (name,) in connection.execute("SELECT name FROM migrations")]
    elif tables:
        raise StoreUnavailable(f"{path} is an SQLite file but no claim base: name another file")
    else:
        applied = []
    return MIGRATIONS.pending(applied, path)


def add_collection(connection: sqlite3.Connection, collection: str) -> bool:
    """Make a collection and its text index in the running transaction; False if it was there already."""
    inserted = connection.execute("INSERT OR IGNORE INTO collections (name) VALUES (?)", (collection,))
    if inserted.rowcount == 0:
        return False
    # A text index of its own keeps a collection's term statistics, and so its ranking, apart from all others.
    connection.execute(
        f"CREATE VIRTUAL TABLE {text_index(inserted.lastrowid or 0)} USING fts5("
        "text, context, title, content='', tokenize='porter unicode61 remove_diacritics 2')"
    )
    return True


def text_index(collection_key: int) -> str:
    """Name of a collection's FTS5 table; its rowid is the claim's row number."""
    return f"claim_text_{collection_key:d}"


@MIGRATIONS.step
def step_0001_base(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _BASE:
        connection.execute(statement)
    add_collection(connection, "default")


@MIGRATIONS.step
def step_0002_watched_claims(connection: sqlite3.Connection) -> None:
    for statement in _WATCHED_CLAIMS:
        connection.execute(statement)


_BASE = (
    """CREATE TABLE collections (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL DEFAULT 0,
        removal_revision INTEGER NOT NULL DEFAULT 0,
        dimensions INTEGER)""",
    """CREATE TABLE documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL, url TEXT NOT NULL,
        author TEXT NOT NULL, publish_time TEXT, language TEXT NOT NULL,
        create_time TEXT NOT NULL, update_time TEXT NOT NULL, etag TEXT NOT NULL,
        UNIQUE (collection_key, id))""",
    """CREATE TABLE claims (
        row_id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        document_key INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
        id TEXT NOT NULL, text TEXT NOT NULL, quote TEXT NOT NULL,
        start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, context TEXT NOT NULL,
        attribution TEXT NOT NULL, stance TEXT NOT NULL, proposition TEXT NOT NULL, details TEXT NOT NULL,
        UNIQUE (collection_key, id))""",
    "CREATE INDEX claims_of_collection ON claims (collection_key)",
    "CREATE INDEX claims_of_document ON claims (document_key)",
    """CREATE TABLE vectors (
        row_id INTEGER PRIMARY KEY REFERENCES claims (row_id) ON DELETE CASCADE,
        vector BLOB NOT NULL)""",
    """CREATE TABLE conflicts (
        row_id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        claim_a INTEGER NOT NULL REFERENCES claims (row_id) ON DELETE CASCADE,
        claim_b INTEGER NOT NULL REFERENCES claims (row_id) ON DELETE CASCADE,
        kind TEXT NOT NULL, confidence REAL NOT NULL, reason TEXT NOT NULL)""",
    "CREATE INDEX conflicts_of_collection ON conflicts (collection_key)",
    "CREATE INDEX conflicts_of_claim_a ON conflicts (claim_a)",
    "CREATE INDEX conflicts_of_claim_b ON conflicts (claim_b)",
    """CREATE TABLE requests (
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT NOT NULL, document_id TEXT NOT NULL, etag TEXT NOT NULL, outcome TEXT NOT NULL,
        create_time TEXT NOT NULL, update_time TEXT NOT NULL,
        PRIMARY KEY (collection_key, id)) WITHOUT ROWID""",
)

_WATCHED_CLAIMS = (
    """CREATE TABLE watched_claims (
        row_id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        id TEXT NOT NULL, text TEXT NOT NULL, verdict TEXT NOT NULL, confidence REAL NOT NULL,
        disputed INTEGER NOT NULL, base_revision INTEGER NOT NULL, grounds TEXT NOT NULL,
        create_time TEXT NOT NULL, check_time TEXT NOT NULL,
        UNIQUE (collection_key, id))""",
    "CREATE INDEX watched_claims_by_revision ON watched_claims (collection_key, base_revision)",
    """CREATE TABLE verdict_changes (
        row_id INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_key INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
        watched_row INTEGER NOT NULL REFERENCES watched_claims (row_id) ON DELETE CASCADE,
        old_verdict TEXT NOT NULL, old_disputed INTEGER NOT NULL,
        new_verdict TEXT NOT NULL, new_disputed INTEGER NOT NULL,
        confidence REAL NOT NULL, base_revision INTEGER NOT NULL, change_time TEXT NOT NULL)""",
    "CREATE INDEX verdict_changes_of_collection ON verdict_changes (collection_key, row_id)",
    "CREATE INDEX verdict_changes_of_claim ON verdict_changes (watched_row)",
)
