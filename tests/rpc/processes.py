"""A server in a process of its own, with small models whose faults a test can switch on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

PROGRAM = Path(__file__).with_name("server_program.py")
SECONDS = 240  # far more than anything here takes on an idle machine


def wait_until(true: Callable[[], object], what: str) -> None:
    """Look again and again until it is so."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class ServerProcess:
    """`claimbase serve` on a base in `folder`; its output goes to files there."""

    def __init__(self, models: Path, folder: Path, *flags: str, base: Path | None = None, **environment: str) -> None:
        self.folder = folder
        self.faults = folder / "faults"
        self.faults.mkdir(parents=True)
        self.base = base or folder / "claims.db"
        arguments = ["serve", "--listen", "127.0.0.1:0", "--metrics-port", "0", "--base", str(self.base), *flags]
        inherited = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM), str(models), str(self.faults), *arguments],
                stdout=out,
                stderr=err,
                env={**inherited, **environment},
            )

    @property
    def out(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return (self.folder / "err").read_text(encoding="utf-8")

    def await_start(self) -> str:
        """Its address, once it serves."""
        wait_until(lambda: self.out.startswith("listening on ") or self.process.poll() is not None, "the server")
        assert self.process.poll() is None, self.err
        return self.out.splitlines()[0].removeprefix("listening on ")

    def log(self) -> list[dict[str, Any]]:
        """The whole lines of its JSON log."""
        return [json.loads(line) for line in self.err.splitlines(keepends=True) if line.endswith("}\n")]

    def scrape(self) -> str:
        """What it answers at its metrics port."""
        (port,) = set(re.findall(r"metrics on http://127\.0\.0\.1:(\d+)/metrics", self.err))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=SECONDS) as answer:
            return str(answer.read().decode())

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.scrape())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """The scorer has this fault within the block."""
        (self.faults / name).touch()
        try:
            yield
        finally:
            (self.faults / name).unlink()

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.terminate()
        return self.process.wait(SECONDS)
