"""The health check that the container runs, against a real gRPC health servicer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from claimbase_client.healthcheck import main

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def servicer() -> health.HealthServicer:
    return health.HealthServicer()


@pytest.fixture
def address(servicer: health.HealthServicer) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(grace=None).wait()


def test_serving_is_exit_status_zero(servicer: health.HealthServicer, address: str) -> None:
    servicer.set("", SERVING)
    assert main([address]) == 0


def test_not_serving_is_told_from_unreachable(
    servicer: health.HealthServicer, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    servicer.set("", NOT_SERVING)
    assert main([address]) == 1
    assert "not serving" in capsys.readouterr().err
    assert main(["127.0.0.1:1", "--timeout", "0.2"]) == 1
    assert "did not answer" in capsys.readouterr().err


def test_one_service_can_be_asked_for(servicer: health.HealthServicer, address: str) -> None:
    servicer.set("", SERVING)
    servicer.set("claimbase.v1.VerificationService", NOT_SERVING)
    assert main([address, "--service", "claimbase.v1.VerificationService"]) == 1
    assert main([address, "--service", "claimbase.v1.Unknown"]) == 1
