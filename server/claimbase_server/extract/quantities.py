"""Quantities in English news text: intervals with the unit, the thing counted and its scope.

Plain code over tokens: text2num, number-parser and quantulum3 give values without reliable spans,
bounds or what is counted, and news text needs all three.
"""

from __future__ import annotations

from collections.abc import Sequence

from claimbase_server.extract.counting import CALENDAR, Counted, singular, what_is_counted
from claimbase_server.extract.measures import SYMBOLS, Span, read_age, read_measure
from claimbase_server.extract.numbers import (
    SCALES,
    Number,
    Token,
    adjoins,
    find_numbers,
    lower_at,
    tokenize,
)
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.types import Quantity

_BOUNDS = {
    "more than": "over", "over": "over", "above": "over", "upwards of": "over", "exceeding": "over",
    "in excess of": "over", "greater than": "over", "exceeded": "over", "topped": "over", "higher than": "over",
    "at least": "least", "no fewer than": "least", "no less than": "least", "not less than": "least",
    "not fewer than": "least", "a minimum of": "least", "minimum of": "least",
    "fewer than": "under", "less than": "under", "under": "under", "below": "under", "lower than": "under",
    "up to": "most", "at most": "most", "no more than": "most", "not more than": "most", "as many as": "most",
    "a maximum of": "most", "as much as": "most", "only up to": "most",
    "nearly": "nearly", "almost": "nearly", "close to": "nearly", "just under": "nearly", "approaching": "nearly",
    "just below": "nearly", "nearing": "nearly",
    "just over": "just over", "slightly more than": "just over", "a little over": "just over",
    "slightly over": "just over", "just above": "just over", "a little more than": "just over",
    "about": "about", "around": "about", "some": "about", "roughly": "about", "approximately": "about",
    "an estimated": "about", "estimated": "about", "circa": "about", "~": "about", "more or less": "about",
}  # fmt: skip
_TIME_UNITS = word_set("second minute hour day week month year decade")
_DISTANCE = word_set("ago later earlier before after afterwards")
_WIDEST_GAP = 5  # tokens between the two ends of a range
_NOBODY = frozenset({"nobody", "none"})
_ADVERBS = word_set("now still probably perhaps only just another")
_SCORES = word_set("win victory defeat loss vote draw tie decision ruling majority lead triumph verdict split")
_LABEL_WORDS = word_set("no number article section page chapter channel route flight unit room gate line part")
_YEAR_WORDS = word_set("in since by from until of during early late mid and before after year to for through")


