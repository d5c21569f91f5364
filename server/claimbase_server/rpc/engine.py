"""What the servicers ask of the composition root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Protocol

from claimbase_models.protocols import Embedder, Scorer
from claimbase_server.batcher import BatcherStats, EmbeddedTexts, ScoredPairs
from claimbase_server.call import Call
from claimbase_server.store.base import PutOutcome, Store
from claimbase_server.types import Candidate, CheckResult, Claim, Document, Pair, WatchedClaim


class Batcher(Protocol):
    """The queue in front of the model."""

    def check_health(self) -> None: ...

    def stats(self) -> BatcherStats: ...

    def submit_pairs(self, pairs: Sequence[Pair], call: Call) -> Future[ScoredPairs]: ...

    def submit_texts(self, texts: Sequence[str], call: Call) -> Future[EmbeddedTexts]: ...


class Retriever(Protocol):
    """Finds stored claims near a text, nearest first."""

    def candidates(self, collection: str, claim_text: str, limit: int, call: Call) -> Sequence[Candidate]: ...


class Checker(Protocol):
    """Checks claims against a collection."""

    def check(self, collection: str, claim_text: str, call: Call) -> CheckResult: ...

    def check_many(self, collection: str, claims: Sequence[str], call: Call) -> Sequence[CheckResult]: ...

    def check_text(self, collection: str, text: str, call: Call) -> Iterator[tuple[Claim, CheckResult]]: ...


class Ingester(Protocol):
    """Stores documents with their claims and conflicts; answers outcome, stored document and number of claims."""

    def put(
        self, collection: str, document: Document, call: Call, request_id: str = ""
    ) -> tuple[PutOutcome, Document, int]: ...


class Watchlist(Protocol):
    """Keeps the verdicts on watched claims current."""

    def add(self, collection: str, text: str, claim_id: str, call: Call) -> WatchedClaim: ...

    def recheck(self, call: Call) -> None: ...


class Engine(Protocol):
    """The parts of a claim base, wired; every method of theirs is synchronous and thread-safe."""

    @property
    def store(self) -> Store: ...

    @property
    def batcher(self) -> Batcher: ...

    @property
    def retriever(self) -> Retriever: ...

    @property
    def checker(self) -> Checker: ...

    @property
    def ingester(self) -> Ingester: ...

    @property
    def watchlist(self) -> Watchlist: ...

    @property
    def scorer(self) -> Scorer: ...

    @property
    def embedder(self) -> Embedder: ...
