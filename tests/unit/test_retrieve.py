"""Which stored claims retrieval brings back for a claim under check."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from claimbase_models.protocols import Encoded, ModelInfo, Thresholds
from claimbase_server.batcher import Batcher
from claimbase_server.call import Call, CallGone
from claimbase_server.retrieve import Retriever, fuse, search_terms
from claimbase_server.store.base import UnknownCollection
from claimbase_server.store.sqlite import SqliteStore
from claimbase_server.types import Claim, Document

_DIMENSIONS = 256


class WordModel:
    """Embeds a text as the bag of its words and finds every pair neutral: enough of a model for retrieval."""

    info = ModelInfo("words", "0" * 12, "0" * 64, ("entailment", "neutral", "contradiction"), 512, 1.0)
    thresholds = Thresholds(0.5, 0.5)
    dimensions = _DIMENSIONS

    def encode(self, texts: Sequence[str | tuple[str, str]]) -> list[Encoded]:
        words = [re.findall(r"\w+", str(text).lower()) for text in texts]
        ids = [tuple(hashlib.sha256(word.encode()).digest()[0] for word in some) for some in words]
        return [Encoded(some, (0,) * len(some)) for some in ids]

    def embed_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        counts = np.stack([np.bincount(entry.token_ids, minlength=_DIMENSIONS) for entry in batch]).astype(np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_encoded(self.encode(texts))

    def score_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        return np.tile(np.array([0.0, 1.0, 0.0], np.float32), (len(batch), 1))

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return self.score_encoded(self.encode(pairs))


MODEL = WordModel()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(tmp_path / "claims.db"))
    yield store
    store.close()


@pytest.fixture
def retriever(store: SqliteStore) -> Iterator[Retriever]:
    batcher = Batcher(MODEL, MODEL)
    yield Retriever(store, batcher)
    batcher.close()


def put(store: SqliteStore, name: str, *sentences: str, title: str = "") -> None:
    claims = [Claim(f"{name}.{n}", name, text, text, 0, len(text)) for n, text in enumerate(sentences)]
    vectors = MODEL.embed(sentences)
    store.put_document("default", Document(name, " ".join(sentences), title=title), claims, vectors)


def texts(retriever: Retriever, claim: str, limit: int = 10) -> list[str]:
    return [candidate.claim.text for candidate in retriever.candidates("default", claim, limit, Call())]


def test_agreeing_and_contradicting_evidence_is_found(store: SqliteStore, retriever: Retriever) -> None:
    put(store, "news", *(f"The council of town {n} met on Monday." for n in range(40)))
    put(store, "a", "The ferry Aurora sank with 40 people on board.", "It rained.")
    put(store, "b", "Nobody was on board the ferry Aurora, and it did not sink.", "It snowed.")
    assert set(texts(retriever, "The ferry Aurora sank with forty people.", 2)) == {
        "The ferry Aurora sank with 40 people on board.",
        "Nobody was on board the ferry Aurora, and it did not sink.",
    }


def test_the_sentence_beside_the_best_one_is_considered(store: SqliteStore, retriever: Retriever) -> None:
    put(store, "news", *(f"Trade in town {n} grew." for n in range(40)))
    put(
        store,
        "a",
        "He said that the bridge at Selm was closed by a bomb.",
        "Engineers call this nonsense.",
        "Rain fell.",
    )
    found = texts(retriever, "A bomb closed the bridge at Selm.", 5)
    assert found[0].startswith("He said that the bridge")
    assert "Engineers call this nonsense." in found


def test_scores_fall_and_no_claim_comes_twice(store: SqliteStore, retriever: Retriever) -> None:
    put(store, "a", *(f"The mayor of Selm spoke about harbour {n}." for n in range(30)))
    found = retriever.candidates("default", "The mayor of Selm closed the harbour.", 12, Call())
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0
    assert len({candidate.claim.id for candidate in found}) == len(found) == 12


def test_a_base_without_claims_gives_none(retriever: Retriever) -> None:
    assert texts(retriever, "The mayor resigned.") == []


@pytest.mark.parametrize("claim", ['"* OR NEAR(', "the of and", "!!!", "a" * 5_000, "1,1" * 500, "😀"])
def test_a_claim_of_any_form_is_data(store: SqliteStore, retriever: Retriever, claim: str) -> None:
    put(store, "a", "The mayor resigned.")
    assert texts(retriever, claim) == ["The mayor resigned."]


def test_an_unknown_collection_is_named(retriever: Retriever) -> None:
    with pytest.raises(UnknownCollection, match="nowhere"):
        retriever.candidates("nowhere", "The mayor resigned.", 5, Call())


def test_nothing_is_searched_for_a_caller_who_has_gone(store: SqliteStore, retriever: Retriever) -> None:
    put(store, "a", "The mayor resigned.")
    call = Call()
    call.cancel()
    with pytest.raises(CallGone):
        retriever.candidates("default", "The mayor resigned.", 5, call)


def test_numbers_are_searched_in_every_spelling() -> None:
    assert {"three", "3"} <= set(search_terms("Three men fled."))
    assert {"25", "twenty-five"} <= set(search_terms("About 25 men fled."))
    assert {"38,000", "38000"} <= set(search_terms("They lost 38,000 votes."))


def test_names_are_kept_even_if_they_are_common_words() -> None:
    terms = search_terms("Then the Who played in Will County.")
    assert "Will" in terms
    assert "the" not in terms


def test_a_row_that_several_rankings_name_comes_first() -> None:
    scores = fuse([[1, 2, 3], [3, 4], [5, 3]])
    assert max(scores, key=lambda row: scores[row]) == 3
    assert scores[1] == pytest.approx(1 / 61)
