"""Thin client of a claimbase service: gRPC and protobuf only, sync (`ClaimBase`) and asyncio (`AsyncClaimBase`).

    with ClaimBase("localhost:50051") as base:
        base.create_document("The bridge was closed on Monday.", title="Roads", publisher="City Gazette")
        result = base.check_claim("The bridge stayed open on Monday.")
        print(Verdict.Name(result.verdict), result.summary)

Answers are the messages of `claimbase.v1`; the ones that callers handle are exported here.
"""

from claimbase.v1.claim_base_service_pb2 import (
    BatchCreateDocumentsResult,
    ClaimMatch,
    CreateDocumentRequest,
    CreateDocumentResponse,
    DocumentOutcome,
    ImportDocumentsResponse,
    WatchConflictsResponse,
)
from claimbase.v1.resources_pb2 import (
    Claim,
    Collection,
    Conflict,
    ConflictKind,
    Document,
    ItemError,
    Quantity,
    Source,
    Stance,
    TimeInterval,
)
from claimbase.v1.verification_service_pb2 import (
    CheckResult,
    CheckTextResponse,
    Evidence,
    GetModelResponse,
    Probabilities,
    Reason,
    ReasonType,
    Relation,
    ScorePairsResponse,
    StreamCheckClaimsResponse,
    Verdict,
)
from claimbase_client._aio import AsyncClaimBase
from claimbase_client._channel import tls_credentials
from claimbase_client._errors import (
    AlreadyExists,
    Cancelled,
    ClaimbaseError,
    DeadlineExceeded,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Violation,
)
from claimbase_client._pager import AsyncPager, Pager
from claimbase_client._requests import new_document
from claimbase_client._sync import ClaimBase

__all__ = [
    "AlreadyExists",
    "AsyncClaimBase",
    "AsyncPager",
    "BatchCreateDocumentsResult",
    "Cancelled",
    "CheckResult",
    "CheckTextResponse",
    "Claim",
    "ClaimBase",
    "ClaimMatch",
    "ClaimbaseError",
    "Collection",
    "Conflict",
    "ConflictKind",
    "CreateDocumentRequest",
    "CreateDocumentResponse",
    "DeadlineExceeded",
    "Document",
    "DocumentOutcome",
    "Evidence",
    "FailedPrecondition",
    "GetModelResponse",
    "ImportDocumentsResponse",
    "Internal",
    "InvalidArgument",
    "ItemError",
    "NotFound",
    "Pager",
    "PermissionDenied",
    "Probabilities",
    "Quantity",
    "Reason",
    "ReasonType",
    "Relation",
    "ResourceExhausted",
    "ScorePairsResponse",
    "Source",
    "Stance",
    "StreamCheckClaimsResponse",
    "TimeInterval",
    "Unauthenticated",
    "Unavailable",
    "Verdict",
    "Violation",
    "WatchConflictsResponse",
    "new_document",
    "tls_credentials",
]
