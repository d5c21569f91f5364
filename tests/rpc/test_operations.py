"""What an operator sees of a server process: metrics, traces, logs, health, and how it bears faults."""

from __future__ import annotations

import json
import resource
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest
import torch
from grpc_health.v1 import health_pb2, health_pb2_grpc
from safetensors.torch import load_file, save_file

from claimbase.v1 import claim_base_service_pb2_grpc as base_grpc
from claimbase.v1 import verification_service_pb2 as pb2
from claimbase.v1 import verification_service_pb2_grpc as pb2_grpc
from claimbase_client import ClaimBase, DeadlineExceeded, Internal, Unavailable, new_document
from claimbase_server.store.sqlite import SqliteStore

from .processes import SECONDS, ServerProcess, wait_until

SERVICES = ("", "claimbase.v1.ClaimBaseService", "claimbase.v1.VerificationService")
TEXT = "Eighteen people died in the derailment of tram 4 in Porto Alto on Friday."


@pytest.fixture(scope="module")
def start(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ServerProcess]]:
    """Starts server processes; those that still run at the end are killed."""
    started: list[ServerProcess] = []

    def begin(*flags: str, **options: Any) -> ServerProcess:
        started.append(ServerProcess(models, tmp_path_factory.mktemp("server"), *flags, **options))
        return started[-1]

    yield begin
    for server in started:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def server(start: Callable[..., ServerProcess]) -> ServerProcess:
    """A server with JSON logs and traces on its standard output, and one document."""
    server = start("--log-format", "json", OTEL_TRACES_EXPORTER="console", OTEL_BSP_SCHEDULE_DELAY="100")
    with ClaimBase(server.await_start(), timeout=SECONDS) as base:
        base.create_document(TEXT, document_id="d1")
    return server


@pytest.fixture
def base(server: ServerProcess) -> Iterator[ClaimBase]:
    with ClaimBase(server.await_start(), timeout=SECONDS) as base:
        yield base


def fresh_claim() -> str:
    """A claim that no cache knows."""
    return f"{uuid.uuid4().int} people died in Porto Alto."


def healths(server: ServerProcess) -> set[int]:
    with grpc.insecure_channel(server.await_start()) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        asked = (health_pb2.HealthCheckRequest(service=service) for service in SERVICES)
        return {stub.Check(request, timeout=SECONDS).status for request in asked}


def test_metrics_tell_of_a_check_and_of_the_base(server: ServerProcess, base: ClaimBase) -> None:
    method = "claimbase.v1.VerificationService/CheckClaim"
    before = server.metric("claimbase_verdicts_total")
    base.check_claim(fresh_claim())
    assert server.metric("claimbase_verdicts_total") == before + 1
    assert server.metric("claimbase_rpcs_total", method=method, code="OK") == before + 1
    assert server.metric("claimbase_rpc_seconds_count", method=method) == before + 1
    assert server.metric("claimbase_rpcs_in_flight") == 0
    for stage in ("check", "embed", "retrieve", "queue", "infer", "judge", "extract", "conflicts", "store"):
        assert server.metric("claimbase_stage_seconds_count", stage=stage) >= 1, stage
    for kind in ("pairs", "texts"):
        assert server.metric("claimbase_model_tokens_total", kind=kind) > 0
        assert server.metric("claimbase_model_seconds_total", kind=kind) > 0
        assert server.metric("claimbase_queue_depth", kind=kind) == 0
    assert server.metric("claimbase_documents_ingested_total", outcome="created") == 1
    assert server.metric("claimbase_claims") == server.metric("claimbase_claims_ingested_total") == 1
    assert server.metric("claimbase_serving") == 1


def read_spans(text: str) -> list[dict[str, Any]]:
    """The JSON objects that follow one another after the first line; one that is not whole yet is left out."""
    rest = text.partition("\n")[2].lstrip()
    spans = []
    while rest:
        try:
            span, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            break
        spans.append(span)
        rest = rest[end:].lstrip()
    return spans


