#!/usr/bin/env python3
"""Whether a check and an ingest cost more as the base grows: medians, memory, and recall of the vector index.

One base grows from size to size; at each the server starts anew, answers new claims and stores short documents, all
one after the other. Recall compares the ten nearest claims of the index with those of a plain product over all vectors.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from claimbase_client import ClaimBase
from claimbase_models.bundled import load_embedder
from claimbase_server.store.vectors import VectorIndex
from filling import Sentences, Vectors, fill
from report import RESULTS, Report
from serving import Server, percentile

SIZES = [1_000, 10_000, 100_000, 1_000_000]
NEAREST = 10
QUERIES = 200
WARM_UP = 5
SENTENCES = 4  # of an ingested document
_ADDED = 10_000
Item = TypeVar("Item")


@dataclass(frozen=True)
class Measured:
    """One size of the base."""

    claims: int
    check: float  # median seconds of CheckClaim
    ingest: float  # median seconds of CreateDocument
    start: float  # seconds to the first answer
    memory: float  # MB
    file: float  # MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="claims (default: %(default)s)")
    parser.add_argument("--checks", type=int, default=100, help="at each size (default: %(default)s)")
    parser.add_argument("--documents", type=int, default=20, help="stored at each size (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the model (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

    report = Report("Checks and ingests as the base grows", arguments.threads, ["faiss-cpu"])
    sentences = iter(Sentences())
    embedder = load_embedder(threads=arguments.threads)
    vectors = Vectors(embedder, sentences, embedded=min(4_000, max(arguments.sizes)))
    new = iter(Sentences(seed=1))
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "claims.db"
        for size in sorted(arguments.sizes):
            fill(base, size, sentences, vectors)
            measured.append(measure(base, size, new, arguments.checks, arguments.documents))
    first = next((one for one in measured if one.claims >= 10_000), measured[0])
    report.table(
        ["claims", "check ms", "ratio", "ingest ms", "ratio", "first answer s", "memory MB", "file MB"],
        [
            [
                f"{one.claims:,}", 1000 * one.check, f"{one.check / first.check:.2f}", 1000 * one.ingest,
                f"{one.ingest / first.ingest:.2f}", one.start, one.memory, one.file,
            ]
            for one in measured
        ],
        f"medians; ratios to {first.claims:,} claims",
    )  # fmt: skip
    report.table(["vectors", f"recall@{NEAREST}", "index ms", "plain product ms"], recalls(arguments.sizes, vectors))
    report.save("growth", arguments.results)
    draw(measured, arguments.results / "growth.svg")


def measure(base: Path, size: int, new: Iterator[str], checks: int, documents: int) -> Measured:
    """Start a server on the base, check claims and store documents."""
    started = time.perf_counter()
    with Server(base) as server, ClaimBase(server.address, timeout=600) as client:
        client.check_claim(next(new))
        start = time.perf_counter() - started
        for claim in islice(new, WARM_UP):
            client.check_claim(claim)
        check = [timed(client.check_claim, next(new)) for _ in range(checks)]
        memory = server.memory()
        ingest = [timed(client.create_document, " ".join(islice(new, SENTENCES))) for _ in range(documents)]
    return Measured(
        size, percentile(check, 0.5), percentile(ingest, 0.5), start, memory, base.stat().st_size / 1_000_000
    )


def timed(work: object, argument: str) -> float:
    """Seconds that one call took."""
    started = time.perf_counter()
    work(argument)  # type: ignore[operator]
    return time.perf_counter() - started


def recalls(sizes: Sequence[int], vectors: Vectors) -> list[list[object]]:
    """For each size the share of the truly nearest that the index finds, its median time and that of the product."""
    queries = vectors.draw(QUERIES)
    index = VectorIndex(queries.shape[1])
    held = np.empty((0, queries.shape[1]), np.float32)
    rows: list[list[object]] = []
    for size in sorted(sizes):
        parts = [held]
        for start in range(len(held), size, _ADDED):
            part = vectors.draw(min(_ADDED, size - start))
            index.add(np.arange(start, start + len(part)), part)
            parts.append(part)
        held = np.concatenate(parts)
        hits, quick, plain = 0, [], []
        for query in queries:
            started = time.perf_counter()
            found = index.search(query, NEAREST)
            between = time.perf_counter()
            scores = held @ query
            nearest = np.argpartition(scores, -NEAREST)[-NEAREST:]
            quick.append(between - started)
            plain.append(time.perf_counter() - between)
            hits += len(set(found) & set(nearest.tolist()))
        recall = hits / (len(queries) * min(NEAREST, size))
        rows.append([f"{size:,}", f"{recall:.3f}", 1000 * percentile(quick, 0.5), 1000 * percentile(plain, 0.5)])
    return rows


def draw(measured: Sequence[Measured], path: Path) -> None:
    """The medians over the size of the base."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    sizes = [one.claims for one in measured]
    axes.plot(sizes, [1000 * one.check for one in measured], marker="o", label="CheckClaim")
    axes.plot(
        sizes, [1000 * one.ingest for one in measured], marker="s", label=f"CreateDocument, {SENTENCES} sentences"
    )
    axes.set(xscale="log", xlabel="claims in the base", ylabel="median milliseconds", ylim=(0, None))
    axes.legend()
    figure.savefig(path)


if __name__ == "__main__":
    main()
