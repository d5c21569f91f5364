#!/usr/bin/env python3
"""A mixed load for a long time: whether memory and latency stay where they are.

Callers check claims, score pairs, search, list, and replace and delete documents among a fixed number of them, so that
the base keeps its size. Prints a row for each interval and draws memory and the latency of checks over time; needs the
extra `bench`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from claimbase_client import ClaimBase, ClaimbaseError, NotFound
from serving import REPOSITORY, Server, document_text, ingest_examples, new_claim, percentile, print_row

CALLERS = 6
DOCUMENTS = 100
INTERVALS = 60  # rows and points of the picture
PICTURE = REPOSITORY / "benchmarks" / "results" / "soak.svg"


@dataclass(frozen=True)
class Interval:
    """What was seen between two looks."""

    minutes: float  # since the start
    memory: float  # MB
    checks: int
    p50: float  # ms of a check
    p99: float
    failures: int


class Load:
    """Callers that go on until stopped."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = count(1)
        self._guard = threading.Lock()
        self._stop = threading.Event()
        self._check_seconds: list[float] = []
        self._failures: list[str] = []
        self.codes: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._run, args=(seed,)) for seed in range(CALLERS)]
        for thread in self._threads:
            thread.start()

    def take(self) -> tuple[list[float], list[str]]:
        """Seconds of each check and the failures since the last look."""
        with self._guard:
            taken = self._check_seconds, self._failures
            self._check_seconds, self._failures = [], []
        return taken

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, seed: int) -> None:
        chance = random.Random(seed)
        with ClaimBase(self._address, timeout=120) as base:
            kinds: list[Callable[[ClaimBase, int], object]] = [_check, _score, _search, _list, _replace, _delete]
            while not self._stop.is_set():
                (act,) = chance.choices(kinds, weights=(10, 3, 3, 1, 2, 1))
                with self._guard:
                    number = next(self._numbers)
                started = time.monotonic()
                try:
                    act(base, number)
                except NotFound:
                    continue  # another caller deleted it first
                except ClaimbaseError as error:
                    with self._guard:
                        self._failures.append(error.code.name)
                        self.codes[error.code.name] += 1
                    continue
                with self._guard:
                    self.codes["OK"] += 1
                    if act is _check:
                        self._check_seconds.append(time.monotonic() - started)


def _check(base: ClaimBase, number: int) -> None:
    base.check_claim(new_claim(number).claim)


def _score(base: ClaimBase, number: int) -> None:
    base.score_pairs([(f"Bridge {n} at Vell was closed.", f"{number} bridges were closed.") for n in range(8)])


def _search(base: ClaimBase, number: int) -> None:
    base.search_claims(f"bridge {number % 6} at Vell")


def _list(base: ClaimBase, number: int) -> None:
    list(base.list_documents())


def _replace(base: ClaimBase, number: int) -> None:
    base.create_document(document_text(number), document_id=f"soak-{number % DOCUMENTS}")


def _delete(base: ClaimBase, number: int) -> None:
    base.delete_document(f"soak-{number % DOCUMENTS}")


def draw(intervals: list[Interval], picture: Path) -> None:
    """Memory and latency over time as an SVG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    minutes = [interval.minutes for interval in intervals]
    above.plot(minutes, [interval.memory for interval in intervals])
    above.set_ylabel("resident memory, MB")
    above.set_ylim(bottom=0)
    for name in ("p50", "p99"):
        below.plot(minutes, [getattr(interval, name) for interval in intervals], label=name)
    below.set_ylabel("check, ms")
    below.set_ylim(bottom=0)
    below.set_xlabel("minutes")
    below.legend()
    picture.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0, help="default: %(default)s")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="default: %(default)s")
    parser.add_argument("--model", help="another scorer than the bundled one")
    arguments = parser.parse_args()
    intervals: list[Interval] = []
    print_row(["minutes", "memory MB", "checks", "p50 ms", "p99 ms", "failures"])
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "claims.db", arguments.model) as server:
        ingest_examples(server.address)
        load = Load(server.address)
        started = time.monotonic()
        for _ in range(INTERVALS):
            time.sleep(arguments.minutes * 60 / INTERVALS)
            seconds, failures = load.take()
            quantiles = [1000 * percentile(seconds, share) for share in (0.5, 0.99)]
            minutes = (time.monotonic() - started) / 60
            intervals.append(Interval(minutes, server.memory(), len(seconds), *quantiles, len(failures)))
            last = intervals[-1]
            print_row([f"{last.minutes:.1f}", last.memory, last.checks, last.p50, last.p99, last.failures])
        load.stop()
    print(f"codes: {dict(load.codes)}")
    draw(intervals, arguments.picture)
    print(f"drawn to {arguments.picture}")


if __name__ == "__main__":
    main()
