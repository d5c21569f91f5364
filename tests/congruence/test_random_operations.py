"""Any sequence of operations leaves a store where a plain model in memory stands."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from claimbase_server.store.base import CollectionStats, ConflictDraft, PutOutcome, RequestReused, Store
from claimbase_server.store.records import document_etag
from claimbase_server.types import Claim, ConflictKind, Document

WORDS = ["harbour", "Zürich", "38,000", "flood", "minister", "tariff", "don't", "C3"]
DIMENSIONS = 6


@dataclass
class Model:
    """A collection as plain Python: what every store must agree with."""

    documents: dict[str, Document] = field(default_factory=dict)
    claims: dict[str, list[tuple[Claim, NDArray[np.float32]]]] = field(default_factory=dict)  # in order of storing
    conflicts: list[ConflictDraft] = field(default_factory=list)
    requests: dict[str, tuple[str, str, PutOutcome]] = field(default_factory=dict)
    revision: int = 0

    def put(
        self,
        document: Document,
        claims: list[Claim],
        vectors: NDArray[np.float32],
        drafts: list[ConflictDraft],
        request: str,
    ) -> PutOutcome:
        etag = document_etag(document)
        if request in self.requests:
            known_id, known_etag, outcome = self.requests[request]
            if (known_id, known_etag) != (document.id, etag):
                raise RequestReused(request)
            return outcome
        old = self.documents.get(document.id)
        outcome = PutOutcome.REPLACED if old else PutOutcome.CREATED
        if old and document_etag(old) == etag:
            outcome = PutOutcome.UNCHANGED
        else:
            self._drop_claims(document.id)
            self.documents[document.id] = document
            self.claims[document.id] = list(zip(claims, vectors, strict=True))
            known = {claim.id for claim, _ in self.all_claims()}
            self.conflicts += [draft for draft in drafts if {draft.claim_a, draft.claim_b} <= known]
            self.revision += 1
        if request:
            self.requests[request] = (document.id, etag, outcome)
        return outcome

    def delete(self, document_id: str) -> bool:
        if document_id not in self.documents:
            return False
        self._drop_claims(document_id)
        del self.documents[document_id]
        self.revision += 1
        return True

    def all_claims(self) -> list[tuple[Claim, NDArray[np.float32]]]:
        return [entry for entries in self.claims.values() for entry in entries]

    def _drop_claims(self, document_id: str) -> None:
        gone = {claim.id for claim, _ in self.claims.pop(document_id, [])}
        self.conflicts = [c for c in self.conflicts if not gone & {c.claim_a, c.claim_b}]


def random_put(chance: random.Random, store: Store, model: Model) -> None:
    name = chance.choice("abcde")
    texts = [" ".join(chance.sample(WORDS, 3)) for _ in range(chance.randrange(4))]
    document = Document(name, "\n".join(texts), title=chance.choice(["", "Ferry"]))
    claims = [Claim(f"{name}.{n}", name, text, text, 0, len(text)) for n, text in enumerate(texts)]
    vectors = np.array([[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in texts], np.float32)
    vectors = vectors.reshape(len(texts), DIMENSIONS)
    known = [claim.id for claim, _ in model.all_claims()] + [claim.id for claim in claims] + ["gone.0"]
    drafts = [
        ConflictDraft(*chance.sample(known, 2), chance.choice(list(ConflictKind)), chance.random(), "why")
        for _ in range(chance.randrange(3) if len(known) > 1 else 0)
    ]
    request = chance.choice(["", "", "r1", "r2", "r3"])
    try:
        expected = model.put(document, claims, vectors, drafts, request)
    except RequestReused:
        with pytest.raises(RequestReused):
            store.put_document("default", document, claims, vectors, drafts, request)
        return
    outcome, stored = store.put_document("default", document, claims, vectors, drafts, request)
    assert outcome is expected
    assert stored.etag == document_etag(document)


def assert_same(chance: random.Random, store: Store, model: Model, rows_seen: dict[int, str]) -> None:
    claims = model.all_claims()
    listed = store.list_claims("default", 1_000, 0)
    assert sorted(candidate.claim.id for _, candidate in listed) == sorted(claim.id for claim, _ in claims)
    assert {candidate.claim for _, candidate in listed} == {claim for claim, _ in claims}
    for row, candidate in listed:
        assert rows_seen.setdefault(row, f"{candidate.claim.text}") == candidate.claim.text
    rows = {candidate.claim.id: row for row, candidate in listed}
    assert store.stats("default") == CollectionStats(
        len(model.documents), len(claims), len(model.conflicts), model.revision
    )
    assert [document.text for document in store.list_documents("default", 99, "")] == [
        model.documents[name].text for name in sorted(model.documents)
    ]
    assert [(c.a.claim.id, c.b.claim.id, c.kind, c.confidence) for _, c in store.list_conflicts("default", 999, 0)] == [
        (c.claim_a, c.claim_b, c.kind, c.confidence) for c in model.conflicts
    ]
    terms = chance.sample(WORDS, 2)
    assert set(store.search_text("default", [term.upper() for term in terms], 999)) == {
        rows[claim.id] for claim, _ in claims if set(terms) & set(claim.text.split())
    }
    exported = dict(store.export_vectors("default"))
    assert exported.keys() == set(rows.values())
    for claim, vector in claims:
        assert (exported[rows[claim.id]] == vector).all()
    query = np.array([chance.gauss(0, 1) for _ in range(DIMENSIONS)], np.float32)
    by_distance = sorted(claims, key=lambda entry: -float(entry[1] @ query / np.linalg.norm(entry[1])))
    assert store.search_vector("default", query, 5) == [rows[claim.id] for claim, _ in by_distance[:5]]


@pytest.mark.parametrize("seed", range(3))
def test_random_operations(store: Store, seed: int) -> None:
    chance, model, rows_seen = random.Random(seed), Model(), dict[int, str]()
    for _ in range(40):
        if chance.random() < 0.75:
            random_put(chance, store, model)
        else:
            name = chance.choice("abcde")
            assert store.delete_document("default", name) == model.delete(name)
        if chance.random() < 0.4:
            assert_same(chance, store, model, rows_seen)
    assert_same(chance, store, model, rows_seen)
