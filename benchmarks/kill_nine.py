#!/usr/bin/env python3
"""kill -9 at random moments of a long ingest: what was acknowledged is whole, and nothing is half there.

Each round starts the server on the same file, lets several callers store documents, kills the server at a random moment
and then opens the file as a restart would: every acknowledged document must be there with exactly the claims that
its text gives, every other document that is there must be whole too, and the vector and word indexes must hold exactly
the stored claims. Prints a row for each round; exit code 1 if any of this failed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grpc
import numpy as np

from claimbase.v1 import claim_base_service_pb2_grpc
from claimbase_server.extract import extract_claims
from claimbase_server.store.sqlite import SqliteStore
from claimbase_server.types import Document
from serving import PARENT, Server, document_request, document_text, print_row

CALLERS = 4
PATIENCE = 600  # seconds
COLLECTION = PARENT.removeprefix("collections/")


@dataclass(frozen=True)
class Found:
    """What the file holds after a kill, and what is wrong with it."""

    documents: int
    unacknowledged: int  # whole documents whose callers were cut off before the answer
    claims: int
    faults: list[str]


def ingest_until_killed(server: Server, numbers: count[int], documents: int, share: float) -> set[str]:
    """Store documents; kill the server a `share` of one document's time after so many; the acknowledged ids."""
    acknowledged: set[str] = set()
    guard = threading.Lock()
    enough = threading.Event()
    if documents == 0:
        enough.set()
    started = time.monotonic()

    def store() -> None:
        with grpc.insecure_channel(server.address) as channel:
            create = claim_base_service_pb2_grpc.ClaimBaseServiceStub(channel).CreateDocument
            while True:
                with guard:
                    number = next(numbers)
                try:
                    create(document_request(number, f"d{number:07}"), timeout=600)
                except grpc.RpcError:
                    return
                with guard:
                    acknowledged.add(f"d{number:07}")
                    if len(acknowledged) >= documents:
                        enough.set()

    with ThreadPoolExecutor(CALLERS) as callers:
        storing = [callers.submit(store) for _ in range(CALLERS)]
        if not enough.wait(PATIENCE):
            raise RuntimeError(f"fewer than {documents} documents stored in {PATIENCE} seconds, see {server.log}")
        time.sleep(share * (time.monotonic() - started) / max(1, documents))
        server.kill()
        for one in storing:
            one.result()
    return acknowledged


def inspect(base: Path, acknowledged: set[str]) -> Found:
    """Open the file as a restart would and compare all that it holds."""
    store = SqliteStore(str(base))
    try:
        faults: list[str] = []
        stored: dict[int, str] = {}  # row number -> document
        found: set[str] = set()
        after = ""
        while documents := store.list_documents(COLLECTION, 500, after):
            for document in documents:
                after = document.id
                found.add(document.id)
                rows = store.list_claims(COLLECTION, 10_000, 0, document.id)
                stored.update((row, document.id) for row, _ in rows)
                text = document_text(int(document.id[1:]))
                expected = [claim.text for claim in extract_claims(Document(id=document.id, text=text))]
                if document.text != text or [candidate.claim.text for _, candidate in rows] != expected:
                    faults.append(f"{document.id} is not whole")
        faults += [f"{name} was acknowledged and is lost" for name in sorted(acknowledged - found)]
        faults += compare_indexes(store, stored)
        if store.stats(COLLECTION).claims != len(stored):
            faults.append("claims without a document")
        return Found(len(found), len(found - acknowledged), len(stored), faults)
    finally:
        store.close()


def compare_indexes(store: SqliteStore, stored: dict[int, str]) -> list[str]:
    """What differs between the stored claims and the indexes over them."""
    vectors = dict(store.export_vectors(COLLECTION))
    faults = [] if vectors.keys() == stored.keys() else ["the vectors are not those of the claims"]
    if vectors:
        probe = next(iter(vectors.values()))
        if sorted(store.search_vector(COLLECTION, probe, 2 * len(vectors))) != sorted(stored):
            faults.append("the vector index does not hold exactly the stored claims")
        for row in random.sample(sorted(vectors), min(20, len(vectors))):
            (nearest,) = store.search_vector(COLLECTION, vectors[row], 1)
            if not np.isclose(vectors[nearest] @ vectors[row], vectors[row] @ vectors[row], atol=1e-3):
                faults.append(f"the vector index does not find claim {row} by its own vector")
    if sorted(store.search_text(COLLECTION, ["vell"], 2 * len(stored) + 1)) != sorted(stored):
        faults.append("the word index does not hold exactly the stored claims")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="how often to kill (default: %(default)s)")
    parser.add_argument("--documents", type=int, default=12, help="most documents of a round (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments (default: %(default)s)")
    parser.add_argument("--model", help="another scorer than the bundled one")
    arguments = parser.parse_args()
    moments = random.Random(arguments.seed)
    numbers = count()
    acknowledged: set[str] = set()
    failures: Counter[str] = Counter()
    print_row(["round", "killed after", "acknowledged", "stored", "unanswered", "claims", "faults"])
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "claims.db"
        for number in range(1, arguments.rounds + 1):
            server = Server(base, arguments.model)
            documents = moments.randint(0, arguments.documents)
            acknowledged |= ingest_until_killed(server, numbers, documents, moments.uniform(0.0, 2.0))
            found = inspect(base, acknowledged)
            failures.update(found.faults)
            cells = (len(acknowledged), found.documents, found.unacknowledged, found.claims, len(found.faults))
            print_row([number, documents, *cells])
        Server(base, arguments.model).stop()  # and it serves once more
    for fault, times in failures.most_common(20):
        print(f"{times} x {fault}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
