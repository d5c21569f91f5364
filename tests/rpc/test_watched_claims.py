"""Watched claims: the list, checking again, and the stream of changes of verdict."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claimbase_client import (
    AlreadyExists,
    AsyncClaimBase,
    ClaimBase,
    InvalidArgument,
    NotFound,
    Verdict,
    VerdictChange,
)
from claimbase_models import bundled
from claimbase_server import main
from claimbase_server.call import Call
from claimbase_server.main import Engine, Settings, build_engine
from claimbase_server.types import Document

from .conftest import Service

CLAIM = "Eighteen people died in the derailment of tram 4 in Porto Alto."
UNVERIFIED = Verdict.Value("VERDICT_UNVERIFIED")


def step(change: VerdictChange) -> tuple[int, bool, int, bool]:
    return change.old_verdict, change.old_disputed, change.new_verdict, change.new_disputed


def open_engine(models: Path, folder: Path) -> Engine:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "WEIGHTS", models)
        patch.setattr(main, "WEIGHTS", models)
        return build_engine(Settings(base=str(folder / "claims.db"), threads=1))


@pytest.fixture(scope="module")
def service(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server with a base of its own, which no server of another test looks at."""
    engine = open_engine(models, tmp_path_factory.mktemp("watched"))
    found = Service(engine, 64, None)
    yield found
    found.stop()
    engine.close()


