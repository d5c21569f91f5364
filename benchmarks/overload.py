#!/usr/bin/env python3
"""Ten times the capacity: those who are admitted are served as at capacity, the others are told when to come again.

First as many callers as the server has permits ask one claim after the other, which gives its capacity and the latency
there. Then claims are sent at ten times that rate whatever becomes of them. Prints both, the refusals and how many
said when to try again, the server's memory before and after, and what health answered meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from claimbase.v1 import verification_service_pb2_grpc
from claimbase_server.rpc.server import MAX_CALLS
from serving import Server, ingest_examples, new_claim, percentile, print_row

TIMES = 10
DEADLINE = 60.0  # seconds of each call


@dataclass
class Tally:
    """What became of the calls."""

    seconds: list[float] = field(default_factory=list)  # of each call that was answered
    codes: Counter[str] = field(default_factory=Counter)
    with_retry_info: int = 0  # of the refusals


async def check(stub: verification_service_pb2_grpc.VerificationServiceStub, number: int, tally: Tally) -> None:
    """Check one claim and note what became of it."""
    started = time.monotonic()
    try:
        await stub.CheckClaim(new_claim(number), timeout=DEADLINE)
    except grpc.aio.AioRpcError as error:
        tally.codes[error.code().name] += 1
        status = rpc_status.from_call(error)
        retry = error_details_pb2.RetryInfo.DESCRIPTOR
        tally.with_retry_info += bool(status) and any(detail.Is(retry) for detail in status.details)
    else:
        tally.codes["OK"] += 1
        tally.seconds.append(time.monotonic() - started)


async def at_capacity(address: str, numbers: count[int], seconds: float) -> tuple[Tally, float]:
    """As many callers as permits, each with one call at a time; the tally and answers a second."""
    tally = Tally()
    started = time.monotonic()

    async def ask(stub: verification_service_pb2_grpc.VerificationServiceStub) -> None:
        while time.monotonic() - started < seconds:
            await check(stub, next(numbers), tally)

    async with grpc.aio.insecure_channel(address) as channel:
        stub = verification_service_pb2_grpc.VerificationServiceStub(channel)
        await asyncio.gather(*(ask(stub) for _ in range(MAX_CALLS)))
    return tally, len(tally.seconds) / (time.monotonic() - started)


async def beyond_capacity(
    address: str, numbers: count[int], rate: float, seconds: float
) -> tuple[Tally, Counter[str], float]:
    """`rate` calls a second, sent whatever becomes of them; the tally, the health answers and the rate reached."""
    tally = Tally()
    health: Counter[str] = Counter()
    calls: set[asyncio.Task[None]] = set()

    async with grpc.aio.insecure_channel(address) as channel:
        stub = verification_service_pb2_grpc.VerificationServiceStub(channel)
        health_stub = health_pb2_grpc.HealthStub(channel)

        async def ask_health() -> None:
            while True:
                try:
                    answer = await health_stub.Check(health_pb2.HealthCheckRequest(), timeout=5.0)
                    health[health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)] += 1
                except grpc.aio.AioRpcError as error:
                    health[error.code().name] += 1
                await asyncio.sleep(0.5)

        asking = asyncio.create_task(ask_health())
        started = time.monotonic()
        sent = 0
        while (now := time.monotonic() - started) < seconds:
            while sent < rate * now:
                call = asyncio.create_task(check(stub, next(numbers), tally))
                calls.add(call)
                call.add_done_callback(calls.discard)
                sent += 1
            await asyncio.sleep(0.002)
        offered = sent / seconds
        asking.cancel()
        await asyncio.gather(*calls)
    return tally, health, offered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0, help="of the overload (default: %(default)s)")
    parser.add_argument("--model", help="another scorer than the bundled one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "claims.db", arguments.model) as server:
        ingest_examples(server.address)
        numbers = count(10_000)
        calm, capacity = asyncio.run(at_capacity(server.address, numbers, arguments.seconds / 4))
        before = server.memory()
        loaded, health, offered = asyncio.run(
            beyond_capacity(server.address, numbers, TIMES * capacity, arguments.seconds)
        )
        after = server.memory()
    print_row(["", "calls a s", "answered", "refused", "p50 ms", "p99 ms"])
    for name, rate, tally in (("at capacity", capacity, calm), (f"{TIMES} x capacity", offered, loaded)):
        quantiles = [1000 * percentile(tally.seconds, share) for share in (0.5, 0.99)]
        print_row([name, rate, tally.codes["OK"], tally.codes["RESOURCE_EXHAUSTED"], *quantiles])
    ratio = percentile(loaded.seconds, 0.99) / percentile(calm.seconds, 0.99)
    print(f"p99 of the admitted against p99 at capacity: {ratio:.2f}")
    print(f"codes under overload: {dict(loaded.codes)}; failures with RetryInfo: {loaded.with_retry_info}")
    print(f"memory before {before:.0f} MB, after {after:.0f} MB; health: {dict(health)}")


if __name__ == "__main__":
    main()
