"""A writer that is killed at any moment leaves whole documents, and all those it had been told are stored."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from claimbase_server.store.base import Store

_CLAIMS = 20
_WRITER = f"""
import itertools, sys
import numpy as np
from claimbase_server.store.base import ConflictDraft
from claimbase_server.types import Claim, ConflictKind, Document
address, start = sys.argv[1], int(sys.argv[2])
if address.startswith("postgresql:"):
    from claimbase_server.store.postgres import PostgresStore as Opened
else:
    from claimbase_server.store.sqlite import SqliteStore as Opened
store = Opened(address)
print("open", flush=True)
for number in itertools.count(start):
    name = f"d{{number % 40:02}}"  # after forty documents each is replaced
    claims = [Claim(f"{{name}}.{{n}}", name, f"harbour {{number}} {{n}}", "q", 0, 1) for n in range({_CLAIMS})]
    vectors = np.full(({_CLAIMS}, 8), number, "float32")
    conflict = ConflictDraft(f"{{name}}.0", f"{{name}}.1", ConflictKind.DENIAL, 0.9, str(number))
    store.put_document("default", Document(name, str(number)), claims, vectors, [conflict], f"r{{number}}")
    print(number, flush=True)
"""


def kill_a_writer(address: str, start: int, documents: int, seconds: float) -> int:
    """Let a process write documents numbered from `start`, kill it some time after so many; the last it was told."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, address, str(start)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "open\n"
    told = [writer.stdout.readline() for _ in range(documents)]
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    # The last line may have been cut short by the kill.
    told += [line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    writer.stdout.close()
    writer.wait()
    return max([start - 1, *(int(line) for line in told)])


def assert_whole(store: Store, told: int) -> int:
    """Every document is whole and every acknowledged one is there; the highest number that is stored."""
    numbers = []
    documents = store.list_documents("default", 100, "")
    for document in documents:
        number = int(document.text)
        claims = store.list_claims("default", 100, 0, document.id)
        assert [c.claim.text for _, c in claims] == [f"harbour {number} {n}" for n in range(_CLAIMS)]
        numbers.append(number)
    vectors = dict(store.export_vectors("default"))
    rows = {row: int(c.claim.text.split()[1]) for row, c in store.list_claims("default", 1_000, 0)}
    assert {row: int(vector[0]) for row, vector in vectors.items()} == rows
    assert sorted(store.search_vector("default", np.ones(8, np.float32), 1_000)) == sorted(rows)
    assert sorted(store.search_text("default", ["harbour"], 1_000)) == sorted(rows)
    conflicts = sorted(int(conflict.reason) for _, conflict in store.list_conflicts("default", 100, 0))
    assert conflicts == sorted(numbers)
    last = max(numbers, default=-1)
    assert last in (told, told + 1)
    assert sorted(numbers) == list(range(max(0, last - 39), last + 1))
    assert store.stats("default").revision == last + 1
    return last


def test_a_killed_writer_leaves_whole_documents(address: str, open_store: Callable[[], Store]) -> None:
    chance = random.Random(7)
    last = -1
    for _ in range(10 if not address.startswith("postgresql:") else 3):
        told = kill_a_writer(address, last + 1, chance.randrange(12), chance.uniform(0.0, 0.03))
        store = open_store()
        store.delete_document("default", "absent")  # waits for a database that is still busy with the last write
        last = assert_whole(store, told)
        store.close()
    assert last >= 0
