"""Start, health, reflection, overload, retries, logs and shutdown."""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from claimbase_client import Cancelled, ClaimBase, Internal, NotFound, ResourceExhausted, Unavailable
from claimbase_server.rpc.listener import Listener, ListenError
from claimbase_server.rpc.server import RpcServer
from claimbase_server.store.base import StoreUnavailable

SERVICES = ("claimbase.v1.ClaimBaseService", "claimbase.v1.VerificationService")
SERVING = health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("service_name", ["", *SERVICES])
def test_every_service_is_healthy(channel: grpc.Channel, service_name: str) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    assert stub.Check(health_pb2.HealthCheckRequest(service=service_name)).status == SERVING


def test_reflection_lists_the_services(channel: grpc.Channel) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    answer = next(stub.ServerReflectionInfo(iter([request])))
    names = {service.name for service in answer.list_services_response.service}
    assert {*SERVICES, "grpc.health.v1.Health"} <= names


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.org:0"])
def test_other_machines_are_kept_out_unless_allowed(listen: str) -> None:
    with pytest.raises(ListenError, match="insecure"):
        Listener(listen)


def test_insecure_flag_opens_other_addresses(service: Any) -> None:
    async def make() -> str:
        server = RpcServer(service.engine, Listener("0.0.0.0:0", insecure=True))
        await server.stop(0)
        return server.address

    assert not service.run(make()).endswith(":0")


