"""OpenTelemetry traces, set up by the standard OTEL_* variables; needs the extra `otel`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points

import grpc
from opentelemetry import propagate
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from claimbase_server.observe.telemetry import EndRpc

_EXPORTERS = {"otlp": "otlp_proto_grpc"}  # the standard's name and the one under which Python's package is found
_SERVER_ERRORS = ("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS")


class OtelTracer:
    """Spans of calls and their stages, sent by the exporters that OTEL_TRACES_EXPORTER names ('otlp' by default)."""

    def __init__(self) -> None:
        """Raises ValueError for an exporter that is not installed."""
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "claimbase"}
        self._provider = TracerProvider(resource=Resource.create(named))
        for name in os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(","):
            self._provider.add_span_processor(BatchSpanProcessor(_exporter(name.strip())))
        self._tracer = self._provider.get_tracer("claimbase_server")

    @contextmanager
    def rpc(self, method: str, metadata: Mapping[str, str]) -> Iterator[EndRpc]:
        service, _, name = method.rpartition("/")
        attributes = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}
        with self._tracer.start_as_current_span(
            method,
            context=propagate.extract(metadata),
            kind=SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:

            def end(code: str) -> None:
                span.set_attribute("rpc.grpc.status_code", grpc.StatusCode[code].value[0])
                if code in _SERVER_ERRORS:
                    span.set_status(StatusCode.ERROR, code)

            yield end

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        # An exception's own words may hold a caller's text, so that its kind alone is told.
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield
            except Exception as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def finished(self, name: str, started: float, seconds: float) -> None:
        start = time.time_ns() - int((time.monotonic() - started) * 1e9)
        self._tracer.start_span(name, start_time=start).end(start + int(seconds * 1e9))

    def close(self) -> None:
        self._provider.shutdown()


def _exporter(name: str) -> SpanExporter:
    found = entry_points(group="opentelemetry_traces_exporter", name=_EXPORTERS.get(name, name))
    if not found:
        raise ValueError(f"OTEL_TRACES_EXPORTER: no exporter {name!r} is installed; name otlp, console or none")
    exporter: SpanExporter = next(iter(found)).load()()
    return exporter
