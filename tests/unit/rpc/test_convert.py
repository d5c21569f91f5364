"""The contract has everything that the domain has."""

from dataclasses import fields
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest

from claimbase.v1 import claim_base_service_pb2, resources_pb2, verification_service_pb2
from claimbase_models.protocols import Thresholds
from claimbase_server.rpc import convert, limits
from claimbase_server.rpc.errors import RpcFailure
from claimbase_server.store.base import PutOutcome
from claimbase_server.types import (
    Candidate,
    CheckResult,
    Claim,
    Conflict,
    ConflictKind,
    Document,
    Evidence,
    Probabilities,
    Quantity,
    Reason,
    ReasonType,
    Relation,
    Source,
    Stance,
    TimeInterval,
    Timings,
    Verdict,
)

START = datetime(2024, 3, 1, tzinfo=timezone.utc)
CLAIM = Claim(
    id="a/b.12.0",
    document_id="a/b.12",
    text="At least 20 were hurt, the mayor said.",
    quote="At least 20 were  hurt, the mayor said.",
    start=7,
    end=46,
    context="A tram derailed.",
    attribution="the mayor",
    stance=Stance.REPORTED,
    proposition="At least 20 were hurt",
    quantities=(Quantity(20.0, None, "", "injury", "tram", "At least 20"),),
    time=TimeInterval(START, START + timedelta(days=1), "on Friday"),
)
SOURCE = Source("a/b.12", "Tram derails", "City Gazette", "https://example.org/tram", START)


@pytest.mark.parametrize(
    ("domain", "wrapper", "prefix"),
    [
        (Stance, resources_pb2.Stance, "STANCE_"),
        (ConflictKind, resources_pb2.ConflictKind, "CONFLICT_KIND_"),
        (Relation, verification_service_pb2.Relation, "RELATION_"),
        (Verdict, verification_service_pb2.Verdict, "VERDICT_"),
        (ReasonType, verification_service_pb2.ReasonType, "REASON_TYPE_"),
        (PutOutcome, claim_base_service_pb2.DocumentOutcome, "DOCUMENT_OUTCOME_"),
    ],
)
def test_enums_have_the_same_members(domain: type[Enum], wrapper: Any, prefix: str) -> None:
    assert [f"{prefix}{member.name}" for member in domain] == wrapper.keys()[1:]
    assert wrapper.Name(0) == f"{prefix}UNSPECIFIED"


def test_stored_claim_keeps_every_part() -> None:
    message = convert.to_stored_claim("news", CLAIM, SOURCE)
    assert message.name == "collections/news/documents/a%2Fb.12/claims/0"
    assert message.source.document == "collections/news/documents/a%2Fb.12"
    assert (message.start_offset, message.end_offset, message.quote) == (7, 46, CLAIM.quote)
    assert (message.attribution, message.stance) == ("the mayor", resources_pb2.STANCE_REPORTED)
    quantity = message.quantities[0]
    assert (quantity.low, quantity.HasField("high")) == (20.0, False)
    assert message.time.end.ToDatetime(tzinfo=timezone.utc) == START + timedelta(days=1)
    assert not [field.name for field in message.DESCRIPTOR.fields if not getattr(message, field.name)]


def test_result_keeps_every_part() -> None:
    evidence = Evidence(
        CLAIM,
        SOURCE,
        Relation.CONTRADICTS,
        Probabilities(0.1, 0.2, 0.7),
        0.6,
        (Reason(ReasonType.QUANTITY, "20 or more against 12"),),
    )
    result = CheckResult(
        "Twelve were hurt.",
        Verdict.CONTRADICTED,
        0.8,
        True,
        (evidence,),
        1,
        2,
        "20 or more were hurt.",
        "0123456789ab",
        7,
        Timings(0.1, 0.2, 0.3, 0.4, 1.0),
    )
    message = convert.to_result("news", result, Thresholds(0.5, 0.6))
    assert not [field.name for field in message.DESCRIPTOR.fields if not getattr(message, field.name)]
    assert message.verdict == verification_service_pb2.VERDICT_CONTRADICTED
    assert message.evidence[0].probabilities.contradiction == pytest.approx(0.7)
    assert message.evidence[0].reasons[0].type == verification_service_pb2.REASON_TYPE_QUANTITY
    assert message.timings.total.ToTimedelta() == timedelta(seconds=1)
    assert len(fields(CheckResult)) + 1 == len(message.DESCRIPTOR.fields)  # and the thresholds


def test_conflict_keeps_both_claims() -> None:
    conflict = Conflict(
        "9", ConflictKind.TIME, 0.9, Candidate(CLAIM, SOURCE, 0.0), Candidate(CLAIM, SOURCE, 0.0), "why"
    )
    message = convert.to_conflict("news", conflict)
    assert message.name == "collections/news/conflicts/9"
    assert message.kind == resources_pb2.CONFLICT_KIND_TIME
    assert message.claim_a.source.publisher == message.claim_b.source.publisher == "City Gazette"


def test_document_goes_there_and_back() -> None:
    document = Document("a/b", "Text.", "Title", "Publisher", "https://example.org", "Author", START, "en")
    request = claim_base_service_pb2.CreateDocumentRequest(
        document_id=document.id, document=convert.to_document("news", document, with_text=True)
    )
    assert convert.read_document("", request) == document


@pytest.mark.parametrize("seconds", [-(10**12), 10**12])
def test_time_out_of_range_names_the_field(seconds: int) -> None:
    request = claim_base_service_pb2.CreateDocumentRequest(document={"text": "Text."})
    request.document.publish_time.seconds = seconds
    with pytest.raises(RpcFailure) as caught:
        convert.read_document("requests[3].", request)
    assert caught.value.failure.violations[0].field == "requests[3].document.publish_time"


def test_missing_id_is_derived_from_the_url_or_else_from_the_text() -> None:
    def derived(**fields: str) -> str:
        request = claim_base_service_pb2.CreateDocumentRequest(document=fields)
        return convert.read_document("", request).id

    assert derived(text="Text.", url="https://example.org/1") == "https://example.org/1"
    long_url = f"https://example.org/{'a' * limits.MAX_ID_LENGTH}"
    assert derived(text="Text.", url=long_url) == derived(text="Other.", url=long_url)
    assert derived(text="Text.", title="One") == derived(text="Text.", title="Two") != derived(text="Other.")
