"""Numbers with a unit: ages, percentages, money, lengths, durations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from claimbase_server.extract.counting import CALENDAR, Counted, singular, what_is_counted
from claimbase_server.extract.numbers import Token, lower_at
from claimbase_server.extract.vocabulary import word_set

_CURRENCIES = {
    "USD": "$ us$ usd dollar dollars", "EUR": "€ eur euro euros", "GBP": "£ gbp pound pounds sterling",
    "JPY": "jpy yen", "CNY": "cny yuan renminbi", "INR": "₹ inr rupee rupees",
    "RUB": "₽ rub ruble rubles rouble roubles",
    "KZT": "₸ kzt tenge", "CHF": "chf franc francs", "ZAR": "zar rand", "BRL": "brl real reais", "TRY": "lira liras",
    "peso": "peso pesos", "krone": "krone kroner krona kronor", "zloty": "zloty zlotys", "hryvnia": "hryvnia hryvnias",
    "shilling": "shilling shillings", "naira": "naira", "won": "krw", "dinar": "dinar dinars", "rial": "rial rials",
    "cent": "cent cents", "baht": "baht", "ringgit": "ringgit", "rupiah": "rupiah", "dirham": "dirham dirhams",
}  # fmt: skip
_CURRENCY = {word: unit for unit, words in _CURRENCIES.items() for word in words.split()}
SYMBOLS = frozenset("$€£¥₹₽₸") | {"usd", "eur", "gbp", "jpy", "cny", "chf", "us"}
_UNITS = {
    "km": ("km", 1.0), "kilometre": ("km", 1.0), "kilometer": ("km", 1.0), "m": ("km", 0.001), "metre": ("km", 0.001),
    "meter": ("km", 0.001), "mm": ("mm", 1.0), "millimetre": ("mm", 1.0), "millimeter": ("mm", 1.0), "cm": ("mm", 10.0),
    "centimetre": ("mm", 10.0), "centimeter": ("mm", 10.0), "mile": ("mile", 1.0), "foot": ("foot", 1.0),
    "inch": ("inch", 1.0), "kg": ("kg", 1.0), "kilo": ("kg", 1.0), "kilogram": ("kg", 1.0), "gram": ("kg", 0.001),
    "tonne": ("kg", 1000.0), "ton": ("ton", 1.0), "litre": ("litre", 1.0), "liter": ("litre", 1.0),
    "gallon": ("gallon", 1.0), "barrel": ("barrel", 1.0), "hectare": ("hectare", 1.0), "acre": ("acre", 1.0),
    "degree": ("degree", 1.0), "mph": ("mph", 1.0), "knot": ("knot", 1.0), "watt": ("W", 1.0), "kw": ("W", 1e3),
    "kilowatt": ("W", 1e3), "mw": ("W", 1e6), "megawatt": ("W", 1e6), "gw": ("W", 1e9), "gigawatt": ("W", 1e9),
    "second": ("second", 1.0), "minute": ("hour", 1 / 60), "hour": ("hour", 1.0), "hr": ("hour", 1.0),
    "day": ("day", 1.0), "week": ("day", 7.0), "fortnight": ("day", 14.0), "month": ("month", 1.0),
    "year": ("year", 1.0), "decade": ("year", 10.0), "percent": ("percent", 1.0), "pc": ("percent", 1.0),
}  # fmt: skip
_PRISON = word_set("prison jail sentence sentenced imprisonment jailed bars imprisoned sentences")


class Span(NamedTuple):
    """An interval of values over tokens [first, last), before its unit and counted thing are known."""

    first: int
    last: int
    low: float | None
    high: float | None
    share: bool = False


class Measured(NamedTuple):
    """A span with its normalised unit and the thing measured."""

    span: Span
    unit: str
    counted: Counted


def read_age(tokens: Sequence[Token], span: Span) -> Measured | None:
    """'aged 44', 'Ann Lee, 44,', '44-year-old teacher': never comparable with a count."""
    before, after = lower_at(tokens, span.first - 1), lower_at(tokens, span.last)
    skip = 1 if after == "-" else 0
    year, old = lower_at(tokens, span.last + skip), lower_at(tokens, span.last + skip + 1)
    old = lower_at(tokens, span.last + skip + 2) if old == "-" else old
    if year in ("year", "years") and old in ("old", "olds"):
        last = span.last + skip + (3 if lower_at(tokens, span.last + skip + 1) == "-" else 2)
        owner = tokens[last].lower if last < len(tokens) and tokens[last].kind == "word" and skip else ""
        owner = singular(owner) if owner not in ("and", "was", "is", "who", "in", "has", "had", "were") else ""
        return Measured(span._replace(last=last), "year", Counted("age", owner, False))
    value = span.high if span.low == span.high else None
    if value is None or not 0 < value < 120 or value % 1:
        return None
    of_age = before == "aged" or before == "age" or (before == "of" and lower_at(tokens, span.first - 2) == "age")
    if of_age:
        return Measured(span, "year", Counted("age", "", False))
    name = span.first - 2
    if before != "," or after not in (",", ".") or name < 1 or tokens[name].kind != "word":
        return None
    if not tokens[name].text[0].isupper() or tokens[name].lower in CALENDAR:
        return None
    return Measured(span, "year", Counted("age", tokens[name].lower, False))


def read_measure(tokens: Sequence[Token], span: Span) -> Measured | None:
    """Percentages, money, lengths, durations."""
    if span.share:
        return Measured(span, "percent", _share_of(tokens, span.last))
    symbol = next((t.lower for t in tokens[span.first : span.last] if t.lower in _CURRENCY or t.lower in "¥"), "")
    if symbol and symbol in SYMBOLS:
        return Measured(span, _CURRENCY.get(symbol, "JPY"), _paid_for(tokens, span.first, span.last))
    index = span.last + (1 if lower_at(tokens, span.last) == "-" else 0)
    if lower_at(tokens, index) in ("us", "american", "canadian", "australian") and tokens[index].text[0].isupper():
        index += 1
    word = lower_at(tokens, index)
    if word in _CURRENCY and word not in ("real", "won"):
        return Measured(span._replace(last=index + 1), _CURRENCY[word], _paid_for(tokens, span.first, index + 1))
    if word == "%" or (word == "per" and lower_at(tokens, index + 1) == "cent"):
        last = index + (1 if word == "%" else 2)
        return Measured(span._replace(last=last), "percent", _share_of(tokens, last))
    if word == "percentage" and lower_at(tokens, index + 1) in ("point", "points"):
        return Measured(span._replace(last=index + 2), "percentage point", Counted("", "", False))
    if word == "square" and index + 1 < len(tokens):
        unit = singular(tokens[index + 1].lower)
        name = _UNITS.get(unit, (unit, 1.0))[0]
        return Measured(span._replace(last=index + 2), f"square {name}", Counted("", "", False))
    if singular(word) not in _UNITS:
        return None
    unit, factor = _UNITS[singular(word)]
    counted = _share_of(tokens, index + 1) if unit == "percent" else _lasting(tokens, span.first, index, unit)
    if unit == "percent" and lower_at(tokens, span.first - 1) == "by" and not counted.counted:
        counted = Counted("change", "", False)
    scaled = span._replace(last=index + 1, low=_times(span.low, factor), high=_times(span.high, factor))
    return Measured(scaled, unit, counted)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _share_of(tokens: Sequence[Token], index: int) -> Counted:
    """The whole that a share is taken of."""
    if lower_at(tokens, index) != "of":
        return Counted("", "", False)
    return what_is_counted(tokens, index, index, several=True)._replace(scope="")


def _paid_for(tokens: Sequence[Token], first: int, last: int) -> Counted:
    """'$200m deal', 'a fine of $200m': the noun that the money is."""
    if lower_at(tokens, first - 1) in ("of", "at", "worth") and first >= 2 and tokens[first - 2].kind == "word":
        return Counted(singular(tokens[first - 2].lower), "", False)
    skip = 1 if lower_at(tokens, last) in ("-", "in") else 0
    word = lower_at(tokens, last + skip)
    stops = ("to", "from", "for", "by", "on", "a", "at", "and", "or", "of", "was", "were", "after", "before", "with")
    if word.isalpha() and len(word) > 2 and word not in stops and not word.endswith("ly"):
        return Counted(singular(word), "", False)
    return Counted("", "", False)


def _lasting(tokens: Sequence[Token], first: int, last: int, unit: str) -> Counted:
    """A prison term is told from other durations."""
    if unit not in ("day", "month", "year"):
        return Counted("", "", False)
    near = {lower_at(tokens, index) for index in range(max(0, first - 5), min(len(tokens), last + 5))}
    return Counted("sentence" if near & _PRISON else "", "", False)
