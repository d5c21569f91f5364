from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Stance(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STANCE_UNSPECIFIED: _ClassVar[Stance]
    STANCE_ASSERTED: _ClassVar[Stance]
    STANCE_REPORTED: _ClassVar[Stance]
    STANCE_ALLEGED: _ClassVar[Stance]
    STANCE_DENIED: _ClassVar[Stance]
    STANCE_DOUBTED: _ClassVar[Stance]
    STANCE_RETRACTED: _ClassVar[Stance]
    STANCE_PLANNED: _ClassVar[Stance]

class ConflictKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONFLICT_KIND_UNSPECIFIED: _ClassVar[ConflictKind]
    CONFLICT_KIND_QUANTITY: _ClassVar[ConflictKind]
    CONFLICT_KIND_IDENTITY: _ClassVar[ConflictKind]
    CONFLICT_KIND_DENIAL: _ClassVar[ConflictKind]
    CONFLICT_KIND_TIME: _ClassVar[ConflictKind]
    CONFLICT_KIND_PLACE: _ClassVar[ConflictKind]
    CONFLICT_KIND_OUTCOME: _ClassVar[ConflictKind]
    CONFLICT_KIND_OTHER: _ClassVar[ConflictKind]
STANCE_UNSPECIFIED: Stance
STANCE_ASSERTED: Stance
STANCE_REPORTED: Stance
STANCE_ALLEGED: Stance
STANCE_DENIED: Stance
STANCE_DOUBTED: Stance
STANCE_RETRACTED: Stance
STANCE_PLANNED: Stance
CONFLICT_KIND_UNSPECIFIED: ConflictKind
CONFLICT_KIND_QUANTITY: ConflictKind
CONFLICT_KIND_IDENTITY: ConflictKind
CONFLICT_KIND_DENIAL: ConflictKind
CONFLICT_KIND_TIME: ConflictKind
CONFLICT_KIND_PLACE: ConflictKind
CONFLICT_KIND_OUTCOME: ConflictKind
CONFLICT_KIND_OTHER: ConflictKind

class Collection(_message.Message):
    __slots__ = ("name", "document_count", "claim_count", "conflict_count", "revision")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFLICT_COUNT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    name: str
    document_count: int
    claim_count: int
    conflict_count: int
    revision: int
    def __init__(self, name: _Optional[str] = ..., document_count: _Optional[int] = ..., claim_count: _Optional[int] = ..., conflict_count: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("name", "text", "title", "publisher", "url", "author", "publish_time", "language", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    title: str
    publisher: str
    url: str
    author: str
    publish_time: _timestamp_pb2.Timestamp
    language: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ..., title: _Optional[str] = ..., publisher: _Optional[str] = ..., url: _Optional[str] = ..., author: _Optional[str] = ..., publish_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class Source(_message.Message):
    __slots__ = ("document", "title", "publisher", "url", "publish_time")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHER_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    document: str
    title: str
    publisher: str
    url: str
    publish_time: _timestamp_pb2.Timestamp
    def __init__(self, document: _Optional[str] = ..., title: _Optional[str] = ..., publisher: _Optional[str] = ..., url: _Optional[str] = ..., publish_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Quantity(_message.Message):
    __slots__ = ("low", "high", "unit", "counted", "scope", "text")
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    low: float
    high: float
    unit: str
    counted: str
    scope: str
    text: str
    def __init__(self, low: _Optional[float] = ..., high: _Optional[float] = ..., unit: _Optional[str] = ..., counted: _Optional[str] = ..., scope: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class TimeInterval(_message.Message):
    __slots__ = ("start", "end", "text")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    text: str
    def __init__(self, start: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ...) -> None: ...

class Claim(_message.Message):
    __slots__ = ("name", "text", "quote", "start_offset", "end_offset", "context", "attribution", "stance", "proposition", "quantities", "time", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    START_OFFSET_FIELD_NUMBER: _ClassVar[int]
    END_OFFSET_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    STANCE_FIELD_NUMBER: _ClassVar[int]
    PROPOSITION_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    quote: str
    start_offset: int
    end_offset: int
    context: str
    attribution: str
    stance: Stance
    proposition: str
    quantities: _containers.RepeatedCompositeFieldContainer[Quantity]
    time: TimeInterval
    source: Source
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ..., quote: _Optional[str] = ..., start_offset: _Optional[int] = ..., end_offset: _Optional[int] = ..., context: _Optional[str] = ..., attribution: _Optional[str] = ..., stance: _Optional[_Union[Stance, str]] = ..., proposition: _Optional[str] = ..., quantities: _Optional[_Iterable[_Union[Quantity, _Mapping]]] = ..., time: _Optional[_Union[TimeInterval, _Mapping]] = ..., source: _Optional[_Union[Source, _Mapping]] = ...) -> None: ...

class Conflict(_message.Message):
    __slots__ = ("name", "kind", "confidence", "claim_a", "claim_b", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CLAIM_A_FIELD_NUMBER: _ClassVar[int]
    CLAIM_B_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: ConflictKind
    confidence: float
    claim_a: Claim
    claim_b: Claim
    reason: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[ConflictKind, str]] = ..., confidence: _Optional[float] = ..., claim_a: _Optional[_Union[Claim, _Mapping]] = ..., claim_b: _Optional[_Union[Claim, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class FieldViolation(_message.Message):
    __slots__ = ("field", "description")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    field: str
    description: str
    def __init__(self, field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class ItemError(_message.Message):
    __slots__ = ("code", "message", "reason", "field_violations")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FIELD_VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    reason: str
    field_violations: _containers.RepeatedCompositeFieldContainer[FieldViolation]
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., reason: _Optional[str] = ..., field_violations: _Optional[_Iterable[_Union[FieldViolation, _Mapping]]] = ...) -> None: ...
