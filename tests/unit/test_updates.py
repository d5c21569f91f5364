"""A count that grew from one report to the next is an update, not a contradiction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.types import Document, Evidence, Probabilities, Reason, ReasonType, Relation, Source, Verdict
from claimbase_server.updates import LATER, current_figure, mark_updates
from claimbase_server.verdict import decide

MONDAY = datetime(2024, 3, 4, 12, tzinfo=timezone.utc)
CLAIM = read_claim("Nine people were killed when the ferry sank.")


def evidence(text: str, relation: Relation, time: datetime | None, name: str) -> Evidence:
    (claim,) = extract_claims(Document(id=name, text=text, publish_time=time))
    reason = Reason(ReasonType.QUANTITY, "figures")
    source = Source(name, "The ferry disaster", f"The {name.title()}", "", time)
    return Evidence(claim, source, relation, Probabilities(0.3, 0.4, 0.3), 0.8, (reason,))


def first(time: datetime | None = MONDAY) -> Evidence:
    return evidence("Nine people were killed when the ferry sank.", Relation.SUPPORTS, time, "herald")


def later(time: datetime | None) -> Evidence:
    return evidence("Fourteen people were killed when the ferry sank.", Relation.CONTRADICTS, time, "courier")


def test_later_higher_figure_leaves_the_earlier_one_standing_and_is_told() -> None:
    marked = mark_updates(CLAIM, [first(), later(MONDAY + timedelta(days=1))])
    assert [e.relation for e in marked] == [Relation.SUPPORTS, Relation.NEUTRAL]
    assert marked[1].reasons[0].type is ReasonType.UPDATE
    assert current_figure(marked) == "Fourteen killed (The Courier, 2024-03-05)"
    decision = decide(CLAIM, marked)
    assert (decision.verdict, decision.disputed) == (Verdict.SUPPORTED, False)
    assert "since then Fourteen killed" in decision.summary


def test_figures_of_the_same_hours_are_no_update() -> None:
    pieces = [first(), later(MONDAY + LATER / 2)]
    assert mark_updates(CLAIM, pieces) == pieces


def test_figure_that_fell_is_no_update() -> None:
    lower = evidence("Six people were killed when the ferry sank.", Relation.CONTRADICTS, MONDAY + LATER * 4, "courier")
    assert mark_updates(CLAIM, [first(), lower])[1] == lower


def test_without_publish_times_nothing_is_an_update() -> None:
    pieces = [first(None), later(MONDAY)]
    assert mark_updates(CLAIM, pieces) == pieces


def test_claim_that_repeats_the_later_figure_is_not_contradicted_by_the_earlier_report() -> None:
    claim = read_claim("Fourteen people were killed when the ferry sank.")
    now = replace(later(MONDAY + timedelta(days=1)), relation=Relation.SUPPORTS)
    before = replace(first(), relation=Relation.CONTRADICTS)
    marked = mark_updates(claim, [now, before])
    assert marked[1].relation is Relation.NEUTRAL
    assert marked[1].reasons[0].text.startswith("earlier figure: Nine killed")
    assert current_figure(marked) == ""
