"""A server process of its own for a benchmark, and what the benchmarks send it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from claimbase.v1 import claim_base_service_pb2, verification_service_pb2
from claimbase_client import ClaimBase, new_document

REPOSITORY = Path(__file__).resolve().parent.parent
PARENT = "collections/default"


class Server:
    """`claimbase serve` over an SQLite file on a free port; a context manager that stops it at the end."""

    def __init__(self, base: Path, model: str | None = None) -> None:
        """Returns once calls are served; raises RuntimeError where the server ends instead."""
        command = [sys.executable, "-m", "claimbase_server.cli", "serve", "--listen", "127.0.0.1:0"]
        command += ["--base", str(base), *(["--model", model] if model else [])]
        self.log = base.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the server did not start, see {self.log}")
        self.address = line.split()[-1]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1000

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self._wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def ingest_examples(address: str) -> None:
    """Store the example corpus."""
    with ClaimBase(address, timeout=600) as base:
        for path in sorted((REPOSITORY / "examples" / "corpus").glob("*.txt")):
            base.create_document(path.read_text(encoding="utf-8"), document_id=path.stem, publisher=path.stem)


def document_text(number: int, sentences: int = 6) -> str:
    """A report that no other number gives."""
    return " ".join(
        f"Police said {number * 10 + n} people were hurt when bridge {n} at Vell was closed on day {number}."
        for n in range(sentences)
    )


def document_request(number: int, document_id: str) -> claim_base_service_pb2.CreateDocumentRequest:
    """A request to store that report."""
    request = new_document(document_text(number), document_id=document_id)
    request.parent = PARENT
    return request


def new_claim(number: int) -> verification_service_pb2.CheckClaimRequest:
    """A request to check a claim that no other number gives, so that no cache answers it."""
    return verification_service_pb2.CheckClaimRequest(
        parent=PARENT, claim=f"{number} people were killed in the unrest, officials said on Monday."
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all stays at or below; NaN of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def print_row(cells: Sequence[object], width: int = 14) -> None:
    """One row of a table whose columns are `width` wide."""
    texts = (f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells)
    print("".join(text.rjust(width) for text in texts), flush=True)