def test_a_check_is_one_trace_of_the_callers(server: ServerProcess) -> None:
    trace, parent = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    with grpc.insecure_channel(server.await_start()) as channel:
        request = pb2.CheckClaimRequest(parent="collections/default", claim=fresh_claim())
        metadata = (("traceparent", f"00-{trace}-{parent}-01"),)
        pb2_grpc.VerificationServiceStub(channel).CheckClaim(request, metadata=metadata, timeout=SECONDS)

    def ours() -> dict[str, dict[str, Any]]:
        spans = (span for span in read_spans(server.out) if span["context"]["trace_id"] == f"0x{trace}")
        return {span["name"]: span for span in spans}

    method = "claimbase.v1.VerificationService/CheckClaim"
    wait_until(lambda: method in ours(), "the trace")
    spans = ours()
    assert set(spans) == {method, "check", "retrieve", "embed", "queue", "infer", "judge"}
    assert spans[method]["parent_id"] == f"0x{parent}"
    assert spans[method]["attributes"]["rpc.grpc.status_code"] == 0
    within = {"check": method, "retrieve": "check", "embed": "retrieve", "queue": "check", "judge": "check"}
    for name, outer in within.items():
        assert spans[name]["parent_id"] == spans[outer]["context"]["span_id"], name
        assert spans[outer]["start_time"] <= spans[name]["start_time"] <= spans[name]["end_time"], name


def test_a_log_line_names_the_call_and_keeps_its_text_out(server: ServerProcess) -> None:
    claim = fresh_claim()
    with grpc.insecure_channel(server.await_start()) as channel:
        check = pb2_grpc.VerificationServiceStub(channel).CheckClaim
        request = pb2.CheckClaimRequest(parent="collections/default", claim=claim)
        _, call = check.with_call(request, metadata=(("x-request-id", "a-1"),), timeout=SECONDS)
        assert ("x-request-id", "a-1") in [tuple(item) for item in call.trailing_metadata()]
    wait_until(lambda: any(line.get("request_id") == "a-1" for line in server.log()), "the line")
    (line,) = [line for line in server.log() if line.get("request_id") == "a-1"]
    assert (line["level"], line["code"]) == ("INFO", "OK")
    assert line["method"] == "claimbase.v1.VerificationService/CheckClaim"
    assert line["ms"] > 0
    assert "127.0.0.1" in line["caller"]
    assert claim.split()[0] not in server.err


def test_nothing_is_computed_for_callers_that_have_gone(server: ServerProcess, base: ClaimBase) -> None:
    dropped, computed = (
        server.metric(f"claimbase_{name}_total", kind="texts") for name in ("dropped", "model_entries")
    )
    with server.fault("hold"):
        staying: list[Any] = []
        claim = fresh_claim()
        waiting = threading.Thread(target=lambda: staying.append(base.check_claim(claim)))
        waiting.start()
        wait_until((server.faults / "held").exists, "the worker to be busy with the pairs of the first claim")
        with pytest.raises(DeadlineExceeded):
            base.check_claim(fresh_claim(), timeout=1.0)
        with grpc.insecure_channel(server.await_start()) as channel:
            request = pb2.CheckClaimRequest(parent="collections/default", claim=fresh_claim())
            given_up = pb2_grpc.VerificationServiceStub(channel).CheckClaim.future(request)
            wait_until(lambda: server.metric("claimbase_queue_depth", kind="texts") == 2, "the call")
            given_up.cancel()
            wait_until(lambda: server.metric("claimbase_rpcs_in_flight") == 1, "the cancellation")
    waiting.join(SECONDS)
    assert len(staying) == 1
    wait_until(lambda: server.metric("claimbase_dropped_total", kind="texts") == dropped + 2, "the drop")
    assert server.metric("claimbase_model_entries_total", kind="texts") == computed + 1


@pytest.mark.parametrize("fault", ["fail", "nan"])
def test_a_failing_model_answers_clearly_is_not_serving_and_recovers(
    server: ServerProcess, base: ClaimBase, fault: str
) -> None:
    with server.fault(fault):
        with pytest.raises(Internal, match="the model failed on this input") as caught:
            base.check_claim(fresh_claim())
        assert caught.value.reason == "MODEL_FAILED"
        wait_until(lambda: healths(server) == {health_pb2.HealthCheckResponse.NOT_SERVING}, "NOT_SERVING")
        assert server.metric("claimbase_serving") == 0
        assert base.get_document("d1").text == TEXT
    wait_until(lambda: healths(server) == {health_pb2.HealthCheckResponse.SERVING}, "SERVING")
    base.check_claim(fresh_claim())


