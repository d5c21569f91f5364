"""Checks of single fields; each raises INVALID_ARGUMENT that names the field, the limit and what was found."""

from __future__ import annotations

import math
import re
from collections.abc import Sized

from claimbase_server.rpc import limits
from claimbase_server.rpc.errors import invalid

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_TEXT_CONTROLS = "\t\n\r"
_REQUEST_ID = re.compile(r"[!-~]*")


def check_text(field: str, text: str, limit: int) -> str:
    """Text of 1 to `limit` code points that is not blank."""
    check_length(field, text, limit)
    if not text:
        raise invalid(field, "is empty; give some text")
    if not text.strip():
        raise invalid(field, "is blank; give some text")
    check_characters(field, text, allowed=_TEXT_CONTROLS)
    return text


def check_line(field: str, text: str, limit: int) -> str:
    """0 to `limit` code points without control characters."""
    check_length(field, text, limit)
    check_characters(field, text)
    return text


def check_length(field: str, text: str, limit: int) -> None:
    """At most `limit` code points."""
    if len(text) > limit:
        raise invalid(field, f"has {len(text)} characters; the limit is {limit}", reason="TOO_LONG")


def check_characters(field: str, text: str, allowed: str = "") -> None:
    """No control characters but those allowed."""
    for found in _CONTROL.finditer(text):
        if found.group() not in allowed:
            raise invalid(
                field,
                f"holds control character U+{ord(found.group()):04X} at offset {found.start()}; remove it",
                reason="CONTROL_CHARACTER",
            )


def check_request_id(field: str, request_id: str) -> str:
    """0 to the limit of visible ASCII characters."""
    check_length(field, request_id, limits.MAX_ID_LENGTH)
    if not _REQUEST_ID.fullmatch(request_id):
        raise invalid(field, "holds something other than visible ASCII characters; a UUID will do")
    return request_id


def check_new_id(field: str, new_id: str) -> str:
    """An id for something new, '' to have one derived; not blank."""
    check_line(field, new_id, limits.MAX_ID_LENGTH)
    if new_id and not new_id.strip():
        raise invalid(field, "is blank; give an id, or nothing to have one derived")
    return new_id


def check_count(field: str, items: Sized, limit: int) -> None:
    """1 to `limit` items."""
    if not len(items):
        raise invalid(field, f"is empty; give 1 to {limit}")
    if len(items) > limit:
        raise invalid(field, f"has {len(items)} items; the limit is {limit}", reason="TOO_MANY")


def check_page_size(page_size: int) -> int:
    """Items of a page: the default for 0, the largest for more than that."""
    if page_size < 0:
        raise invalid("page_size", f"is {page_size}; give 0 to {limits.MAX_PAGE_SIZE}")
    return min(page_size or limits.DEFAULT_PAGE_SIZE, limits.MAX_PAGE_SIZE)


def check_search_limit(limit: int) -> int:
    """Results of a search, the default for 0."""
    if not 0 <= limit <= limits.MAX_SEARCH_RESULTS:
        raise invalid("limit", f"is {limit}; give 0 to {limits.MAX_SEARCH_RESULTS}")
    return limit or limits.DEFAULT_SEARCH_RESULTS


def check_confidence(field: str, confidence: float) -> float:
    """A number from 0 to 1."""
    if math.isnan(confidence) or not 0.0 <= confidence <= 1.0:
        raise invalid(field, f"is {confidence}; give 0 to 1")
    return confidence
