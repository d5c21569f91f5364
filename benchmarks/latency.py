#!/usr/bin/env python3
"""What one CheckClaim on an idle server costs, and what its parts are.

The base holds 1,000 short documents; claims come one after the other and are all new. Parts that the server reports
are taken from its answers; tokenising and embedding, which it counts as retrieval, are timed here on the same claims
after the server has stopped.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from claimbase.v1 import verification_service_pb2
from claimbase_client import ClaimBase
from claimbase_models.bundled import load_embedder, load_scorer
from filling import Sentences, Vectors, fill
from report import RESULTS, Report
from serving import Server, percentile

SHARES = (0.5, 0.95, 0.99)
WARM_UP = 10
REPORTED = ("retrieve", "queue", "infer", "judge", "total")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=4_000, help="in the base (default: %(default)s)")
    parser.add_argument("--checks", type=int, default=300, help="(default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the model (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

    report = Report("Latency of one CheckClaim on an idle server", arguments.threads)
    sentences = iter(Sentences())
    claims = list(islice(iter(Sentences(seed=1)), WARM_UP + arguments.checks))
    embedder, scorer = load_embedder(threads=arguments.threads), load_scorer(threads=arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "claims.db"
        fill(base, arguments.claims, sentences, Vectors(embedder, sentences, embedded=min(arguments.claims, 4_000)))
        with Server(base) as server, ClaimBase(server.address) as client:
            wall, results = check(client, claims)
            memory = server.memory()
    claims, wall, results = claims[WARM_UP:], wall[WARM_UP:], results[WARM_UP:]
    parts = {name: [seconds(result, name) for result in results] for name in REPORTED}
    parts["tokenise the claim"] = [timed(lambda claim=claim: embedder.encode([claim])) for claim in claims]
    parts["embed the claim"] = [timed(lambda claim=claim: embedder.embed([claim])) for claim in claims]
    parts["tokenise the pairs"] = [
        timed(lambda result=result: scorer.encode([(e.claim.quote, result.claim) for e in result.evidence]))
        for result in results
    ]
    parts["gRPC and client"] = [one - total for one, total in zip(wall, parts["total"], strict=True)]

    outside = [
        1 - (infer + embed) / one
        for one, infer, embed in zip(wall, parts["infer"], parts["embed the claim"], strict=True)
    ]
    report.line(f"{arguments.claims:,} claims stored; {len(claims)} checks; server memory {memory:.0f} MB")
    names = [*(f"p{share * 100:.0f}" for share in SHARES), "share of p50"]
    middle = percentile(wall, 0.5)
    rows = [row("the whole call", wall, middle), *(row(name, values, middle) for name, values in parts.items())]
    report.table(["milliseconds", *names], rows)
    report.line(f"share of the time outside the model: p50 {percentile(outside, 0.5):.1%}")
    report.save("latency", arguments.results)


def check(client: ClaimBase, claims: Sequence[str]) -> tuple[list[float], list[verification_service_pb2.CheckResult]]:
    """Seconds and answer of each claim, one after the other."""
    wall, results = [], []
    for claim in claims:
        started = time.perf_counter()
        results.append(client.check_claim(claim))
        wall.append(time.perf_counter() - started)
    return wall, results


def seconds(result: verification_service_pb2.CheckResult, part: str) -> float:
    """A part of the answer's timings."""
    duration = getattr(result.timings, part)
    return float(duration.seconds + duration.nanos / 1e9)


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def row(name: str, values: Sequence[float], whole: float) -> list[object]:
    """A row of the table, in milliseconds."""
    return [name, *(1000 * percentile(values, share) for share in SHARES), f"{percentile(values, 0.5) / whole:.1%}"]


if __name__ == "__main__":
    main()
