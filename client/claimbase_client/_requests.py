"""Builds the request messages; shared by the sync and the asyncio client."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from urllib.parse import quote

from google.protobuf.timestamp_pb2 import Timestamp

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import resources_pb2
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase_client._errors import bad_field


def new_document(
    text: str,
    *,
    document_id: str = "",
    title: str = "",
    publisher: str = "",
    url: str = "",
    author: str = "",
    publish_time: datetime | None = None,
    language: str = "",
    request_id: str = "",
) -> base_pb2.CreateDocumentRequest:
    """A document to store. A naive `publish_time` is UTC; an empty `request_id` becomes a new one."""
    _check_sendable({"text": text, "document_id": document_id, "request_id": request_id, "title": title})
    _check_sendable({"publisher": publisher, "url": url, "author": author, "language": language})
    document = resources_pb2.Document(
        text=text,
        title=title,
        publisher=publisher,
        url=url,
        author=author,
        publish_time=to_timestamp(publish_time),
        language=language,
    )
    return base_pb2.CreateDocumentRequest(
        document_id=document_id, document=document, request_id=request_id or str(uuid.uuid4())
    )


def create_document(parent: str, request: base_pb2.CreateDocumentRequest) -> base_pb2.CreateDocumentRequest:
    """A copy of the request that names its collection and carries a request id."""
    request = base_pb2.CreateDocumentRequest.FromString(request.SerializeToString())
    request.parent = parent
    request.request_id = request.request_id or str(uuid.uuid4())
    return request


def batch_create_documents(
    parent: str, requests: Iterable[base_pb2.CreateDocumentRequest]
) -> base_pb2.BatchCreateDocumentsRequest:
    """The documents, each with the collection's name and a request id of its own."""
    return base_pb2.BatchCreateDocumentsRequest(
        parent=parent, requests=[create_document(parent, request) for request in requests]
    )


def import_document(parent: str, request: base_pb2.CreateDocumentRequest) -> base_pb2.ImportDocumentsRequest:
    """One message of an import."""
    return base_pb2.ImportDocumentsRequest(request=create_document(parent, request))


def create_collection(collection: str) -> base_pb2.CreateCollectionRequest:
    """A new collection of this id."""
    _check_sendable({"collection": collection})
    return base_pb2.CreateCollectionRequest(collection_id=collection)


def get_claim(name: str) -> base_pb2.GetClaimRequest:
    """A claim by its resource name."""
    _check_sendable({"name": name})
    return base_pb2.GetClaimRequest(name=name)


def search_claims(parent: str, query: str, limit: int) -> base_pb2.SearchClaimsRequest:
    """A search in a collection."""
    _check_sendable({"query": query})
    return base_pb2.SearchClaimsRequest(parent=parent, query=query, limit=limit)


def check_claim(parent: str, claim: str) -> check_pb2.CheckClaimRequest:
    """A check of one claim."""
    _check_sendable({"claim": claim})
    return check_pb2.CheckClaimRequest(parent=parent, claim=claim)


def batch_check_claims(parent: str, claims: Iterable[str]) -> check_pb2.BatchCheckClaimsRequest:
    """A check of several claims."""
    listed = list(claims)
    _check_sendable({f"claims[{index}]": claim for index, claim in enumerate(listed)})
    return check_pb2.BatchCheckClaimsRequest(parent=parent, claims=listed)


def stream_check_claim(parent: str, claim_id: str, claim: str) -> check_pb2.StreamCheckClaimsRequest:
    """One message of a stream of checks."""
    _check_sendable({"id": claim_id, "claim": claim})
    return check_pb2.StreamCheckClaimsRequest(id=claim_id, parent=parent, claim=claim)


def check_text(parent: str, text: str) -> check_pb2.CheckTextRequest:
    """A check of a whole text."""
    _check_sendable({"text": text})
    return check_pb2.CheckTextRequest(parent=parent, text=text)


def extract_claims(text: str, publish_time: datetime | None) -> check_pb2.ExtractClaimsRequest:
    """An extraction from a text."""
    _check_sendable({"text": text})
    return check_pb2.ExtractClaimsRequest(text=text, publish_time=to_timestamp(publish_time))


def score_pairs(pairs: Iterable[tuple[str, str]]) -> check_pb2.ScorePairsRequest:
    """Pairs of (premise, hypothesis) to score."""
    request = check_pb2.ScorePairsRequest()
    for index, (premise, hypothesis) in enumerate(pairs):
        _check_sendable({f"pairs[{index}].premise": premise, f"pairs[{index}].hypothesis": hypothesis})
        request.pairs.add(premise=premise, hypothesis=hypothesis)
    return request


def create_watched_claim(parent: str, claim: str, claim_id: str) -> check_pb2.CreateWatchedClaimRequest:
    """A claim to watch; an empty id has one derived."""
    _check_sendable({"claim": claim, "watched_claim_id": claim_id})
    return check_pb2.CreateWatchedClaimRequest(parent=parent, watched_claim_id=claim_id, claim=claim)


def collection_name(collection: str) -> str:
    """Resource name of a collection, from its id or its name."""
    _check_sendable({"collection": collection})
    return collection if collection.startswith("collections/") else f"collections/{quote(collection, safe='')}"


def document_name(parent: str, document: str) -> str:
    """Resource name of a document, from its id or its name."""
    return _child_name(parent, "documents", "document", document)


def watched_claim_name(parent: str, watched_claim: str) -> str:
    """Resource name of a watched claim, from its id or its name."""
    return _child_name(parent, "watchedClaims", "watched_claim", watched_claim)


def to_timestamp(time: datetime | None) -> Timestamp | None:
    """The time as a protobuf timestamp; a naive one is UTC."""
    if time is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(time if time.tzinfo is None else time.astimezone(timezone.utc))
    return stamp


def _child_name(parent: str, kind: str, field: str, given: str) -> str:
    _check_sendable({field: given})
    return given if given.startswith("collections/") else f"{parent}/{kind}/{quote(given, safe='')}"


def _check_sendable(fields: Mapping[str, str]) -> None:
    """Refuse text that protobuf cannot carry: it has no UTF-8 form."""
    for field, text in fields.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise bad_field(
                field, f"holds a lone surrogate U+{ord(text[error.start]):04X} at offset {error.start}; remove it"
            ) from None
