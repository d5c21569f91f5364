"""Nearest-neighbour search over the vectors of a collection; derived data, rebuilt from the store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from claimbase_server.store.clusters import Clusters, Floats, Rows

_MOST_EXACT = 131_072  # vectors up to which all of them are compared, and a start is spared the clustering
_BLOCK_ROWS = 16_384  # 24 MiB of 384 float32: large enough for a fast product, small enough to compact


@dataclass
class _Block:
    """A fixed number of vectors; `used` of them are filled, those with `alive` False are deleted."""

    vectors: Floats
    rows: Rows
    alive: NDArray[np.bool_]
    used: int = 0

    @classmethod
    def empty(cls, dimensions: int) -> _Block:
        return cls(
            np.empty((_BLOCK_ROWS, dimensions), np.float32), np.empty(_BLOCK_ROWS, np.int64), np.ones(_BLOCK_ROWS, bool)
        )

    def compacted(self) -> _Block:
        """A copy without the deleted vectors; readers may go on using the old one."""
        keep = np.flatnonzero(self.alive[: self.used])
        block = _Block.empty(self.vectors.shape[1])
        block.used = len(keep)
        block.vectors[: block.used] = self.vectors[keep]
        block.rows[: block.used] = self.rows[keep]
        return block


class _Blocks:
    """Row numbers and unit vectors, searched exactly.

    Thread-safe: a search works on the blocks as they stood when it began, since filled parts of a
    block never change except that a vector may be marked deleted.
    """

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._blocks: list[_Block] = []
        self._lock = threading.Lock()

    def rows(self) -> Rows:
        """Row numbers of the vectors that are not deleted, in the order they were added."""
        parts = [block.rows[:used][block.alive[:used]] for block, used in self._snapshot()]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def vectors(self) -> Floats:
        """The vectors of `rows`, in their order; at least one."""
        return np.concatenate([block.vectors[:used][block.alive[:used]] for block, used in self._snapshot()])

    def add(self, rows: Rows, vectors: Floats) -> None:
        """Append unit vectors (n, dimensions) under their row numbers (n)."""
        done = 0
        with self._lock:
            while done < len(rows):
                if not self._blocks or self._blocks[-1].used == _BLOCK_ROWS:
                    self._blocks.append(_Block.empty(self._dimensions))
                block = self._blocks[-1]
                count = min(_BLOCK_ROWS - block.used, len(rows) - done)
                place = slice(block.used, block.used + count)
                block.vectors[place] = vectors[done : done + count]
                block.rows[place] = rows[done : done + count]
                block.alive[place] = True
                block.used += count
                done += count

    def keep_only(self, rows: Rows) -> None:
        """Delete every vector whose row number is not among `rows`."""
        with self._lock:
            for block in self._blocks:
                block.alive[: block.used] &= np.isin(block.rows[: block.used], rows)
            compacted = [
                block.compacted() if 2 * int(block.alive[: block.used].sum()) < block.used else block
                for block in self._blocks
            ]
            self._blocks = [block for block in compacted if block.used]

    def search(self, vector: Floats, limit: int) -> tuple[Floats, Rows]:
        """Scores and row numbers of the `limit` nearest vectors and some others, in no order."""
        scores: list[Floats] = [np.empty(0, np.float32)]
        rows: list[Rows] = [np.empty(0, np.int64)]
        for block, used in self._snapshot():
            alive = block.alive[:used].copy()  # may change while we look
            block_scores = (block.vectors[:used] @ vector)[alive]
            best = _largest(block_scores, limit)
            scores.append(block_scores[best])
            rows.append(block.rows[:used][alive][best])
        return np.concatenate(scores), np.concatenate(rows)

    def _snapshot(self) -> list[tuple[_Block, int]]:
        with self._lock:
            return [(block, block.used) for block in self._blocks]


class VectorIndex:
    """Row numbers and unit vectors of one collection in memory, searched by dot product.

    Exact up to _MOST_EXACT vectors; beyond, the vectors move into clusters, and what a search costs hardly grows.
    Searches are thread-safe beside one thread that adds and deletes.
    """

    def __init__(self, dimensions: int) -> None:
        self._held: _Blocks | Clusters = _Blocks(dimensions)

    def __len__(self) -> int:
        return len(self.rows())

    def rows(self) -> Rows:
        """Row numbers of the vectors that are not deleted."""
        return self._held.rows()

    def add(self, rows: Rows, vectors: Floats) -> None:
        """Append vectors (n, dimensions) under their row numbers (n); they are scaled to unit length."""
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        units = np.divide(vectors, norms, out=np.zeros_like(vectors, dtype=np.float32), where=norms > 0)
        self._held.add(rows, units)
        if isinstance(self._held, _Blocks) and len(self) > _MOST_EXACT:
            self._held = Clusters(self._held.rows(), self._held.vectors())

    def keep_only(self, rows: Rows) -> None:
        """Delete every vector whose row number is not among `rows`."""
        self._held.keep_only(rows)

    def search(self, vector: Floats, limit: int) -> list[int]:
        """Row numbers of the `limit` nearest vectors, nearest first; equal distances in row order."""
        scores, rows = self._held.search(vector, limit)
        order = np.lexsort((rows, -scores))[:limit]
        return [int(row) for row in rows[order]]


def _largest(scores: Floats, limit: int) -> NDArray[np.intp]:
    """Positions of the `limit` largest scores, in no order; ties at the edge all stay in."""
    if len(scores) <= limit:
        return np.arange(len(scores))
    edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    return np.flatnonzero(scores >= edge)


@dataclass(frozen=True)
class VectorSource:
    """What a store tells of a collection so that an index can catch up with it.

    `revision` is the collection's, `removal_revision` the last revision that took claims away.
    """

    collection_key: int
    dimensions: int
    revision: int
    removal_revision: int
    vectors_after: Callable[[int], Iterable[tuple[Rows, Floats]]]  # in batches, by row number
    rows: Callable[[], Rows]


@dataclass
class _Entry:
    index: VectorIndex
    lock: threading.Lock = field(default_factory=threading.Lock)
    revision: int = -1
    last_row: int = 0


class VectorIndexes:
    """The indexes of a store's collections, each brought up to its collection's revision when asked for."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._lock = threading.Lock()

    def current(self, source: VectorSource) -> VectorIndex:
        """The collection's index, at the source's revision or a later one."""
        with self._lock:
            entry = self._entries.setdefault(source.collection_key, _Entry(VectorIndex(source.dimensions)))
        with entry.lock:
            if entry.revision < source.revision:
                _catch_up(entry, source)
        return entry.index

    def drop(self, collection_key: int) -> None:
        """Forget a collection's index and free its memory."""
        with self._lock:
            self._entries.pop(collection_key, None)


def _catch_up(entry: _Entry, source: VectorSource) -> None:
    """Add the vectors of new rows; where claims were taken away since, delete theirs."""
    # Row numbers only grow and are never used again, so all that is new lies above the last one seen.
    for rows, vectors in source.vectors_after(entry.last_row):
        entry.index.add(rows, vectors)
        entry.last_row = int(rows[-1])
    if source.removal_revision > entry.revision >= 0:
        entry.index.keep_only(source.rows())
    entry.revision = source.revision
