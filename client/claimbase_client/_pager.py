"""Listings that fetch page after page while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Page = tuple[Sequence[Item], str]  # items and the next page's token, '' on the last one


class Pager(Generic[Item]):
    """Iterates all items of a listing; `pages()` gives them page by page. Each iteration starts anew."""

    def __init__(self, fetch: Callable[[str], Page[Item]]) -> None:
        """`fetch` gets a page token, '' for the first page."""
        self._fetch = fetch

    def pages(self) -> Iterator[Sequence[Item]]:
        """The pages, one call each; a page may be short or empty."""
        token = ""
        while True:
            items, token = self._fetch(token)
            yield items
            if not token:
                return

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page


class AsyncPager(Generic[Item]):
    """Iterates all items of a listing with `async for`; `pages()` gives them page by page."""

    def __init__(self, fetch: Callable[[str], Awaitable[Page[Item]]]) -> None:
        """`fetch` gets a page token, '' for the first page."""
        self._fetch = fetch

    async def pages(self) -> AsyncIterator[Sequence[Item]]:
        """The pages, one call each; a page may be short or empty."""
        token = ""
        while True:
            items, token = await self._fetch(token)
            yield items
            if not token:
                return

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in page:
                yield item
