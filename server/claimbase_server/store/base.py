"""The protocol every claim store fulfils; one congruence suite runs against each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from claimbase_server.types import Candidate, Claim, Conflict, ConflictKind, Document, VerdictChange, WatchedClaim


class PutOutcome(Enum):
    """What storing a document changed."""

    CREATED = "created"
    UNCHANGED = "unchanged"  # the same content was there already
    REPLACED = "replaced"  # a new version took the place of the old one and of its claims


@dataclass(frozen=True)
class ConflictDraft:
    """A conflict between a claim about to be stored and one that is stored (or stored with it)."""

    claim_a: str
    claim_b: str
    kind: ConflictKind
    confidence: float
    reason: str


@dataclass(frozen=True)
class CollectionStats:
    """Sizes of a collection and its revision, which grows by one with every change."""

    documents: int
    claims: int
    conflicts: int
    revision: int


@dataclass(frozen=True)
class StaleClaim:
    """A watched claim whose collection has moved on since it was last held against it."""

    row: int  # its row number, never used again
    collection: str
    revision: int  # the collection's
    claim: WatchedClaim


class UnknownCollection(LookupError):
    """The collection does not exist; its argument is the collection's id."""


class RequestReused(ValueError):
    """A request id was used before with another body; its argument is the request id."""


class WatchedClaimIdTaken(ValueError):
    """Another claim is watched under this id; its argument is the id."""


class StoreUnavailable(RuntimeError):
    """The store cannot serve now: disk full, read-only, damaged or locked; says which and what to do."""


class Store(Protocol):
    """A durable claim base. Every method is thread-safe and blocks; writes are all or nothing.

    Methods that take a collection raise UnknownCollection where it does not exist. Listings run in
    key order and return at most `limit` rows with key > `after` ('' from the start).
    """

    def create_collection(self, collection: str) -> bool:
        """Make a collection; False if it was there already."""

    def list_collections(self, limit: int, after: str) -> list[str]: ...

    def delete_collection(self, collection: str) -> bool:
        """Delete a collection and all it holds; False if there was none."""

    def stats(self, collection: str) -> CollectionStats:
        """The sizes, counted: slow in a large collection."""

    def revision(self, collection: str) -> int:
        """The collection's revision alone, which costs next to nothing."""

    def put_document(
        self,
        collection: str,
        document: Document,
        claims: Sequence[Claim],
        vectors: NDArray[np.float32],
        conflicts: Sequence[ConflictDraft] = (),
        request_id: str = "",
    ) -> tuple[PutOutcome, Document]:
        """Store a document with its claims, their vectors (n, d) and conflicts in one transaction.

        Returns the outcome and the document as stored (create_time, update_time, etag filled).
        The etag decides UNCHANGED. A request id seen before with the same etag gives the first
        answer again; with another one it raises RequestReused.
        """

    def find_unchanged(
        self, collection: str, document: Document, request_id: str = ""
    ) -> tuple[PutOutcome, Document] | None:
        """What `put_document` would answer where it has nothing to store, else None.

        So its claims need not be made of a document that is stored with the same etag, nor for a request id that was
        answered. Raises RequestReused as `put_document` does.
        """

    def get_document(self, collection: str, document_id: str) -> Document | None: ...

    def list_documents(self, collection: str, limit: int, after: str) -> list[Document]: ...

    def delete_document(self, collection: str, document_id: str) -> bool:
        """Delete a document with its claims and conflicts; False if there was none."""

    def get_claim(self, collection: str, claim_id: str) -> Candidate | None: ...

    def list_claims(
        self, collection: str, limit: int, after: int, document_id: str = ""
    ) -> list[tuple[int, Candidate]]:
        """Claims in order of their row number (returned with each), of one document or of all."""

    def get_claims(self, collection: str, rows: Sequence[int]) -> list[tuple[int, Candidate]]:
        """The claims of these row numbers, in their order; rows that are gone are left out."""

    def count_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        """How many claims match each term (taken as data), counted no further than `limit`."""

    def search_text(self, collection: str, terms: Sequence[str], limit: int) -> list[int]:
        """Row numbers of the claims that match any term (taken as data), best BM25 first."""

    def search_vector(self, collection: str, vector: NDArray[np.float32], limit: int) -> list[int]:
        """Row numbers of the claims nearest to a vector by cosine, nearest first; a large collection may lack a few."""

    def list_conflicts(
        self, collection: str, limit: int, after: int, kind: ConflictKind | None = None, min_confidence: float = 0.0
    ) -> list[tuple[int, Conflict]]:
        """Conflicts in order of their row number, which is returned with each and never used again."""

    def put_watched_claim(self, collection: str, claim: WatchedClaim) -> WatchedClaim:
        """Store a watched claim unless its id is taken; the one that is stored under its id."""

    def get_watched_claim(self, collection: str, claim_id: str) -> WatchedClaim | None: ...

    def list_watched_claims(self, collection: str, limit: int, after: str) -> list[WatchedClaim]: ...

    def delete_watched_claim(self, collection: str, claim_id: str) -> bool:
        """Delete a watched claim with its changes of verdict; False if there was none."""

    def stale_watched_claims(self, limit: int, after: int) -> list[StaleClaim]:
        """Watched claims of every collection whose revision is behind it, in order of their row number."""

    def settle_watched_claims(self, settled: Sequence[tuple[StaleClaim, WatchedClaim]]) -> None:
        """Store what each claim was found to be, with a change of verdict where there is one, in one transaction.

        A claim that was settled or deleted by somebody else since it was read is left as it is.
        """

    def list_verdict_changes(self, collection: str, limit: int, after: int) -> list[tuple[int, VerdictChange]]:
        """Changes of verdict in order of their row number, which is returned with each and never used again."""

    def export_vectors(self, collection: str) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Every claim's row number and vector, to rebuild or verify a vector index."""

    def close(self) -> None: ...
