"""Bases of any size: sentences with the vocabulary and the word order of the training texts, and vectors for them.

Only the first texts are embedded by the model. The vector of every other claim is a blend of two of those with some
noise, so recall on them says little of real claims beyond the embedded ones.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from claimbase_models.protocols import Embedder
from claimbase_server.store.sqlite import SqliteStore
from claimbase_server.types import Claim, Document
from serving import REPOSITORY

TEXTS = REPOSITORY / "models" / "training" / "data" / "train.jsonl"
COLLECTION = "default"
EMBEDDED = 4_000
CLAIMS_A_DOCUMENT = 100
_LONGEST = 40  # words
_NOISE = 0.5  # length of the noise beside a blend of length 1
_START, _END = "", "\n"


class Sentences:
    """A random walk over the pairs of words that follow one another in the training texts; numbers are drawn anew."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._followers: dict[str, list[str]] = defaultdict(list)
        for line in TEXTS.open(encoding="utf-8"):
            words = json.loads(line)["premise"].split()
            for word, follower in zip([_START, *words], [*words, _END], strict=True):
                self._followers[word].append(follower)

    def __iter__(self) -> Iterator[str]:
        while True:
            words: list[str] = []
            word = self._random.choice(self._followers[_START])
            while word != _END and len(words) < _LONGEST:
                words.append(str(self._random.randint(2, 99_999)) if word.isdigit() else word)
                word = self._random.choice(self._followers[word])
            if len(words) > 4:
                yield " ".join(words).rstrip(".,") + "."


class Vectors:
    """Unit vectors (n, dimensions), float32, drawn around real ones."""

    def __init__(self, embedder: Embedder, sentences: Iterator[str], seed: int = 0, embedded: int = EMBEDDED) -> None:
        self._random = np.random.default_rng(seed)
        self._real = embedder.embed([next(sentences) for _ in range(embedded)])

    def draw(self, count: int) -> NDArray[np.float32]:
        """The vectors of so many new claims."""
        dimensions = self._real.shape[1]
        first, second = (self._real[self._random.integers(len(self._real), size=count)] for _ in range(2))
        share = self._random.uniform(0.5, 1, size=(count, 1)).astype(np.float32)
        noise = self._random.standard_normal((count, dimensions), dtype=np.float32) * (_NOISE / dimensions**0.5)
        blend = share * first + (1 - share) * second
        blend /= np.linalg.norm(blend, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = blend + noise
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def fill(base: Path, claims: int, sentences: Iterator[str], vectors: Vectors) -> None:
    """Bring the base to so many claims, without looking for conflicts."""
    store = SqliteStore(str(base))
    try:
        stats = store.stats(COLLECTION)
        number = stats.documents
        for start in range(stats.claims, claims, CLAIMS_A_DOCUMENT):
            texts = [next(sentences) for _ in range(min(CLAIMS_A_DOCUMENT, claims - start))]
            document, found = _document(f"filling-{number}", texts)
            store.put_document(COLLECTION, document, found, vectors.draw(len(texts)))
            number += 1
    finally:
        store.close()


def _document(document_id: str, texts: list[str]) -> tuple[Document, list[Claim]]:
    claims = []
    start = 0
    for n, text in enumerate(texts):
        end = start + len(text)
        claims.append(Claim(f"{document_id}.{n}", document_id, text, text, start, end, proposition=text))
        start = end + 1
    return Document(document_id, " ".join(texts), title=texts[0], publisher=f"Paper {len(document_id)}"), claims
