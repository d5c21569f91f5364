"""A claim base behind a running service, through the thin client."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from claimbase_client import (
    ClaimBase,
    ClaimbaseError,
    DocumentOutcome,
    FailedPrecondition,
    InvalidArgument,
    ItemError,
    NotFound,
    tls_credentials,
)
from claimbase_server.cli.answers import claim_of, conflict_of, document_id, probabilities_of, result_of
from claimbase_server.cli.base import COLLECTION, SECURE_PREFIX, Base, Stored
from claimbase_server.cli.errors import BadInput, CommandFailed
from claimbase_server.types import CheckResult, Claim, Conflict, Document, Pair, Probabilities

# Calls of limited size keep each within its deadline, however much there is to do.
PAIRS_A_CALL = 64
CLAIMS_A_CALL = 64
CALL_SECONDS = 300.0  # a long document on a busy machine takes its time
INVALID_ARGUMENT = 3  # of google.rpc.Code


@dataclass(frozen=True)
class Access:
    """Who this caller is and whom it trusts: files of grpcs:// addresses, and a token."""

    tls_ca: str | None
    tls_cert: str | None
    tls_key: str | None
    token: str


def read_access(arguments: argparse.Namespace) -> Access:
    """What add_access() offers, else what the environment names."""
    token = os.environ.get("CLAIMBASE_TOKEN", "")
    if arguments.token_file is not None:
        try:
            token = Path(arguments.token_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            cause = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise BadInput(f"{arguments.token_file}: cannot be read ({cause})") from None
        if not token:
            raise BadInput(f"{arguments.token_file}: holds no token")
    return Access(
        tls_ca=arguments.tls_ca or os.environ.get("CLAIMBASE_TLS_CA") or None,
        tls_cert=arguments.tls_cert or os.environ.get("CLAIMBASE_TLS_CERT") or None,
        tls_key=arguments.tls_key or os.environ.get("CLAIMBASE_TLS_KEY") or None,
        token=token,
    )


class RemoteBase(Base):
    """Answers of the service at grpc:// or grpcs://host:port; what the service refuses is a BadInput."""

    def __init__(self, url: str, access: Access) -> None:
        scheme, _, target = url.partition("://")
        try:
            complete = urlsplit(f"//{target}").port is not None
        except ValueError:
            complete = False
        if not complete:
            raise BadInput(f"{url}: names no host and port: write it like {scheme}://127.0.0.1:50051")
        self._url = url
        try:
            credentials = (
                tls_credentials(access.tls_ca, access.tls_cert, access.tls_key)
                if url.startswith(SECURE_PREFIX)
                else None
            )
            self._client = ClaimBase(
                target, collection=COLLECTION, timeout=CALL_SECONDS, credentials=credentials, token=access.token
            )
        except ValueError as error:
            raise BadInput(str(error)) from None

    def __enter__(self) -> RemoteBase:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def put(self, document: Document) -> Stored:
        with self._calling():
            answer = self._client.create_document(
                document.text,
                document_id=document.id,
                title=document.title,
                publisher=document.publisher,
                url=document.url,
                author=document.author,
                publish_time=document.publish_time,
                language=document.language,
            )
        outcome = DocumentOutcome.Name(answer.outcome).removeprefix("DOCUMENT_OUTCOME_").lower()
        return Stored(outcome, document_id(answer.document.name), answer.claim_count)

    def check(self, claims: Sequence[str]) -> Iterator[CheckResult]:
        for start in range(0, len(claims), CLAIMS_A_CALL):
            batch = [(str(start + n), claim) for n, claim in enumerate(claims[start : start + CLAIMS_A_CALL])]
            with self._calling():
                for answer in self._client.stream_check_claims(batch):
                    if answer.HasField("error"):
                        raise _item_error(claims[int(answer.id)], answer.error)
                    yield result_of(answer.result)

    def check_text(self, text: str) -> Iterator[tuple[Claim, CheckResult]]:
        with self._calling():
            for answer in self._client.check_text(text):
                yield claim_of(answer.claim), result_of(answer.result)

    def extract(self, text: str) -> list[Claim]:
        with self._calling():
            return [claim_of(claim) for claim in self._client.extract_claims(text)]

    def score(self, pairs: Sequence[Pair]) -> Iterator[Probabilities]:
        for start in range(0, len(pairs), PAIRS_A_CALL):
            batch = [(pair.premise, pair.hypothesis) for pair in pairs[start : start + PAIRS_A_CALL]]
            with self._calling():
                answer = self._client.score_pairs(batch)
            yield from map(probabilities_of, answer.probabilities)

    def conflicts(self) -> Iterator[Conflict]:
        with self._calling():
            for conflict in self._client.list_conflicts(page_size=1000):
                yield conflict_of(conflict)

    def conflict_count(self) -> int:
        with self._calling():
            name = f"collections/{COLLECTION}"
            return next((c.conflict_count for c in self._client.list_collections() if c.name == name), 0)

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Turn the client's errors into the command line's."""
        try:
            yield
        except (InvalidArgument, NotFound, FailedPrecondition) as error:
            raise BadInput(error.message) from None
        except ClaimbaseError as error:
            raise CommandFailed(f"{self._url}: {error.code.name}: {error.message}") from None


def _item_error(claim: str, error: ItemError) -> BadInput | CommandFailed:
    """What became of one claim of a stream."""
    message = f"{claim[:60]!r}: {error.message}"
    return BadInput(message) if error.code == INVALID_ARGUMENT else CommandFailed(message)
