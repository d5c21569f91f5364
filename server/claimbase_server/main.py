"""Composition root: settings, and the one place that names concrete stores and models."""

from __future__ import annotations

from dataclasses import dataclass

from claimbase_models.bundled import WEIGHTS, load_embedder, load_scorer
from claimbase_models.protocols import Embedder, ModelError, Scorer
from claimbase_server.batcher import Batcher
from claimbase_server.checker import Checker
from claimbase_server.conflicts import ConflictFinder
from claimbase_server.ingest import Ingester
from claimbase_server.judge import ConflictJudge, Judge
from claimbase_server.recheck import Watchlist
from claimbase_server.retrieve import Retriever
from claimbase_server.store.base import Store

POSTGRES_PREFIXES = ("postgresql://", "postgres://")
SQLITE_PREFIX = "sqlite:///"


@dataclass(frozen=True)
class Settings:
    """What an engine is made of."""

    base: str = "./claimbase.db"  # a file path, sqlite:///path or postgresql://...
    model: str = "bundled"  # a scorer: the bundled one, a folder or a hub name
    threads: int | None = None  # of the model; None lets torch use every core


@dataclass(frozen=True)
class Engine:
    """The parts of a claim base, wired; every method of theirs is synchronous and thread-safe."""

    store: Store
    batcher: Batcher
    retriever: Retriever
    checker: Checker
    ingester: Ingester
    watchlist: Watchlist
    scorer: Scorer
    embedder: Embedder

    def close(self) -> None:
        """Finish what is queued with an error, then close the store."""
        self.batcher.close()
        self.store.close()


def build_engine(settings: Settings) -> Engine:
    """Load the models, open the base and wire the parts; ModelError or StoreUnavailable say what is wrong."""
    scorer = load_scorer(settings.model, threads=settings.threads)
    embedder = load_embedder(threads=settings.threads)
    judge, conflict_judge = load_judges()
    store = open_store(settings.base)
    batcher = Batcher(scorer, embedder)
    retriever = Retriever(store, batcher)
    checker = Checker(store, retriever, batcher, judge, scorer.info.revision)
    return Engine(
        store=store,
        batcher=batcher,
        retriever=retriever,
        checker=checker,
        ingester=Ingester(store, batcher, ConflictFinder(store, batcher, conflict_judge)),
        watchlist=Watchlist(store, retriever, checker, scorer.info.revision),
        scorer=scorer,
        embedder=embedder,
    )


def load_judges() -> tuple[Judge, ConflictJudge]:
    """The judges that ship with the bundled models; ModelError where they are missing or of another release."""
    path = WEIGHTS / "judge.json"
    try:
        return Judge.load(path), ConflictJudge.load(path)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"the judge cannot be loaded: {error}") from error


def open_store(base: str) -> Store:
    """The store that a base's address names; its driver is imported only here."""
    if base.startswith(POSTGRES_PREFIXES):
        from claimbase_server.store.postgres import PostgresStore

        return PostgresStore(base)
    from claimbase_server.store.sqlite import SqliteStore

    return SqliteStore(base.removeprefix(SQLITE_PREFIX))
