"""Between protobuf and the domain: the only place that knows both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timezone

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import resources_pb2
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase_models.protocols import ModelInfo
from claimbase_models.protocols import Thresholds as ModelThresholds
from claimbase_server.rpc import limits, names
from claimbase_server.rpc.errors import invalid
from claimbase_server.rpc.validation import check_line, check_new_id, check_text
from claimbase_server.store.base import CollectionStats, PutOutcome
from claimbase_server.types import (
    Candidate,
    CheckResult,
    Claim,
    Conflict,
    ConflictKind,
    Document,
    Evidence,
    Pair,
    Probabilities,
    Quantity,
    Source,
    TimeInterval,
    VerdictChange,
    WatchedClaim,
)

_DERIVED_ID_LENGTH = 16


def read_document(field: str, request: base_pb2.CreateDocumentRequest) -> Document:
    """The document of a create request at path `field`, with an id. Raises INVALID_ARGUMENT."""
    if not request.HasField("document"):
        raise invalid(f"{field}document", "is missing")
    document, path = request.document, f"{field}document."
    text = check_text(f"{path}text", document.text, limits.MAX_DOCUMENT_LENGTH)
    url = check_line(f"{path}url", document.url, limits.MAX_METADATA_LENGTH)
    return Document(
        id=check_new_id(f"{field}document_id", request.document_id) or _derive_id(url, text),
        text=text,
        title=check_line(f"{path}title", document.title, limits.MAX_METADATA_LENGTH),
        publisher=check_line(f"{path}publisher", document.publisher, limits.MAX_METADATA_LENGTH),
        url=url,
        author=check_line(f"{path}author", document.author, limits.MAX_METADATA_LENGTH),
        publish_time=read_optional_time(f"{path}publish_time", document),
        language=check_line(f"{path}language", document.language, limits.MAX_LANGUAGE_LENGTH),
    )


def read_optional_time(field: str, message: resources_pb2.Document | check_pb2.ExtractClaimsRequest) -> datetime | None:
    """The message's publish_time as an aware UTC datetime; raises INVALID_ARGUMENT outside of the years 1 to 9999."""
    if not message.HasField("publish_time"):
        return None
    try:
        return message.publish_time.ToDatetime(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise invalid(field, "is no time between the years 1 and 9999") from None


def read_kind(field: str, kind: int) -> ConflictKind | None:
    """A kind of conflict, None for the unspecified one; raises INVALID_ARGUMENT."""
    if kind == resources_pb2.CONFLICT_KIND_UNSPECIFIED:
        return None
    if kind not in resources_pb2.ConflictKind.values():
        raise invalid(field, f"{kind} is no kind of conflict")
    return ConflictKind[resources_pb2.ConflictKind.Name(kind).removeprefix("CONFLICT_KIND_")]


def read_pairs(request: check_pb2.ScorePairsRequest) -> list[Pair]:
    """The pairs to score; raises INVALID_ARGUMENT."""
    return [
        Pair(
            check_text(f"pairs[{index}].premise", pair.premise, limits.MAX_PREMISE_LENGTH),
            check_text(f"pairs[{index}].hypothesis", pair.hypothesis, limits.MAX_CLAIM_LENGTH),
        )
        for index, pair in enumerate(request.pairs)
    ]


def to_collection(collection: str, stats: CollectionStats) -> resources_pb2.Collection:
    """A collection with its sizes."""
    return resources_pb2.Collection(
        name=names.collection_name(collection),
        document_count=stats.documents,
        claim_count=stats.claims,
        conflict_count=stats.conflicts,
        revision=stats.revision,
    )


def to_document(collection: str, document: Document, with_text: bool) -> resources_pb2.Document:
    """A stored document."""
    return resources_pb2.Document(
        name=names.document_name(collection, document.id),
        text=document.text if with_text else "",
        title=document.title,
        publisher=document.publisher,
        url=document.url,
        author=document.author,
        publish_time=_to_timestamp(document.publish_time),
        language=document.language,
        create_time=_to_timestamp(document.create_time),
        update_time=_to_timestamp(document.update_time),
        etag=document.etag,
    )


def to_created(
    collection: str, outcome: PutOutcome, document: Document, claims: int
) -> base_pb2.CreateDocumentResponse:
    """What storing a document changed."""
    return base_pb2.CreateDocumentResponse(
        document=to_document(collection, document, with_text=False),
        outcome=f"DOCUMENT_OUTCOME_{outcome.name}",
        claim_count=claims,
    )


def to_claim(claim: Claim) -> resources_pb2.Claim:
    """A claim that is not stored: it has no name and no source."""
    return resources_pb2.Claim(
        text=claim.text,
        quote=claim.quote,
        start_offset=claim.start,
        end_offset=claim.end,
        context=claim.context,
        attribution=claim.attribution,
        stance=f"STANCE_{claim.stance.name}",
        proposition=claim.proposition,
        quantities=[_to_quantity(quantity) for quantity in claim.quantities],
        time=_to_interval(claim.time),
    )


def to_stored_claim(collection: str, claim: Claim, source: Source) -> resources_pb2.Claim:
    """A stored claim with its name and source."""
    message = to_claim(claim)
    message.name = names.claim_name(collection, claim.id)
    message.source.CopyFrom(
        resources_pb2.Source(
            document=names.document_name(collection, source.document_id),
            title=source.title,
            publisher=source.publisher,
            url=source.url,
            publish_time=_to_timestamp(source.publish_time),
        )
    )
    return message


def to_candidate(collection: str, candidate: Candidate) -> resources_pb2.Claim:
    """The stored claim of a candidate."""
    return to_stored_claim(collection, candidate.claim, candidate.source)


def to_conflict(collection: str, conflict: Conflict) -> resources_pb2.Conflict:
    """A conflict with both claims."""
    return resources_pb2.Conflict(
        name=names.conflict_name(collection, conflict.id),
        kind=f"CONFLICT_KIND_{conflict.kind.name}",
        confidence=conflict.confidence,
        claim_a=to_candidate(collection, conflict.a),
        claim_b=to_candidate(collection, conflict.b),
        reason=conflict.reason,
    )


def to_result(collection: str, result: CheckResult, thresholds: ModelThresholds) -> check_pb2.CheckResult:
    """A verdict with all that it takes to reproduce it."""
    return check_pb2.CheckResult(
        claim=result.claim,
        verdict=f"VERDICT_{result.verdict.name}",
        confidence=result.confidence,
        disputed=result.disputed,
        evidence=[_to_evidence(collection, evidence) for evidence in result.evidence],
        supporting_source_count=result.supporting_sources,
        contradicting_source_count=result.contradicting_sources,
        summary=result.summary,
        model_revision=result.model_revision,
        base_revision=result.base_revision,
        thresholds=to_thresholds(thresholds),
        timings=check_pb2.Timings(
            retrieve=_to_duration(result.timings.retrieve),
            queue=_to_duration(result.timings.queue),
            infer=_to_duration(result.timings.infer),
            judge=_to_duration(result.timings.judge),
            total=_to_duration(result.timings.total),
        ),
    )


def to_watched_claim(collection: str, claim: WatchedClaim) -> check_pb2.WatchedClaim:
    """A watched claim with its verdict."""
    return check_pb2.WatchedClaim(
        name=names.watched_claim_name(collection, claim.id),
        claim=claim.text,
        verdict=f"VERDICT_{claim.verdict.name}",
        confidence=claim.confidence,
        disputed=claim.disputed,
        base_revision=claim.base_revision,
        create_time=_to_timestamp(claim.create_time),
        check_time=_to_timestamp(claim.check_time),
    )


def to_verdict_change(collection: str, change: VerdictChange) -> check_pb2.VerdictChange:
    """A change of verdict of a watched claim."""
    return check_pb2.VerdictChange(
        watched_claim=names.watched_claim_name(collection, change.claim_id),
        claim=change.text,
        old_verdict=f"VERDICT_{change.old_verdict.name}",
        old_disputed=change.old_disputed,
        new_verdict=f"VERDICT_{change.new_verdict.name}",
        new_disputed=change.new_disputed,
        confidence=change.confidence,
        base_revision=change.base_revision,
        change_time=_to_timestamp(change.time),
    )


def to_scores(
    probabilities: Sequence[Probabilities], model_revision: str, queue_seconds: float, infer_seconds: float
) -> check_pb2.ScorePairsResponse:
    """The model's answer on pairs."""
    return check_pb2.ScorePairsResponse(
        probabilities=[_to_probabilities(found) for found in probabilities],
        model_revision=model_revision,
        timings=check_pb2.Timings(queue=_to_duration(queue_seconds), infer=_to_duration(infer_seconds)),
    )


def to_model(info: ModelInfo) -> check_pb2.Model:
    """A model that runs."""
    return check_pb2.Model(
        name=info.name,
        revision=info.revision,
        sha256=info.sha256,
        labels=info.labels,
        max_length=info.max_length,
        temperature=info.temperature,
    )


def to_thresholds(thresholds: ModelThresholds) -> check_pb2.Thresholds:
    """Where probabilities start to count."""
    return check_pb2.Thresholds(entailment=thresholds.entailment, contradiction=thresholds.contradiction)


def to_limits() -> check_pb2.Limits:
    """What requests may hold."""
    return check_pb2.Limits(
        max_document_length=limits.MAX_DOCUMENT_LENGTH,
        max_claim_length=limits.MAX_CLAIM_LENGTH,
        max_premise_length=limits.MAX_PREMISE_LENGTH,
        max_metadata_length=limits.MAX_METADATA_LENGTH,
        max_id_length=limits.MAX_ID_LENGTH,
        max_batch_documents=limits.MAX_BATCH_DOCUMENTS,
        max_batch_claims=limits.MAX_BATCH_CLAIMS,
        max_pairs=limits.MAX_PAIRS,
        max_search_results=limits.MAX_SEARCH_RESULTS,
        max_stream_in_flight=limits.MAX_STREAM_IN_FLIGHT,
        max_message_bytes=limits.MAX_MESSAGE_BYTES,
    )


def _derive_id(url: str, text: str) -> str:
    """The url where it is short enough for an id, else a hash of it or, without one, of the text."""
    if url.strip() and len(url) <= limits.MAX_ID_LENGTH:
        return url
    return hashlib.sha256((url or text).encode()).hexdigest()[:_DERIVED_ID_LENGTH]


def _to_evidence(collection: str, evidence: Evidence) -> check_pb2.Evidence:
    return check_pb2.Evidence(
        claim=to_stored_claim(collection, evidence.claim, evidence.source),
        relation=f"RELATION_{evidence.relation.name}",
        probabilities=_to_probabilities(evidence.probabilities),
        strength=evidence.strength,
        reasons=[
            check_pb2.Reason(type=f"REASON_TYPE_{reason.type.name}", text=reason.text) for reason in evidence.reasons
        ],
    )


def _to_probabilities(probabilities: Probabilities) -> check_pb2.Probabilities:
    return check_pb2.Probabilities(
        entailment=probabilities.entailment,
        neutral=probabilities.neutral,
        contradiction=probabilities.contradiction,
    )


def _to_quantity(quantity: Quantity) -> resources_pb2.Quantity:
    return resources_pb2.Quantity(
        low=quantity.low,
        high=quantity.high,
        unit=quantity.unit,
        counted=quantity.counted,
        scope=quantity.scope,
        text=quantity.text,
    )


def _to_interval(time: TimeInterval | None) -> resources_pb2.TimeInterval | None:
    if time is None:
        return None
    return resources_pb2.TimeInterval(start=_to_timestamp(time.start), end=_to_timestamp(time.end), text=time.text)


def _to_timestamp(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


def _to_duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration
