"""Requests that cannot be sent, and pagers."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from claimbase_client import AsyncPager, ClaimBase, InvalidArgument, Pager, new_document

PAGES: dict[str, tuple[Sequence[int], str]] = {"": ([1, 2], "a"), "a": ([], "b"), "b": ([3], "")}


def test_lone_surrogate_is_refused_before_it_is_sent() -> None:
    with ClaimBase("localhost:1") as base, pytest.raises(InvalidArgument, match=r"U\+D800 at offset 3") as caught:
        base.check_claim("abc\ud800")
    assert [violation.field for violation in caught.value.violations] == ["claim"]


def test_new_document_has_a_request_id_and_utc_time() -> None:
    zone = timezone(timedelta(hours=6))
    first = new_document("It rained.", publish_time=datetime(2024, 3, 1, 6, tzinfo=zone))
    second = new_document("It rained.", publish_time=datetime(2024, 3, 1, 0))
    assert first.document.publish_time == second.document.publish_time
    assert first.request_id
    assert first.request_id != second.request_id


def test_pager_goes_on_over_short_and_empty_pages_and_can_be_read_again() -> None:
    pager = Pager(PAGES.__getitem__)
    assert list(pager) == [1, 2, 3]
    assert list(pager) == [1, 2, 3]
    assert [list(page) for page in pager.pages()] == [[1, 2], [], [3]]


def test_async_pager_gives_the_same() -> None:
    async def fetch(token: str) -> tuple[Sequence[int], str]:
        return PAGES[token]

    async def read() -> list[int]:
        return [item async for item in AsyncPager(fetch)]

    assert asyncio.run(read()) == [1, 2, 3]