def test_a_full_disk_refuses_writes_and_still_reads(server: ServerProcess, base: ClaimBase) -> None:
    log = Path(f"{server.base}-wal").stat().st_size
    free = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (log, free[1]))
    try:
        with grpc.insecure_channel(server.await_start()) as channel:  # the client would try again and again
            create = base_grpc.ClaimBaseServiceStub(channel).CreateDocument
            request = new_document("Nine people died in Porto Alto on Monday.", document_id="d2")
            request.parent = "collections/default"
            with pytest.raises(grpc.RpcError, match=r"is full: .* nothing was stored") as caught:
                create(request, timeout=SECONDS)
            assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert base.get_document("d1").text == TEXT
        base.check_claim(fresh_claim())
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, free)
    assert [document.name for document in base.list_documents()] == ["collections/default/documents/d1"]
    base.create_document("Nine people died in Porto Alto on Monday.", document_id="d2")


def test_a_second_server_on_one_file_is_refused(server: ServerProcess, start: Callable[..., ServerProcess]) -> None:
    second = start(base=server.base)
    assert second.process.wait(SECONDS) == 1
    assert "is open in another claimbase process" in second.err
    assert second.out == ""


def test_a_damaged_base_is_refused_and_left_alone(start: Callable[..., ServerProcess], tmp_path: Path) -> None:
    base = tmp_path / "claims.db"
    with closing(SqliteStore(str(base))):
        pass
    content = base.read_bytes()
    damaged = content[:100] + b"\xff" * (len(content) - 100)
    base.write_bytes(damaged)
    server = start(base=base)
    assert server.process.wait(SECONDS) == 1
    assert "claims.db is damaged: restore a copy of it" in server.err
    assert base.read_bytes() == damaged


def test_a_model_of_nan_is_refused(models: Path, start: Callable[..., ServerProcess], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in (models / "scorer").iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    weights = load_file(broken / "model.safetensors")
    save_file(
        {name: torch.full_like(tensor, torch.nan) for name, tensor in weights.items()},
        broken / "model.safetensors",
        {"format": "pt"},
    )
    server = start("--model", str(broken))
    assert server.process.wait(SECONDS) == 2
    assert server.err.splitlines()[-1].startswith("claimbase: broken answers with numbers that are not finite")


def test_a_dead_worker_ends_the_process(start: Callable[..., ServerProcess]) -> None:
    server = start("--log-texts")
    with ClaimBase(server.await_start(), timeout=SECONDS) as base:
        base.create_document(TEXT)
        assert TEXT in server.err
        with server.fault("die"):
            with pytest.raises(Unavailable):
                base.check_claim(fresh_claim())
            assert server.process.wait(SECONDS) == 1
    assert "claimbase: the batcher's worker died" in server.err


def test_sigterm_under_load_finishes_what_was_admitted(start: Callable[..., ServerProcess]) -> None:
    server = start("--log-format", "json")
    address = server.await_start()
    codes: list[grpc.StatusCode] = []
    with ClaimBase(address, timeout=SECONDS) as base:
        base.create_document(TEXT)

    def ask() -> None:
        with grpc.insecure_channel(address) as channel:
            check = pb2_grpc.VerificationServiceStub(channel).CheckClaim
            while True:
                request = pb2.CheckClaimRequest(parent="collections/default", claim=fresh_claim())
                try:
                    check(request, timeout=SECONDS)
                except grpc.RpcError as error:
                    codes.append(error.code())
                    return
                codes.append(grpc.StatusCode.OK)

    callers = [threading.Thread(target=ask) for _ in range(6)]
    for caller in callers:
        caller.start()
    wait_until(lambda: len(codes) >= 12, "some answers")
    assert server.stop() == 0
    for caller in callers:
        caller.join(SECONDS)
    refused = [code for code in codes if code is not grpc.StatusCode.OK]
    assert refused == [grpc.StatusCode.UNAVAILABLE] * 6
    # Every call that was begun has ended well: the log has no other code.
    assert {line["code"] for line in server.log() if line["message"] == "call"} == {"OK"}
