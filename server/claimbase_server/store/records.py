"""What the stores share: the etag, checks of what comes in, and columns <-> domain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claimbase_server.types import (
    Candidate,
    Claim,
    Conflict,
    ConflictKind,
    Document,
    Quantity,
    Source,
    Stance,
    TimeInterval,
)

DOCUMENT_COLUMNS = "id, text, title, publisher, url, author, publish_time, language, create_time, update_time, etag"
CLAIM_COLUMNS = (
    "row_id, collection_key, document_key, id, text, quote, start_offset, end_offset, context, attribution,"
    " stance, proposition, details"
)
_CANDIDATE_FIELDS = (
    "id", "text", "quote", "start_offset", "end_offset", "context", "attribution", "stance", "proposition", "details",
)  # fmt: skip
_SOURCE_FIELDS = ("id", "title", "publisher", "url", "publish_time")
CANDIDATE_WIDTH = len(_CANDIDATE_FIELDS) + len(_SOURCE_FIELDS)


def candidate_columns(claim: str, document: str) -> str:
    """The columns that `read_candidate` reads, from these table aliases."""
    columns = [f"{claim}.{name}" for name in _CANDIDATE_FIELDS] + [f"{document}.{name}" for name in _SOURCE_FIELDS]
    return ", ".join(columns)


def document_etag(document: Document) -> str:
    """sha256, in hex, over the document's text and metadata; its id and times of storage do not count."""
    published = _utc(document.publish_time, "publish_time")
    parts = [
        document.text, document.title, document.publisher, document.url, document.author,
        published.isoformat() if published else "", document.language,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def check_put(document: Document, claims: Sequence[Claim], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors as a float32 matrix (n, d); raises ValueError on a document that no store can hold."""
    for name, value in asdict(document).items():
        if isinstance(value, str) and "\x00" in value:
            raise ValueError(f"{name} of document {document.id!r} holds a NUL character: remove it")
    foreign = [claim.id for claim in claims if claim.document_id != document.id]
    if foreign:
        raise ValueError(f"claim {foreign[0]!r} belongs to another document than {document.id!r}")
    if len(vectors) != len(claims):
        raise ValueError(f"document {document.id!r} has {len(claims)} claims but {len(vectors)} vectors")
    if not claims:
        return np.empty((0, 0), np.float32)
    matrix = np.ascontiguousarray(vectors, dtype=np.float32)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        raise ValueError(f"vectors of document {document.id!r} must be a finite matrix (claims, dimensions)")
    return matrix


def check_dimensions(known: int | None, given: int) -> None:
    """Raise ValueError where a vector's length is not the collection's."""
    if known is not None and known != given:
        raise ValueError(
            f"the collection holds vectors of {known} dimensions but this one has {given}:"
            " use the embedder that the collection was filled with, or ingest into a new collection"
        )


def clean_terms(terms: Iterable[str]) -> list[str]:
    """Search terms without repeats and without what a database cannot take as text."""
    cleaned = (term.replace("\x00", " ").encode("utf-8", "ignore").decode() for term in terms)
    return list(dict.fromkeys(term for term in cleaned if any(letter.isalnum() for letter in term)))


def stored_document(document: Document, create_time: datetime, update_time: datetime, etag: str) -> Document:
    """The document as a store gives it back."""
    published = _utc(document.publish_time, "publish_time")
    return replace(document, publish_time=published, create_time=create_time, update_time=update_time, etag=etag)


def document_values(document: Document) -> tuple[Any, ...]:
    """Values of DOCUMENT_COLUMNS; times are datetimes."""
    return (
        document.id, document.text, document.title, document.publisher, document.url, document.author,
        document.publish_time, document.language, document.create_time, document.update_time, document.etag,
    )  # fmt: skip


def read_document(row: Sequence[Any]) -> Document:
    """A document from DOCUMENT_COLUMNS."""
    published, created, updated = (_read_optional_time(row[i]) for i in (6, 8, 9))
    document_id, text, title, publisher, url, author = row[:6]
    return Document(document_id, text, title, publisher, url, author, published, row[7], created, updated, row[10])


def claim_values(claim: Claim, row_id: int, collection_key: int, document_key: int) -> tuple[Any, ...]:
    """Values of CLAIM_COLUMNS."""
    return (
        row_id, collection_key, document_key, claim.id, claim.text, claim.quote, claim.start, claim.end, claim.context,
        claim.attribution, claim.stance.value, claim.proposition, _write_details(claim),
    )  # fmt: skip


def read_candidate(row: Sequence[Any]) -> Candidate:
    """A claim and its source from `candidate_columns`; its score is 0."""
    claim_id, text, quote, start, end, context, attribution, stance, proposition, details = row[:10]
    document_id, title, publisher, url, published = row[10:15]
    told = (context, attribution, Stance(stance), proposition)
    claim = Claim(claim_id, document_id, text, quote, start, end, *told, *_read_details(details))
    return Candidate(claim, Source(document_id, title, publisher, url, _read_optional_time(published)), 0.0)


def read_conflict(row: Sequence[Any]) -> tuple[int, Conflict]:
    """A conflict from its row number, kind, confidence, reason and the columns of both claims."""
    number, kind, confidence, reason = row[:4]
    a = read_candidate(row[4 : 4 + CANDIDATE_WIDTH])
    b = read_candidate(row[4 + CANDIDATE_WIDTH :])
    return number, Conflict(str(number), ConflictKind(kind), confidence, a, b, reason)


def _write_details(claim: Claim) -> str:
    time = claim.time and [claim.time.start.isoformat(), claim.time.end.isoformat(), claim.time.text]
    return json.dumps({"quantities": [asdict(quantity) for quantity in claim.quantities], "time": time})


def _read_details(details: str) -> tuple[tuple[Quantity, ...], TimeInterval | None]:
    fields = json.loads(details)
    quantities = tuple(Quantity(**quantity) for quantity in fields["quantities"])
    if fields["time"] is None:
        return quantities, None
    start, end, text = fields["time"]
    return quantities, TimeInterval(datetime.fromisoformat(start), datetime.fromisoformat(end), text)


def read_time(value: str | datetime) -> datetime:
    """A time of a column, in UTC: SQLite gives text, PostgreSQL a datetime."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time.astimezone(timezone.utc)


def _read_optional_time(value: str | datetime | None) -> datetime | None:
    return None if value is None else read_time(value)


def _utc(time: datetime | None, name: str) -> datetime | None:
    if time is not None and time.tzinfo is None:
        raise ValueError(f"{name} {time.isoformat()} has no time zone: give one, for instance +00:00")
    return time and time.astimezone(timezone.utc)
