"""A claim base behind a running service, through the thin client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from claimbase_client import (
    ClaimBase,
    ClaimbaseError,
    DocumentOutcome,
    FailedPrecondition,
    InvalidArgument,
    ItemError,
    NotFound,
)
from claimbase_server.cli.answers import (
    change_of,
    claim_of,
    conflict_of,
    document_id,
    probabilities_of,
    result_of,
    watched_of,
)
from claimbase_server.cli.base import COLLECTION, Base, Stored
from claimbase_server.cli.errors import BadInput, CommandFailed
from claimbase_server.types import (
    CheckResult,
    Claim,
    Conflict,
    Document,
    Pair,
    Probabilities,
    VerdictChange,
    WatchedClaim,
)

# Calls of limited size keep each within its deadline, however much there is to do.
PAIRS_A_CALL = 64
CLAIMS_A_CALL = 64
CALL_SECONDS = 300.0  # a long document on a busy machine takes its time
INVALID_ARGUMENT = 3  # of google.rpc.Code


class RemoteBase(Base):
    """Answers of the service at 'host:port'; what the service refuses is a BadInput."""

    def __init__(self, target: str) -> None:
        try:
            complete = urlsplit(f"//{target}").port is not None
        except ValueError:
            complete = False
        if not complete:
            raise BadInput(f"grpc://{target}: names no host and port: write it like grpc://127.0.0.1:50051")
        self._target = target
        self._client = ClaimBase(target, collection=COLLECTION, timeout=CALL_SECONDS)

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

    def watch(self, claim: str) -> WatchedClaim:
        with self._calling():
            return watched_of(self._client.create_watched_claim(claim))

    def watched_claims(self) -> Iterator[WatchedClaim]:
        with self._calling():
            yield from map(watched_of, self._client.list_watched_claims(page_size=1000))

    def unwatch(self, claim_id: str) -> bool:
        with self._calling():
            try:
                self._client.delete_watched_claim(claim_id)
            except NotFound:
                return False
            return True

    def verdict_changes(self) -> Iterator[VerdictChange]:
        with self._calling():
            for answer in self._client.watch_verdicts():
                yield change_of(answer.change)

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Turn the client's errors into the command line's."""
        try:
            yield
        except (InvalidArgument, NotFound, FailedPrecondition) as error:
            raise BadInput(error.message) from None
        except ClaimbaseError as error:
            raise CommandFailed(f"grpc://{self._target}: {error.code.name}: {error.message}") from None


def _item_error(claim: str, error: ItemError) -> BadInput | CommandFailed:
    """What became of one claim of a stream."""
    message = f"{claim[:60]!r}: {error.message}"
    return BadInput(message) if error.code == INVALID_ARGUMENT else CommandFailed(message)
