"""What every store does alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from numpy.typing import NDArray

from claimbase_server.store.base import ConflictDraft, PutOutcome, RequestReused, Store, UnknownCollection
from claimbase_server.store.records import document_etag
from claimbase_server.types import Claim, ConflictKind, Document, Quantity, Stance, TimeInterval


def claims_of(document: Document) -> list[Claim]:
    """One claim a line of the document's text."""
    claims, start = [], 0
    for number, line in enumerate(document.text.splitlines()):
        claims.append(Claim(f"{document.id}.{number}", document.id, line, line, start, start + len(line)))
        start += len(line) + 1
    return claims


def vectors_of(claims: list[Claim]) -> NDArray[np.float32]:
    """A vector for each claim that depends on its text alone."""
    return np.array(
        [np.random.default_rng(list(claim.text.encode())).normal(size=8) for claim in claims], np.float32
    ).reshape(len(claims), 8)


def put(
    store: Store,
    document: Document,
    collection: str = "default",
    conflicts: tuple[ConflictDraft, ...] = (),
    request: str = "",
) -> tuple[PutOutcome, Document]:
    claims = claims_of(document)
    return store.put_document(collection, document, claims, vectors_of(claims), conflicts, request)


def draft(a: str, b: str, kind: ConflictKind = ConflictKind.DENIAL, confidence: float = 0.9) -> ConflictDraft:
    return ConflictDraft(a, b, kind, confidence, f"{a} against {b}")


def everything(store: Store) -> list[object]:
    """All that a store tells of its default collection."""
    return [
        store.stats("default"),
        store.list_documents("default", 99, ""),
        store.list_claims("default", 99, 0),
        store.list_conflicts("default", 99, 0),
        store.search_text("default", ["harbour"], 99),
        store.search_vector("default", np.ones(8, np.float32), 99),
        [(row, vector.tolist()) for row, vector in store.export_vectors("default")],
    ]


def claim_ids(store: Store, rows: list[int], collection: str = "default") -> list[str]:
    return [candidate.claim.id for _, candidate in store.get_claims(collection, rows)]


def test_a_document_comes_back_as_it_was_stored(store: Store) -> None:
    published = datetime(2022, 1, 6, 18, 30, 0, 123456, tzinfo=timezone(timedelta(hours=6)))
    document = Document(
        "d", "Zürich — “naïve” 😀\nZwei", "Titel", "Verlag", "https://example.org/x?y=1", "Ann O'Nym", published, "de"
    )
    outcome, stored = put(store, document)
    assert outcome is PutOutcome.CREATED
    assert store.get_document("default", "d") == stored
    assert stored.etag == document_etag(document)
    assert stored.create_time == stored.update_time is not None
    assert replace(stored, create_time=None, update_time=None, etag="") == document


def test_a_claim_comes_back_with_all_its_parts(store: Store) -> None:
    start = datetime(2022, 1, 5, tzinfo=timezone.utc)
    claim = Claim(
        "d.0", "d", "At least 26 died.", "At least\n26 died.", 3, 20, "He spoke.", "the ministry", Stance.DENIED,
        "26 died",
        (Quantity(26, None, "", "death", "Almaty", "at least 26"), Quantity(0.5, 1.5, "percent", "", "", "1 percent")),
        TimeInterval(start, start + timedelta(days=1), "on Wednesday"),
    )  # fmt: skip
    document = Document("d", "...At least\n26 died.", "Toll", "Agency", "u", publish_time=start)
    store.put_document("default", document, [claim], np.ones((1, 4), np.float32))
    candidate = store.get_claim("default", "d.0")
    assert candidate is not None
    assert candidate.claim == claim
    source = candidate.source
    assert (source.document_id, source.title, source.publisher, source.url, source.publish_time) == (
        "d", "Toll", "Agency", "u", start,
    )  # fmt: skip
    assert store.get_claim("default", "d.1") is None


def test_the_same_content_changes_nothing(store: Store) -> None:
    document = Document("d", "one\ntwo", publish_time=datetime(2022, 1, 6, tzinfo=timezone.utc))
    _, first = put(store, document)
    before = store.stats("default"), store.list_claims("default", 10, 0)
    same_moment = document.publish_time and document.publish_time.astimezone(timezone(timedelta(hours=5)))
    assert put(store, replace(document, publish_time=same_moment)) == (PutOutcome.UNCHANGED, first)
    assert (store.stats("default"), store.list_claims("default", 10, 0)) == before


