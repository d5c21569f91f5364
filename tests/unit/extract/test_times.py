"""Time expressions resolved against the day of publication."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_server.extract.times import BEGINNING, END, as_of, find_time
from claimbase_server.types import TimeInterval

WEDNESDAY = datetime(2022, 1, 12, 15, tzinfo=timezone.utc)
NASTY = ("2019", "January ", "5 January ", "last ", "on Monday ", "by ", "said on ", "9-", "a day ", "20")


def found(text: str) -> TimeInterval:
    interval = find_time(text, WEDNESDAY)
    assert interval is not None
    return interval


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("It fell on 5 January 2022.", "2022-01-05", "2022-01-06"),
        ("It fell on Jan. 5.", "2022-01-05", "2022-01-06"),
        ("It fell on December 20.", "2021-12-20", "2021-12-21"),
        ("It fell on 2021-08-17.", "2021-08-17", "2021-08-18"),
        ("between 5 and 10 January", "2022-01-05", "2022-01-11"),
        ("in January 2022", "2022-01-01", "2022-02-01"),
        ("In December the bridge fell.", "2021-12-01", "2022-01-01"),
        ("in 1991", "1991-01-01", "1992-01-01"),
        ("in the 1990s", "1990-01-01", "2000-01-01"),
        ("on Friday", "2022-01-07", "2022-01-08"),
        ("late on Wednesday", "2022-01-12", "2022-01-13"),
        ("yesterday", "2022-01-11", "2022-01-12"),
        ("last week", "2022-01-03", "2022-01-10"),
        ("this week", "2022-01-10", "2022-01-17"),
        ("last month", "2021-12-01", "2022-01-01"),
        ("three days ago", "2022-01-09", "2022-01-10"),
        ("on Sunday evening", "2022-01-09T17:00", "2022-01-10"),
        ("Flights will resume on Monday.", "2022-01-17", "2022-01-18"),
        ("next Friday", "2022-01-14", "2022-01-15"),
        ("The mayor said on Monday that the bridge fell on Friday.", "2022-01-07", "2022-01-08"),
        ("Twelve had died, the ministry said on Friday.", "2022-01-07", "2022-01-08"),
    ],
)
def test_interval(text: str, start: str, end: str) -> None:
    interval = found(text)
    assert (interval.start, interval.end) == (utc(start), utc(end))


def test_by_and_since_are_open() -> None:
    by = found("By Sunday evening twelve had died.")
    assert (by.start, by.end, by.text) == (BEGINNING, utc("2022-01-10"), "By Sunday evening")
    since = found("since January 5")
    assert (since.start, since.end) == (utc("2022-01-05"), END)


@pytest.mark.parametrize("text", ["", "Nothing happened.", "31 February 2020", "2022 workers left", "May spoke first."])
def test_no_time(text: str) -> None:
    assert find_time(text, WEDNESDAY) is None


def test_relative_time_needs_a_publish_time() -> None:
    assert find_time("on Friday", None) is None
    assert find_time("in May 2019", None) is not None


def test_as_of_is_the_earlier_of_time_and_publication() -> None:
    friday = found("on Friday")
    assert as_of(friday, WEDNESDAY) == friday.end
    assert as_of(friday, friday.start) == friday.start
    assert as_of(found("since Friday"), WEDNESDAY) == WEDNESDAY
    assert as_of(None, None) is None


@given(
    st.text() | st.lists(st.sampled_from([*NASTY, "days ago", ",", " "])).map("".join),
    st.none() | st.datetimes() | st.datetimes(timezones=st.just(timezone(timedelta(hours=5)))),
)
def test_any_text_is_read(text: str, publish_time: datetime | None) -> None:
    interval = find_time(text, publish_time)
    assert interval is None or interval.start < interval.end


@pytest.mark.parametrize("piece", NASTY)
def test_long_repetition_is_read(piece: str) -> None:
    find_time(piece * (100_000 // len(piece)), WEDNESDAY)
