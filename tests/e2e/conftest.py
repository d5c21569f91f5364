"""The command and a server as real processes, for every test of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "examples" / "corpus" / "documents.jsonl"
BIN = Path(sys.executable).parent
COMMAND = str(BIN / "claimbase")


def environment() -> dict[str, str]:
    """The test run's own, with the command first on the path and no base named."""
    kept = {name: value for name, value in os.environ.items() if name != "CLAIMBASE_BASE"}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def run_claimbase(*arguments: str | Path, folder: Path, base: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in `folder` to its end; without `base` it uses ./claimbase.db there."""
    named = {"CLAIMBASE_BASE": base} if base else {}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=folder,
        env={**environment(), **named},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="session")
def command_environment() -> dict[str, str]:
    return environment()


@pytest.fixture(scope="session")
def claimbase() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_claimbase


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """grpc://host:port of a server of its own that holds the example corpus."""
    database = tmp_path_factory.mktemp("server") / "claims.db"
    serve = [COMMAND, "serve", "--listen", "127.0.0.1:0", "--base", str(database)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment()) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), f"{line!r}, exit code {process.poll()}"
        base = f"grpc://{line.split()[-1]}"
        try:
            stored = run_claimbase("ingest", CORPUS, folder=CORPUS.parent, base=base)
            assert stored.returncode == 0, stored.stderr
            yield base
        finally:
            process.terminate()
    assert process.returncode == 0