def test_what_is_stored_already_is_found_without_its_claims(store: Store) -> None:
    document = Document("a", "one\ntwo")
    assert store.find_unchanged("default", document, "r1") is None
    _, stored = put(store, document)
    before = store.stats("default")
    assert store.find_unchanged("default", document) == (PutOutcome.UNCHANGED, stored)
    assert store.find_unchanged("default", replace(document, title="new")) is None
    assert store.find_unchanged("default", replace(document, id="b")) is None
    assert store.find_unchanged("default", document, "r1") == (PutOutcome.UNCHANGED, stored)
    assert store.stats("default") == before
    assert store.revision("default") == before.revision
    store.delete_document("default", "a")
    assert store.find_unchanged("default", document) is None
    assert store.find_unchanged("default", document, "r1") == (PutOutcome.UNCHANGED, stored)  # the first answer
    with pytest.raises(RequestReused, match="r1"):
        store.find_unchanged("default", Document("a", "two"), "r1")
    with pytest.raises(UnknownCollection):
        store.find_unchanged("nowhere", document)


def test_a_new_version_takes_the_place_of_claims_and_conflicts(store: Store) -> None:
    put(store, Document("a", "harbour closed\nminister resigned"))
    put(store, Document("b", "harbour open"), conflicts=(draft("b.0", "a.0"),))
    old_rows = [row for row, _ in store.list_claims("default", 10, 0, "a")]
    created = store.get_document("default", "a")
    outcome, stored = put(store, Document("a", "harbour flooded"))
    assert outcome is PutOutcome.REPLACED
    assert created is not None
    assert stored.create_time == created.create_time
    assert stored.update_time != created.update_time
    assert store.list_conflicts("default", 10, 0) == []
    assert [candidate.claim.text for _, candidate in store.list_claims("default", 10, 0, "a")] == ["harbour flooded"]
    assert store.get_claims("default", old_rows) == []
    assert store.search_text("default", ["minister"], 10) == []
    assert claim_ids(store, store.search_text("default", ["flooded"], 10)) == ["a.0"]
    assert store.stats("default").revision == 3


def test_a_change_of_the_title_alone_is_a_new_version_and_is_found(store: Store) -> None:
    put(store, Document("a", "he left", title="Riots in Leipzig"))
    outcome, _ = put(store, Document("a", "he left", title="Riots in Dresden"))
    assert outcome is PutOutcome.REPLACED
    assert store.search_text("default", ["Leipzig"], 10) == []
    assert claim_ids(store, store.search_text("default", ["Dresden"], 10)) == ["a.0"]


def test_a_deleted_document_leaves_nothing(store: Store) -> None:
    put(store, Document("a", "harbour closed"))
    put(store, Document("b", "harbour open"), conflicts=(draft("b.0", "a.0"),))
    assert store.delete_document("default", "a")
    assert not store.delete_document("default", "a")
    assert store.get_document("default", "a") is None
    assert store.get_claim("default", "a.0") is None
    assert store.list_conflicts("default", 10, 0) == []
    assert claim_ids(store, store.search_text("default", ["harbour"], 10)) == ["b.0"]
    assert claim_ids(store, store.search_vector("default", np.ones(8, np.float32), 10)) == ["b.0"]
    assert len(list(store.export_vectors("default"))) == 1


def test_row_numbers_are_never_used_again(store: Store) -> None:
    put(store, Document("a", "one\ntwo"))
    put(store, Document("b", "three"), conflicts=(draft("b.0", "a.0"),))
    last_claim = store.list_claims("default", 10, 0)[-1][0]
    last_conflict = store.list_conflicts("default", 10, 0)[-1][0]
    store.delete_document("default", "b")
    put(store, Document("b", "three"), conflicts=(draft("b.0", "a.1"),))
    assert store.list_claims("default", 10, last_claim)[0][1].claim.id == "b.0"
    assert store.list_conflicts("default", 10, last_conflict)[0][1].b.claim.id == "a.1"


def test_claims_of_a_document_have_neighbouring_row_numbers_in_reading_order(store: Store) -> None:
    put(store, Document("a", "one\ntwo\nthree"))
    listed = store.list_claims("default", 10, 0)
    assert [candidate.claim.id for _, candidate in listed] == ["a.0", "a.1", "a.2"]
    assert [row - listed[0][0] for row, _ in listed] == [0, 1, 2]


