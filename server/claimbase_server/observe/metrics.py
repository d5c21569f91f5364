"""Prometheus metrics of one server: counted as work ends, or read from the batcher and the store at each scrape."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Protocol
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from claimbase_server.batcher import BatcherStats, LaneStats
from claimbase_server.store.base import CollectionStats, Store, StoreUnavailable, UnknownCollection
from claimbase_server.types import CheckResult

HOST = "127.0.0.1"
_PAGE = 1_000  # collections read at once
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

logger = logging.getLogger("claimbase.metrics")


class Batcher(Protocol):
    """What is read of the queue in front of the models."""

    def stats(self) -> BatcherStats: ...


class Metrics:
    """Counters of one server in a registry of their own; every method is thread-safe."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._rpc_seconds = Histogram(
            "claimbase_rpc_seconds", "Seconds from a call's start to its end.", ["method"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._rpcs = self._counter("rpcs", "Calls that ended.", "method", "code")
        self._refused = self._counter("rpcs_refused", "Calls refused because the server was busy.", "method")
        self._in_flight = self._gauge("rpcs_in_flight", "Calls being served.", "method")
        self._stage_seconds = Histogram(
            "claimbase_stage_seconds", "Seconds of a part of the work on a claim or document.", ["stage"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._verdicts = self._counter("verdicts", "Claims checked.", "verdict", "disputed")
        self._documents = self._counter("documents_ingested", "Documents sent to be stored.", "outcome")
        self._claims = self._counter("claims_ingested", "Claims of the documents created or replaced.")
        self._serving = self._gauge("serving", "1 while health answers SERVING, else 0.")

    def watch(self, batcher: Batcher, store: Store, serving: Callable[[], bool]) -> None:
        """Read these anew at each scrape."""
        self._serving.set_function(serving)
        self.registry.register(_BatcherCollector(batcher))
        self.registry.register(_StoreCollector(store))

    def rpc_started(self, method: str) -> None:
        """`method` is 'package.Service/Method'."""
        self._in_flight.labels(method).inc()

    def rpc_ended(self, method: str, code: str, seconds: float, refused: bool) -> None:
        """`code` is the status' name; `refused` says that the server was too busy to begin."""
        self._in_flight.labels(method).dec()
        self._rpcs.labels(method, code).inc()
        self._rpc_seconds.labels(method).observe(seconds)
        if refused:
            self._refused.labels(method).inc()

    def stage_ended(self, stage: str, seconds: float) -> None:
        self._stage_seconds.labels(stage).observe(seconds)

    def claim_checked(self, result: CheckResult) -> None:
        self._verdicts.labels(result.verdict.value, str(result.disputed).lower()).inc()

    def document_ingested(self, outcome: str, claims: int = 0) -> None:
        """`outcome` is 'created', 'replaced', 'unchanged' or 'failed'; `claims` are those newly stored."""
        self._documents.labels(outcome).inc()
        self._claims.inc(claims)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"claimbase_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"claimbase_{name}", what, labels, registry=self.registry)


class MetricsServer:
    """Answers GET http://127.0.0.1:port/metrics on threads of its own until closed; raises OSError."""

    def __init__(self, metrics: Metrics, port: int) -> None:
        self._server: WSGIServer
        self._thread: Thread
        self._server, self._thread = start_http_server(port, HOST, metrics.registry)
        logger.info("metrics on http://%s:%d/metrics", HOST, self._server.server_port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _BatcherCollector(Collector):
    """The batcher's statistics; `kind` is 'pairs' for the scorer's work, 'texts' for the embedder's."""

    _COUNTERS: tuple[tuple[str, str, Callable[[LaneStats], float]], ...] = (
        ("model_batches", "Batches computed.", lambda lane: lane.batches),
        ("model_batches_failed", "Batches that failed in whole or in part.", lambda lane: lane.failed_batches),
        ("model_entries", "Pairs or texts computed.", lambda lane: lane.entries),
        ("model_tokens", "Tokens computed, without padding.", lambda lane: lane.tokens),
        ("model_seconds", "Seconds that the model computed.", lambda lane: lane.seconds),
        ("cache_hits", "Pairs or texts answered from the latest results.", lambda lane: lane.cache_hits),
        ("dropped", "Pairs or texts never computed because their callers had gone.", lambda lane: lane.dropped),
    )

    def __init__(self, batcher: Batcher) -> None:
        self._batcher = batcher

    def collect(self) -> Iterator[Metric]:
        stats = self._batcher.stats()
        lanes = {"pairs": stats.pairs, "texts": stats.texts}
        depth = GaugeMetricFamily("claimbase_queue_depth", "Pairs or texts that wait for the model.", labels=["kind"])
        for kind, lane in lanes.items():
            depth.add_metric([kind], lane.queued)
        yield depth
        for name, what, read in self._COUNTERS:
            counter = CounterMetricFamily(f"claimbase_{name}", what, labels=["kind"])
            for kind, lane in lanes.items():
                counter.add_metric([kind], read(lane))
            yield counter


class _StoreCollector(Collector):
    """The size of the base in all; left out of a scrape while the store cannot be read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        try:
            collections = list(self._read())
        except StoreUnavailable:
            return
        yield GaugeMetricFamily("claimbase_collections", "Collections stored.", len(collections))
        yield GaugeMetricFamily("claimbase_documents", "Documents stored.", sum(c.documents for c in collections))
        yield GaugeMetricFamily("claimbase_claims", "Claims stored.", sum(c.claims for c in collections))
        yield GaugeMetricFamily("claimbase_conflicts", "Conflicts stored.", sum(c.conflicts for c in collections))

    def _read(self) -> Iterator[CollectionStats]:
        after = ""
        while names := self._store.list_collections(_PAGE, after):
            for name in names:
                try:
                    yield self._store.stats(name)
                except UnknownCollection:  # deleted since it was listed
                    continue
            after = names[-1]