@pytest.mark.parametrize("listen", ["", "50051", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(ListenError, match="host:port"):
        Listener(listen)


def test_a_taken_port_is_refused(service: Any) -> None:
    async def make() -> None:
        RpcServer(service.engine, Listener(service.address))

    with pytest.raises(ListenError, match="taken"):
        service.run(make())


@pytest.fixture
def narrow(start_service: Callable[..., Any], collection: str) -> Iterator[tuple[ClaimBase, Callable[[], None]]]:
    """A client of a server with one permit, which an open stream holds until the function is called."""
    service = start_service(max_calls=1)
    release = threading.Event()

    def ask() -> Iterator[tuple[str, str]]:
        yield "first", "It rained."
        release.wait(30)

    with ClaimBase(service.address, collection=collection) as base:
        stream = base.stream_check_claims(ask())
        next(stream)

        def free() -> None:
            release.set()
            assert list(stream) == []

        yield base, free
        release.set()


def test_overload_is_refused_with_a_delay_and_health_still_answers(
    narrow: tuple[ClaimBase, Callable[[], None]],
) -> None:
    base, free = narrow
    with pytest.raises(ResourceExhausted) as caught:
        base.delete_document("a")  # a delete is not tried again
    assert (caught.value.reason, caught.value.retry_delay) == ("SERVER_BUSY", 1.0)
    stub = health_pb2_grpc.HealthStub(base._channel)
    assert stub.Check(health_pb2.HealthCheckRequest()).status == SERVING
    free()
    with pytest.raises(NotFound):
        base.delete_document("a")


def test_a_read_waits_out_the_overload(narrow: tuple[ClaimBase, Callable[[], None]]) -> None:
    base, free = narrow
    timer = threading.Timer(0.3, free)
    timer.start()
    assert list(base.list_documents()) == []
    timer.join()


def test_fault_of_the_service_shows_no_cause_and_is_logged(
    base: ClaimBase, service: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(service.engine.store, "get_document", fail)
    with pytest.raises(Internal) as caught:
        base.get_document("a")
    assert "secret" not in caught.value.message
    assert "ZeroDivisionError" not in caught.value.message
    assert len([record for record in caplog.records if record.exc_info and record.name == "claimbase.rpc"]) == 1


def test_store_that_cannot_serve_is_unavailable(base: ClaimBase, service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailable("the disk is full: free some space")

    monkeypatch.setattr(service.engine.store, "delete_document", fail)
    with pytest.raises(Unavailable, match="the disk is full: free some space") as caught:
        base.delete_document("a")
    assert (caught.value.reason, caught.value.retry_delay) == ("STORE_UNAVAILABLE", 5.0)


def test_every_call_is_logged_with_the_callers_request_id(
    channel: grpc.Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="claimbase.rpc")
    send = channel.unary_unary("/claimbase.v1.VerificationService/GetModel")
    _, call = send.with_call(b"", metadata=(("x-request-id", "abc-1"),))
    assert ("x-request-id", "abc-1") in [tuple(item) for item in call.trailing_metadata()]
    _, call = send.with_call(b"", metadata=(("x-request-id", "two words"),))
    assert dict(call.trailing_metadata())["x-request-id"] != "two words"
    lines = [record.fields for record in caplog.records if record.getMessage() == "call"]
    # A call that failed in the test before may be logged only now, since its answer goes out first.
    assert [line["code"] for line in lines if line["method"] == "claimbase.v1.VerificationService/GetModel"] == [
        "OK"
    ] * 2


def test_stopping_ends_watches_and_lets_calls_finish(
    start_service: Callable[..., Any], collection: str, store_conflict: Callable[[], None]
) -> None:
    service = start_service()
    store_conflict()
    with ClaimBase(service.address, collection=collection) as base:
        watch = base.watch_conflicts(timeout=60)
        next(watch)
        answers = base.check_text("It rained in Porto Alto on Monday. The river rose by two metres on Tuesday.")
        next(answers)
        stopping = threading.Thread(target=service.stop, args=(30.0,))
        stopping.start()
        with pytest.raises(Unavailable) as caught:
            next(watch)
        assert caught.value.reason == "SERVER_STOPPING"
        assert len(list(answers)) == 1
        stopping.join(30)
        assert not stopping.is_alive()
        with pytest.raises(Unavailable):
            base.delete_document("a")


def test_a_server_that_is_gone_is_unavailable_at_once(start_service: Callable[..., Any]) -> None:
    service = start_service()
    with ClaimBase(service.address) as base:
        base.get_model()
        service.stop()
        for call in (base.get_model, lambda: base.delete_document("a"), lambda: next(base.watch_conflicts(timeout=20))):
            with pytest.raises(Unavailable):
                call()


def test_sigterm_drains_and_exits_cleanly(models: Path, tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys\n"
        "from claimbase_models import bundled\n"
        "from claimbase_server import main\n"
        "from claimbase_server.rpc.listener import Listener\n"
        "from claimbase_server.rpc.server import serve\n"
        "bundled.WEIGHTS = main.WEIGHTS = pathlib.Path(sys.argv[1])\n"
        "engine = main.build_engine(main.Settings(base=sys.argv[2], threads=1))\n"
        "asyncio.run(serve(engine, Listener('127.0.0.1:0')))\n"
        "engine.close()\n"
    )
    command = [sys.executable, "-c", program, str(models), str(tmp_path / "claims.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"listening on (127\.0\.0\.1:\d+)\n", line)
        assert found, f"{line!r} {process.stderr and process.stderr.read()}"
        with ClaimBase(found.group(1)) as base:
            release = threading.Event()

            def ask() -> Iterator[tuple[str, str]]:
                yield "before", "It rained."
                release.wait(60)
                yield "after", "It rained."

            answers = base.stream_check_claims(ask())
            assert next(answers).id == "before"
            process.send_signal(signal.SIGTERM)
            with pytest.raises((Unavailable, Cancelled)):
                _delete_without_end(base)
            release.set()
            assert [answer.id for answer in answers] == ["after"]
        assert process.wait(60) == 0
        assert "Traceback" not in process.stderr.read()  # type: ignore[union-attr]


def _delete_without_end(base: ClaimBase) -> None:
    """Call until the server refuses calls."""
    while True:
        with suppress(NotFound):
            base.delete_document("a")
