"""When something happened: English time expressions as half-open UTC intervals.

Plain code: dateparser reads single dates well, but searching running text with it takes tens of
milliseconds a sentence and resolves a bare weekday without regard to the tense of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone

from claimbase_server.types import TimeInterval

BEGINNING = datetime(1, 1, 1, tzinfo=timezone.utc)  # start of 'by Sunday'
END = datetime(9999, 12, 31, tzinfo=timezone.utc)  # end of 'since Sunday'

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS.update({name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9})
_DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAYS = {name: number for number, name in enumerate(_DAY_NAMES)}
_SMALL_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_SMALL = {
    word: number
    for number, word in enumerate(_SMALL_WORDS)
} | {"a": 1, "an": 1}  # fmt: skip
_PART_HOURS = {"morning": (5, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (18, 30), "noon": (12, 13)}

_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December" \
         r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"  # fmt: skip
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_TO_DAY = r"(?: ?(?:-|–|to|and) ?(?P<last>[0-3]?\d)(?:st|nd|rd|th)?)?"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_PART = r"(?: (?P<part>morning|afternoon|evening|night|noon))?"
_WEEKDAY = r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_UNIT = r"(?P<unit>hour|day|week|month|year|decade)s?"
_BOUND = re.compile(
    r"\b(?P<word>by|until|till|before|as of|up to|since|from|after)"
    r"(?: (?:late|early|midday|noon|the end of|the morning of|the evening of))?(?: on)? ?$",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"\b(?:said|says|told|tells|announced|reported|added|stated|confirmed|wrote|tweeted|testified|insisted|ruled)\b"
    r"[^.;,]{0,30}$"
)
_FUTURE = re.compile(
    r"\b(?:will|would|going to|due|scheduled|set to|plans?|planned|expected|is to|are to|shall|intends?|resumes?)\b"
    r"[^.;]{0,80}$",
    re.IGNORECASE,
)

_FUTURE_AFTER = re.compile(r".{0,3}\b(?:will|is due|is to|are to)\b")

_Reader = Callable[["re.Match[str]", datetime | None, bool], "tuple[datetime, datetime] | None"]


def find_time(text: str, publish_time: datetime | None) -> TimeInterval | None:
    """The time that a sentence speaks of, or None when it names none that can be resolved.

    Relative expressions count back from publish_time (naive means UTC) and need it. A time attached
    to the reporting verb ('said on Monday') gives way to any other. 'by Sunday' is open to the past
    (starts at BEGINNING), 'since Sunday' to the future (ends at END).
    """
    if publish_time is not None:
        publish_time = _utc(publish_time)
    reported: TimeInterval | None = None
    for match, reader in _expressions(text):
        interval = _resolve(text, match, reader, publish_time)
        if interval is None:
            continue
        if not _REPORTING.search(text[max(0, match.start() - 60) : match.start()]):
            return interval
        reported = reported or interval
    return reported


def as_of(claim_time: TimeInterval | None, publish_time: datetime | None) -> datetime | None:
    """The moment up to which a statement can know: the end of its time, at most its publication."""
    if publish_time is not None:
        publish_time = _utc(publish_time)
    if claim_time is None or claim_time.end == END:
        return publish_time
    return min(claim_time.end, publish_time) if publish_time is not None else claim_time.end


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def _expressions(text: str) -> list[tuple[re.Match[str], _Reader]]:
    """Time expressions in reading order without overlaps; the first and longest wins."""
    found = [(match, reader) for pattern, reader in _PATTERNS for match in pattern.finditer(text)]
    found.sort(key=lambda item: (item[0].start(), -item[0].end()))
    kept: list[tuple[re.Match[str], _Reader]] = []
    end = 0
    for match, reader in found:
        if match.start() >= end:
            kept.append((match, reader))
            end = match.end()
    return kept


def _resolve(text: str, match: re.Match[str], reader: _Reader, publish_time: datetime | None) -> TimeInterval | None:
    before, after = text[max(0, match.start() - 100) : match.start()], text[match.end() : match.end() + 20]
    future = bool(_FUTURE.search(before) or _FUTURE_AFTER.match(after))
    try:
        ends = reader(match, publish_time, future)
    except (ValueError, OverflowError):  # 31 February, or beyond the calendar
        return None
    bound = _BOUND.search(before)
    words = match.group()
    if ends is not None and bound:
        words = f"{bound.group().strip()} {words}"
        ends = _open(bound["word"].lower(), *ends)
    return TimeInterval(ends[0], ends[1], words) if ends and ends[0] < ends[1] else None


def _open(word: str, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The interval that a bounding word makes of [start, end)."""
    if word in ("since", "from"):
        return start, END
    if word == "after":
        return end, END
    return BEGINNING, start if word == "before" else end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.utc)


def _day(day: date, part: str | None = None) -> tuple[datetime, datetime]:
    """A whole day, or its morning, afternoon, evening or night."""
    first, last = _PART_HOURS.get((part or "").lower(), (0, 24))
    return _midnight(day) + timedelta(hours=first), _midnight(day) + timedelta(hours=last)


def _month(year: int, month: int) -> tuple[datetime, datetime]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return _midnight(date(year, month, 1)), _midnight(following)


def _years(first: int, count: int = 1) -> tuple[datetime, datetime]:
    return _midnight(date(first, 1, 1)), _midnight(date(first + count, 1, 1))


