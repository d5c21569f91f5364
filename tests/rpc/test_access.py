"""Scopes and collections: what each token may call, on every method."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import claim_base_service_pb2_grpc as base_grpc
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase_client import ClaimBase, ResourceExhausted, Unauthenticated, new_document
from claimbase_server.rpc import limits
from claimbase_server.rpc.access import RULES
from claimbase_server.rpc.pace import BURST_SECONDS, Pace
from claimbase_server.rpc.token_file import Scope, new_token, write_line

METHODS = {
    f"/{service.full_name}/{method.name}": method
    for file in (base_pb2.DESCRIPTOR, check_pb2.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
}
SCOPES = tuple(Scope)


class Gate:
    """A server with tokens: one a scope, one with all, and one that is kept to the collection 'mine'."""

    def __init__(self, path: Path) -> None:
        self.path = path
        suffix = uuid.uuid4().hex[:8]
        self.mine, self.other = f"mine-{suffix}", f"other-{suffix}"
        self.tokens = {scope.value: self.add(scope.value, (scope,)) for scope in SCOPES}
        self.tokens["all"] = self.add("all", SCOPES)
        self.tokens["mine"] = self.add("mine", SCOPES, self.mine)
        self.address = ""

    def add(self, name: str, scopes: tuple[Scope, ...], *collections: str) -> str:
        token, grant = new_token(name, scopes, collections)
        with self.path.open("a") as file:
            file.write(write_line(grant) + "\n")
        return token

    def client(self, token: str, collection: str = "") -> ClaimBase:
        return ClaimBase(self.address, collection=collection or self.mine, token=self.tokens[token])


@pytest.fixture(scope="module")
def gate(start_service: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Gate:
    found = Gate(tmp_path_factory.mktemp("gate") / "tokens.jsonl")
    service = start_service(tokens=found.path)
    found.address = service.address
    for collection in (found.mine, found.other):
        service.engine.store.create_collection(collection)
    with found.client("all", found.other) as base:
        base.create_document("It rained in Porto Alto on Monday.", document_id="d")
    return found


@pytest.fixture
def channel(gate: Gate) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(gate.address) as found:
        yield found


def call(channel: grpc.Channel, method: str, request: Message, token: str) -> grpc.StatusCode:
    """The status of one call with one message."""
    described = METHODS[method]
    kind = {(False, False): "unary_unary", (False, True): "unary_stream", (True, False): "stream_unary"}.get(
        (described.client_streaming, described.server_streaming), "stream_stream"
    )
    send = getattr(channel, kind)(method, request_serializer=type(request).SerializeToString)
    metadata = [("authorization", f"Bearer {token}")] if token else []
    try:
        answer = send(iter([request]) if described.client_streaming else request, timeout=30, metadata=metadata)
        if described.server_streaming:
            next(answer, None)
            answer.cancel()
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


def request_for(method: str, collection: str) -> Message:
    """A request that names a collection where the method has one, and is empty else."""
    request: Message = GetMessageClass(METHODS[method].input_type)()
    *path, field = RULES[method].field.split(".")
    owner: Any = request
    for part in path:
        owner = getattr(owner, part)
    if field:
        name = collection if field == "collection_id" else f"collections/{collection}"
        if method.endswith(("GetDocument", "DeleteDocument")):
            name += "/documents/d"
        setattr(owner, field, name + "/documents/d/claims/0" if method.endswith("GetClaim") else name)
    return request


def test_every_method_has_a_rule() -> None:
    ours = {method for method in RULES if method.startswith("/claimbase.")}
    assert ours == METHODS.keys()
    collections = {
        method
        for method, described in METHODS.items()
        if {"parent", "name", "collection_id", "request"} & set(described.input_type.fields_by_name)
    }
    assert {method for method, rule in RULES.items() if rule.field} == collections


@pytest.mark.parametrize("method", METHODS)
def test_a_method_asks_for_its_scope_and_no_other(gate: Gate, channel: grpc.Channel, method: str) -> None:
    denied = {
        scope
        for scope in SCOPES
        # 'nowhere': whoever gets through meets an error of another kind, and nothing is changed.
        if call(channel, method, request_for(method, "nowhere/x"), gate.tokens[scope.value])
        is grpc.StatusCode.PERMISSION_DENIED
    }
    wanted = RULES[method].scope
    assert denied == (set(SCOPES) - {wanted} if wanted is not None else set())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("token", ["", "claimbase_guess"])
def test_no_method_is_open_to_unknown_callers(channel: grpc.Channel, method: str, token: str) -> None:
    assert call(channel, method, request_for(method, "default"), token) is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", [method for method, rule in RULES.items() if rule.field])
def test_a_token_is_kept_to_its_collections(gate: Gate, channel: grpc.Channel, method: str) -> None:
    token = gate.tokens["mine"]
    for collection in (gate.other, "nowhere"):  # what exists elsewhere is not shown either
        assert call(channel, method, request_for(method, collection), token) is grpc.StatusCode.PERMISSION_DENIED
    if RULES[method].field != "collection_id":
        disguised = request_for(method, f"%{ord(gate.other[0]):x}{gate.other[1:]}")
        assert call(channel, method, disguised, token) is grpc.StatusCode.PERMISSION_DENIED


def test_only_collections_of_the_token_are_listed(gate: Gate) -> None:
    with gate.client("mine") as base:
        assert [found.name for found in base.list_collections(page_size=1)] == [f"collections/{gate.mine}"]
    with gate.client("all") as base:
        names = {found.name for found in base.list_collections(page_size=1)}
    assert {f"collections/{gate.mine}", f"collections/{gate.other}"} <= names


def test_every_message_of_a_stream_is_checked(gate: Gate, channel: grpc.Channel) -> None:
    send: Any = channel.stream_stream(
        "/claimbase.v1.VerificationService/StreamCheckClaims",
        request_serializer=check_pb2.StreamCheckClaimsRequest.SerializeToString,
        response_deserializer=check_pb2.StreamCheckClaimsResponse.FromString,
    )
    requests = [
        check_pb2.StreamCheckClaimsRequest(id=collection, parent=f"collections/{collection}", claim="It rained.")
        for collection in (gate.mine, gate.other)
    ]
    answers = send(iter(requests), metadata=[("authorization", f"bearer {gate.tokens['mine']}")])
    assert next(answers).id == gate.mine
    with pytest.raises(grpc.RpcError) as caught:
        next(answers)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert gate.other in caught.value.details()


def test_a_batch_cannot_reach_past_its_parent(gate: Gate, channel: grpc.Channel) -> None:
    document = new_document("It rained.", document_id="smuggled")
    document.parent = f"collections/{gate.other}"
    stub = base_grpc.ClaimBaseServiceStub(channel)
    metadata = [("authorization", f"Bearer {gate.tokens['mine']}")]
    batch = base_pb2.BatchCreateDocumentsRequest(parent=f"collections/{gate.mine}", requests=[document])
    assert "differs" in stub.BatchCreateDocuments(batch, metadata=metadata).results[0].error.message
    first = new_document("It rained.", document_id="fine")
    first.parent = f"collections/{gate.mine}"
    messages = [base_pb2.ImportDocumentsRequest(request=request) for request in (first, document)]
    with pytest.raises(grpc.RpcError) as caught:
        stub.ImportDocuments(iter(messages), metadata=metadata)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with gate.client("all", gate.other) as other:
        assert [found.name.rpartition("/")[2] for found in other.list_documents()] == ["d"]


def test_a_withdrawn_token_ends_its_stream(gate: Gate) -> None:
    kept = gate.path.read_text()
    token = gate.add("passing", (Scope.READ,))

    def ask() -> Iterator[tuple[str, str]]:
        yield "before", "It rained."
        gate.path.write_text(kept)
        yield "after", "It rained."

    with (
        ClaimBase(gate.address, collection=gate.mine, token=token) as base,
        pytest.raises(Unauthenticated, match="not known"),
    ):
        list(base.stream_check_claims(ask()))


def test_reflection_asks_for_a_token(gate: Gate, channel: grpc.Channel) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    with pytest.raises(grpc.RpcError) as caught:
        next(stub.ServerReflectionInfo(iter([request])))
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    metadata = [("authorization", f"Bearer {gate.tokens['write']}")]
    assert next(stub.ServerReflectionInfo(iter([request]), metadata=metadata)).list_services_response.service


def test_streams_of_one_caller_are_limited(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_STREAMS_A_CALLER", 1)
    done = threading.Event()

    def ask() -> Iterator[tuple[str, str]]:
        yield "first", "It rained."
        done.wait(30)

    with gate.client("read") as base, gate.client("all") as another:
        stream = base.stream_check_claims(ask())
        next(stream)
        with pytest.raises(ResourceExhausted, match="1 streams of this caller"):
            list(base.stream_check_claims([("a", "It rained.")]))
        assert len(list(another.stream_check_claims([("a", "It rained.")]))) == 1
        done.set()
        assert list(stream) == []
        assert len(list(base.stream_check_claims([("a", "It rained.")]))) == 1


def test_a_fast_stream_waits_until_its_rate_allows() -> None:
    now = [0.0]
    pace = Pace(128.0, clock=lambda: now[0])
    burst = int(128 * BURST_SECONDS)
    assert [pace.take(1) for _ in range(burst)] == [0.0] * burst
    assert pace.take(128) == 1.0
    now[0] = 60.0  # what was not taken in a quiet minute is not saved up
    assert pace.take(burst) == 0.0
    assert pace.take(1) == 1 / 128
