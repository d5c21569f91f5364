"""The synchronous client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import grpc

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import claim_base_service_pb2_grpc as base_grpc
from claimbase.v1 import resources_pb2
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase.v1 import verification_service_pb2_grpc as check_grpc
from claimbase_client import _requests
from claimbase_client._channel import DEFAULT_TIMEOUT, STREAM_TIMEOUT, channel_options, token_metadata
from claimbase_client._errors import error_from_call
from claimbase_client._pager import Page, Pager

Item = TypeVar("Item")


class ClaimBase:
    """A claim base behind a claimbase service; thread-safe, and a context manager that closes its channel.

    Every method raises ClaimbaseError or one of its kinds. `timeout` is in seconds; where it is left out, the
    client's `timeout` limits calls with one answer (and each page of a listing), 600 seconds limit streams and
    nothing limits watch_conflicts. Reads, checks and creates with one answer are tried again, up to 4 times within the
    timeout, while the service is unavailable or busy; deletes and streams are not. Documents may be named by id or by
    resource name.
    """

    def __init__(
        self,
        target: str,
        *,
        collection: str = "default",
        timeout: float = DEFAULT_TIMEOUT,
        credentials: grpc.ChannelCredentials | None = None,
        token: str = "",
    ) -> None:
        """`target` is 'host:port'; `collection` is the one that methods work in; `token` is what the service gave out.

        Without credentials, which tls_credentials makes of files, everything travels unencrypted, the token too.
        """
        options = channel_options()
        self._channel = (
            grpc.insecure_channel(target, options)
            if credentials is None
            else grpc.secure_channel(target, credentials, options)
        )
        self._parent = _requests.collection_name(collection)
        self._timeout = timeout
        self._metadata = token_metadata(token)
        self._base: Any = base_grpc.ClaimBaseServiceStub(self._channel)
        self._check: Any = check_grpc.VerificationServiceStub(self._channel)

    def close(self) -> None:
        """Close the channel; calls in flight end with Cancelled."""
        self._channel.close()

    def __enter__(self) -> ClaimBase:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def create_collection(self, collection: str, *, timeout: float | None = None) -> resources_pb2.Collection:
        """Make an empty collection; AlreadyExists if the id is taken."""
        request = _requests.create_collection(collection)
        response: base_pb2.CreateCollectionResponse = self._unary(self._base.CreateCollection, request, timeout)
        return response.collection

    def list_collections(self, *, page_size: int = 0, timeout: float | None = None) -> Pager[resources_pb2.Collection]:
        """All collections in order of their ids."""

        def fetch(token: str) -> Page[resources_pb2.Collection]:
            request = base_pb2.ListCollectionsRequest(page_size=page_size, page_token=token)
            response: base_pb2.ListCollectionsResponse = self._unary(self._base.ListCollections, request, timeout)
            return response.collections, response.next_page_token

        return Pager(fetch)

    def delete_collection(self, collection: str, *, timeout: float | None = None) -> None:
        """Delete a collection with all it holds; NotFound if there is none."""
        request = base_pb2.DeleteCollectionRequest(name=_requests.collection_name(collection))
        self._unary(self._base.DeleteCollection, request, timeout)

    def create_document(
        self,
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
        timeout: float | None = None,
    ) -> base_pb2.CreateDocumentResponse:
        """Store a document, its claims and their conflicts, or nothing; answers what changed."""
        request = _requests.new_document(
            text,
            document_id=document_id,
            title=title,
            publisher=publisher,
            url=url,
            author=author,
            publish_time=publish_time,
            language=language,
            request_id=request_id,
        )
        request.parent = self._parent
        response: base_pb2.CreateDocumentResponse = self._unary(self._base.CreateDocument, request, timeout)
        return response

    def batch_create_documents(
        self, documents: Iterable[base_pb2.CreateDocumentRequest], *, timeout: float | None = None
    ) -> list[base_pb2.BatchCreateDocumentsResult]:
        """Store documents made with new_document; each one's response or error, in order."""
        request = _requests.batch_create_documents(self._parent, documents)
        response: base_pb2.BatchCreateDocumentsResponse = self._unary(self._base.BatchCreateDocuments, request, timeout)
        return list(response.results)

    def import_documents(
        self, documents: Iterable[base_pb2.CreateDocumentRequest], *, timeout: float | None = None
    ) -> base_pb2.ImportDocumentsResponse:
        """Store any number of documents made with new_document; answers counts and failures."""
        source = _Source(documents, lambda document: _requests.import_document(self._parent, document))
        try:
            response: base_pb2.ImportDocumentsResponse = self._base.ImportDocuments(
                iter(source), timeout=STREAM_TIMEOUT if timeout is None else timeout, metadata=self._metadata
            )
        except grpc.RpcError as error:
            raise source.failure or error_from_call(error) from error
        return response

    def get_document(self, document: str, *, timeout: float | None = None) -> resources_pb2.Document:
        """A document with its text; NotFound if there is none."""
        request = base_pb2.GetDocumentRequest(name=_requests.document_name(self._parent, document))
        response: base_pb2.GetDocumentResponse = self._unary(self._base.GetDocument, request, timeout)
        return response.document

    def list_documents(
        self, *, with_text: bool = False, page_size: int = 0, timeout: float | None = None
    ) -> Pager[resources_pb2.Document]:
        """All documents in order of their ids, without their texts unless asked for."""
        view = base_pb2.DOCUMENT_VIEW_FULL if with_text else base_pb2.DOCUMENT_VIEW_BASIC

        def fetch(token: str) -> Page[resources_pb2.Document]:
            request = base_pb2.ListDocumentsRequest(
                parent=self._parent, page_size=page_size, page_token=token, view=view
            )
            response: base_pb2.ListDocumentsResponse = self._unary(self._base.ListDocuments, request, timeout)
            return response.documents, response.next_page_token

        return Pager(fetch)

    def delete_document(self, document: str, *, timeout: float | None = None) -> None:
        """Delete a document with its claims and conflicts; NotFound if there is none."""
        request = base_pb2.DeleteDocumentRequest(name=_requests.document_name(self._parent, document))
        self._unary(self._base.DeleteDocument, request, timeout)

    def get_claim(self, name: str, *, timeout: float | None = None) -> resources_pb2.Claim:
        """A stored claim by its resource name; NotFound if there is none."""
        request = _requests.get_claim(name)
        response: base_pb2.GetClaimResponse = self._unary(self._base.GetClaim, request, timeout)
        return response.claim

    def list_claims(
        self, *, document: str = "", page_size: int = 0, timeout: float | None = None
    ) -> Pager[resources_pb2.Claim]:
        """All claims of a document or, without one, of the collection."""
        parent = _requests.document_name(self._parent, document) if document else self._parent

        def fetch(token: str) -> Page[resources_pb2.Claim]:
            request = base_pb2.ListClaimsRequest(parent=parent, page_size=page_size, page_token=token)
            response: base_pb2.ListClaimsResponse = self._unary(self._base.ListClaims, request, timeout)
            return response.claims, response.next_page_token

        return Pager(fetch)

    def search_claims(self, query: str, *, limit: int = 0, timeout: float | None = None) -> list[base_pb2.ClaimMatch]:
        """The stored claims nearest to a text, nearest first, 10 unless `limit` says otherwise."""
        request = _requests.search_claims(self._parent, query, limit)
        response: base_pb2.SearchClaimsResponse = self._unary(self._base.SearchClaims, request, timeout)
        return list(response.matches)

    def list_conflicts(
        self,
        *,
        kind: resources_pb2.ConflictKind = resources_pb2.CONFLICT_KIND_UNSPECIFIED,
        min_confidence: float = 0.0,
        page_size: int = 0,
        timeout: float | None = None,
    ) -> Pager[resources_pb2.Conflict]:
        """All conflicts in the order in which they were found, of one kind or of all."""

        def fetch(token: str) -> Page[resources_pb2.Conflict]:
            request = base_pb2.ListConflictsRequest(
                parent=self._parent, page_size=page_size, page_token=token, kind=kind, min_confidence=min_confidence
            )
            response: base_pb2.ListConflictsResponse = self._unary(self._base.ListConflicts, request, timeout)
            return response.conflicts, response.next_page_token

        return Pager(fetch)

    def watch_conflicts(
        self,
        *,
        resume_token: str = "",
        kind: resources_pb2.ConflictKind = resources_pb2.CONFLICT_KIND_UNSPECIFIED,
        min_confidence: float = 0.0,
        timeout: float | None = None,
    ) -> Iterator[base_pb2.WatchConflictsResponse]:
        """Conflicts as they are found, first those that are there; go on later with the last resume_token."""
        request = base_pb2.WatchConflictsRequest(
            parent=self._parent, resume_token=resume_token, kind=kind, min_confidence=min_confidence
        )
        return self._stream(lambda: self._base.WatchConflicts(request, timeout=timeout, metadata=self._metadata))

    def check_claim(self, claim: str, *, timeout: float | None = None) -> check_pb2.CheckResult:
        """The verdict on one claim with the evidence on both sides."""
        request = _requests.check_claim(self._parent, claim)
        response: check_pb2.CheckClaimResponse = self._unary(self._check.CheckClaim, request, timeout)
        return response.result

    def batch_check_claims(self, claims: Iterable[str], *, timeout: float | None = None) -> list[check_pb2.CheckResult]:
        """The verdicts on several claims, in order."""
        request = _requests.batch_check_claims(self._parent, claims)
        response: check_pb2.BatchCheckClaimsResponse = self._unary(self._check.BatchCheckClaims, request, timeout)
        return list(response.results)

    def stream_check_claims(
        self, claims: Iterable[tuple[str, str]], *, timeout: float | None = None
    ) -> Iterator[check_pb2.StreamCheckClaimsResponse]:
        """Check (id, claim) pairs as they come; one result or error for each, in order."""
        source = _Source(claims, lambda pair: _requests.stream_check_claim(self._parent, *pair))
        limit = STREAM_TIMEOUT if timeout is None else timeout
        return self._stream(
            lambda: self._check.StreamCheckClaims(iter(source), timeout=limit, metadata=self._metadata), source
        )

    def check_text(self, text: str, *, timeout: float | None = None) -> Iterator[check_pb2.CheckTextResponse]:
        """The claims of a text, each with its verdict as soon as it is judged; stores nothing."""
        request = _requests.check_text(self._parent, text)
        limit = STREAM_TIMEOUT if timeout is None else timeout
        return self._stream(lambda: self._check.CheckText(request, timeout=limit, metadata=self._metadata))

    def extract_claims(
        self, text: str, *, publish_time: datetime | None = None, timeout: float | None = None
    ) -> list[resources_pb2.Claim]:
        """The claims of a text in reading order; stores nothing."""
        request = _requests.extract_claims(text, publish_time)
        response: check_pb2.ExtractClaimsResponse = self._unary(self._check.ExtractClaims, request, timeout)
        return list(response.claims)

    def score_pairs(
        self, pairs: Iterable[tuple[str, str]], *, timeout: float | None = None
    ) -> check_pb2.ScorePairsResponse:
        """The model's probabilities for (premise, hypothesis) pairs, in order."""
        response: check_pb2.ScorePairsResponse = self._unary(
            self._check.ScorePairs, _requests.score_pairs(pairs), timeout
        )
        return response

    def get_model(self, *, timeout: float | None = None) -> check_pb2.GetModelResponse:
        """The models that run and the limits of requests."""
        response: check_pb2.GetModelResponse = self._unary(self._check.GetModel, check_pb2.GetModelRequest(), timeout)
        return response

    def _unary(self, method: Any, request: Any, timeout: float | None) -> Any:
        """The answer of a call with one request and one answer."""
        try:
            return method(request, timeout=self._timeout if timeout is None else timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_from_call(error) from error

    def _stream(self, start: Callable[[], Any], source: _Source | None = None) -> Iterator[Any]:
        """The answers of a stream; leaving the loop early cancels the call."""
        call = start()
        try:
            yield from call
        except grpc.RpcError as error:
            raise (source and source.failure) or error_from_call(error) from error
        finally:
            call.cancel()


class _Source:
    """The caller's items as request messages; keeps what the caller's own iterator raised.

    gRPC reads it on a thread of its own and reports only that reading failed.
    """

    def __init__(self, items: Iterable[Item], build: Callable[[Item], Any]) -> None:
        self._items: Iterable[Any] = items
        self._build: Callable[[Any], Any] = build
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[Any]:
        try:
            for item in self._items:
                yield self._build(item)
        except Exception as error:
            self.failure = error
            raise
