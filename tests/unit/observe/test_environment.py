"""OTEL_* variables decide whether there are traces; without the extra nothing of it is imported."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from claimbase_server.observe.environment import configured_tracer


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "variables",
    [{}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}],
)
def test_no_traces_unless_asked_for(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert configured_tracer() is None


@pytest.mark.parametrize(
    "variables", [{"OTEL_TRACES_EXPORTER": "console"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}]
)
def test_traces_where_an_exporter_or_an_endpoint_is_named(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    tracer = configured_tracer()
    assert tracer is not None
    tracer.close()


def test_an_exporter_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "smoke")
    with pytest.raises(ValueError, match="no exporter 'smoke' is installed"):
        configured_tracer()


def test_without_the_extra_there_is_a_warning_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "console")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "claimbase_server.observe.traces", raising=False)
    caplog.set_level(logging.WARNING)
    assert configured_tracer() is None
    assert "pip install 'claimbase[otel]'" in caplog.text


def test_nothing_of_opentelemetry_is_imported_unless_asked_for() -> None:
    code = (
        "import sys\n"
        "from claimbase_server.observe.environment import configured_tracer\n"
        "configured_tracer()\n"
        "print(*(name for name in sys.modules if name.startswith('opentelemetry')))\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []
