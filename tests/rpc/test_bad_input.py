"""What the server refuses, with which status, and which field it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import claim_base_service_pb2_grpc as base_grpc
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase.v1 import verification_service_pb2_grpc as check_grpc
from claimbase_client import ClaimBase, InvalidArgument, NotFound, new_document
from claimbase_server.rpc import limits

LONG_CLAIM = "a" * (limits.MAX_CLAIM_LENGTH + 1)
LONG_TEXT = "a" * (limits.MAX_DOCUMENT_LENGTH + 1)

Case = tuple[Callable[[ClaimBase], Any], str, str]
CASES: dict[str, Case] = {
    "empty claim": (lambda base: base.check_claim(""), "claim", "is empty"),
    "blank claim": (lambda base: base.check_claim(" \t\n\u2003"), "claim", "is blank"),
    "long claim": (
        lambda base: base.check_claim(LONG_CLAIM),
        "claim",
        f"has {len(LONG_CLAIM)} characters; the limit is {limits.MAX_CLAIM_LENGTH}",
    ),
    "NUL in claim": (lambda base: base.check_claim("It rained\x00."), "claim", r"U\+0000 at offset 9"),
    "escape in claim": (lambda base: base.check_claim("\x1b[31mIt rained."), "claim", r"U\+001B at offset 0"),
    "no claims": (lambda base: base.batch_check_claims([]), "claims", "is empty"),
    "many claims": (
        lambda base: base.batch_check_claims(["It rained."] * 101),
        "claims",
        "101 items; the limit is 100",
    ),
    "blank among claims": (lambda base: base.batch_check_claims(["It rained.", " "]), r"claims\[1\]", "is blank"),
    "empty text": (lambda base: list(base.check_text("")), "text", "is empty"),
    "long text": (lambda base: base.extract_claims(LONG_TEXT), "text", f"the limit is {limits.MAX_DOCUMENT_LENGTH}"),
    "empty document": (lambda base: base.create_document(""), r"document\.text", "is empty"),
    "long document": (lambda base: base.create_document(LONG_TEXT), r"document\.text", "1000001 characters"),
    "bell in document": (lambda base: base.create_document("It rained.\x07"), r"document\.text", r"U\+0007"),
    "line break in title": (lambda base: base.create_document("It rained.", title="a\nb"), r"document\.title", "U"),
    "long publisher": (
        lambda base: base.create_document("It rained.", publisher="a" * 2001),
        r"document\.publisher",
        "2001 characters; the limit is 2000",
    ),
    "blank document id": (lambda base: base.create_document("It rained.", document_id=" "), "document_id", "blank"),
    "control character in id": (lambda base: base.create_document("It rained.", document_id="a\n"), "document_id", "U"),
    "tab in url": (lambda base: base.create_document("It rained.", url="a\tb"), r"document\.url", r"U\+0009"),
    "request id with space": (lambda base: base.create_document("It rained.", request_id="a b"), "request_id", "ASCII"),
    "no pairs": (lambda base: base.score_pairs([]), "pairs", "is empty"),
    "blank premise": (lambda base: base.score_pairs([("a", "b"), (" ", "b")]), r"pairs\[1\]\.premise", "is blank"),
    "empty hypothesis": (lambda base: base.score_pairs([("a", "")]), r"pairs\[0\]\.hypothesis", "is empty"),
    "empty query": (lambda base: base.search_claims(""), "query", "is empty"),
    "negative limit": (lambda base: base.search_claims("rain", limit=-1), "limit", "is -1"),
    "negative page size": (lambda base: list(base.list_documents(page_size=-1)), "page_size", "is -1"),
    "confidence over 1": (lambda base: list(base.list_conflicts(min_confidence=1.5)), "min_confidence", r"is 1\.5"),
    "confidence not a number": (
        lambda base: list(base.list_conflicts(min_confidence=float("nan"))),
        "min_confidence",
        "is nan",
    ),
    "unknown kind": (lambda base: list(base.list_conflicts(kind=99)), "kind", "99"),  # type: ignore[arg-type]
    "made-up resume token": (lambda base: list(base.watch_conflicts(resume_token="x")), "resume_token", "not a token"),
    "blank watched claim": (lambda base: base.create_watched_claim(" "), "claim", "is blank"),
    "blank watched claim id": (
        lambda base: base.create_watched_claim("It rained.", watched_claim_id=" "),
        "watched_claim_id",
        "is blank",
    ),
    "made-up verdict token": (
        lambda base: list(base.watch_verdicts(resume_token="x")),
        "resume_token",
        "not a token",
    ),
    "bad watched claim name": (
        lambda base: base.delete_watched_claim("collections/default/documents/a"),
        "name",
        "no name of the form",
    ),
    "bad claim name": (lambda base: base.get_claim("collections/default/claims/1"), "name", "no name of the form"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_fields_are_named(base: ClaimBase, case: Case) -> None:
    call, field, message = case
    with pytest.raises(InvalidArgument, match=message) as caught:
        call(base)
    assert len(caught.value.violations) == 1
    assert re.fullmatch(field, caught.value.violations[0].field)
    assert caught.value.reason
    assert caught.value.request_id
    assert list(base.list_documents()) == []


UNKNOWN: dict[str, Callable[[ClaimBase], Any]] = {
    "create_document": lambda base: base.create_document("It rained."),
    "batch_create_documents": lambda base: base.batch_create_documents([new_document("It rained.")]),
    "import_documents": lambda base: base.import_documents([new_document("It rained.")]),
    "get_document": lambda base: base.get_document("a"),
    "list_documents": lambda base: list(base.list_documents()),
    "delete_document": lambda base: base.delete_document("a"),
    "get_claim": lambda base: base.get_claim("collections/nowhere/documents/a/claims/0"),
    "list_claims": lambda base: list(base.list_claims()),
    "search_claims": lambda base: base.search_claims("rain"),
    "list_conflicts": lambda base: list(base.list_conflicts()),
    "watch_conflicts": lambda base: list(base.watch_conflicts()),
    "create_watched_claim": lambda base: base.create_watched_claim("It rained."),
    "list_watched_claims": lambda base: list(base.list_watched_claims()),
    "delete_watched_claim": lambda base: base.delete_watched_claim("a"),
    "watch_verdicts": lambda base: list(base.watch_verdicts()),
    "check_claim": lambda base: base.check_claim("It rained."),
    "batch_check_claims": lambda base: base.batch_check_claims(["It rained."]),
    "check_text": lambda base: list(base.check_text("It rained in Porto Alto on Monday.")),
}


@pytest.mark.parametrize("call", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_collection_is_not_found(service: Any, call: Callable[[ClaimBase], Any]) -> None:
    with ClaimBase(service.address, collection="nowhere") as base, pytest.raises(NotFound, match="nowhere") as caught:
        call(base)
    assert caught.value.reason == "COLLECTION_NOT_FOUND"


def test_tokens_of_other_listings_are_refused(base: ClaimBase, channel: grpc.Channel, collection: str) -> None:
    base.batch_create_documents([new_document(f"It rained on day {n}.", document_id=str(n)) for n in range(3)])
    stub = base_grpc.ClaimBaseServiceStub(channel)
    parent = f"collections/{collection}"
    page = stub.ListDocuments(base_pb2.ListDocumentsRequest(parent=parent, page_size=1))
    token = page.next_page_token
    assert stub.ListDocuments(base_pb2.ListDocumentsRequest(parent=parent, page_size=2, page_token=token)).documents
    foreign = [
        (stub.ListDocuments, base_pb2.ListDocumentsRequest(parent="collections/default", page_token=token)),
        (stub.ListDocuments, base_pb2.ListDocumentsRequest(parent=parent, page_token=token, view="DOCUMENT_VIEW_FULL")),
        (stub.ListClaims, base_pb2.ListClaimsRequest(parent=parent, page_token=token)),
        (stub.ListConflicts, base_pb2.ListConflictsRequest(parent=parent, page_token=token)),
        (stub.ListCollections, base_pb2.ListCollectionsRequest(page_token=token)),
    ]
    for method, request in foreign:
        with pytest.raises(grpc.RpcError) as caught:
            method(request)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "other parameters" in caught.value.details()


def test_details_are_google_rpc(channel: grpc.Channel) -> None:
    stub = check_grpc.VerificationServiceStub(channel)
    with pytest.raises(grpc.RpcError) as caught:
        stub.CheckClaim(check_pb2.CheckClaimRequest(parent="nonsense", claim="It rained."))
    trailers = dict(caught.value.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(bad)
    assert (status.code, info.domain, info.reason) == (3, "claimbase", "INVALID_FIELD")
    assert bad.field_violations[0].field == "parent"


def test_bytes_that_are_no_message_are_invalid(channel: grpc.Channel) -> None:
    not_utf8 = b"\x0a\x13collections/default\x12\x02\xff\xfe"
    for method in ("CheckClaim", "GetModel"):
        send = channel.unary_unary(f"/claimbase.v1.VerificationService/{method}")
        with pytest.raises(grpc.RpcError) as caught:
            send(not_utf8 if method == "CheckClaim" else b"\xff\xff")
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "UTF-8" in caught.value.details()


def test_bytes_that_are_no_message_end_a_stream(channel: grpc.Channel) -> None:
    send = channel.stream_unary("/claimbase.v1.ClaimBaseService/ImportDocuments")
    with pytest.raises(grpc.RpcError) as caught:
        send(iter([b"\xff\xff"]))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_message_over_the_limit_says_so(channel: grpc.Channel) -> None:
    send = channel.unary_unary("/claimbase.v1.ClaimBaseService/CreateDocument")
    with pytest.raises(grpc.RpcError) as caught:
        send(bytes(limits.MAX_MESSAGE_BYTES + 1))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert f"the limit is {limits.MAX_MESSAGE_BYTES}" in caught.value.details()


def test_request_without_document_is_refused(channel: grpc.Channel) -> None:
    stub = base_grpc.ClaimBaseServiceStub(channel)
    with pytest.raises(grpc.RpcError, match="document: is missing"):
        stub.CreateDocument(base_pb2.CreateDocumentRequest(parent="collections/default"))
