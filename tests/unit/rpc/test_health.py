"""Health follows what the probe finds."""

import asyncio

import pytest
from grpc_health.v1 import health_pb2

from claimbase_server.rpc import health

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def test_probe_decides_for_every_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.001)
    failure: Exception | None = None

    def probe() -> None:
        if failure:
            raise failure

    async def statuses(subject: health.Health) -> set[int]:
        names = ("", "a.Service", "b.Service")
        answers = [await subject.servicer.Check(health_pb2.HealthCheckRequest(service=name), None) for name in names]
        return {answer.status for answer in answers}

    async def reach(subject: health.Health, status: int) -> None:
        while await statuses(subject) != {status}:
            await asyncio.sleep(0.001)

    async def use() -> None:
        nonlocal failure
        subject = health.Health(("a.Service", "b.Service"))
        await subject.set(False)
        assert await statuses(subject) == {NOT_SERVING}
        following = asyncio.create_task(subject.follow(probe, fatal=KeyError))
        await reach(subject, SERVING)
        failure = OSError("the disk is gone")
        await reach(subject, NOT_SERVING)
        failure = None
        await reach(subject, SERVING)
        failure = KeyError("the model is dead")
        with pytest.raises(KeyError):
            await following
        assert await statuses(subject) == {NOT_SERVING}

    asyncio.run(asyncio.wait_for(use(), 60))
