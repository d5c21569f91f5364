"""Nearly exact nearest-neighbour search for large collections: vectors in clusters, of which a few are searched."""

from __future__ import annotations

import threading
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

# benchmarks/growth.py shows the recall and the time that these give.
_CLUSTERS = 1024
_SEARCHED = 64
_SAMPLE = 40  # vectors a cluster that its centre is learned from
_ROUNDS = 5  # of learning the centres


class Clusters:
    """Row numbers and unit vectors in memory at half precision, searched by dot product. Thread-safe."""

    def __init__(self, rows: Rows, vectors: Floats) -> None:
        """Learn the clusters from these unit vectors (n, dimensions) and hold them under their row numbers (n)."""
        dimensions = vectors.shape[1]
        count = min(_CLUSTERS, len(rows))
        self._centres = faiss.IndexFlatIP(dimensions)  # the index below uses it and does not keep it alive
        self._index = faiss.IndexIVFScalarQuantizer(
            self._centres, dimensions, count, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT, False
        )
        self._index.nprobe = _SEARCHED
        self._index.cp.niter = _ROUNDS
        self._index.cp.max_points_per_centroid = _SAMPLE
        self._index.cp.min_points_per_centroid = 1
        self._index.train(vectors)
        self._lock = threading.Lock()  # the library searches on several threads at once but not beside changes
        self.add(rows, vectors)

    def rows(self) -> Rows:
        """Row numbers, in no order."""
        lists: Any = self._index.invlists
        with self._lock:
            parts = [
                faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
                for number in range(self._index.nlist)
                if lists.list_size(number)
            ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def add(self, rows: Rows, vectors: Floats) -> None:
        """Hold more unit vectors (n, dimensions) under their row numbers (n)."""
        with self._lock:
            self._index.add_with_ids(vectors, rows)

    def keep_only(self, rows: Rows) -> None:
        """Delete every vector whose row number is not among `rows`."""
        with self._lock:
            self._index.remove_ids(faiss.IDSelectorNot(faiss.IDSelectorBatch(rows)))

    def search(self, vector: Floats, limit: int) -> tuple[Floats, Rows]:
        """Scores and row numbers of the `limit` nearest vectors that were found, in no order."""
        with self._lock:
            scores, rows = self._index.search(vector[np.newaxis], min(limit, max(1, self._index.ntotal)))
        found = rows[0] >= 0
        return scores[0][found], rows[0][found]
