"""Collections, documents and claims through the client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from claimbase_client import (
    AlreadyExists,
    ClaimBase,
    CreateDocumentRequest,
    DocumentOutcome,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    new_document,
)
from claimbase_server.rpc import limits

PUBLISHED = datetime(2024, 3, 1, 9, 30, tzinfo=timezone.utc)


def test_document_comes_back_as_it_was_stored(base: ClaimBase, collection: str, example_text: str) -> None:
    created = base.create_document(
        example_text,
        document_id="tram/4 ü",
        title="Tram derails",
        publisher="City Gazette",
        url="https://example.org/tram",
        author="A. Reporter",
        publish_time=PUBLISHED,
        language="en",
    )
    assert created.outcome == DocumentOutcome.Value("DOCUMENT_OUTCOME_CREATED")
    assert created.document.name == f"collections/{collection}/documents/tram%2F4%20%C3%BC"
    assert created.document.text == ""
    stored = base.get_document("tram/4 ü")
    assert stored == base.get_document(created.document.name)
    assert (stored.text, stored.title, stored.publisher) == (example_text, "Tram derails", "City Gazette")
    assert (stored.url, stored.author, stored.language) == ("https://example.org/tram", "A. Reporter", "en")
    assert stored.publish_time.ToDatetime(tzinfo=timezone.utc) == PUBLISHED
    assert stored.etag
    assert stored.create_time.seconds > 0
    claims = list(base.list_claims(document="tram/4 ü"))
    assert created.claim_count == len(claims) == 2
    for claim in claims:
        assert example_text[claim.start_offset : claim.end_offset] == claim.quote
        assert claim.source.document == stored.name
        assert claim.source.publisher == "City Gazette"
        assert base.get_claim(claim.name) == claim


def test_offsets_count_code_points(base: ClaimBase) -> None:
    text = "𝄞𝄞𝄞 Music was played in Zürich on Monday. The orchestra of the city played for three hours."
    base.create_document(text, document_id="music")
    claims = list(base.list_claims(document="music"))
    assert claims
    assert all(text[claim.start_offset : claim.end_offset] == claim.quote for claim in claims)


def test_same_content_is_unchanged_and_a_new_version_replaces(base: ClaimBase, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    again = base.create_document(example_text, document_id="tram")
    assert again.outcome == DocumentOutcome.Value("DOCUMENT_OUTCOME_UNCHANGED")
    other = base.create_document("The museum in Porto Alto opened again on Sunday.", document_id="tram")
    assert other.outcome == DocumentOutcome.Value("DOCUMENT_OUTCOME_REPLACED")
    assert ["museum" in claim.quote for claim in base.list_claims(document="tram")] == [True]


def test_repeated_request_id_answers_the_same_and_refuses_another_body(base: ClaimBase, example_text: str) -> None:
    first = base.create_document(example_text, document_id="tram", request_id="request-1")
    again = base.create_document(example_text, document_id="tram", request_id="request-1")
    assert again.outcome == first.outcome
    with pytest.raises(FailedPrecondition, match="request-1") as caught:
        base.create_document("The museum opened on Sunday.", document_id="tram", request_id="request-1")
    assert caught.value.reason == "REQUEST_ID_REUSED"
    assert base.get_document("tram").text == example_text


def test_document_without_id_gets_one_that_is_the_same_next_time(base: ClaimBase, example_text: str) -> None:
    first = base.create_document(example_text)
    again = base.create_document(example_text)
    assert first.document.name == again.document.name
    assert again.outcome == DocumentOutcome.Value("DOCUMENT_OUTCOME_UNCHANGED")


def test_deleted_document_is_gone_with_its_claims_and_conflicts(base: ClaimBase, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    base.delete_document("tram")
    assert list(base.list_documents()) == list(base.list_claims()) == list(base.list_conflicts()) == []
    for call in (base.get_document, base.delete_document):
        with pytest.raises(NotFound) as caught:
            call("tram")
        assert caught.value.reason == "DOCUMENT_NOT_FOUND"
    with pytest.raises(NotFound):
        list(base.list_claims(document="tram"))


def test_pages_hold_everything_once_and_in_order(base: ClaimBase) -> None:
    names = [f"day-{number:02}" for number in range(25)]
    requests = [new_document(f"It rained in Porto Alto on day {name}.", document_id=name) for name in names]
    assert all(result.response.claim_count == 1 for result in base.batch_create_documents(requests))
    listed = base.list_documents(page_size=10)
    assert [len(page) for page in listed.pages()] == [10, 10, 5]
    assert [document.name.rpartition("/")[2] for document in listed] == names
    assert not any(document.text for document in listed)
    assert all(document.text for document in base.list_documents(with_text=True))
    claims = base.list_claims(page_size=7)
    assert [len(page) for page in claims.pages()] == [7, 7, 7, 4]
    assert len({claim.name for claim in claims}) == 25


def test_pages_with_texts_are_cut_before_a_message_grows_too_large(
    base: ClaimBase, monkeypatch: pytest.MonkeyPatch, example_text: str
) -> None:
    monkeypatch.setattr(limits, "MAX_PAGE_BYTES", 3 * len(example_text))
    base.batch_create_documents([new_document(example_text, document_id=name) for name in "abcde"])
    pages = list(base.list_documents(with_text=True).pages())
    assert len(pages) > 1
    assert [document.name[-1] for page in pages for document in page] == list("abcde")


def test_batch_reports_each_document(base: ClaimBase, example_text: str) -> None:
    results = base.batch_create_documents(
        [
            new_document(example_text, document_id="good"),
            new_document(" \n", document_id="blank"),
            new_document("It rained.\x07", document_id="bell"),
            new_document(example_text, document_id="good"),
        ]
    )
    kinds = [result.WhichOneof("result") for result in results]
    assert kinds == ["response", "error", "error", "response"]
    assert results[3].response.outcome == DocumentOutcome.Value("DOCUMENT_OUTCOME_UNCHANGED")
    assert [violation.field for violation in results[1].error.field_violations] == ["requests[1].document.text"]
    assert results[2].error.reason == "CONTROL_CHARACTER"
    assert [document.name.rpartition("/")[2] for document in base.list_documents()] == ["good"]


def test_import_counts_outcomes_and_names_failures(base: ClaimBase, example_text: str) -> None:
    base.create_document(example_text, document_id="old")
    base.create_document(example_text, document_id="same")
    answer = base.import_documents(
        [
            new_document("It rained in Porto Alto on Monday.", document_id="old"),
            new_document(example_text, document_id="same"),
            new_document("", document_id="empty"),
            new_document("It snowed in Porto Alto on Tuesday.", document_id="new"),
        ]
    )
    counts = (answer.created_count, answer.unchanged_count, answer.replaced_count, answer.failed_count)
    assert counts == (1, 1, 1, 1)
    assert answer.claim_count == 2
    assert [(failure.index, failure.document_id) for failure in answer.failures] == [(2, "empty")]
    assert answer.failures[0].error.field_violations[0].field == "request.document.text"


def test_import_of_nothing_stores_nothing(base: ClaimBase) -> None:
    assert base.import_documents([]).created_count == 0


def test_failure_of_the_callers_own_iterator_is_raised_as_it_is(base: ClaimBase) -> None:
    def documents() -> Iterator[CreateDocumentRequest]:
        yield new_document("It rained in Porto Alto on Monday.", document_id="first")
        raise FileNotFoundError("second.txt")

    with pytest.raises(FileNotFoundError, match=r"second\.txt"):
        base.import_documents(documents())


def test_search_finds_the_nearest_claim(base: ClaimBase, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    base.create_document("The museum in Porto Alto opened again on Sunday.", document_id="museum")
    found = base.search_claims("museum opened", limit=1)
    assert [match.claim.source.document.rpartition("/")[2] for match in found] == ["museum"]


def test_collections_are_made_listed_and_deleted(base: ClaimBase, collection: str) -> None:
    made = base.create_collection(f"{collection}-b")
    assert made.name == f"collections/{collection}-b"
    with pytest.raises(AlreadyExists):
        base.create_collection(f"{collection}-b")
    listed = [found.name for found in base.list_collections(page_size=1)]
    assert listed == sorted(listed)
    assert {"collections/default", made.name} <= set(listed)
    base.delete_collection(f"{collection}-b")
    with pytest.raises(NotFound):
        base.delete_collection(f"{collection}-b")


def test_collections_are_isolated(base: ClaimBase, service: Any, collection: str, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    base.create_collection(f"{collection}-c")
    with ClaimBase(service.address, collection=f"{collection}-c") as other:
        assert list(other.list_claims()) == []
        assert other.search_claims("tram derailment") == []
        assert not other.check_claim("Eighteen people died in the derailment of tram 4.").evidence


@pytest.mark.parametrize("name", ["Upper", "", "a b", "a" * 64, "-a", "../x"])
def test_bad_collection_ids_are_refused(base: ClaimBase, name: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        base.create_collection(name)
    assert [violation.field for violation in caught.value.violations] == ["collection_id"]
