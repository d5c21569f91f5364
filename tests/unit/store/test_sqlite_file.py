"""What goes wrong with a file, and what the person is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from claimbase_server.store.base import StoreUnavailable
from claimbase_server.store.sqlite import SqliteStore
from claimbase_server.types import Claim, Document

_NOBODY = 65534  # the super-user may write anywhere, so it becomes an ordinary user


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "claims.db")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def put(store: SqliteStore, name: str, claims: int = 1, length: int = 20) -> None:
    made = [Claim(f"{name}.{n}", name, f"{name} {n} " + "x" * length, "q", 0, 1) for n in range(claims)]
    store.put_document("default", Document(name, "text of " + name), made, np.ones((claims, 64), np.float32))


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program in a process of its own, with this one's modules."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True)


def test_a_second_writer_is_refused_until_the_first_has_closed(path: str) -> None:
    first = SqliteStore(path)
    with pytest.raises(
        StoreUnavailable, match=r"claims\.db is open in another claimbase process: stop it, or .* grpc://"
    ):
        SqliteStore(path)
    put(first, "a")
    first.close()
    second = SqliteStore(path)
    assert second.get_document("default", "a") is not None
    second.close()


def test_the_lock_ends_with_a_process_that_is_killed(path: str) -> None:
    program = (
        "import os, sys; from claimbase_server.store.sqlite import SqliteStore;"
        " SqliteStore(sys.argv[1]); os.kill(os.getpid(), 9)"
    )
    assert run(program, path).returncode == -9
    SqliteStore(path).close()


def test_a_closed_store_says_so(path: str) -> None:
    store = SqliteStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="was closed"):
        store.stats("default")
    with pytest.raises(StoreUnavailable, match="was closed"):
        store.create_collection("other")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"the folder .*/missing of the claim base .* does not exist: make it"):
        SqliteStore(str(tmp_path / "missing" / "claims.db"))


def test_a_folder_is_no_claim_base(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is a folder: name a file"):
        SqliteStore(str(tmp_path))


def test_a_text_file_is_refused_and_left_alone(path: str) -> None:
    Path(path).write_text("these are my notes, not a database\n" * 100)
    before = Path(path).read_bytes()
    with pytest.raises(StoreUnavailable, match="is not an SQLite file, so no claim base: name another file"):
        SqliteStore(path)
    assert Path(path).read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path: str) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    before = Path(path).read_bytes()
    with pytest.raises(StoreUnavailable, match="is an SQLite file but no claim base"):
        SqliteStore(path)
    assert Path(path).read_bytes() == before


def test_a_newer_schema_is_refused(path: str) -> None:
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migrations VALUES ('step_9999_future', '2040-01-01')")
    connection.commit()
    connection.close()
    with pytest.raises(StoreUnavailable, match=r"newer claimbase \(schema step step_9999_future\): upgrade"):
        SqliteStore(path)


def test_damage_is_told_and_nothing_is_repaired(path: str) -> None:
    store = SqliteStore(path)
    for number in range(30):
        put(store, f"d{number}", claims=40, length=200)
    store.close()
    content = bytearray(Path(path).read_bytes())
    page = content.index(b"d29 39 xxx") // 4096 * 4096
    content[page : page + 4096] = b"\xff" * 4096
    Path(path).write_bytes(content)
    store = SqliteStore(path)
    with pytest.raises(StoreUnavailable, match=r"claims\.db is damaged: restore a copy of it"):
        store.list_claims("default", 100, 0, "d29")
    assert store.get_document("default", "d0") is not None
    store.close()
    assert Path(path).read_bytes() == content


def test_what_cannot_be_written_can_still_be_read(open_folder: Path) -> None:
    path = str(open_folder / "claims.db")
    store = SqliteStore(path)
    put(store, "a")
    store.close()
    Path(path).chmod(0o444)
    open_folder.chmod(0o555)
    program = f"""
import os, sys, numpy
from claimbase_server.store.base import StoreUnavailable
from claimbase_server.store.sqlite import SqliteStore
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({_NOBODY})
    os.setuid({_NOBODY})
store = SqliteStore(sys.argv[1])
print(store.get_claim("default", "a.0").claim.id, store.search_text("default", ["a"], 5))
print(store.search_vector("default", numpy.ones(64, "float32"), 5))
try:
    store.delete_document("default", "a")
except StoreUnavailable as error:
    print(error)
store.close()
"""
    result = run(program, path)
    assert result.stderr == ""
    assert result.stdout.splitlines()[:2] == ["a.0 [1]", "[1]"]
    assert "claims.db cannot be written: make the file, its folder and its disk writable" in result.stdout


def test_a_full_disk_fails_one_document_and_loses_none(path: str) -> None:
    program = """
import resource, sys, numpy
from claimbase_server.store.base import StoreUnavailable
from claimbase_server.store.sqlite import SqliteStore
from claimbase_server.types import Claim, Document
store = SqliteStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
stored = 0
try:
    for number in range(10_000):
        text = f"{number} " * 2_000
        claims = [Claim(f"d{number}.0", f"d{number}", text, text, 0, 1)]
        store.put_document("default", Document(f"d{number}", text), claims, numpy.ones((1, 64), "float32"))
        stored += 1
except StoreUnavailable as error:
    print(error)
held = store.stats("default")
print(stored, held.documents, held.claims, len(list(store.export_vectors("default"))))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.put_document("default", Document("after", "x"), [], numpy.empty((0, 64), "float32"))
print(store.stats("default").documents)
store.close()
"""
    result = run(program, path)
    assert result.stderr == ""
    message, counts, after = result.stdout.splitlines()
    assert "claims.db failed or is full" in message or "claims.db is full" in message
    stored, *held = (int(count) for count in counts.split())
    assert stored > 0
    assert held == [stored, stored, stored]
    assert int(after) == stored + 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 1.5 MB, where this machine lets a test mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "claimbase-test", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a file system is not allowed here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_without_room_and_one_that_is_read_only_keep_the_base_readable(small_disk: Path) -> None:
    path = str(small_disk / "claims.db")
    with closing(SqliteStore(path)) as store:
        put(store, "first")
        stored = 1
        with pytest.raises(StoreUnavailable, match=r"full.* nothing was stored"):
            while True:
                put(store, f"d{stored}", claims=10, length=5_000)
                stored += 1
        assert stored > 1
        assert store.stats("default").documents == stored
        assert store.get_claim("default", "first.0") is not None
        subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
        put(store, "last")

    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with closing(SqliteStore(path)) as store:
        assert store.stats("default").documents == stored + 1
        assert store.search_text("default", ["first"], 5) == [1]
        with pytest.raises(
            StoreUnavailable, match="cannot be written: make the file, its folder and its disk writable"
        ):
            put(store, "second")
