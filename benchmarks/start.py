#!/usr/bin/env python3
"""How soon `claimbase serve` answers on a base that holds claims already, and the memory it then takes."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from itertools import islice
from pathlib import Path

from claimbase_client import ClaimBase
from claimbase_models.bundled import load_embedder
from filling import Sentences, Vectors, fill
from report import RESULTS, Report
from serving import Server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[0, 10_000, 100_000], help="(default: %(default)s)")
    parser.add_argument("--starts", type=int, default=3, help="of which the median counts (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the model (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

    report = Report("From the command to the first answer", arguments.threads)
    sentences = iter(Sentences())
    embedded = max(1, min(4_000, max(arguments.claims)))
    vectors = Vectors(load_embedder(threads=arguments.threads), sentences, embedded=embedded)
    claims = iter(Sentences(seed=1))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "claims.db"
        for size in sorted(arguments.claims):
            fill(base, size, sentences, vectors)
            starts = sorted(start(base, *islice(claims, 1)) for _ in range(arguments.starts))
            rows.append([f"{size:,}", *starts[len(starts) // 2]])
    report.table(["claims in the base", "serving after s", "first check after s", "memory MB"], rows)
    report.save("start", arguments.results)


def start(base: Path, claim: str) -> tuple[float, float, float]:
    """Seconds to 'listening on' and to the answer to a first check, and the memory after it in MB."""
    started = time.perf_counter()
    with Server(base) as server, ClaimBase(server.address) as client:
        serving = time.perf_counter() - started
        client.check_claim(claim)
        return serving, time.perf_counter() - started, server.memory()


if __name__ == "__main__":
    main()
