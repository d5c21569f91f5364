"""Documents in: extract, embed, look for conflicts, store in one transaction."""

from __future__ import annotations

from claimbase_server.batcher import Batcher, await_vectors
from claimbase_server.call import Call
from claimbase_server.conflicts import ConflictFinder
from claimbase_server.extract import extract_claims
from claimbase_server.judge import premise
from claimbase_server.store.base import PutOutcome, Store
from claimbase_server.types import Document


class Ingester:
    """Stores documents with their claims and conflicts; thread-safe."""

    def __init__(self, store: Store, batcher: Batcher, conflicts: ConflictFinder) -> None:
        self._store = store
        self._batcher = batcher
        self._conflicts = conflicts

    def put(
        self, collection: str, document: Document, call: Call, request_id: str = ""
    ) -> tuple[PutOutcome, Document, int]:
        """Store a document, whole or not at all: the outcome, the document as stored, its number of claims."""
        stage = call.observer.stage
        with stage("extract"):
            claims = extract_claims(document)
        unchanged = self._store.find_unchanged(collection, document, request_id)
        if unchanged is not None:  # spares the model what the store would throw away
            return *unchanged, len(claims)
        vectors = await_vectors(self._batcher.submit_texts([premise(claim) for claim in claims], call), call)
        with stage("conflicts"):
            drafts = self._conflicts.find(collection, document, claims, vectors, call)
        call.check()
        with stage("store"):
            outcome, stored = self._store.put_document(collection, document, claims, vectors, drafts, request_id)
        return outcome, stored, len(claims)