_MAX_READ = 4000  # code points of a text: as much as a claim may hold, and no sentence of prose is longer
_EXACT_SHARE = 1.0  # 'a third' is 32.3 to 34.3 percent


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in reading order; dates, clock times, labels and telephone numbers are left out.

    Of a text that is longer than a claim may be only that much is read: each number costs many looks around it.
    """
    if len(text) > _MAX_READ:
        text = text[:_MAX_READ].rpartition(" ")[0] or text[:_MAX_READ]
    tokens = tokenize(text)
    numbers = [number for number in find_numbers(tokens) if not _is_no_quantity(tokens, number)]
    found: list[tuple[int, Quantity]] = []
    previous: Quantity | None = None
    for span in _spans(tokens, numbers):
        measured = read_age(tokens, span) or read_measure(tokens, span)
        previous = _quantity(text, tokens, *measured) if measured else _count(text, tokens, span, previous)
        found.append((tokens[span.first].start, previous))
    found.extend(_absences(text, tokens))
    return tuple(quantity for _, quantity in sorted(found, key=lambda item: item[0]))


def _is_no_quantity(tokens: Sequence[Token], number: Number) -> bool:
    """Dates, years, clock times, telephone numbers, scores, labels ('Route 9') and the pronoun 'one'."""
    before, after = lower_at(tokens, number.first - 1), lower_at(tokens, number.last)
    if before in CALENDAR - {"may", "march"} or after in CALENDAR - {"may", "march"}:
        return True
    if before in ("may", "march") and tokens[number.first - 1].text[0].isupper():
        return number.value <= 31 or 1900 <= number.value <= 2100
    if after in ("may", "march") and tokens[number.last].text[0].isupper() and number.value <= 31:
        return True
    if number.first == number.last - 1 and tokens[number.first].lower == "one":
        return before in ("the", "this", "that", "any", "every", "each", "another", "which", "no") or after in (
            "another", "day", "side", "hand", "thing", "time", ",", ".", "'s", "or", "that", "who",
        )  # fmt: skip
    if singular(after) in _TIME_UNITS and lower_at(tokens, number.last + 1) in _DISTANCE:
        return True  # 'two days after', 'four years ago': a date
    if tokens[number.first].kind != "number":
        return False
    return _is_year(tokens, number) or _is_clock_or_code(tokens, number) or _is_label(tokens, number)


def _is_year(tokens: Sequence[Token], number: Number) -> bool:
    text = tokens[number.first].text
    if number.last - number.first > 1 or len(text) != 4 or not 1000 <= number.value <= 2100:
        return False
    before, after = lower_at(tokens, number.first - 1), lower_at(tokens, number.last)
    if before in SYMBOLS or before in ("than", "least", "about", "around", "some", "nearly", "almost"):
        return False
    noun_follows = len(after) > 3 and after.isalpha() and (after.endswith("s") or after in ("people", "men", "women"))
    return before in _YEAR_WORDS or not noun_follows


def _is_clock_or_code(tokens: Sequence[Token], number: Number) -> bool:
    after, before = lower_at(tokens, number.last), lower_at(tokens, number.first - 1)
    if after in ("am", "pm", "a.m", "p.m", "o'clock", "gmt", "utc") or (
        after in ("a", "p") and lower_at(tokens, number.last + 1) == "." and lower_at(tokens, number.last + 2) == "m"
    ):
        return True
    if adjoins(tokens, number.first) and before in ("+", ":", "/", "#", ".", "_"):
        return True
    if _is_digits(tokens, number.first - 1) or (_is_digits(tokens, number.last) and number.last - number.first == 1):
        return True  # groups of digits: a telephone number
    if after == "-" and adjoins(tokens, number.last) and lower_at(tokens, number.last + 1).startswith("0"):
        return True
    if after in (":", "/") and adjoins(tokens, number.last) and _is_digits(tokens, number.last + 1):
        return adjoins(tokens, number.last + 1)
    if before == "-" and adjoins(tokens, number.first) and adjoins(tokens, number.first - 1):
        return tokens[number.first - 2].kind == "word"
    return False


def _is_label(tokens: Sequence[Token], number: Number) -> bool:
    """'Route 9', 'Boeing 737', 'No. 5': a capitalised word before and no noun after."""
    index = number.first - 1
    if lower_at(tokens, index) == "." and lower_at(tokens, index - 1) == "no":
        return True
    if index < 0 or tokens[index].kind != "word" or number.last - number.first > 1:
        return False
    if tokens[index].lower in _LABEL_WORDS and tokens[index].lower != "no":
        return True
    starts_sentence = index == 0 or tokens[index - 1].text in '.!?"“'
    if not tokens[index].text[0].isupper() or starts_sentence:
        return False
    after = lower_at(tokens, number.last)
    return not (after.isalpha() and (len(after) > 3 or after in ("per", "km", "men")) and after not in ("that", "with"))


def _is_digits(tokens: Sequence[Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].kind == "number"


def _spans(tokens: Sequence[Token], numbers: Sequence[Number]) -> list[Span]:
    """Numbers joined to ranges and widened by the words that bound them."""
    spans: list[Span] = []
    index = 0
    while index < len(numbers):
        number = numbers[index]
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        joined = _join(tokens, number, following) if following else None
        if joined == "score":
            index += 2
            continue
        if following and joined == "change":
            index += 1  # 'rose from 12 to 18': the new value is what holds
            continue
        if following and joined == "range":
            spans.append(_range(tokens, number, following))
            index += 2
            continue
        spans.append(_bounded(tokens, number))
        index += 1
    return spans


def _join(tokens: Sequence[Token], left: Number, right: Number) -> str:
    """How two neighbouring numbers belong together: 'range', 'change', 'score' or ''."""
    if right.first - left.last > _WIDEST_GAP:
        return ""
    gap = [token.lower for token in tokens[left.last : right.first]]
    while gap and gap[0] in ("%", "percent", "dollars", "euros", "pounds", "people"):
        gap = gap[1:]
    while gap and gap[-1] in SYMBOLS:
        gap = gap[:-1]
    before = _before_symbol(tokens, left)
    if gap == ["and"] and before == "between" and left.value < right.value * _scale(tokens, right):
        return "range"
    if gap in (["-"], ["–"]):
        if lower_at(tokens, left.last - 1) in SCALES or tokens[left.first].kind == "word":
            return "range" if left.value < right.value else ""
        if lower_at(tokens, right.last) in _SCORES or lower_at(tokens, right.last) == "-":
            return "score"
        return "range" if left.value < right.value else "score"
    if gap == ["to"]:
        if before == "from":
            return "change"
        return "range" if left.value < right.value else ""
    return ""


def _before_symbol(tokens: Sequence[Token], number: Number) -> str:
    index = number.first - 1
    while lower_at(tokens, index) in SYMBOLS:
        index -= 1
    return lower_at(tokens, index)


def _scale(tokens: Sequence[Token], number: Number) -> float:
    return next((SCALES[token.lower] for token in tokens[number.first : number.last] if token.lower in SCALES), 1.0)


def _range(tokens: Sequence[Token], left: Number, right: Number) -> Span:
    """'20 to 30 million' scales both ends."""
    scale = _scale(tokens, right)
    low = left.value * scale if scale > 1 and left.value < 1000 else left.value
    low, high = min(low, right.value), max(low, right.value)
    first = _first_symbol(tokens, left)
    if lower_at(tokens, first - 1) == "between":
        first -= 1
    return Span(first, right.last, low, high, left.share or right.share)


def _first_symbol(tokens: Sequence[Token], number: Number) -> int:
    first = number.first
    while lower_at(tokens, first - 1) in SYMBOLS:
        first -= 1
    return first


def _bounded(tokens: Sequence[Token], number: Number) -> Span:
    """A number with the words before ('at least', 'nearly') and after ('or more') that bound it."""
    first, kind = _first_symbol(tokens, number), ""
    while lower_at(tokens, first - 1) in _ADVERBS:
        first -= 1
    for width in (3, 2, 1):
        phrase = " ".join(token.lower for token in tokens[max(0, first - width) : first])
        if phrase in _BOUNDS and first >= width:
            first, kind = first - width, _BOUNDS[phrase]
            break
    else:
        first = _first_symbol(tokens, number)
    last = number.last
    following = (lower_at(tokens, last), lower_at(tokens, last + 1))
    if following[0] == "+" or following in (("or", "more"), ("or", "so"), ("or", "fewer"), ("or", "less")):
        last += 1 if following[0] == "+" else 2
        kind = {"so": "about", "fewer": "most", "less": "most"}.get(following[1], "least")
        if following[0] == "+":
            kind = "least"
    low, high = _interval(number, kind)
    return Span(first, last, low, high, number.share)


def _interval(number: Number, kind: str) -> tuple[float | None, float | None]:
    """Inclusive bounds: 'more than 12' starts at 13, since counts are whole; a share or fraction at its value."""
    value, step = number.value, 0.0 if number.share or number.value % 1 else 1.0
    if number.vague:
        return (None, value) if kind in ("under", "most") else (value, None)
    if kind in ("", "about") and number.share:
        margin = _EXACT_SHARE if value != 50.0 or kind else 0.0
        return value - margin * (3 if kind else 1), value + margin * (3 if kind else 1)
    if kind == "about":
        margin = value * max(0.05, min(0.1, _granularity(value) / value / 2 if value else 0.0))
        return value - margin, value + margin
    return {
        "over": (value + step, None),
        "least": (value, None),
        "under": (None, value - step),
        "most": (None, value),
        "nearly": (value * (0.9 if number.share else 0.95), value),
        "just over": (value, value * 1.1),
    }.get(kind, (value, value))


def _granularity(value: float) -> float:
    """The last power of ten that a value is written to: 100 for 5,800, 1 for 5,812."""
    power = 1.0
    while power < 1e15 and value and value % (power * 10) == 0:
        power *= 10
    return power


def _count(text: str, tokens: Sequence[Token], span: Span, previous: Quantity | None) -> Quantity:
    """A plain count; 'including N officers' and 'N of them' carry on what the number before counted."""
    several = not (span.low == 1 and span.high == 1)
    counted = what_is_counted(tokens, span.first, span.last, several)
    before = lower_at(tokens, span.first - 1)
    of_them = lower_at(tokens, span.last) == "of" and lower_at(tokens, span.last + 1) in ("them", "whom", "these")
    of_whole = lower_at(tokens, span.last) == "of" or (before == "which" and lower_at(tokens, span.first - 2) == "of")
    part = before in ("including", "them", "whom") or of_them
    if part and previous and not counted.family and not previous.unit:
        return _quantity(text, tokens, span, "", Counted(previous.counted, counted.counted or "part", True))
    if before == "by" and not counted.family and not counted.counted:
        counted = counted._replace(counted="change")  # 'rose by six'
    if of_whole and not counted.scope and counted.counted:
        counted = counted._replace(scope="part")  # 'two of the three reactors'
    if span.low is not None and span.low % 1 and span.low == span.high:
        span = _without_decimal_point(tokens, span)
    return _quantity(text, tokens, span, "", counted)


def _without_decimal_point(tokens: Sequence[Token], span: Span) -> Span:
    """'1.200 people' groups thousands: no count of people has three decimals."""
    written = next((token.text for token in tokens[span.first : span.last] if token.kind == "number"), "")
    whole, _, decimals = written.partition(".")
    if len(decimals) != 3 or whole == "0" or lower_at(tokens, span.last) not in ("people", "persons", "soldiers"):
        return span
    value = float(whole + decimals)
    return span._replace(low=value, high=value)


def _absences(text: str, tokens: Sequence[Token]) -> list[tuple[int, Quantity]]:
    """Zero told in words: 'nobody was killed', 'no deaths', 'no officers were hurt'."""
    found: list[tuple[int, Quantity]] = []
    for index, token in enumerate(tokens):
        if token.lower not in _NOBODY and token.lower != "no":
            continue
        last = index + 1
        if token.lower == "no" and lower_at(tokens, last) in ("fewer", "less", "more", "longer", "doubt", "."):
            continue
        if token.lower == "no" and lower_at(tokens, last) in ("one", "-"):
            last += 2 if lower_at(tokens, last) == "-" else 1
        counted = what_is_counted(tokens, index, last, several=last > index + 1 or token.lower != "no")
        if counted.family:
            zero = Span(index, last, 0.0, 0.0)
            found.append((token.start, _quantity(text, tokens, zero, "", counted)))
    return found


def _quantity(text: str, tokens: Sequence[Token], span: Span, unit: str, counted: Counted) -> Quantity:
    written = " ".join(text[tokens[span.first].start : tokens[span.last - 1].end].split())
    return Quantity(span.low, span.high, unit, counted.counted, counted.scope, written)
