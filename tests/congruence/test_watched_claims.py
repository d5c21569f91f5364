"""What every store does alike with watched claims and their changes of verdict."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import psycopg
import pytest

from claimbase_server.store.base import PutOutcome, StaleClaim, Store, UnknownCollection
from claimbase_server.types import Document, Verdict, VerdictChange, WatchedClaim

NOW = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)


def watched(claim_id: str, verdict: Verdict = Verdict.UNVERIFIED, revision: int = 0) -> WatchedClaim:
    return WatchedClaim(claim_id, f"The bridge {claim_id} is open.", verdict, 0.75, False, revision, NOW, NOW, "none")


def move_on(store: Store, collection: str = "default") -> int:
    """Let the collection change; its new revision."""
    revision = store.stats(collection).revision
    put = store.put_document(collection, Document("d", f"version {revision}"), [], np.empty((0, 8), np.float32))
    assert put[0] is not PutOutcome.UNCHANGED
    return revision + 1


def settled(stale: StaleClaim, verdict: Verdict, disputed: bool = False) -> tuple[StaleClaim, WatchedClaim]:
    found = replace(stale.claim, verdict=verdict, disputed=disputed, base_revision=stale.revision, grounds="some")
    return stale, found


def changes(store: Store, collection: str = "default") -> list[VerdictChange]:
    return [change for _, change in store.list_verdict_changes(collection, 99, 0)]


def test_a_watched_claim_comes_back_as_it_was_stored(store: Store) -> None:
    claim = replace(watched("ä b", Verdict.CONTRADICTED), disputed=True)
    assert store.put_watched_claim("default", claim) == claim
    assert store.get_watched_claim("default", "ä b") == claim
    assert store.get_watched_claim("default", "other") is None


def test_a_taken_id_keeps_its_claim(store: Store) -> None:
    first = store.put_watched_claim("default", watched("a"))
    assert store.put_watched_claim("default", replace(watched("a"), text="Another.", confidence=0.1)) == first
    assert store.list_watched_claims("default", 9, "") == [first]


def test_watched_claims_are_listed_in_pages_and_by_collection(store: Store) -> None:
    store.create_collection("other")
    for claim_id in ("B", "a", "ä", "Ω"):
        store.put_watched_claim("default", watched(claim_id))
    store.put_watched_claim("other", watched("z"))
    page = store.list_watched_claims("default", 3, "")
    rest = store.list_watched_claims("default", 3, page[-1].id)
    assert [claim.id for claim in page + rest] == sorted(["B", "a", "ä", "Ω"])
    assert [claim.id for claim in store.list_watched_claims("other", 9, "")] == ["z"]


def test_claims_are_stale_while_their_collection_is_ahead(store: Store) -> None:
    store.create_collection("other")
    for collection in ("default", "other"):
        for claim_id in "ab":
            store.put_watched_claim(collection, watched(claim_id))
    assert store.stale_watched_claims(9, 0) == []
    revision = move_on(store)
    stale = store.stale_watched_claims(9, 0)
    assert [(each.collection, each.revision, each.claim) for each in stale] == [
        ("default", revision, watched(claim_id)) for claim_id in "ab"
    ]
    assert store.stale_watched_claims(1, stale[0].row) == stale[1:]
    store.settle_watched_claims([settled(stale[0], Verdict.UNVERIFIED)])
    assert store.stale_watched_claims(9, 0) == stale[1:]
    assert changes(store) == []


def test_a_change_of_verdict_or_of_dispute_is_recorded_once(store: Store) -> None:
    store.put_watched_claim("default", watched("a"))
    for verdict, disputed in (
        (Verdict.SUPPORTED, False),
        (Verdict.SUPPORTED, True),
        (Verdict.SUPPORTED, True),
        (Verdict.CONTRADICTED, True),
    ):
        move_on(store)
        (stale,) = store.stale_watched_claims(9, 0)
        store.settle_watched_claims([settled(stale, verdict, disputed)])
        store.settle_watched_claims([settled(stale, Verdict.UNVERIFIED)])  # by another server, too late
    steps = [(c.old_verdict.value, c.old_disputed, c.new_verdict.value, c.new_disputed) for c in changes(store)]
    assert steps == [
        ("UNVERIFIED", False, "SUPPORTED", False),
        ("SUPPORTED", False, "SUPPORTED", True),
        ("SUPPORTED", True, "CONTRADICTED", True),
    ]
    last = changes(store)[-1]
    assert (last.claim_id, last.text, last.confidence, last.base_revision, last.time) == (
        "a", "The bridge a is open.", 0.75, 4, NOW,
    )  # fmt: skip
    found = store.get_watched_claim("default", "a")
    assert found is not None
    assert (found.verdict, found.disputed, found.base_revision, found.grounds) == (
        Verdict.CONTRADICTED, True, 4, "some",
    )  # fmt: skip


def test_servers_that_settle_at_once_record_one_change(open_store: Callable[[], Store], address: str) -> None:
    store = open_store()
    stores = [store] * 4 if not address.startswith("postgresql:") else [open_store() for _ in range(4)]
    for claim_id in "abcdefgh":
        store.put_watched_claim("default", watched(claim_id))
    move_on(store)
    work = [settled(stale, Verdict.SUPPORTED) for stale in store.stale_watched_claims(99, 0)]
    failures: list[BaseException] = []

    def settle(one: Store) -> None:
        try:
            one.settle_watched_claims(work)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=settle, args=(one,)) for one in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(change.claim_id for change in changes(store)) == list("abcdefgh")


def test_a_claim_that_was_deleted_takes_its_changes_along_and_stays_deleted(store: Store) -> None:
    store.put_watched_claim("default", watched("a"))
    move_on(store)
    (stale,) = store.stale_watched_claims(9, 0)
    store.settle_watched_claims([settled(stale, Verdict.SUPPORTED)])
    last = store.list_verdict_changes("default", 9, 0)[-1][0]
    move_on(store)
    (stale,) = store.stale_watched_claims(9, 0)
    assert store.delete_watched_claim("default", "a")
    assert not store.delete_watched_claim("default", "a")
    assert changes(store) == []
    store.put_watched_claim("default", watched("a", revision=stale.claim.base_revision))  # the same id, a new claim
    store.settle_watched_claims([settled(stale, Verdict.CONTRADICTED)])
    assert changes(store) == []
    (again,) = store.stale_watched_claims(9, 0)
    store.settle_watched_claims([settled(again, Verdict.SUPPORTED)])
    assert len(store.list_verdict_changes("default", 9, last)) == 1


def test_a_deleted_collection_takes_its_watched_claims_along(store: Store) -> None:
    store.create_collection("other")
    store.put_watched_claim("other", watched("a"))
    move_on(store, "other")
    (stale,) = store.stale_watched_claims(9, 0)
    store.delete_collection("other")
    store.settle_watched_claims([settled(stale, Verdict.SUPPORTED)])
    assert store.stale_watched_claims(9, 0) == []
    store.create_collection("other")
    assert store.list_watched_claims("other", 9, "") == []
    assert changes(store, "other") == []


def test_an_unknown_collection_is_named(store: Store) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.put_watched_claim("nowhere", watched("a")),
        lambda: store.get_watched_claim("nowhere", "a"),
        lambda: store.list_watched_claims("nowhere", 1, ""),
        lambda: store.delete_watched_claim("nowhere", "a"),
        lambda: store.list_verdict_changes("nowhere", 1, 0),
    ]
    for call in calls:
        with pytest.raises(UnknownCollection, match="nowhere"):
            call()


def test_watched_claims_are_there_after_closing_and_opening(open_store: Callable[[], Store]) -> None:
    store = open_store()
    store.put_watched_claim("default", watched("a"))
    move_on(store)
    (stale,) = store.stale_watched_claims(9, 0)
    store.settle_watched_claims([settled(stale, Verdict.SUPPORTED)])
    move_on(store)
    before = store.list_watched_claims("default", 9, ""), store.stale_watched_claims(9, 0), changes(store)
    store.close()
    store = open_store()
    assert (store.list_watched_claims("default", 9, ""), store.stale_watched_claims(9, 0), changes(store)) == before


def test_a_base_from_before_the_watch_list_gets_one_and_keeps_what_it_holds(
    open_store: Callable[[], Store], address: str
) -> None:
    store = open_store()
    move_on(store)
    held = store.list_documents("default", 9, "")
    store.close()
    postgres = address.startswith("postgresql:")
    older = psycopg.connect(address) if postgres else sqlite3.connect(address)
    for statement in (
        b"DROP TABLE verdict_changes",
        b"DROP TABLE watched_claims",
        b"DELETE FROM migrations WHERE name = 'step_0002_watched_claims'",
    ):
        older.execute(statement if postgres else statement.decode())  # type: ignore[arg-type]
    older.commit()
    older.close()
    store = open_store()
    assert store.list_documents("default", 9, "") == held
    store.put_watched_claim("default", watched("a"))
    assert [stale.claim.id for stale in store.stale_watched_claims(9, 0)] == ["a"]