@pytest.fixture
def checks(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The claims that were checked, in order; the checks themselves go on as ever."""
    made: list[str] = []
    check = service.engine.checker.check

    def counted(collection: str, text: str, call: Any) -> Any:
        made.append(text)
        return check(collection, text, call)

    monkeypatch.setattr(service.engine.checker, "check", counted)
    return made


def await_revision(base: ClaimBase, revision: int) -> None:
    """Wait until every watched claim has been held against this revision."""
    for _ in range(600):
        if all(claim.base_revision >= revision for claim in base.list_watched_claims()):
            return
        threading.Event().wait(0.1)
    pytest.fail(f"not looked at again at revision {revision}: {list(base.list_watched_claims())}")


def test_a_watched_claim_has_the_verdict_of_a_check(base: ClaimBase, collection: str, example_text: str) -> None:
    base.create_document(example_text, document_id="tram")
    watched = base.create_watched_claim(CLAIM, watched_claim_id="tram 4")
    result = base.check_claim(CLAIM)
    assert watched.name == f"collections/{collection}/watchedClaims/tram%204"
    assert (watched.claim, watched.verdict, watched.disputed, watched.confidence, watched.base_revision) == (
        CLAIM, result.verdict, result.disputed, result.confidence, 1,
    )  # fmt: skip
    assert watched.create_time == watched.check_time


def test_the_same_claim_is_watched_once_and_an_id_is_one_claims(base: ClaimBase, checks: list[str]) -> None:
    first = base.create_watched_claim(CLAIM)
    assert base.create_watched_claim(CLAIM) == first
    assert checks == [CLAIM]
    own = base.create_watched_claim(CLAIM, watched_claim_id="own")
    assert own.name != first.name
    with pytest.raises(AlreadyExists, match=r"'own'.*id of its own") as caught:
        base.create_watched_claim("It rained.", watched_claim_id="own")
    assert caught.value.reason == "WATCHED_CLAIM_EXISTS"
    base.delete_watched_claim("own")
    with pytest.raises(NotFound) as missing:
        base.delete_watched_claim(own.name)
    assert missing.value.reason == "WATCHED_CLAIM_NOT_FOUND"
    assert list(base.list_watched_claims()) == [first]


def test_watched_claims_are_listed_in_pages(base: ClaimBase) -> None:
    for name in ("c", "a", "b"):
        base.create_watched_claim(f"It rained in {name}.", watched_claim_id=name)
    pages = [[claim.name[-1] for claim in page] for page in base.list_watched_claims(page_size=2).pages()]
    assert pages == [["a", "b"], ["c"]]


def test_a_change_of_verdict_comes_with_a_document_and_again_when_it_goes(base: ClaimBase, collection: str) -> None:
    watched = base.create_watched_claim(CLAIM, watched_claim_id="tram")
    assert watched.verdict == UNVERIFIED
    stream = base.watch_verdicts(timeout=120)
    base.create_document(CLAIM, document_id="report")
    after = base.check_claim(CLAIM)
    assert after.verdict != UNVERIFIED  # whatever the small model makes of it
    came = next(stream)
    assert step(came.change) == (UNVERIFIED, False, after.verdict, after.disputed)
    assert (came.change.watched_claim, came.change.claim) == (f"collections/{collection}/watchedClaims/tram", CLAIM)
    assert (came.change.base_revision, came.change.confidence) == (1, after.confidence)
    assert came.change.change_time.ToDatetime() >= watched.create_time.ToDatetime()
    base.delete_document("report")
    went = next(stream)
    assert step(went.change) == (after.verdict, after.disputed, UNVERIFIED, False)
    assert went.change.base_revision == 2
    (listed,) = base.list_watched_claims()
    assert (listed.verdict, listed.disputed) == (UNVERIFIED, False)
    stream.close()  # type: ignore[attr-defined]
    resumed = base.watch_verdicts(resume_token=came.resume_token, timeout=120)
    assert next(resumed) == went
    resumed.close()  # type: ignore[attr-defined]


def test_a_new_version_of_a_document_is_new_evidence(base: ClaimBase, checks: list[str]) -> None:
    base.create_document("The museum opened on Sunday.", document_id="report")
    base.create_watched_claim(CLAIM)
    base.create_document("The museum opened on Monday.", document_id="report")
    await_revision(base, 2)
    assert checks == [CLAIM, CLAIM]


def test_what_does_not_touch_a_claim_is_no_reason_to_check_it(base: ClaimBase, checks: list[str]) -> None:
    text = " ".join(f"Tram {n} derailed in Porto Alto, killing {n} people." for n in range(40))
    base.create_document(text, document_id="trams")
    base.create_watched_claim("Tram 7 derailed in Porto Alto, killing 7 people.")
    base.create_document("Xylophones hum.", document_id="other")
    await_revision(base, 2)
    assert len(checks) == 1


def test_many_revisions_are_one_pass(base: ClaimBase, service: Service, checks: list[str]) -> None:
    base.create_watched_claim(CLAIM)
    held = threading.Lock()
    look = service.engine.store.stale_watched_claims

    def wait_and_look(limit: int, after: int) -> Any:
        with held:
            return look(limit, after)

    with pytest.MonkeyPatch.context() as patch, held:
        patch.setattr(service.engine.store, "stale_watched_claims", wait_and_look)
        threading.Event().wait(1.5)  # until every look that had begun before is over
        for number in range(5):
            base.create_document(f"{number} people died in tram 4.", document_id=str(number))
    await_revision(base, 5)
    assert checks == [CLAIM, CLAIM]


def test_two_servers_over_one_base_tell_of_a_change_once(base: ClaimBase, service: Service, collection: str) -> None:
    other = Service(service.engine, 8, None)
    base.create_watched_claim(CLAIM)
    for revision in (1, 3, 5):
        base.create_document(CLAIM, document_id="report")
        await_revision(base, revision)
        base.delete_document("report")
        await_revision(base, revision + 1)
    other.stop()
    changes = [change for _, change in service.engine.store.list_verdict_changes(collection, 99, 0)]
    assert [change.base_revision for change in changes] == [1, 2, 3, 4, 5, 6]


def test_a_check_that_fails_is_logged_and_made_again_at_the_next_revision(
    base: ClaimBase, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    base.create_watched_claim(CLAIM, watched_claim_id="broken")
    base.create_watched_claim("People died in tram 4.", watched_claim_id="fine")
    check = service.engine.checker.check
    failed = threading.Event()

    def fail_once(collection: str, text: str, call: Any) -> Any:
        if text == CLAIM and not failed.is_set():
            failed.set()
            raise ZeroDivisionError("a fault")
        return check(collection, text, call)

    monkeypatch.setattr(service.engine.checker, "check", fail_once)
    base.create_document(CLAIM, document_id="one")
    assert failed.wait(60)
    for _ in range(600):
        revisions = {claim.name.rpartition("/")[2]: claim.base_revision for claim in base.list_watched_claims()}
        if revisions["fine"] == 1:
            break
        threading.Event().wait(0.1)
    assert revisions == {"broken": 0, "fine": 1}
    assert [record.exc_info is not None for record in caplog.records if "'broken'" in record.getMessage()] == [True]
    base.create_document(CLAIM, document_id="two")
    await_revision(base, 2)


def test_a_token_of_another_collection_is_refused(base: ClaimBase, service: Service) -> None:
    base.create_watched_claim(CLAIM)
    base.create_document(CLAIM)
    token = next(base.watch_verdicts(timeout=120)).resume_token
    with ClaimBase(service.address) as other, pytest.raises(InvalidArgument, match="other parameters"):
        next(other.watch_verdicts(resume_token=token, timeout=60))


def test_asyncio_client_does_the_same(base: ClaimBase, service: Service, collection: str) -> None:
    async def use() -> None:
        async with AsyncClaimBase(service.address, collection=collection) as client:
            watched = await client.create_watched_claim(CLAIM)
            assert [claim async for claim in client.list_watched_claims()] == [watched]
            await client.create_document(CLAIM)
            async for answer in client.watch_verdicts(timeout=120):
                assert answer.change.watched_claim == watched.name
                break
            await client.delete_watched_claim(watched.name)

    service.run(use())
    assert list(base.list_watched_claims()) == []


def test_a_restart_keeps_the_list_and_finds_what_came_while_no_server_ran(models: Path, tmp_path: Path) -> None:
    engine = open_engine(models, tmp_path)
    first = Service(engine, 8, None)
    with ClaimBase(first.address) as base:
        watched = base.create_watched_claim(CLAIM)
    first.stop()
    engine.ingester.put("default", Document("tram", CLAIM), Call())
    engine.close()
    engine = open_engine(models, tmp_path)
    second = Service(engine, 8, None)
    with ClaimBase(second.address) as base:
        change = next(base.watch_verdicts(timeout=120)).change
        assert (change.watched_claim, change.base_revision) == (watched.name, 1)
        assert [claim.verdict for claim in base.list_watched_claims()] == [change.new_verdict]
    second.stop()
    engine.close()
