"""What each part of the service is worth: the dossiers, evaluated with one part switched off at a time.

Usage: python benchmarks/ablation.py DOSSIERS

Every run starts from an empty base; the scorer's work is shared, since pairs that were scored once are cached.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from claimbase_server import checker, ingest
from claimbase_server.checker import Checker
from claimbase_server.conflicts import ConflictFinder
from claimbase_server.dossiers import Report, evaluate, read_dossiers
from claimbase_server.features import FEATURES
from claimbase_server.ingest import Ingester
from claimbase_server.judge import Judge
from claimbase_server.main import Engine, Settings, build_engine, load_judges, open_store
from claimbase_server.retrieve import Retriever
from claimbase_server.types import Claim, Relation, Stance

SHOWN = (
    "verdict accuracy",
    "recall SUPPORTED",
    "recall CONTRADICTED",
    "recall UNVERIFIED",
    "disputed recall",
    "deciding quote cited",
    "false contradictions",
    "conflict recall",
    "conflict precision",
)


def without_features(*names: str) -> Callable[[Judge], Judge]:
    """The judge with some of its features ignored."""
    off = [FEATURES.index(name) for name in names]

    def ignore(judge: Judge) -> Judge:
        weights = {r: tuple(0.0 if i in off else w for i, w in enumerate(row)) for r, row in judge.weights.items()}
        return replace(judge, weights=weights)

    return ignore


def scorer_alone(judge: Judge) -> Judge:
    """A judge that repeats the scorer's probabilities."""
    only = {Relation.SUPPORTS: "entailment", Relation.CONTRADICTS: "contradiction", Relation.NEUTRAL: ""}
    weights = {relation: tuple(float(name == used) for name in FEATURES) for relation, used in only.items()}
    return replace(judge, weights=weights, bias=dict.fromkeys(Relation, 0.0), threshold=0.5)


def no_stance(claim: Claim) -> Claim:
    """The claim as if the narrator said all of it."""
    return replace(claim, stance=Stance.ASSERTED, attribution="", proposition=claim.text)


@contextmanager
def reading(change: Callable[[Claim], Claim]) -> Iterator[None]:
    """Every claim changed as soon as it is read, from a document or from a caller."""
    extract, read = ingest.extract_claims, checker.read_claim
    with ExitStack() as stack:
        stack.enter_context(patch.object(ingest, "extract_claims", lambda text: [change(c) for c in extract(text)]))
        stack.enter_context(patch.object(checker, "read_claim", lambda text: change(read(text))))
        yield


@contextmanager
def nothing() -> Iterator[None]:
    """No change."""
    yield


def keep(judge: Judge) -> Judge:
    """The judge as it is."""
    return judge


EVENT = ("overlap", "context_overlap", "missing_name", "different_event")
QUANTITY = ("quantity_agrees", "quantity_excludes", "number_missing")
PARTS: dict[str, tuple[Callable[[Judge], Judge], Callable[[], object]]] = {
    "everything": (keep, nothing),
    "no attribution and stance": (keep, lambda: reading(no_stance)),
    "no quantities": (without_features(*QUANTITY), lambda: reading(lambda claim: replace(claim, quantities=()))),
    "no time": (without_features("time_disjoint"), lambda: reading(lambda claim: replace(claim, time=None))),
    "no context sentences": (keep, lambda: reading(lambda claim: replace(claim, context=""))),
    "no same-event features": (without_features(*EVENT), nothing),
    "no rebuttals": (keep, lambda: patch.object(checker, "restore_rebutted", list)),
    "no joint reading of two sentences": (keep, lambda: patch.object(checker, "_JOINED", 0)),
    "the scorer alone as judge": (scorer_alone, nothing),
}


def run(engine: Engine, base: Path, change: Callable[[Judge], Judge], folder: Path) -> Report:
    """The dossiers through an engine of its own that shares the models."""
    judge, conflict_judge = load_judges()
    store = open_store(str(base))
    retriever = Retriever(store, engine.batcher)
    part = replace(
        engine,
        store=store,
        retriever=retriever,
        checker=Checker(store, retriever, engine.batcher, change(judge), engine.scorer.info.revision),
        ingester=Ingester(store, engine.batcher, ConflictFinder(store, engine.batcher, conflict_judge)),
    )
    report = evaluate(read_dossiers(folder), part, 0, lambda _: None)
    store.close()
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dossiers", type=Path)
    options = parser.parse_args()
    table = Table("", *SHOWN)
    with tempfile.TemporaryDirectory() as folder:
        engine = build_engine(Settings(base=f"{folder}/models.db"))
        for name, (change, switched_off) in PARTS.items():
            with switched_off():  # type: ignore[attr-defined]
                figures = run(engine, Path(folder) / f"{len(table.rows)}.db", change, options.dossiers).figures()
            cells = ["-" if figures[key] is None else f"{figures[key]:.3f}" for key in SHOWN]
            table.add_row(name, *cells)
            Console(stderr=True).print(name, *cells)
        engine.close()
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
