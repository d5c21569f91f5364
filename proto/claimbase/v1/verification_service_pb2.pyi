from claimbase.v1 import resources_pb2 as _resources_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Relation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATION_UNSPECIFIED: _ClassVar[Relation]
    RELATION_SUPPORTS: _ClassVar[Relation]
    RELATION_CONTRADICTS: _ClassVar[Relation]
    RELATION_NEUTRAL: _ClassVar[Relation]

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_SUPPORTED: _ClassVar[Verdict]
    VERDICT_CONTRADICTED: _ClassVar[Verdict]
    VERDICT_UNVERIFIED: _ClassVar[Verdict]

class ReasonType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REASON_TYPE_UNSPECIFIED: _ClassVar[ReasonType]
    REASON_TYPE_SAME_STATEMENT: _ClassVar[ReasonType]
    REASON_TYPE_NEGATION: _ClassVar[ReasonType]
    REASON_TYPE_QUANTITY: _ClassVar[ReasonType]
    REASON_TYPE_IDENTITY: _ClassVar[ReasonType]
    REASON_TYPE_TIME: _ClassVar[ReasonType]
    REASON_TYPE_PLACE: _ClassVar[ReasonType]
    REASON_TYPE_DENIAL: _ClassVar[ReasonType]
    REASON_TYPE_DEBUNK: _ClassVar[ReasonType]
    REASON_TYPE_OUTCOME: _ClassVar[ReasonType]
    REASON_TYPE_UPDATE: _ClassVar[ReasonType]
    REASON_TYPE_ALLEGATION: _ClassVar[ReasonType]
    REASON_TYPE_DIFFERENT_EVENT: _ClassVar[ReasonType]
RELATION_UNSPECIFIED: Relation
RELATION_SUPPORTS: Relation
RELATION_CONTRADICTS: Relation
RELATION_NEUTRAL: Relation
VERDICT_UNSPECIFIED: Verdict
VERDICT_SUPPORTED: Verdict
VERDICT_CONTRADICTED: Verdict
VERDICT_UNVERIFIED: Verdict
REASON_TYPE_UNSPECIFIED: ReasonType
REASON_TYPE_SAME_STATEMENT: ReasonType
REASON_TYPE_NEGATION: ReasonType
REASON_TYPE_QUANTITY: ReasonType
REASON_TYPE_IDENTITY: ReasonType
REASON_TYPE_TIME: ReasonType
REASON_TYPE_PLACE: ReasonType
REASON_TYPE_DENIAL: ReasonType
REASON_TYPE_DEBUNK: ReasonType
REASON_TYPE_OUTCOME: ReasonType
REASON_TYPE_UPDATE: ReasonType
REASON_TYPE_ALLEGATION: ReasonType
REASON_TYPE_DIFFERENT_EVENT: ReasonType

class Probabilities(_message.Message):
    __slots__ = ("entailment", "neutral", "contradiction")
    ENTAILMENT_FIELD_NUMBER: _ClassVar[int]
    NEUTRAL_FIELD_NUMBER: _ClassVar[int]
    CONTRADICTION_FIELD_NUMBER: _ClassVar[int]
    entailment: float
    neutral: float
    contradiction: float
    def __init__(self, entailment: _Optional[float] = ..., neutral: _Optional[float] = ..., contradiction: _Optional[float] = ...) -> None: ...

