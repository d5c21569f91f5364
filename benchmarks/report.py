"""What every speed benchmark prints: the machine it ran on, a table, and the same as text under results/."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).resolve().parent / "results"


class Report:
    """Prints as it goes; `save` writes all that was printed."""

    def __init__(self, title: str, threads: int, packages: Iterable[str] = ()) -> None:
        self._console = Console(record=True, width=120, highlight=False)
        self.line(title)
        self.line(f"when: {datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC")
        self.line(f"processor: {processor()}, {os.cpu_count()} cores; threads: {threads}; load: {_load()}")
        self.line(f"python {platform.python_version()}, " + ", ".join(_versions(packages)))

    def line(self, text: str) -> None:
        """One line of text."""
        self._console.print(text, markup=False)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> None:
        """A table whose first column is text and whose other ones are figures."""
        table = Table(*columns, title=caption or None, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in rows:
            table.add_row(*map(_cell, row))
        self._console.print(table)

    def save(self, name: str, folder: Path = RESULTS) -> None:
        """Write all that was printed to `folder`/`name`.txt."""
        folder.mkdir(parents=True, exist_ok=True)
        text = self._console.export_text()
        (folder / f"{name}.txt").write_text("".join(f"{line.rstrip()}\n" for line in text.splitlines()))


def processor() -> str:
    """The processor's name as Linux gives it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def _load() -> str:
    """Load averages of 1 and 5 minutes before the run: above zero, somebody else was at work too."""
    return "{:.1f} {:.1f}".format(*os.getloadavg())


def _versions(packages: Iterable[str]) -> list[str]:
    found = []
    for package in ("torch", "transformers", "numpy", *packages):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return found
