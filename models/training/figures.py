"""Counts and amounts in a sentence, the bounds that can be put around them, and what follows from what."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass

from corpus import LEXICON

_ONES = tuple(LEXICON["ones"].split())
_TENS = tuple(LEXICON["tens"].split())
_WORDS = {word: value for value, word in enumerate(_ONES) if value > 1} | {
    f"{ten}{'-' + one if one else ''}": 10 * (2 + i) + value
    for i, ten in enumerate(_TENS)
    for value, one in enumerate(["", *_ONES[1:10]])
}
_FIGURE = re.compile(
    r"(?<![\w.,:/$€£#–-])(?P<currency>[$€£])?"
    r"(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,12}(?:\.\d{1,3})?|"
    + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?P<scale> (?:thousand|million|billion))?(?P<percent> ?%| percent\b| per cent\b)?(?![\w/:–-]|[.,]\d)",
    re.IGNORECASE,
)
_NOUN_AFTER = re.compile(r" (?:([a-z]{3,20}(?:-[a-z]{2,15})?) )?([a-z]{3,20})\b")
_IRREGULAR = frozenset(LEXICON["irregular_plurals"].split())
_NO_PLURAL = frozenset(LEXICON["no_plurals"].split())
_NOT_BETWEEN = frozenset(LEXICON["not_between"].split())
_BAD_BEFORE = re.compile(
    r"(?:\b(?:the|its|his|her|their|our|these|those|all|both|another|other|first|last|past|next|top|every|only|just|"
    r"exactly|about|around|some|nearly|almost|roughly|approximately|than|over|least|most|under|up to|above|below|or|"
    r"between|no|number|aged?|version|season|chapter|part|few|mere|more|additional|further|type|level|grade|route|"
    r"highway|windows|out of|from|hundred and|thousand and)|\d(?: to| and)?|['’]s|\() ?$",
    re.IGNORECASE,
)
_TITLED = re.compile(r"[A-Z][\w’'-]*,? $")  # 'PlayStation 4', 'Chapter Two': part of a name
_FUNCTION_WORD_LAST = re.compile(
    r"\b(?:In|At|Of|On|With|For|After|By|Within|About|To|And|Police|Officials|Rescuers|"
    r"Prosecutors|I|We|They|He|She|It) $"
)
_BAD_AFTER = re.compile(r" (?:to \d|or|out of|in ten|times|years? old|more|other|further|additional)\b|–|-")


@dataclass(frozen=True)
class Figure:
    """An exact count or amount in a text: text[start:end] states `value` (scale words multiplied out)."""

    start: int
    end: int
    value: float
    number: str
    currency: str
    scale: str
    percent: str

    @property
    def counted(self) -> bool:
        """Whether it counts things ('26 people'), not money or a percentage."""
        return not (self.currency or self.percent)


@dataclass(frozen=True)
class Bound:
    """A wording around a number with the values it admits; `loose` wordings ('about') have soft edges."""

    wording: str
    low: float
    high: float
    loose: bool = False


def find_figures(text: str) -> list[Figure]:
    """The plainly stated figures: counts of a plural noun, money, percentages; no years, dates, ages, ranges."""
    found = []
    for match in _FIGURE.finditer(text):
        before = text[: match.start()]
        named = _TITLED.search(before) and not _FUNCTION_WORD_LAST.search(before)
        if named or _BAD_BEFORE.search(before) or _BAD_AFTER.match(text, match.end()):
            continue
        number = match["number"]
        value = float(_WORDS[number.lower()]) if number.lower() in _WORDS else float(number.replace(",", ""))
        plain_year = number.isdigit() and len(number) == 4 and 1100 <= value <= 2100 and not match["currency"]
        measured = match["currency"] or match["percent"]
        if plain_year or (value < 2 and not measured) or not (measured or _counts_things(text, match.end())):
            continue
        scale = match["scale"] or ""
        found.append(
            Figure(
                match.start(),
                match.end(),
                value * _scale(scale),
                number,
                match["currency"] or "",
                scale,
                match["percent"] or "",
            )
        )
    return found


def _counts_things(text: str, end: int) -> bool:
    after = _NOUN_AFTER.match(text, end)
    if not after:
        return False
    first, second = after[1], after[2]
    if first and _is_plural(first):
        return True
    if first and (first in _NOT_BETWEEN or first.endswith(("ed", "ly", "ing"))):
        return False
    return _is_plural(second)


def _is_plural(word: str) -> bool:
    if word in _IRREGULAR:
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _NO_PLURAL


def _scale(word: str) -> int:
    return {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}[word.strip().lower()]


def number_text(figure: Figure, value: float, words: bool | None = None) -> str:
    """`value` written as the figure is (currency, scale, sign); words forces letters or digits."""
    shown = value / _scale(figure.scale)
    as_words = figure.number.lower() in _WORDS if words is None else words
    if (
        as_words
        and not figure.currency
        and figure.percent != "%"
        and shown == int(shown)
        and int(shown) in _WORDS.values()
    ):
        body = next(word for word, known in _WORDS.items() if known == int(shown))
    elif shown == int(shown):
        body = f"{int(shown):,}"
    else:
        body = f"{shown:,.2f}".rstrip("0").rstrip(".")
    return f"{figure.currency}{body}{figure.scale}{figure.percent}"


def replace(text: str, figure: Figure, wording: str) -> str:
    """The text with the figure replaced; capitalised at the start of the text."""
    return (
        text[: figure.start] + (wording[:1].upper() + wording[1:] if not figure.start else wording) + text[figure.end :]
    )


def near_value(figure: Figure, rng: random.Random) -> float:
    """Another value close to the figure: one or two off, or a slip of a digit."""
    shown = figure.value / _scale(figure.scale)
    if shown != int(shown):
        other = round(shown + rng.choice((-0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.4)), 2)
    elif shown < 30:
        other = shown + rng.choice((-2, -1, 1, 2, 3))
    else:
        step = 10 ** max(0, int(math.log10(shown)) - rng.choice((0, 1, 1, 2)))
        other = shown + rng.choice((-3, -2, -1, 1, 2, 3)) * step
    return max(_least(figure), other) * _scale(figure.scale)


def far_value(figure: Figure, rng: random.Random, most: float = 5.0) -> float:
    """A value between 1.15 and `most` times larger or smaller, as round as such figures are."""
    shown = figure.value / _scale(figure.scale)
    factor = math.exp(rng.uniform(math.log(1.15), math.log(most)))
    other = shown * factor if rng.random() < 0.5 else shown / factor
    if figure.percent:
        other = min(other, 95.0)
    digits = rng.choice((1, 2, 2, 3)) if other >= 100 else (1 if other >= 20 and rng.random() < 0.5 else 2)
    return max(_least(figure), float(f"{other:.{digits}g}") if other >= 10 else _small(figure, other)) * _scale(
        figure.scale
    )


def _least(figure: Figure) -> float:
    return 2.0 if figure.counted and not figure.scale else 0.1


def _small(figure: Figure, value: float) -> float:
    """A value below ten: whole for counts, with one decimal for amounts stated with decimals."""
    return round(value, 1) if "." in figure.number else float(round(value))


def bounds(figure: Figure, value: float, rng: random.Random) -> list[Bound]:
    """One wording of each sort around `value`: exact, above, below, about, between."""
    words = rng.choice((None, None, None, True, False))
    shown = number_text(figure, value, words)
    less = "fewer than" if figure.counted and (figure.value < 1000 or rng.random() < 0.5) else "less than"
    made = [
        Bound(shown, value, value),
        Bound(f"{rng.choice(('more than', 'more than', 'over'))} {shown}", value * (1 + 1e-9), math.inf),
        Bound(f"at least {shown}", value, math.inf),
        Bound(f"{less} {shown}", 0, value * (1 - 1e-9)),
        Bound(f"{rng.choice(('at most', 'no more than'))} {shown}", 0, value),
    ]
    if value >= 20 and value / _scale(figure.scale) == float(f"{value / _scale(figure.scale):.2g}"):
        made.append(
            Bound(f"{rng.choice(('about', 'around', 'roughly', 'some'))} {shown}", value * 0.96, value * 1.04, True)
        )
    upper = float(f"{value * rng.uniform(1.3, 2.0):.2g}")
    upper = float(round(upper)) if value == int(value) else upper
    if upper >= value + 2 * _scale(figure.scale):
        made.append(Bound(f"between {shown} and {number_text(figure, upper, words)}", value, upper))
    return made


def relation(premise: Bound, hypothesis: Bound) -> str | None:
    """What a premise with one wording says of the same sentence with another; None when an editor would hesitate."""
    if premise.loose and hypothesis.low == hypothesis.high:
        centre = (premise.low + premise.high) / 2
        return None if 0.75 < hypothesis.low / centre < 1.33 else "contradiction"
    if premise.low >= hypothesis.low and premise.high <= hypothesis.high:
        return "entailment"
    soft = 1.25 if premise.loose or hypothesis.loose else 1.0
    if premise.low > hypothesis.high * soft or premise.high * soft < hypothesis.low:
        return "contradiction"
    if premise.loose or hypothesis.loose or premise.low == premise.high:
        return None
    return "neutral" if _clearly_open(premise, hypothesis) else None


def _clearly_open(premise: Bound, hypothesis: Bound) -> bool:
    """Whether no edge of the two wordings lies close to an edge of the other."""
    edges = [(p, h) for p in (premise.low, premise.high) for h in (hypothesis.low, hypothesis.high)]
    return all(
        not (0 < p < math.inf and 0 < h < math.inf) or (not 0.9 < h / p < 1.1 and 0.25 < h / p < 4) for p, h in edges
    )
