"""Whatever a request holds: documented statuses only, no traceback, and nothing of another collection."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase_client import ClaimBase
from claimbase_server.rpc import limits

SERVICES = [
    service for file in (base_pb2.DESCRIPTOR, check_pb2.DESCRIPTOR) for service in file.services_by_name.values()
]
METHODS = {f"/{service.full_name}/{method.name}": method for service in SERVICES for method in service.methods}
DOCUMENTED = {
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.DEADLINE_EXCEEDED,  # of the watch, which has no other end
}
SECRET = "Zyxwvut"  # a word of the other collection alone
FIELD = FieldDescriptor

nasty = st.sampled_from([
    "", " ", "\0", "a\0b", "\x1b[2J", "\ud7ff\ue000\ufffe", "\u202e\u200b", "😀" * 50, '"', "'; DROP TABLE claims; --",
    '" OR "a"*', "NEAR(a b, 2)", "a AND NOT b", "text:a", "^a*", "{a b}", "(((", "%00", "%", "_", "\\",
    "a:* & !b | <->", "{}", "{0.__class__}", "%s%n", "../../etc/passwd", "1,1,1,1", "9" * 400, "٣٤",
    "½", "1e999 people died",
    "$" * 99,
    "On 31 February 0000 -1 people died.", "In 99999 BC at 25:61 o'clock 10 died.", "-" * 1000, "a " * 3000,
    "“" * 200, "He said that " * 100 + "it rained.", "x" * (limits.MAX_CLAIM_LENGTH + 1), f"{SECRET[:3]}*",
])  # fmt: skip
texts = st.one_of(
    nasty, st.text(max_size=80), st.text(alphabet='"*()^:-+ andornotNEAR0123456789,.%$\t\n', max_size=200)
)
NUMBERS = {
    FIELD.CPPTYPE_INT32: st.one_of(st.sampled_from([0, 1, -1, 2**31 - 1, -(2**31)]), st.integers(-(2**31), 2**31 - 1)),
    FIELD.CPPTYPE_INT64: st.one_of(st.sampled_from([0, -1, 2**63 - 1, -(2**63)]), st.integers(-(2**63), 2**63 - 1)),
    FIELD.CPPTYPE_DOUBLE: st.floats(),
    FIELD.CPPTYPE_ENUM: st.one_of(st.integers(0, 9), st.sampled_from([-1, 99, 2**31 - 1, -(2**31)])),
    FIELD.CPPTYPE_BOOL: st.booleans(),
}


def messages(described: Descriptor, name: str, depth: int = 0) -> st.SearchStrategy[Any]:
    """Any message of a type; names of resources are often real ones of the collection `name`."""
    make: Any = GetMessageClass(described)
    fields = {field.name: values(field, name, depth) for field in described.fields}
    return st.fixed_dictionaries({}, optional=fields).map(lambda found: make(**found))


def values(field: FieldDescriptor, name: str, depth: int) -> st.SearchStrategy[Any]:
    if field.message_type is not None:
        one = messages(field.message_type, name, depth + 1)
    elif field.cpp_type == FIELD.CPPTYPE_STRING:
        one = st.one_of(st.just(name), st.just(f"{name}/documents/d"), texts) if field.name in NAMED else texts
        if field.name == "parent":
            one = st.one_of(st.just(name), one)
    else:
        one = NUMBERS[field.cpp_type]
    return st.lists(one, max_size=3) if field.is_repeated else one


NAMED = ("parent", "name")


@pytest.fixture(scope="module")
def hostile(start_service: Callable[..., Any]) -> tuple[str, str]:
    """The address of a server, and the name of a collection beside one that holds a secret."""
    service = start_service()
    mine, other = (f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("mine", "other"))
    for collection in (mine, other):
        service.engine.store.create_collection(collection)
    with ClaimBase(service.address, collection=other) as base:
        base.create_document(f"In {SECRET} 12 people died on Monday. In {SECRET} 18 people died.", title=SECRET)
    return service.address, f"collections/{mine}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("method", METHODS)
def test_hostile_requests(hostile: tuple[str, str], method: str, caplog: pytest.LogCaptureFixture) -> None:
    address, name = hostile
    described = METHODS[method]
    caplog.set_level(logging.INFO)
    answered: set[grpc.StatusCode] = set()

    with grpc.insecure_channel(address) as channel:

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(st.lists(messages(described.input_type, name), min_size=1, max_size=3))
        def send(requests: list[Any]) -> None:
            code, seen = call(channel, method, requests)
            answered.add(code)
            assert code in DOCUMENTED, (code, seen)
            assert "Traceback" not in seen
            assert SECRET not in seen or SECRET in str(requests)

        send()
    logged = [record for record in caplog.records if record.name.startswith("claimbase")]
    assert [record.getMessage() for record in logged if record.exc_info or record.levelno >= logging.ERROR] == []
    assert not any("Traceback" in record.getMessage() or SECRET in record.getMessage() for record in logged)
    assert answered


def call(channel: grpc.Channel, method: str, requests: list[Any]) -> tuple[grpc.StatusCode, str]:
    """The status of a call and all that its answers and its error say."""
    described = METHODS[method]
    kind = (
        f"{'stream' if described.client_streaming else 'unary'}_{'stream' if described.server_streaming else 'unary'}"
    )
    send = getattr(channel, kind)(
        method,
        request_serializer=type(requests[0]).SerializeToString,
        response_deserializer=GetMessageClass(described.output_type).FromString,
    )
    seen: list[Any] = []
    timeout = 0.5 if method.endswith("WatchConflicts") else 120
    try:
        answer = send(iter(requests) if described.client_streaming else requests[0], timeout=timeout)
        seen.extend(answer if described.server_streaming else [answer])
    except grpc.RpcError as error:
        return error.code(), f"{seen} {error.details()} {error.trailing_metadata()}"
    return grpc.StatusCode.OK, str(seen)
