"""One face for a claim base in this process and for one behind a running service."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from claimbase_server.cli.errors import BadInput
from claimbase_server.types import CheckResult, Claim, Conflict, Document, Pair, Probabilities

COLLECTION = "default"
REMOTE_PREFIX = "grpc://"
SECURE_PREFIX = "grpcs://"
REMOTE_PREFIXES = (REMOTE_PREFIX, SECURE_PREFIX)
LOCAL_PREFIXES = ("sqlite:///", "postgresql://", "postgres://")


@dataclass(frozen=True)
class Stored:
    """What storing one document changed."""

    outcome: str  # 'created', 'unchanged' or 'replaced'
    document_id: str
    claims: int  # the document's claims


class Base(Protocol):
    """A claim base as the commands see it; a context manager that releases it at the end."""

    def put(self, document: Document) -> Stored:
        """Store one document, whole or not at all."""

    def check(self, claims: Sequence[str]) -> Iterator[CheckResult]:
        """The verdict on each claim, in order, as they are ready."""

    def check_text(self, text: str) -> Iterator[tuple[Claim, CheckResult]]:
        """The verdict on each claim of a text, in reading order."""

    def extract(self, text: str) -> list[Claim]:
        """A text's claims in reading order; stores nothing."""

    def score(self, pairs: Sequence[Pair]) -> Iterator[Probabilities]:
        """Calibrated probabilities of each pair, in order."""

    def conflicts(self) -> Iterator[Conflict]:
        """Every conflict of the base."""

    def conflict_count(self) -> int:
        """How many conflicts the base holds."""

    def __enter__(self) -> Base: ...

    def __exit__(self, *exc: object) -> None: ...


def base_url(argument: str | None) -> str:
    """The base that was named: the argument, else CLAIMBASE_BASE, else ./claimbase.db."""
    return argument or os.environ.get("CLAIMBASE_BASE") or "./claimbase.db"


def open_base(arguments: argparse.Namespace, model: str | None = None, must_exist: bool = False) -> Base:
    """Open the base that --base names; `model` names a scorer other than the bundled one.

    With `must_exist` a database file that is not there is refused rather than made: a check
    against a mistyped name would answer UNVERIFIED to everything.
    """
    url = base_url(arguments.base)
    if url.startswith(REMOTE_PREFIXES):
        if model:
            raise BadInput(f"--model does not apply to {url}: the running service has its own; start it with --model")
        if url.startswith(REMOTE_PREFIX) and (arguments.tls_ca or arguments.tls_cert or arguments.tls_key):
            raise BadInput(f"--tls-ca, --tls-cert, --tls-key: {url} is without TLS: write {SECURE_PREFIX}host:port")
        from claimbase_server.cli.remote import RemoteBase, read_access

        return RemoteBase(url, read_access(arguments))
    if "://" in url and not url.startswith(LOCAL_PREFIXES):
        raise BadInput(
            f"{url}: no claim base: name a file, sqlite:///path, postgresql://..., grpc://host:port or grpcs://host:port"
        )
    from claimbase_server.cli.local import LocalBase

    return LocalBase(url, model, must_exist)
