"""Messages that a service answered, as the domain's own values."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import unquote

from claimbase.v1 import resources_pb2 as resources
from claimbase.v1 import verification_service_pb2 as verification
from claimbase_server.types import (
    Candidate,
    CheckResult,
    Claim,
    Conflict,
    ConflictKind,
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
    VerdictChange,
    WatchedClaim,
)

Value = TypeVar("Value", bound=Enum)


def document_id(name: str) -> str:
    """'a b' of 'collections/c/documents/a%20b' and of anything below it; '' of ''."""
    return unquote(name.split("/")[3]) if name else ""


def claim_of(message: resources.Claim) -> Claim:
    name = message.name.split("/")
    document = document_id(message.name)
    return Claim(
        id=f"{document}.{name[5]}" if message.name else "",
        document_id=document,
        text=message.text,
        quote=message.quote,
        start=message.start_offset,
        end=message.end_offset,
        context=message.context,
        attribution=message.attribution,
        stance=_value(Stance, resources.Stance, message.stance, "STANCE_"),
        proposition=message.proposition,
        quantities=tuple(_quantity_of(quantity) for quantity in message.quantities),
        time=_interval_of(message.time) if message.HasField("time") else None,
    )


def result_of(message: verification.CheckResult) -> CheckResult:
    spent = message.timings
    return CheckResult(
        claim=message.claim,
        verdict=_verdict_of(message.verdict),
        confidence=message.confidence,
        disputed=message.disputed,
        evidence=tuple(_evidence_of(evidence) for evidence in message.evidence),
        supporting_sources=message.supporting_source_count,
        contradicting_sources=message.contradicting_source_count,
        summary=message.summary,
        model_revision=message.model_revision,
        base_revision=message.base_revision,
        timings=Timings(
            *(
                part.ToNanoseconds() / 1e9
                for part in (spent.retrieve, spent.queue, spent.infer, spent.judge, spent.total)
            )
        ),
    )


def conflict_of(message: resources.Conflict) -> Conflict:
    return Conflict(
        id=message.name.rsplit("/", 1)[-1],
        kind=_value(ConflictKind, resources.ConflictKind, message.kind, "CONFLICT_KIND_"),
        confidence=message.confidence,
        a=_candidate_of(message.claim_a),
        b=_candidate_of(message.claim_b),
        reason=message.reason,
    )


def probabilities_of(message: verification.Probabilities) -> Probabilities:
    return Probabilities(message.entailment, message.neutral, message.contradiction)


def watched_of(message: verification.WatchedClaim) -> WatchedClaim:
    return WatchedClaim(
        id=_watched_id(message.name),
        text=message.claim,
        verdict=_verdict_of(message.verdict),
        confidence=message.confidence,
        disputed=message.disputed,
        base_revision=message.base_revision,
        create_time=_time_of(message.create_time),
        check_time=_time_of(message.check_time),
    )


def change_of(message: verification.VerdictChange) -> VerdictChange:
    return VerdictChange(
        claim_id=_watched_id(message.watched_claim),
        text=message.claim,
        old_verdict=_verdict_of(message.old_verdict),
        old_disputed=message.old_disputed,
        new_verdict=_verdict_of(message.new_verdict),
        new_disputed=message.new_disputed,
        confidence=message.confidence,
        base_revision=message.base_revision,
        time=_time_of(message.change_time),
    )


def _evidence_of(message: verification.Evidence) -> Evidence:
    return Evidence(
        claim=claim_of(message.claim),
        source=_source_of(message.claim.source),
        relation=_value(Relation, verification.Relation, message.relation, "RELATION_"),
        probabilities=probabilities_of(message.probabilities),
        strength=message.strength,
        reasons=tuple(_reason_of(reason) for reason in message.reasons),
    )


def _verdict_of(number: int) -> Verdict:
    return _value(Verdict, verification.Verdict, number, "VERDICT_")


def _watched_id(name: str) -> str:
    """'a b' of 'collections/c/watchedClaims/a%20b'."""
    return unquote(name.rpartition("/")[2])


def _reason_of(message: verification.Reason) -> Reason:
    return Reason(_value(ReasonType, verification.ReasonType, message.type, "REASON_TYPE_"), message.text)


def _candidate_of(message: resources.Claim) -> Candidate:
    return Candidate(claim_of(message), _source_of(message.source), score=0.0)


def _source_of(message: resources.Source) -> Source:
    published = _time_of(message.publish_time) if message.HasField("publish_time") else None
    return Source(document_id(message.document), message.title, message.publisher, message.url, published)


def _quantity_of(message: resources.Quantity) -> Quantity:
    return Quantity(
        low=message.low if message.HasField("low") else None,
        high=message.high if message.HasField("high") else None,
        unit=message.unit,
        counted=message.counted,
        scope=message.scope,
        text=message.text,
    )


def _interval_of(message: resources.TimeInterval) -> TimeInterval:
    return TimeInterval(_time_of(message.start), _time_of(message.end), message.text)


def _time_of(message: Any) -> datetime:
    time: datetime = message.ToDatetime(tzinfo=timezone.utc)
    return time


def _value(kind: type[Value], names: Any, number: int, prefix: str) -> Value:
    """The member that an enum number stands for: STANCE_DENIED is Stance.DENIED."""
    return kind[names.Name(number).removeprefix(prefix)]
