"""What the standard OTEL_* variables ask for."""

from __future__ import annotations

import logging
import os

from claimbase_server.observe.telemetry import Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

logger = logging.getLogger("claimbase.traces")


def configured_tracer() -> Tracer | None:
    """A tracer where an exporter or an endpoint is named; raises ValueError for an exporter that is not installed."""
    exporters = os.environ.get("OTEL_TRACES_EXPORTER", "")
    disabled = exporters == "none" or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if disabled or not (exporters or any(os.environ.get(name) for name in _ENDPOINTS)):
        return None
    try:
        from claimbase_server.observe.traces import OtelTracer
    except ModuleNotFoundError as error:
        logger.warning("no traces: %s is not installed: pip install 'claimbase[otel]'", error.name)
        return None
    return OtelTracer()
