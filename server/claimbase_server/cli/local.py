"""A claim base in this process: a database with the models loaded beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from claimbase_models.protocols import ModelError, TextTooLong
from claimbase_server.call import Call
from claimbase_server.cli.base import COLLECTION, Base, Stored
from claimbase_server.cli.errors import BadInput, CommandFailed
from claimbase_server.cli.output import working
from claimbase_server.extract import extract_claims
from claimbase_server.store.base import Store, StoreUnavailable
from claimbase_server.types import (
    CheckResult,
    Claim,
    Conflict,
    Document,
    Pair,
    Probabilities,
    VerdictChange,
    WatchedClaim,
)

if TYPE_CHECKING:
    from claimbase_server.main import Engine

PAIRS_A_BATCH = 64
CLAIMS_A_BATCH = 8
CONFLICTS_A_PAGE = 1000
WATCHED_A_PAGE = 1000


class LocalBase(Base):
    """The base at a file path, sqlite:///path or postgresql://...; models load when they are first needed."""

    def __init__(self, url: str, model: str | None, must_exist: bool = False) -> None:
        path = database_path(url)
        if must_exist and path is not None and not path.exists():
            raise BadInput(f"{path}: no claim base there: ingest documents first, or name another with --base")
        self._url = url
        self._model = model

    def __enter__(self) -> LocalBase:
        return self

    def __exit__(self, *exc: object) -> None:
        if "engine" in self.__dict__:
            self.engine.close()
        elif "store" in self.__dict__:
            self.store.close()

    @cached_property
    def engine(self) -> Engine:
        with working("loading the models"), self._working():
            # Brings torch with it, which extract and audit do without.
            from claimbase_server.main import Settings, build_engine

            return build_engine(Settings(self._url, self._model) if self._model else Settings(self._url))

    @cached_property
    def store(self) -> Store:
        """The database alone, for what needs no model."""
        if "engine" in self.__dict__:
            return self.engine.store
        from claimbase_server.main import open_store

        with self._working():
            return open_store(self._url)

    def put(self, document: Document) -> Stored:
        with self._working():
            outcome, stored, claims = self.engine.ingester.put(COLLECTION, document, Call())
        return Stored(outcome.value, stored.id, claims)

    def check(self, claims: Sequence[str]) -> Iterator[CheckResult]:
        for start in range(0, len(claims), CLAIMS_A_BATCH):
            with self._working():
                results = self.engine.checker.check_many(COLLECTION, claims[start : start + CLAIMS_A_BATCH], Call())
            yield from results

    def check_text(self, text: str) -> Iterator[tuple[Claim, CheckResult]]:
        with self._working():
            yield from self.engine.checker.check_text(COLLECTION, text, Call())

    def extract(self, text: str) -> list[Claim]:
        return extract_claims(Document(id="", text=text))

    def score(self, pairs: Sequence[Pair]) -> Iterator[Probabilities]:
        for start in range(0, len(pairs), PAIRS_A_BATCH):
            future = self.engine.batcher.submit_pairs(pairs[start : start + PAIRS_A_BATCH], Call())
            yield from future.result().probabilities

    def conflicts(self) -> Iterator[Conflict]:
        after = 0
        while True:
            with self._working():
                page = self.store.list_conflicts(COLLECTION, CONFLICTS_A_PAGE, after)
            if not page:
                return
            yield from (conflict for _, conflict in page)
            after = page[-1][0]

    def conflict_count(self) -> int:
        with self._working():
            return self.store.stats(COLLECTION).conflicts

    def watch(self, claim: str) -> WatchedClaim:
        with self._working():
            return self.engine.watchlist.add(COLLECTION, claim, "", Call())

    def watched_claims(self) -> Iterator[WatchedClaim]:
        with self._working():
            self.engine.watchlist.recheck(Call())  # nobody else does while no server runs
        after = ""
        while True:
            with self._working():
                page = self.store.list_watched_claims(COLLECTION, WATCHED_A_PAGE, after)
            if not page:
                return
            yield from page
            after = page[-1].id

    def unwatch(self, claim_id: str) -> bool:
        with self._working():
            return self.store.delete_watched_claim(COLLECTION, claim_id)

    def verdict_changes(self) -> Iterator[VerdictChange]:
        raise BadInput(
            f"{self._url} is no running service, and only that finds changes as they come: start one with"
            " `claimbase serve` and name it with --base grpc://HOST:PORT"
        )

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Turn the core's errors into the command line's."""
        try:
            yield
        except (ModelError, TextTooLong) as error:
            raise BadInput(str(error)) from None
        except StoreUnavailable as error:
            raise CommandFailed(str(error)) from None


def database_path(url: str) -> Path | None:
    """The file of an SQLite base; None for a database server."""
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    return None if "://" in url else Path(url)
