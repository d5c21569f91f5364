"""VerificationService: checks, and the parts of a check."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from claimbase.v1 import verification_service_pb2 as pb2
from claimbase.v1 import verification_service_pb2_grpc as pb2_grpc
from claimbase_models.protocols import TextTooLong
from claimbase_server.batcher import await_scores
from claimbase_server.call import Call
from claimbase_server.extract import extract_claims
from claimbase_server.observe.metrics import Metrics
from claimbase_server.rpc import convert, limits, names, tokens
from claimbase_server.rpc.engine import Engine
from claimbase_server.rpc.errors import failure_of, internal_failure, invalid, not_found, to_item_error
from claimbase_server.rpc.runner import BATCH_SECONDS, Runner
from claimbase_server.rpc.validation import check_count, check_line, check_new_id, check_page_size, check_text
from claimbase_server.rpc.watches import Watches
from claimbase_server.types import CheckResult, Document, VerdictChange

logger = logging.getLogger("claimbase.rpc")
Context = Any  # grpc.aio.ServicerContext of the method's messages
Answer = pb2.StreamCheckClaimsResponse


class VerificationServicer(pb2_grpc.VerificationServiceServicer):
    """Validates requests, runs the engine and converts its answers."""

    def __init__(self, engine: Engine, runner: Runner, watches: Watches, metrics: Metrics) -> None:
        self._engine = engine
        self._store = engine.store
        self._runner = runner
        self._watches = watches
        self._metrics = metrics

    async def CheckClaim(self, request: pb2.CheckClaimRequest, context: Context) -> pb2.CheckClaimResponse:
        collection = names.read_collection("parent", request.parent)
        claim = check_text("claim", request.claim, limits.MAX_CLAIM_LENGTH)
        with self._runner.admit(context) as call:
            return pb2.CheckClaimResponse(result=await self._check(collection, claim, call))

    async def BatchCheckClaims(
        self, request: pb2.BatchCheckClaimsRequest, context: Context
    ) -> pb2.BatchCheckClaimsResponse:
        collection = names.read_collection("parent", request.parent)
        check_count("claims", request.claims, limits.MAX_BATCH_CLAIMS)
        claims = [
            check_text(f"claims[{index}]", claim, limits.MAX_CLAIM_LENGTH) for index, claim in enumerate(request.claims)
        ]
        with self._runner.admit(context, BATCH_SECONDS) as call:
            results = await self._runner.run(call, lambda: self._engine.checker.check_many(collection, claims, call))
        return pb2.BatchCheckClaimsResponse(results=[self._to_result(collection, result) for result in results])

    async def StreamCheckClaims(
        self, request_iterator: AsyncIterator[pb2.StreamCheckClaimsRequest], context: Context
    ) -> AsyncIterator[Answer]:
        with self._runner.admit(context, seconds=None) as call:
            slots = asyncio.Semaphore(limits.MAX_STREAM_IN_FLIGHT)
            answers: asyncio.Queue[asyncio.Task[Answer] | None] = asyncio.Queue()
            tasks: set[asyncio.Task[Answer]] = set()

            async def read() -> None:
                parent = ""
                try:
                    async for request in request_iterator:
                        parent = request.parent or parent
                        await slots.acquire()
                        task = asyncio.create_task(self._answer(parent, request, call))
                        tasks.add(task)
                        answers.put_nowait(task)
                finally:
                    answers.put_nowait(None)

            reader = asyncio.create_task(read())
            try:
                while (task := await answers.get()) is not None:
                    answer = await task
                    tasks.discard(task)
                    yield answer
                    slots.release()
                await reader
            finally:
                for pending in (reader, *tasks):
                    pending.cancel()

    async def CheckText(self, request: pb2.CheckTextRequest, context: Context) -> AsyncIterator[pb2.CheckTextResponse]:
        collection = names.read_collection("parent", request.parent)
        text = check_text("text", request.text, limits.MAX_DOCUMENT_LENGTH)
        with self._runner.admit(context, BATCH_SECONDS) as call:
            found = self._engine.checker.check_text(collection, text, call)
            while (checked := await self._runner.run(call, lambda: next(found, None))) is not None:
                claim, result = checked
                yield pb2.CheckTextResponse(claim=convert.to_claim(claim), result=self._to_result(collection, result))

    async def ExtractClaims(self, request: pb2.ExtractClaimsRequest, context: Context) -> pb2.ExtractClaimsResponse:
        text = check_text("text", request.text, limits.MAX_DOCUMENT_LENGTH)
        document = Document(id="", text=text, publish_time=convert.read_optional_time("publish_time", request))
        with self._runner.admit(context) as call:
            claims = await self._runner.run(call, lambda: extract_claims(document))
        return pb2.ExtractClaimsResponse(claims=[convert.to_claim(claim) for claim in claims])

    async def ScorePairs(self, request: pb2.ScorePairsRequest, context: Context) -> pb2.ScorePairsResponse:
        check_count("pairs", request.pairs, limits.MAX_PAIRS)
        pairs = convert.read_pairs(request)
        with self._runner.admit(context) as call:
            try:
                scored = await self._runner.run(
                    call, lambda: await_scores(self._engine.batcher.submit_pairs(pairs, call), call)
                )
            except TextTooLong as error:
                raise invalid("pairs", str(error), reason="TOO_LONG") from None
        return convert.to_scores(
            scored.probabilities, self._engine.scorer.info.revision, scored.queue_seconds, scored.infer_seconds
        )

    async def GetModel(self, request: pb2.GetModelRequest, context: Context) -> pb2.GetModelResponse:
        return pb2.GetModelResponse(
            scorer=convert.to_model(self._engine.scorer.info),
            embedder=convert.to_model(self._engine.embedder.info),
            thresholds=convert.to_thresholds(self._engine.scorer.thresholds),
            limits=convert.to_limits(),
        )

    async def CreateWatchedClaim(
        self, request: pb2.CreateWatchedClaimRequest, context: Context
    ) -> pb2.CreateWatchedClaimResponse:
        collection = names.read_collection("parent", request.parent)
        claim_id = check_new_id("watched_claim_id", request.watched_claim_id)
        claim = check_text("claim", request.claim, limits.MAX_CLAIM_LENGTH)
        with self._runner.admit(context) as call:
            watched = await self._runner.run(
                call, lambda: self._engine.watchlist.add(collection, claim, claim_id, call)
            )
        return pb2.CreateWatchedClaimResponse(watched_claim=convert.to_watched_claim(collection, watched))

    async def ListWatchedClaims(
        self, request: pb2.ListWatchedClaimsRequest, context: Context
    ) -> pb2.ListWatchedClaimsResponse:
        collection = names.read_collection("parent", request.parent)
        size = check_page_size(request.page_size)
        parameters = ("ListWatchedClaims", collection)
        after = tokens.read_key("page_token", request.page_token, parameters)
        with self._runner.admit(context) as call:
            found = await self._runner.run(call, lambda: self._store.list_watched_claims(collection, size + 1, after))
        return pb2.ListWatchedClaimsResponse(
            watched_claims=[convert.to_watched_claim(collection, claim) for claim in found[:size]],
            next_page_token=tokens.write_token(parameters, found[size - 1].id) if len(found) > size else "",
        )

    async def DeleteWatchedClaim(
        self, request: pb2.DeleteWatchedClaimRequest, context: Context
    ) -> pb2.DeleteWatchedClaimResponse:
        collection, claim_id = names.read_watched_claim("name", request.name)
        with self._runner.admit(context) as call:
            if not await self._runner.run(call, lambda: self._store.delete_watched_claim(collection, claim_id)):
                raise not_found("watched_claim", request.name)
        return pb2.DeleteWatchedClaimResponse()

    async def WatchVerdicts(
        self, request: pb2.WatchVerdictsRequest, context: Context
    ) -> AsyncIterator[pb2.WatchVerdictsResponse]:
        collection = names.read_collection("parent", request.parent)
        parameters = ("WatchVerdicts", collection)
        after = tokens.read_number("resume_token", request.resume_token, parameters, lifetime=None)

        def read(limit: int, after: int) -> list[tuple[int, VerdictChange]]:
            return self._store.list_verdict_changes(collection, limit, after)

        async with aclosing(self._watches.follow(read, after)) as found:
            async for row, change in found:
                yield pb2.WatchVerdictsResponse(
                    change=convert.to_verdict_change(collection, change),
                    resume_token=tokens.write_token(parameters, row),
                )

    async def _check(self, collection: str, claim: str, call: Call) -> pb2.CheckResult:
        result = await self._runner.run(call, lambda: self._engine.checker.check(collection, claim, call))
        return self._to_result(collection, result)

    async def _answer(self, parent: str, request: pb2.StreamCheckClaimsRequest, call: Call) -> Answer:
        """The answer to one message of a stream of checks; a failure of its own is its answer."""
        answer = Answer(id=request.id[: limits.MAX_ID_LENGTH])
        try:
            check_line("id", request.id, limits.MAX_ID_LENGTH)
            collection = names.read_collection("parent", parent)
            claim = check_text("claim", request.claim, limits.MAX_CLAIM_LENGTH)
            answer.result.CopyFrom(await self._check(collection, claim, call))
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                logger.error("checking a claim failed", exc_info=error)
                failure = internal_failure()
            answer.error.CopyFrom(to_item_error(failure))
        return answer

    def _to_result(self, collection: str, result: CheckResult) -> pb2.CheckResult:
        self._metrics.claim_checked(result)
        return convert.to_result(collection, result, self._engine.scorer.thresholds)
