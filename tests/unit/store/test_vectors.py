"""The vector index agrees with a plain sort, through additions, deletions and threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from claimbase_server.store import vectors as vectors_module
from claimbase_server.store.vectors import VectorIndex, VectorIndexes, VectorSource

DIMENSIONS = 5


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "_BLOCK_ROWS", 16)


def random_vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)


def nearest(rows: NDArray[np.int64], vectors: NDArray[np.float32], query: NDArray[np.float32], limit: int) -> list[int]:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    order = np.lexsort((rows, -(units @ query)))
    return [int(row) for row in rows[order][:limit]]


@pytest.mark.parametrize("limit", [1, 7, 1_000])
@pytest.mark.parametrize("count", [1, 15, 16, 17, 200])
def test_search_agrees_with_a_sort(count: int, limit: int) -> None:
    index = VectorIndex(DIMENSIONS)
    rows, vectors = np.arange(3, 3 + count), random_vectors(count)
    for start in range(0, count, 9):
        index.add(rows[start : start + 9], vectors[start : start + 9])
    query = random_vectors(1, seed=1)[0]
    assert index.search(query, limit) == nearest(rows, vectors, query, limit)


def test_equal_vectors_come_in_row_order() -> None:
    index = VectorIndex(DIMENSIONS)
    index.add(np.arange(50), np.ones((50, DIMENSIONS), np.float32))
    assert index.search(np.ones(DIMENSIONS, np.float32), 20) == list(range(20))


def test_deleted_vectors_are_never_found() -> None:
    index = VectorIndex(DIMENSIONS)
    rows, vectors = np.arange(100), random_vectors(100)
    index.add(rows, vectors)
    query = random_vectors(1, seed=1)[0]
    keep = np.ones(100, bool)
    for step in (3, 2, 5):
        keep[::step] = False
        index.keep_only(rows[keep])
        assert index.search(query, 100) == nearest(rows[keep], vectors[keep], query, 100)
        assert len(index) == keep.sum()
    index.keep_only(np.empty(0, np.int64))
    assert index.search(query, 5) == []
    index.add(np.array([500]), vectors[:1])
    assert index.search(query, 5) == [500]


def test_a_zero_vector_is_the_farthest_from_what_points_the_same_way() -> None:
    index = VectorIndex(DIMENSIONS)
    index.add(np.array([1, 2]), np.array([[0] * DIMENSIONS, [1] * DIMENSIONS], np.float32))
    assert index.search(np.ones(DIMENSIONS, np.float32), 2) == [2, 1]


def test_search_goes_on_while_others_add_and_delete() -> None:
    index = VectorIndex(DIMENSIONS)
    stop = threading.Event()
    failures: list[object] = []

    def search() -> None:
        query = random_vectors(1, seed=2)[0]
        try:
            while not stop.is_set():
                found = index.search(query, 30)
                assert len(found) == len(set(found))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(0, 2_000, 40):
        index.add(np.arange(start, start + 40), random_vectors(40, start))
        index.keep_only(np.arange(max(0, start - 300), start + 40))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.rows().tolist() == list(range(1_660, 2_000))


def test_an_index_catches_up_with_its_store_and_is_forgotten_with_it() -> None:
    held = dict(enumerate(random_vectors(60), start=1))
    indexes = VectorIndexes()

    def source(revision: int, removal_revision: int) -> VectorSource:
        def vectors_after(row: int) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
            rows = [other for other in held if other > row]
            return [(np.array(rows), np.stack([held[other] for other in rows]))] if rows else []

        return VectorSource(7, DIMENSIONS, revision, removal_revision, vectors_after, lambda: np.array(list(held)))

    index = indexes.current(source(1, 0))
    assert index.rows().tolist() == list(held)
    del held[4], held[60]
    held[61] = np.ones(DIMENSIONS, np.float32)
    assert indexes.current(source(3, 3)) is index
    assert index.rows().tolist() == list(held)
    indexes.drop(7)
    assert indexes.current(source(3, 3)) is not index


@pytest.fixture
def few_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "_MOST_EXACT", 1_000)


def test_a_large_collection_is_searched_nearly_exactly(few_exact: None) -> None:
    index = VectorIndex(DIMENSIONS)
    rows, vectors = np.arange(7, 5_007), random_vectors(5_000)
    for start in range(0, 5_000, 400):
        index.add(rows[start : start + 400], vectors[start : start + 400])
    queries = random_vectors(50, seed=1)
    expected = [nearest(rows, vectors, query, 10) for query in queries]
    hits = sum(len(set(index.search(query, 10)) & set(wanted)) for query, wanted in zip(queries, expected, strict=True))
    assert hits >= 0.98 * 500
    assert sorted(index.rows()) == rows.tolist()


def test_a_large_collection_forgets_what_is_deleted(few_exact: None) -> None:
    index = VectorIndex(DIMENSIONS)
    vectors = random_vectors(3_000)
    index.add(np.arange(3_000), vectors)
    for keep in (np.arange(0, 3_000, 2), np.arange(0, 20, 2), np.empty(0, np.int64)):
        index.keep_only(keep)
        assert set(index.search(vectors[0], 50)) <= set(keep.tolist())
        assert len(index) == len(keep)
    index.add(np.array([9_000]), vectors[:1])
    assert index.search(vectors[0], 5) == [9_000]
