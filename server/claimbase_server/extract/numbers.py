"""Numbers in running text, in digits and in words, as token spans with values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3}){1,5}(?:\.\d{1,6})?(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){2,5}(?!\d)"
    r"|\d{1,3}(?: 000){1,4}(?!\d)"
    r"|\d{1,18}(?:\.\d{1,9})?)"
    r"|(?P<word>[^\W\d_]{1,40}(?:['’][^\W\d_]{1,3})?)"
    r"|(?P<mark>[^\w\s]|_)"
)
_SEVERAL_DOTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,5}")

_SMALL_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_SMALL = {word: value for value, word in enumerate(_SMALL_WORDS)}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SUFFIX_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_VAGUE = {"dozens": 20.0, "scores": 40.0, "hundreds": 100.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9}
_VAGUE_TENS = {"thousands": 2e4, "millions": 2e7, "billions": 2e10}
_VAGUE_HUNDREDS = {"thousands": 1e5, "millions": 1e8, "billions": 1e11}
_PARTS = {
    "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6,
    "seventh": 7, "eighth": 8, "eighths": 8, "ninth": 9, "tenth": 10, "tenths": 10,
}  # fmt: skip
NUMERALS = frozenset(_SMALL) | frozenset(_TENS) | frozenset(_VAGUE)
_LONGEST = 16  # tokens in one number: a bound that keeps hostile text linear


class Token(NamedTuple):
    """A number, word or punctuation mark; text[start:end] is `text`."""

    kind: str
    text: str
    lower: str
    start: int
    end: int


class Number(NamedTuple):
    """Tokens [first, last) read as `value`; `share` marks a fraction in percent, `vague` 'dozens' and its kin."""

    first: int
    last: int
    value: float
    vague: bool = False
    share: bool = False


def tokenize(text: str) -> list[Token]:
    """All tokens of a text in order, with their spans in code points."""
    return [
        Token(match.lastgroup or "", match.group(), match.group().lower().replace("’", "'"), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


def find_numbers(tokens: Sequence[Token]) -> list[Number]:
    """Numbers in reading order, without overlaps. Labels such as A320 or 5G are left out."""
    numbers: list[Number] = []
    index = 0
    while index < len(tokens):
        number = _read_share(tokens, index) or _read_vague(tokens, index) or _read_cardinal(tokens, index)
        if number is None:
            index += 1
        else:
            numbers.append(number)
            index = number.last
    return numbers


def lower_at(tokens: Sequence[Token], index: int) -> str:
    """The lower-case token at an index, '' outside the text."""
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def adjoins(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token at an index touches the one before it."""
    return 0 < index < len(tokens) and tokens[index - 1].end == tokens[index].start


def _read_share(tokens: Sequence[Token], index: int) -> Number | None:
    """'half', 'a third of', 'two-thirds', 'one in five', as a percentage."""
    word = lower_at(tokens, index)
    if word == "half":
        return _read_half(tokens, index)
    if word not in ("a", "an") and word not in _SMALL:
        return None
    count = _SMALL.get(word, 1)
    after = index + 1
    if lower_at(tokens, after) == "-":
        after += 1
    part = _PARTS.get(lower_at(tokens, after))
    if part and (lower_at(tokens, after + 1) == "of" or (count > 1 and lower_at(tokens, after).endswith("s"))):
        return Number(index, after + 1, 100.0 * count / part, share=True)
    whole = _SMALL.get(lower_at(tokens, index + 2)) if lower_at(tokens, index + 1) == "in" else None
    if word in _SMALL and whole and whole > count > 0:
        return Number(index, index + 3, 100.0 * count / whole, share=True)
    return None


def _read_half(tokens: Sequence[Token], index: int) -> Number | None:
    following = lower_at(tokens, index + 1)
    if following in ("a", "-"):
        scale = {"dozen": 6.0, "million": 5e5, "billion": 5e8, "trillion": 5e11}.get(lower_at(tokens, index + 2))
        return Number(index, index + 3, scale) if scale else None
    previous = lower_at(tokens, index - 1)
    if previous in ("first", "second", "other", "and", "-") or following in ("an", "past", "hour", "time"):
        return None
    return Number(index, index + 1, 50.0, share=True)