def _read_iso(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    return _day(date(int(match["year"]), int(match["number"]), int(match["day"])))


def _read_date(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    """A day and month; without a year the nearest such day not after publication (or not before, if future)."""
    month, first = _MONTHS[match["month"].lower().rstrip(".")], int(match["day"])
    last = int(match["last"] or first)
    if match["year"]:
        year = int(match["year"])
    elif publish_time is None:
        return None
    else:
        year, today = publish_time.year, publish_time.date()
        if future and date(year, month, first) < today:
            year += 1
        elif not future and date(year, month, first) > today + timedelta(days=60):
            year -= 1
    start, end = _day(date(year, month, first), match["part"])
    return start, (end if last <= first else _day(date(year, month, last))[1])


def _read_month(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    month, lead = _MONTHS[match["month"].lower().rstrip(".")], (match["lead"] or "").lower()
    if match["year"]:
        return _month(int(match["year"]), month)
    if publish_time is None or not lead:
        return None
    year = publish_time.year
    if lead == "next" or future:
        year += month <= publish_time.month
    elif month > publish_time.month or (lead == "last" and month == publish_time.month):
        year -= 1
    start, end = _month(year, month)
    return start, END if lead == "since" else end


def _read_year(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    return _years(int(match["year"]), 10 if match.group().endswith("s") else 1)


def _read_weekday(
    match: re.Match[str], publish_time: datetime | None, future: bool
) -> tuple[datetime, datetime] | None:
    """The last such weekday not after publication; the next one in a future context."""
    if publish_time is None:
        return None
    today, weekday = publish_time.date(), _DAYS[match["weekday"].lower()]
    back = (today.weekday() - weekday) % 7
    lead = (match["lead"] or "").lower()
    if lead == "next" or (future and lead != "last"):
        return _day(today + timedelta(days=7 - back), match["part"])
    if lead == "last" and back == 0:
        back = 7
    return _day(today - timedelta(days=back), match["part"])


def _read_near(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    """'yesterday', 'last night', 'this morning', 'tonight', 'tomorrow'."""
    if publish_time is None:
        return None
    today, words = publish_time.date(), match.group().lower()
    part = match["part"] or ("night" if "night" in words else None)
    if "yesterday" in words or words.startswith("last"):
        return _day(today - timedelta(days=1), part)
    return _day(today + timedelta(days=1) if "tomorrow" in words else today, part)


def _read_period(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    """'this week', 'last month', 'next year', 'last weekend'."""
    if publish_time is None:
        return None
    step = {"last": -1, "this": 0, "next": 1}[match["lead"].lower()]
    today, unit = publish_time.date(), match["period"].lower()
    if unit == "year":
        return _years(today.year + step)
    if unit == "month":
        months = today.year * 12 + today.month - 1 + step
        return _month(months // 12, months % 12 + 1)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    if unit == "weekend":
        return _midnight(monday + timedelta(days=5)), _midnight(monday + timedelta(days=7))
    return _midnight(monday), _midnight(monday + timedelta(days=7))


def _read_ago(match: re.Match[str], publish_time: datetime | None, future: bool) -> tuple[datetime, datetime] | None:
    """'three days ago', with the width of its unit; weeks and longer are loose by half a unit."""
    if publish_time is None:
        return None
    count = int(match["count"]) if match["count"].isdigit() else _SMALL.get(match["count"].lower(), 0)
    if count == 0:
        return None
    unit, today = match["unit"].lower(), publish_time.date()
    if unit == "hour":
        moment = publish_time - timedelta(hours=count)
        return moment - timedelta(minutes=30), moment + timedelta(minutes=30)
    if unit in ("year", "decade"):
        return _years(today.year - count) if unit == "year" else _years(today.year - 10 * count - 5, 10)
    if unit == "month":
        months = today.year * 12 + today.month - 1 - count
        return _month(months // 12, months % 12 + 1)
    day = today - timedelta(days=count * (7 if unit == "week" else 1))
    loose = timedelta(days=3 if unit == "week" else 0)
    return _midnight(day - loose), _midnight(day + loose + timedelta(days=1))


_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(rf"\b{pattern}\b"), reader)
    for pattern, reader in (
        (rf"{_YEAR}-(?P<number>[01]\d)-(?P<day>[0-3]\d)", _read_iso),
        (rf"{_DAY}{_TO_DAY} {_MONTH}(?:,? {_YEAR})?{_PART}", _read_date),
        (rf"{_MONTH} {_DAY}{_TO_DAY}(?!\d|,\d)(?:,? {_YEAR})?{_PART}", _read_date),
        (
            rf"(?:(?P<lead>[Ll]ast|[Nn]ext|[Tt]his|[Ii]n|of|[Ss]ince|[Ee]arly|[Ll]ate|[Mm]id)[ -])?"
            rf"{_MONTH}(?:,? {_YEAR}|(?! \d))",
            _read_month,
        ),
        (rf"(?P<count>\d{{1,3}}|[A-Za-z]{{1,7}}) {_UNIT} ago", _read_ago),
        (
            r"(?:[Yy]esterday|[Tt]omorrow|[Tt]oday|[Tt]onight|[Ll]ast night"
            rf"|[Tt]his(?= (?:morning|afternoon|evening))){_PART}",
            _read_near,
        ),
        (rf"(?:(?P<lead>[Ll]ast|[Nn]ext|[Tt]his|early|late) (?:on )?)?{_WEEKDAY}{_PART}", _read_weekday),
        (r"(?P<lead>[Ll]ast|[Tt]his|[Nn]ext) (?P<period>weekend|week|month|year)", _read_period),
        (
            r"(?<![\d.,$€£#-])(?P<year>1[5-9]\d\d|20\d\d)s?(?![\d%-]|[.,]\d)"
            r"(?! (?:people|dollars|euros|metres|meters|tonnes|tons|km|miles|[a-z]{3,20}s)\b)",
            _read_year,
        ),
    )
)