def test_collections_know_nothing_of_each_other(store: Store) -> None:
    assert store.list_collections(10, "") == ["default"]
    assert store.create_collection("other")
    assert not store.create_collection("other")
    put(store, Document("a", "harbour closed"))
    put(store, Document("a", "harbour open\nhotel open"), "other", request="r")
    put(store, Document("b", "harbour shut"), request="r")
    (row,) = store.search_text("other", ["harbour"], 10)
    assert store.get_claims("default", [row]) == []
    assert claim_ids(store, store.search_vector("default", np.ones(8, np.float32), 10)) != []
    assert len(store.search_vector("other", np.ones(8, np.float32), 10)) == 2
    assert store.stats("default").documents == 2
    assert store.delete_collection("other")
    assert not store.delete_collection("other")
    assert store.list_collections(10, "") == ["default"]
    assert store.stats("default").claims == 2
    assert store.create_collection("other")
    assert store.stats("other").claims == 0
    assert store.search_vector("other", np.ones(8, np.float32), 10) == []


def test_an_unknown_collection_is_named(store: Store) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.stats("nowhere"),
        lambda: put(store, Document("a", "one"), "nowhere"),
        lambda: store.get_document("nowhere", "a"),
        lambda: store.list_documents("nowhere", 1, ""),
        lambda: store.delete_document("nowhere", "a"),
        lambda: store.get_claim("nowhere", "a.0"),
        lambda: store.list_claims("nowhere", 1, 0),
        lambda: store.get_claims("nowhere", [1]),
        lambda: store.count_text("nowhere", ["one"], 1),
        lambda: store.search_text("nowhere", ["one"], 1),
        lambda: store.search_vector("nowhere", np.ones(8, np.float32), 1),
        lambda: store.list_conflicts("nowhere", 1, 0),
        lambda: list(store.export_vectors("nowhere")),
    ]
    for call in calls:
        with pytest.raises(UnknownCollection, match="nowhere"):
            call()
    assert not store.delete_collection("nowhere")


def test_a_repeated_request_gets_its_first_answer(store: Store) -> None:
    document = Document("a", "one")
    first = put(store, document, request="r1")
    assert put(store, document, request="r1") == first
    put(store, Document("a", "two"))
    assert put(store, document, request="r1") == first
    store.delete_document("default", "a")
    assert put(store, document, request="r1") == first
    assert store.get_document("default", "a") is None
    for other in (Document("a", "two"), Document("b", "one")):
        with pytest.raises(RequestReused, match="r1"):
            put(store, other, request="r1")
    assert store.stats("default").documents == 0


def test_listings_run_in_pages(store: Store) -> None:
    names = ["B", "a", "b", "ä", "z", "Ω", "😀"]
    for name in names:
        put(store, Document(name, f"one {name}\ntwo"))
    paged, after = [], ""
    while page := store.list_documents("default", 2, after):
        paged += [document.id for document in page]
        after = paged[-1]
    assert paged == sorted(names)
    rows, last = [], 0
    while claims := store.list_claims("default", 3, last):
        rows += [row for row, _ in claims]
        last = rows[-1]
    assert rows == sorted(set(rows))
    assert len(rows) == 14


def test_conflicts_are_filtered_and_kept_in_order(store: Store) -> None:
    put(store, Document("a", "one\ntwo\nthree"))
    drafts = (
        draft("b.0", "a.0", ConflictKind.QUANTITY, 0.6),
        draft("b.0", "a.2", ConflictKind.TIME, 0.9),
        draft("b.0", "b.1", ConflictKind.QUANTITY, 0.8),
        draft("b.0", "gone.7"),
    )
    put(store, Document("b", "four\nfive"), conflicts=drafts)
    found = store.list_conflicts("default", 10, 0)
    assert [(c.a.claim.id, c.b.claim.id, c.kind, c.confidence) for _, c in found] == [
        (d.claim_a, d.claim_b, d.kind, d.confidence) for d in drafts[:3]
    ]
    assert [conflict.id for _, conflict in found] == [str(row) for row, _ in found]
    assert found[0][1].reason == "b.0 against a.0"
    assert store.list_conflicts("default", 1, found[0][0]) == found[1:2]
    assert store.list_conflicts("default", 10, 0, ConflictKind.QUANTITY, 0.7) == found[2:]


def test_search_terms_are_data(store: Store) -> None:
    put(store, Document("a", 'say "harbour" now\nC++ & and/or or\n5.56 mm, 38,000 people\nKraków'))
    finds = {
        '"harbour"': ["a.0"], 'x" OR "now': [], "harbour*": ["a.0"], "harb*": [], "text:harbour": [], "a & b | !c": [],
        "and/or": ["a.1"], "5.56": ["a.2"], "38,000": ["a.2"], "krakow": ["a.3"], "KRAKÓW": ["a.3"], "people": ["a.2"],
        "'": [], "": [], "\x00": [], "\ud800": [], "harbour) (": ["a.0"], "saying": ["a.0"],
    }  # fmt: skip
    for term, found in finds.items():
        assert claim_ids(store, store.search_text("default", [term], 10)) == found, term
    terms = [term for term in finds if "\ud800" not in term and "\x00" not in term]
    assert store.count_text("default", terms, 10) == [len(finds[term]) for term in terms]
    assert store.search_text("default", [], 10) == []