class Reason(_message.Message):
    __slots__ = ("type", "text")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    type: ReasonType
    text: str
    def __init__(self, type: _Optional[_Union[ReasonType, str]] = ..., text: _Optional[str] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("claim", "relation", "probabilities", "strength", "reasons")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    STRENGTH_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    claim: _resources_pb2.Claim
    relation: Relation
    probabilities: Probabilities
    strength: float
    reasons: _containers.RepeatedCompositeFieldContainer[Reason]
    def __init__(self, claim: _Optional[_Union[_resources_pb2.Claim, _Mapping]] = ..., relation: _Optional[_Union[Relation, str]] = ..., probabilities: _Optional[_Union[Probabilities, _Mapping]] = ..., strength: _Optional[float] = ..., reasons: _Optional[_Iterable[_Union[Reason, _Mapping]]] = ...) -> None: ...

class Timings(_message.Message):
    __slots__ = ("retrieve", "queue", "infer", "judge", "total")
    RETRIEVE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    INFER_FIELD_NUMBER: _ClassVar[int]
    JUDGE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    retrieve: _duration_pb2.Duration
    queue: _duration_pb2.Duration
    infer: _duration_pb2.Duration
    judge: _duration_pb2.Duration
    total: _duration_pb2.Duration
    def __init__(self, retrieve: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., queue: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., infer: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., judge: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., total: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Thresholds(_message.Message):
    __slots__ = ("entailment", "contradiction")
    ENTAILMENT_FIELD_NUMBER: _ClassVar[int]
    CONTRADICTION_FIELD_NUMBER: _ClassVar[int]
    entailment: float
    contradiction: float
    def __init__(self, entailment: _Optional[float] = ..., contradiction: _Optional[float] = ...) -> None: ...

class CheckResult(_message.Message):
    __slots__ = ("claim", "verdict", "confidence", "disputed", "evidence", "supporting_source_count", "contradicting_source_count", "summary", "model_revision", "base_revision", "thresholds", "timings")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    SUPPORTING_SOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONTRADICTING_SOURCE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    MODEL_REVISION_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    claim: str
    verdict: Verdict
    confidence: float
    disputed: bool
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    supporting_source_count: int
    contradicting_source_count: int
    summary: str
    model_revision: str
    base_revision: int
    thresholds: Thresholds
    timings: Timings
    def __init__(self, claim: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., confidence: _Optional[float] = ..., disputed: bool = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., supporting_source_count: _Optional[int] = ..., contradicting_source_count: _Optional[int] = ..., summary: _Optional[str] = ..., model_revision: _Optional[str] = ..., base_revision: _Optional[int] = ..., thresholds: _Optional[_Union[Thresholds, _Mapping]] = ..., timings: _Optional[_Union[Timings, _Mapping]] = ...) -> None: ...

class CheckClaimRequest(_message.Message):
    __slots__ = ("parent", "claim")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    parent: str
    claim: str
    def __init__(self, parent: _Optional[str] = ..., claim: _Optional[str] = ...) -> None: ...

class CheckClaimResponse(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: CheckResult
    def __init__(self, result: _Optional[_Union[CheckResult, _Mapping]] = ...) -> None: ...

class BatchCheckClaimsRequest(_message.Message):
    __slots__ = ("parent", "claims")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    parent: str
    claims: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, parent: _Optional[str] = ..., claims: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchCheckClaimsResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[CheckResult]
    def __init__(self, results: _Optional[_Iterable[_Union[CheckResult, _Mapping]]] = ...) -> None: ...

class StreamCheckClaimsRequest(_message.Message):
    __slots__ = ("id", "parent", "claim")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    id: str
    parent: str
    claim: str
    def __init__(self, id: _Optional[str] = ..., parent: _Optional[str] = ..., claim: _Optional[str] = ...) -> None: ...

class StreamCheckClaimsResponse(_message.Message):
    __slots__ = ("id", "result", "error")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    id: str
    result: CheckResult
    error: _resources_pb2.ItemError
    def __init__(self, id: _Optional[str] = ..., result: _Optional[_Union[CheckResult, _Mapping]] = ..., error: _Optional[_Union[_resources_pb2.ItemError, _Mapping]] = ...) -> None: ...

class CheckTextRequest(_message.Message):
    __slots__ = ("parent", "text")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    parent: str
    text: str
    def __init__(self, parent: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class CheckTextResponse(_message.Message):
    __slots__ = ("claim", "result")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    claim: _resources_pb2.Claim
    result: CheckResult
    def __init__(self, claim: _Optional[_Union[_resources_pb2.Claim, _Mapping]] = ..., result: _Optional[_Union[CheckResult, _Mapping]] = ...) -> None: ...

class ExtractClaimsRequest(_message.Message):
    __slots__ = ("text", "publish_time")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    text: str
    publish_time: _timestamp_pb2.Timestamp
    def __init__(self, text: _Optional[str] = ..., publish_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExtractClaimsResponse(_message.Message):
    __slots__ = ("claims",)
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    claims: _containers.RepeatedCompositeFieldContainer[_resources_pb2.Claim]
    def __init__(self, claims: _Optional[_Iterable[_Union[_resources_pb2.Claim, _Mapping]]] = ...) -> None: ...

class Pair(_message.Message):
    __slots__ = ("premise", "hypothesis")
    PREMISE_FIELD_NUMBER: _ClassVar[int]
    HYPOTHESIS_FIELD_NUMBER: _ClassVar[int]
    premise: str
    hypothesis: str
    def __init__(self, premise: _Optional[str] = ..., hypothesis: _Optional[str] = ...) -> None: ...

class ScorePairsRequest(_message.Message):
    __slots__ = ("pairs",)
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    pairs: _containers.RepeatedCompositeFieldContainer[Pair]
    def __init__(self, pairs: _Optional[_Iterable[_Union[Pair, _Mapping]]] = ...) -> None: ...

class ScorePairsResponse(_message.Message):
    __slots__ = ("probabilities", "model_revision", "timings")
    PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    MODEL_REVISION_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    probabilities: _containers.RepeatedCompositeFieldContainer[Probabilities]
    model_revision: str
    timings: Timings
    def __init__(self, probabilities: _Optional[_Iterable[_Union[Probabilities, _Mapping]]] = ..., model_revision: _Optional[str] = ..., timings: _Optional[_Union[Timings, _Mapping]] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "revision", "sha256", "labels", "max_length", "temperature")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MAX_LENGTH_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    revision: str
    sha256: str
    labels: _containers.RepeatedScalarFieldContainer[str]
    max_length: int
    temperature: float
    def __init__(self, name: _Optional[str] = ..., revision: _Optional[str] = ..., sha256: _Optional[str] = ..., labels: _Optional[_Iterable[str]] = ..., max_length: _Optional[int] = ..., temperature: _Optional[float] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_document_length", "max_claim_length", "max_premise_length", "max_metadata_length", "max_id_length", "max_batch_documents", "max_batch_claims", "max_pairs", "max_search_results", "max_stream_in_flight", "max_message_bytes")
    MAX_DOCUMENT_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_CLAIM_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_PREMISE_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_METADATA_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_ID_LENGTH_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_CLAIMS_FIELD_NUMBER: _ClassVar[int]
    MAX_PAIRS_FIELD_NUMBER: _ClassVar[int]
    MAX_SEARCH_RESULTS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAM_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    max_document_length: int
    max_claim_length: int
    max_premise_length: int
    max_metadata_length: int
    max_id_length: int
    max_batch_documents: int
    max_batch_claims: int
    max_pairs: int
    max_search_results: int
    max_stream_in_flight: int
    max_message_bytes: int
    def __init__(self, max_document_length: _Optional[int] = ..., max_claim_length: _Optional[int] = ..., max_premise_length: _Optional[int] = ..., max_metadata_length: _Optional[int] = ..., max_id_length: _Optional[int] = ..., max_batch_documents: _Optional[int] = ..., max_batch_claims: _Optional[int] = ..., max_pairs: _Optional[int] = ..., max_search_results: _Optional[int] = ..., max_stream_in_flight: _Optional[int] = ..., max_message_bytes: _Optional[int] = ...) -> None: ...

class GetModelResponse(_message.Message):
    __slots__ = ("scorer", "embedder", "thresholds", "limits")
    SCORER_FIELD_NUMBER: _ClassVar[int]
    EMBEDDER_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    scorer: Model
    embedder: Model
    thresholds: Thresholds
    limits: Limits
    def __init__(self, scorer: _Optional[_Union[Model, _Mapping]] = ..., embedder: _Optional[_Union[Model, _Mapping]] = ..., thresholds: _Optional[_Union[Thresholds, _Mapping]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ...) -> None: ...

class WatchedClaim(_message.Message):
    __slots__ = ("name", "claim", "verdict", "confidence", "disputed", "base_revision", "create_time", "check_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    CHECK_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    claim: str
    verdict: Verdict
    confidence: float
    disputed: bool
    base_revision: int
    create_time: _timestamp_pb2.Timestamp
    check_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., claim: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, str]] = ..., confidence: _Optional[float] = ..., disputed: bool = ..., base_revision: _Optional[int] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., check_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class VerdictChange(_message.Message):
    __slots__ = ("watched_claim", "claim", "old_verdict", "old_disputed", "new_verdict", "new_disputed", "confidence", "base_revision", "change_time")
    WATCHED_CLAIM_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    OLD_VERDICT_FIELD_NUMBER: _ClassVar[int]
    OLD_DISPUTED_FIELD_NUMBER: _ClassVar[int]
    NEW_VERDICT_FIELD_NUMBER: _ClassVar[int]
    NEW_DISPUTED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    watched_claim: str
    claim: str
    old_verdict: Verdict
    old_disputed: bool
    new_verdict: Verdict
    new_disputed: bool
    confidence: float
    base_revision: int
    change_time: _timestamp_pb2.Timestamp
    def __init__(self, watched_claim: _Optional[str] = ..., claim: _Optional[str] = ..., old_verdict: _Optional[_Union[Verdict, str]] = ..., old_disputed: bool = ..., new_verdict: _Optional[_Union[Verdict, str]] = ..., new_disputed: bool = ..., confidence: _Optional[float] = ..., base_revision: _Optional[int] = ..., change_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateWatchedClaimRequest(_message.Message):
    __slots__ = ("parent", "watched_claim_id", "claim")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    WATCHED_CLAIM_ID_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    parent: str
    watched_claim_id: str
    claim: str
    def __init__(self, parent: _Optional[str] = ..., watched_claim_id: _Optional[str] = ..., claim: _Optional[str] = ...) -> None: ...

class CreateWatchedClaimResponse(_message.Message):
    __slots__ = ("watched_claim",)
    WATCHED_CLAIM_FIELD_NUMBER: _ClassVar[int]
    watched_claim: WatchedClaim
    def __init__(self, watched_claim: _Optional[_Union[WatchedClaim, _Mapping]] = ...) -> None: ...

class ListWatchedClaimsRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWatchedClaimsResponse(_message.Message):
    __slots__ = ("watched_claims", "next_page_token")
    WATCHED_CLAIMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    watched_claims: _containers.RepeatedCompositeFieldContainer[WatchedClaim]
    next_page_token: str
    def __init__(self, watched_claims: _Optional[_Iterable[_Union[WatchedClaim, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteWatchedClaimRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class DeleteWatchedClaimResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchVerdictsRequest(_message.Message):
    __slots__ = ("parent", "resume_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    resume_token: str
    def __init__(self, parent: _Optional[str] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchVerdictsResponse(_message.Message):
    __slots__ = ("change", "resume_token")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    change: VerdictChange
    resume_token: str
    def __init__(self, change: _Optional[_Union[VerdictChange, _Mapping]] = ..., resume_token: _Optional[str] = ...) -> None: ...
