"""Log lines of a server: JSON for programs or text for people, each with the id of the request it belongs to."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
from datetime import datetime, timezone

FORMATS = ("text", "json")

current_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("current_request_id", default="")


def configure(line_format: str) -> None:
    """Write our own log lines, and the warnings of libraries, to stderr; `line_format` is one of FORMATS."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if line_format == "json" else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("claimbase", "claimbase_server"):
        logging.getLogger(name).setLevel(logging.INFO)


def with_fields(**fields: object) -> dict[str, object]:
    """The `extra` of a log call whose line carries these fields."""
    return {"fields": fields}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, then the line's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(_fields(record))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Time, level and message, then the line's own fields as name=value; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{name}={value}" for name, value in _fields(record).items()]
        line = " ".join([_time(record), record.levelname, record.getMessage(), *fields])
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> dict[str, object]:
    request_id = current_request_id.get()
    given: dict[str, object] = getattr(record, "fields", {})
    return {**given, "request_id": request_id} if request_id else given