def test_rare_words_weigh_more_and_the_claims_own_words_most(store: Store) -> None:
    put(store, Document("a", "\n".join(f"minister number{n} spoke about trade" for n in range(30)), title="Speeches"))
    put(store, Document("b", "minister praised harbour\nhe left town", title="Fishing"))
    put(store, Document("c", "she left town too", title="Harbour"))
    ranked = claim_ids(store, store.search_text("default", ["minister", "harbour"], 5))
    assert ranked[:2] == ["b.0", "c.0"]
    assert len(ranked) == 5
    assert store.count_text("default", ["minister", "harbour", "absent"], 4) == [4, 2, 0]


def test_vector_search_is_exact(store: Store) -> None:
    for name in "abcdef":
        put(store, Document(name, "\n".join(f"{name} {n}" for n in range(40))))
    store.delete_document("default", "c")
    put(store, Document("d", "d new"))
    vectors = dict(store.export_vectors("default"))
    matrix = np.stack(list(vectors.values()))
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    for seed in range(5):
        query = np.random.default_rng(seed).normal(size=8).astype(np.float32)
        nearest = np.array(list(vectors))[np.argsort(-(matrix @ query))[:25]]
        assert store.search_vector("default", query, 25) == nearest.tolist()
    assert len(store.search_vector("default", query, 1_000)) == len(vectors) == 161


def test_vectors_of_another_length_are_refused_whole(store: Store) -> None:
    put(store, Document("a", "one"))
    document = Document("b", "two")
    with pytest.raises(ValueError, match="8 dimensions but this one has 4"):
        store.put_document("default", document, claims_of(document), np.ones((1, 4), np.float32))
    with pytest.raises(ValueError, match="8 dimensions"):
        store.search_vector("default", np.ones(4, np.float32), 5)
    assert store.get_document("default", "b") is None
    assert store.stats("default").revision == 1


def test_what_no_store_can_hold_is_refused(store: Store) -> None:
    own, foreign = Claim("a.0", "a", "x", "x", 0, 1), Claim("b.0", "b", "x", "x", 0, 1)
    empty = np.empty((0, 8), np.float32)
    cases: list[tuple[Document, list[Claim], NDArray[np.float32], str]] = [
        (Document("a", "nul \x00"), [], empty, "text of document 'a' holds a NUL"),
        (Document("a", "x", publish_time=datetime(2022, 1, 1)), [], empty, "no time zone"),
        (Document("a", "x"), [foreign], np.ones((1, 8), np.float32), "another document"),
        (Document("a", "x"), [own], np.ones((2, 8), np.float32), "1 claims but 2 vectors"),
        (Document("a", "x"), [own], np.full((1, 8), np.nan, np.float32), "finite"),
        (Document("a", "x\ud800"), [], empty, "surrogates"),
    ]
    for document, claims, vectors, words in cases:
        with pytest.raises(ValueError, match=words):
            store.put_document("default", document, claims, vectors)
    assert store.stats("default").documents == 0


def test_a_document_without_claims_is_kept(store: Store) -> None:
    put(store, Document("a", ""))
    assert store.stats("default").documents == 1
    assert store.search_vector("default", np.ones(8, np.float32), 5) == []


def test_everything_is_there_after_closing_and_opening(open_store: Callable[[], Store]) -> None:
    store = open_store()
    store.create_collection("other")
    put(store, Document("a", "harbour closed\nminister resigned"))
    put(store, Document("b", "harbour open"), conflicts=(draft("b.0", "a.0"),), request="r")
    before = everything(store)
    store.close()
    store = open_store()
    assert everything(store) == before
    assert store.list_collections(9, "") == ["default", "other"]


def test_many_threads_write_and_read_at_once(store: Store) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for version in range(6):
                put(store, Document(f"{name}{version % 3}", f"harbour {name} {version}\nminister {name} {version}"))
                rows = store.search_vector("default", np.ones(8, np.float32), 50)
                assert len(rows) == len(set(rows))
                for _, candidate in store.get_claims("default", store.search_text("default", ["harbour"], 50)):
                    assert candidate.claim.text.startswith("harbour")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "pqrstu"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.stats("default").claims == 36
    assert store.stats("default").revision == 36
    assert sorted(store.search_vector("default", np.ones(8, np.float32), 99)) == [
        row for row, _ in store.list_claims("default", 99, 0)
    ]
