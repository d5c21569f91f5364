"""ClaimBaseService: collections, documents, claims and conflicts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from claimbase.v1 import claim_base_service_pb2 as pb2
from claimbase.v1 import claim_base_service_pb2_grpc as pb2_grpc
from claimbase.v1 import resources_pb2
from claimbase_server.call import Call
from claimbase_server.observe.metrics import Metrics
from claimbase_server.rpc import convert, limits, names, tokens
from claimbase_server.rpc.access import current_grant
from claimbase_server.rpc.engine import Engine
from claimbase_server.rpc.errors import (
    already_exists,
    busy,
    failure_of,
    internal_failure,
    invalid,
    not_found,
    stopping,
    to_item_error,
)
from claimbase_server.rpc.runner import BATCH_SECONDS, Runner
from claimbase_server.rpc.validation import (
    check_confidence,
    check_count,
    check_page_size,
    check_request_id,
    check_search_limit,
    check_text,
)
from claimbase_server.store.base import PutOutcome, UnknownCollection
from claimbase_server.types import ConflictKind

WATCH_SECONDS = 0.5  # between two looks at the store
_ROWS_AT_ONCE = 20  # documents read together: a text can take megabytes
_CONFLICTS_AT_ONCE = 100
# Failures of one item that every other item would share, or after which nobody waits.
_FATAL = ("COLLECTION_NOT_FOUND", "DEADLINE_EXCEEDED")

logger = logging.getLogger("claimbase.rpc")
Context = Any  # grpc.aio.ServicerContext of the method's messages


@dataclass(frozen=True)
class _ConflictFilter:
    """Which conflicts a listing or a watch is about."""

    collection: str
    kind: ConflictKind | None
    min_confidence: float

    def parameters(self, method: str) -> tuple[str, str, str, float]:
        """What a token of this listing is bound to."""
        return method, self.collection, self.kind.name if self.kind else "", self.min_confidence


class ClaimBaseServicer(pb2_grpc.ClaimBaseServiceServicer):
    """Validates requests, runs the engine and converts its answers."""

    def __init__(self, engine: Engine, runner: Runner, stop: asyncio.Event, metrics: Metrics) -> None:
        """`stop` ends the watches."""
        self._metrics = metrics
        self._engine = engine
        self._store = engine.store
        self._runner = runner
        self._stop = stop
        self._watches = 0

    async def CreateCollection(
        self, request: pb2.CreateCollectionRequest, context: Context
    ) -> pb2.CreateCollectionResponse:
        collection = names.read_collection_id("collection_id", request.collection_id)

        def create() -> resources_pb2.Collection:
            if not self._store.create_collection(collection):
                raise already_exists(names.collection_name(collection))
            return self._read_collection(collection)

        with self._runner.admit(context) as call:
            return pb2.CreateCollectionResponse(collection=await self._runner.run(call, create))

    async def ListCollections(
        self, request: pb2.ListCollectionsRequest, context: Context
    ) -> pb2.ListCollectionsResponse:
        size = check_page_size(request.page_size)
        parameters = ("ListCollections",)
        after = tokens.read_key("page_token", request.page_token, parameters)

        def read() -> tuple[list[resources_pb2.Collection], str]:
            found = self._list_collections(size + 1, after)
            page = []
            for collection in found[:size]:
                try:
                    page.append(self._read_collection(collection))
                except UnknownCollection:  # deleted since it was listed, or only a token names it
                    continue
            return page, tokens.write_token(parameters, found[size - 1]) if len(found) > size else ""

        with self._runner.admit(context) as call:
            page, token = await self._runner.run(call, read)
        return pb2.ListCollectionsResponse(collections=page, next_page_token=token)

    async def DeleteCollection(
        self, request: pb2.DeleteCollectionRequest, context: Context
    ) -> pb2.DeleteCollectionResponse:
        collection = names.read_collection("name", request.name)
        with self._runner.admit(context) as call:
            if not await self._runner.run(call, lambda: self._store.delete_collection(collection)):
                raise not_found("collection", request.name)
        return pb2.DeleteCollectionResponse()

    async def CreateDocument(self, request: pb2.CreateDocumentRequest, context: Context) -> pb2.CreateDocumentResponse:
        collection = names.read_collection("parent", request.parent)
        with self._runner.admit(context, BATCH_SECONDS) as call:
            return await self._put(collection, request, "", call)

    async def BatchCreateDocuments(
        self, request: pb2.BatchCreateDocumentsRequest, context: Context
    ) -> pb2.BatchCreateDocumentsResponse:
        collection = names.read_collection("parent", request.parent)
        check_count("requests", request.requests, limits.MAX_BATCH_DOCUMENTS)
        response = pb2.BatchCreateDocumentsResponse()
        with self._runner.admit(context, BATCH_SECONDS) as call:
            await self._runner.run(call, lambda: self._store.stats(collection))
            for index, item in enumerate(request.requests):
                response.results.append(await self._put_item(request.parent, item, f"requests[{index}].", call))
        return response

    async def ImportDocuments(
        self, request_iterator: AsyncIterator[pb2.ImportDocumentsRequest], context: Context
    ) -> pb2.ImportDocumentsResponse:
        response = pb2.ImportDocumentsResponse()
        parent, index = "", 0
        with self._runner.admit(context, seconds=None) as call:
            async for message in request_iterator:
                if not parent:
                    parent = message.request.parent
                    collection = names.read_collection("request.parent", parent)
                    await self._runner.run(call, lambda name=collection: self._store.stats(name))  # type: ignore[misc]
                result = await self._put_item(parent, message.request, "request.", call)
                _count_import(response, index, message.request.document_id, result)
                index += 1
        return response

    async def GetDocument(self, request: pb2.GetDocumentRequest, context: Context) -> pb2.GetDocumentResponse:
        collection, document_id = names.read_document("name", request.name)
        with self._runner.admit(context) as call:
            found = await self._runner.run(call, lambda: self._store.get_document(collection, document_id))
        if found is None:
            raise not_found("document", request.name)
        return pb2.GetDocumentResponse(document=convert.to_document(collection, found, with_text=True))

    async def ListDocuments(self, request: pb2.ListDocumentsRequest, context: Context) -> pb2.ListDocumentsResponse:
        collection = names.read_collection("parent", request.parent)
        size = check_page_size(request.page_size)
        if request.view not in pb2.DocumentView.values():
            raise invalid("view", f"{request.view} is no view of a document")
        with_text = request.view == pb2.DOCUMENT_VIEW_FULL
        parameters = ("ListDocuments", collection, int(with_text))
        after = tokens.read_key("page_token", request.page_token, parameters)
        with self._runner.admit(context) as call:
            page, last = await self._runner.run(
                call, lambda: self._read_documents(collection, size, after, with_text, call)
            )
        token = tokens.write_token(parameters, last) if last else ""
        return pb2.ListDocumentsResponse(documents=page, next_page_token=token)

    async def DeleteDocument(self, request: pb2.DeleteDocumentRequest, context: Context) -> pb2.DeleteDocumentResponse:
        collection, document_id = names.read_document("name", request.name)
        with self._runner.admit(context) as call:
            if not await self._runner.run(call, lambda: self._store.delete_document(collection, document_id)):
                raise not_found("document", request.name)
        return pb2.DeleteDocumentResponse()

    async def GetClaim(self, request: pb2.GetClaimRequest, context: Context) -> pb2.GetClaimResponse:
        collection, claim_id = names.read_claim("name", request.name)
        with self._runner.admit(context) as call:
            found = await self._runner.run(call, lambda: self._store.get_claim(collection, claim_id))
        if found is None:
            raise not_found("claim", request.name)
        return pb2.GetClaimResponse(claim=convert.to_candidate(collection, found))

    async def ListClaims(self, request: pb2.ListClaimsRequest, context: Context) -> pb2.ListClaimsResponse:
        collection, document_id = names.read_claims_parent("parent", request.parent)
        size = check_page_size(request.page_size)
        parameters = ("ListClaims", collection, document_id)
        after = tokens.read_number("page_token", request.page_token, parameters)
        with self._runner.admit(context) as call:
            rows = await self._runner.run(
                call, lambda: self._store.list_claims(collection, size + 1, after, document_id)
            )
            if document_id and not rows:
                found = await self._runner.run(call, lambda: self._store.get_document(collection, document_id))
                if found is None:
                    raise not_found("document", request.parent)
        page = [convert.to_candidate(collection, candidate) for _, candidate in rows[:size]]
        token = tokens.write_token(parameters, rows[size - 1][0]) if len(rows) > size else ""
        return pb2.ListClaimsResponse(claims=page, next_page_token=token)

    async def SearchClaims(self, request: pb2.SearchClaimsRequest, context: Context) -> pb2.SearchClaimsResponse:
        collection = names.read_collection("parent", request.parent)
        query = check_text("query", request.query, limits.MAX_CLAIM_LENGTH)
        limit = check_search_limit(request.limit)
        with self._runner.admit(context) as call:
            found = await self._runner.run(
                call, lambda: self._engine.retriever.candidates(collection, query, limit, call)
            )
        return pb2.SearchClaimsResponse(
            matches=[
                pb2.ClaimMatch(claim=convert.to_candidate(collection, candidate), score=candidate.score)
                for candidate in found
            ]
        )

    async def ListConflicts(self, request: pb2.ListConflictsRequest, context: Context) -> pb2.ListConflictsResponse:
        wanted = _read_filter(request)
        size = check_page_size(request.page_size)
        parameters = wanted.parameters("ListConflicts")
        after = tokens.read_number("page_token", request.page_token, parameters)
        with self._runner.admit(context) as call:
            rows = await self._runner.run(
                call,
                lambda: self._store.list_conflicts(
                    wanted.collection, size + 1, after, wanted.kind, wanted.min_confidence
                ),
            )
        page = [convert.to_conflict(wanted.collection, conflict) for _, conflict in rows[:size]]
        token = tokens.write_token(parameters, rows[size - 1][0]) if len(rows) > size else ""
        return pb2.ListConflictsResponse(conflicts=page, next_page_token=token)

    async def WatchConflicts(
        self, request: pb2.WatchConflictsRequest, context: Context
    ) -> AsyncIterator[pb2.WatchConflictsResponse]:
        wanted = _read_filter(request)
        parameters = wanted.parameters("WatchConflicts")
        after = tokens.read_number("resume_token", request.resume_token, parameters, lifetime=None)
        if self._watches == limits.MAX_WATCHES:
            raise busy(f"{limits.MAX_WATCHES} watches are open", retry_delay=5.0)
        self._watches += 1
        try:
            while not self._stop.is_set():
                rows = await asyncio.to_thread(
                    self._store.list_conflicts,
                    wanted.collection,
                    _CONFLICTS_AT_ONCE,
                    after,
                    wanted.kind,
                    wanted.min_confidence,
                )
                for after, conflict in rows:
                    yield pb2.WatchConflictsResponse(
                        conflict=convert.to_conflict(wanted.collection, conflict),
                        resume_token=tokens.write_token(parameters, after),
                    )
                if len(rows) < _CONFLICTS_AT_ONCE:
                    await self._pause()
            raise stopping()
        finally:
            self._watches -= 1

    async def _pause(self) -> None:
        """Wait until it is time to look again or the server stops."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stop.wait(), WATCH_SECONDS)

    async def _put(
        self, collection: str, request: pb2.CreateDocumentRequest, field: str, call: Call
    ) -> pb2.CreateDocumentResponse:
        """Store one document; `field` is the path of its request, '' or ending with a dot."""
        request_id = check_request_id(f"{field}request_id", request.request_id)
        document = convert.read_document(field, request)
        try:
            outcome, stored, claims = await self._runner.run(
                call, lambda: self._engine.ingester.put(collection, document, call, request_id)
            )
        except Exception:
            self._metrics.document_ingested("failed")
            raise
        self._metrics.document_ingested(outcome.value, 0 if outcome is PutOutcome.UNCHANGED else claims)
        return convert.to_created(collection, outcome, stored, claims)

    async def _put_item(
        self, parent: str, request: pb2.CreateDocumentRequest, field: str, call: Call
    ) -> pb2.BatchCreateDocumentsResult:
        """Store one document of several; a failure of its own is its result."""
        try:
            if request.parent not in ("", parent):
                raise invalid(f"{field}parent", f"differs from {parent!r}; leave it empty or give the same")
            collection = names.read_collection("parent", parent)
            return pb2.BatchCreateDocumentsResult(response=await self._put(collection, request, field, call))
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                logger.error("storing a document failed", exc_info=error)
                failure = internal_failure()
            if failure.reason in _FATAL:
                raise
            return pb2.BatchCreateDocumentsResult(error=to_item_error(failure))

    def _list_collections(self, limit: int, after: str) -> list[str]:
        """Ids after `after` in order: the store's or, where the caller's token names collections, those."""
        grant = current_grant.get()
        if grant is None or grant.collections is None:
            return self._store.list_collections(limit, after)
        return sorted(collection for collection in grant.collections if collection > after)[:limit]

    def _read_collection(self, collection: str) -> resources_pb2.Collection:
        return convert.to_collection(collection, self._store.stats(collection))

    def _read_documents(
        self, collection: str, size: int, after: str, with_text: bool, call: Call
    ) -> tuple[list[resources_pb2.Document], str]:
        """A page of documents and the last one's id, '' where no more follow."""
        page: list[resources_pb2.Document] = []
        taken = 0
        while True:
            call.check()
            found = self._store.list_documents(collection, _ROWS_AT_ONCE, after)
            for document in found:
                message = convert.to_document(collection, document, with_text)
                taken += message.ByteSize()
                if page and (len(page) == size or taken > limits.MAX_PAGE_BYTES):
                    return page, after
                page.append(message)
                after = document.id
            if len(found) < _ROWS_AT_ONCE:
                return page, ""


def _read_filter(request: pb2.ListConflictsRequest | pb2.WatchConflictsRequest) -> _ConflictFilter:
    return _ConflictFilter(
        collection=names.read_collection("parent", request.parent),
        kind=convert.read_kind("kind", request.kind),
        min_confidence=check_confidence("min_confidence", request.min_confidence),
    )


def _count_import(
    response: pb2.ImportDocumentsResponse, index: int, document_id: str, result: pb2.BatchCreateDocumentsResult
) -> None:
    """Add one document's result to the answer."""
    if result.HasField("error"):
        response.failed_count += 1
        if len(response.failures) < limits.MAX_IMPORT_FAILURES:
            response.failures.add(index=index, document_id=document_id[: limits.MAX_ID_LENGTH], error=result.error)
    elif result.response.outcome == pb2.DOCUMENT_OUTCOME_UNCHANGED:
        response.unchanged_count += 1
    else:
        response.claim_count += result.response.claim_count
        if result.response.outcome == pb2.DOCUMENT_OUTCOME_CREATED:
            response.created_count += 1
        else:
            response.replaced_count += 1
