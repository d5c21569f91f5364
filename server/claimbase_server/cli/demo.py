"""claimbase demo: a server, the example corpus and a list of claims, from start to clean stop."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from claimbase_server.cli import check, ingest
from claimbase_server.cli.arguments import Commands, add_command, add_model
from claimbase_server.cli.base import REMOTE_PREFIX
from claimbase_server.cli.errors import CommandFailed
from claimbase_server.cli.output import note, working

LISTENING = "listening on "
START_SECONDS = 120.0
STOP_SECONDS = 30.0


def add_parser(commands: Commands) -> None:
    what = "Start a server, give it the example corpus, check the example claims, stop it."
    add_model(add_command(commands, "demo", what, run))


def run(arguments: argparse.Namespace) -> None:
    examples = examples_folder()
    corpus, claims = examples / "corpus" / "documents.jsonl", examples / "claims.jsonl"
    with tempfile.TemporaryDirectory(prefix="claimbase-demo-") as folder:
        with server_process(Path(folder) / "demo.db", arguments.model) as address:
            note(f"the server listens on {address}")
            access = dict.fromkeys(("tls_ca", "tls_cert", "tls_key", "token_file"))
            remote = {"base": REMOTE_PREFIX + address, "model": None, **access}
            ingest.run(argparse.Namespace(paths=[str(corpus)], json=False, **remote))
            check.run(argparse.Namespace(claims=[], input=str(claims), json=arguments.json, **remote))
        note("the server has stopped cleanly")


def examples_folder() -> Path:
    """The examples: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples", package.parents[1] / "examples"):
        if (folder / "claims.jsonl").is_file():
            return folder
    raise CommandFailed(f"the example corpus is missing beside {package}: install claimbase again")


@contextmanager
def server_process(database: Path, model: str | None) -> Iterator[str]:
    """A server of its own on loopback; gives its address, and sees that it drains and exits with 0 on SIGTERM."""
    command = [sys.executable, "-m", "claimbase_server.cli", "serve", "--listen", "127.0.0.1:0"]
    options = ["--base", str(database), *(["--model", model] if model else [])]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        yield read_address(process)
        process.terminate()
        code = process.wait(STOP_SECONDS)
        if code != 0:
            raise CommandFailed(f"the server ended with exit code {code} after SIGTERM")
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"the server did not stop within {STOP_SECONDS:.0f} seconds of SIGTERM") from None
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def read_address(process: subprocess.Popen[str]) -> str:
    """HOST:PORT from the server's first lines; its own errors went to stderr."""
    assert process.stdout is not None
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        with working("starting the server and loading its model"):
            for line in process.stdout:
                if LISTENING in line:
                    return line.split(LISTENING, 1)[1].split()[0]
    finally:
        watchdog.cancel()
    raise CommandFailed(f"the server did not start (exit code {process.wait()}); its own message is above")