def _read_vague(tokens: Sequence[Token], index: int) -> Number | None:
    """'dozens', 'tens of thousands': their least value."""
    word = lower_at(tokens, index)
    if word in ("tens", "hundreds") and lower_at(tokens, index + 1) == "of":
        table = _VAGUE_TENS if word == "tens" else _VAGUE_HUNDREDS
        value = table.get(lower_at(tokens, index + 2))
        if value:
            return Number(index, index + 3, value, vague=True)
    if word in _VAGUE and (word != "scores" or lower_at(tokens, index + 1) == "of"):
        return Number(index, index + 1, _VAGUE[word], vague=True)
    return None


def _read_cardinal(tokens: Sequence[Token], index: int) -> Number | None:
    """'6,044', '2.5 million', 'forty-six', 'a hundred and two', 'two dozen'."""
    token = tokens[index]
    if token.kind == "number":
        return _read_digits(tokens, index)
    if token.lower in ("a", "an"):
        following = lower_at(tokens, index + 1)
        if following == "couple" and lower_at(tokens, index + 2) == "of":
            return Number(index, index + 3, 2.0)
        if following != "hundred" and following != "dozen" and following not in SCALES:
            return None
    elif token.lower not in _SMALL and token.lower not in _TENS:
        return None
    return _read_words(tokens, index)


def _read_digits(tokens: Sequence[Token], index: int) -> Number | None:
    token = tokens[index]
    digits = token.text.replace(",", "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if _SEVERAL_DOTS.fullmatch(digits):
        digits = digits.replace(".", "")
    if len(digits) > 15 or (len(digits) > 1 and digits[0] == "0" and digits[1] != "."):
        return None
    if adjoins(tokens, index) and tokens[index - 1].kind == "word":
        return None
    value, last = float(digits), index + 1
    following = lower_at(tokens, last)
    if adjoins(tokens, last) and tokens[last].kind == "word":
        return Number(index, last + 1, value * SUFFIX_SCALES[following]) if following in SUFFIX_SCALES else None
    if following == "-" and lower_at(tokens, last + 1) in SCALES:
        last, following = last + 1, lower_at(tokens, last + 1)
    scale = SCALES.get(following) or {"dozen": 12.0, "hundred": 100.0, "bn": 1e9, "mn": 1e6}.get(following)
    return Number(index, last + 1, value * scale) if scale else Number(index, last, value)


def _read_words(tokens: Sequence[Token], index: int) -> Number | None:
    """A cardinal in words; reads on as long as the grammar of English numerals allows."""
    total = current = 0.0
    bound = float("inf")  # each scale must be smaller than the one before it
    position = last = index
    while position < min(len(tokens), index + _LONGEST):
        word = tokens[position].lower
        if word in ("a", "an") and position == index:
            current = 1.0
        elif word in _TENS and current % 100 == 0:
            current += _TENS[word]
        elif word in _SMALL and _takes_unit(current, _SMALL[word]):
            current += _SMALL[word]
        elif word == "hundred" and 0 < current < 100:
            current *= 100
        elif word == "dozen" and 0 < current < 100:
            return Number(index, position + 1, total + current * 12)
        elif word in SCALES and current > 0 and SCALES[word] < bound:
            bound = SCALES[word]
            total, current = total + current * bound, 0.0
        else:
            break
        last = position = position + 1
        if (lower_at(tokens, position) == "-" and adjoins(tokens, position)) or (
            lower_at(tokens, position) == "and" and lower_at(tokens, position - 1) in ("hundred", "thousand")
        ):
            position += 1
    return Number(index, last, total + current) if last > index else None


def _takes_unit(current: float, unit: int) -> bool:
    if current == 0:
        return True
    return unit > 0 and (current % 100 == 0 or (unit < 10 and current % 10 == 0 and current % 100 >= 20))
