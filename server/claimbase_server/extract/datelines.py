"""What may stand before an article's first word: a dateline, a date, a speaker's name or a label."""

from __future__ import annotations

import re
from typing import NamedTuple

_CAPS = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.-]{2,30}(?:[ /][A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.-]{0,30}){0,4}"
_TITLE = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,30}\.?(?:[ /-][A-ZÀ-ÖØ-Þ][\w'’-]{0,30}){0,3}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_MONTH_CAPS = r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]{0,6}\.?"
_DAY = rf"(?:(?:{_MONTH}|{_MONTH_CAPS}) \d{{1,2}}|\d{{1,2}} (?:{_MONTH}|{_MONTH_CAPS}))(?:,? \d{{4}})?"
_NUMERIC_DATE = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_AGENCY = r"\([A-ZÀ-Þ][\w .&/-]{0,30}\)"
_DASH = r"(?: ?\.? ?[-–—]{1,2} ?)"
_STARTS = r"(?=[\"“„«'‘(]?[A-ZÀ-ÖØ-Þ\d])"

_LEAD_INS = (
    # ALMATY (Reuters) –   LATACUNGA, Ecuador, Aug 17 -   (NN) - ROME, 16 MAR -   ALMATY.-   LIRCAY, Peru.   FAISALABAD:
    re.compile(
        rf"(?:{_AGENCY}{_DASH})?(?P<label>{_CAPS})(?:, (?:{_DAY}|{_TITLE})){{0,3}}(?: ?{_AGENCY})?"
        rf"(?:{_DASH}|: ?|\. ){_STARTS}"
    ),
    # Paris (AFP) -   Montevideo, Sept 12.   Lille, 12 February.
    re.compile(
        rf"{_TITLE}(?:, {_TITLE}){{0,2}}(?:,? (?:{_DAY})(?: ?{_AGENCY})?| ?{_AGENCY})(?:{_DASH}|: |\. ){_STARTS}"
    ),
    # 12 May 2020 -   15.01.2020.
    re.compile(rf"(?:{_NUMERIC_DATE}|{_DAY})(?:{_DASH}|[:.] ){_STARTS}"),
    # Windhoek/Münster.
    re.compile(rf"[A-ZÀ-Þ]\w{{2,30}}/[A-ZÀ-Þ]\w{{2,30}}(?:{_DASH}|\. ){_STARTS}"),
)
# Brussels – The ...: only before the first sentence, since later on it may be a subject.
_BARE_PLACE = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w'’]{2,30}(?: [A-ZÀ-ÖØ-Þ][\w'’]{1,30})?(?:, [A-ZÀ-Þ][\w'’ ]{2,30})? ?(?: [-–—]|\.[-–—]) ?" + _STARTS
)


class LeadIn(NamedTuple):
    """How many code points to skip, and the label in capitals that stood there ('' for none)."""

    length: int
    label: str


def find_lead_in(text: str, first: bool) -> LeadIn:
    """The lead-in at the start of a paragraph; `first` is True before the article's first sentence."""
    for pattern in _LEAD_INS:
        match = pattern.match(text)
        if match:
            return LeadIn(match.end(), match.groupdict().get("label") or "")
    match = _BARE_PLACE.match(text) if first else None
    return LeadIn(match.end() if match else 0, "")
