"""A sentence as words and marks with offsets, and what needs no grammar beyond them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from claimbase_server.extract.lexicon import (
    ADVERBS,
    PREPOSITIONS,
    TIME_WORDS,
    is_finite,
)
from claimbase_server.extract.sentences import find_quotations
from claimbase_server.extract.vocabulary import word_set

# A hyphen before 'said' or an article is a dash: 'the Union-the largest-said'.
_TOKEN = re.compile(
    r"[^\W_](?:[^\W_]|['’.,](?=[^\W_])|:(?=\d)|-(?=[^\W_])(?!(?:said|says|the|an|which|who)\b)){0,60}|\S"
)
_TITLES = word_set("mr mrs ms dr st lt col gen prof sgt capt rev sen gov no")
QUOTE_MARKS = frozenset('"“”„«»')
STOPS = frozenset((",", ";", ":", "–", "—", ".", "!", "?")) | QUOTE_MARKS


class Token(NamedTuple):
    """A word or mark; `aside` is True inside quotation marks or parentheses, where no frame is looked for."""

    text: str
    lower: str
    start: int
    end: int
    aside: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=256)
def tokenise(sentence: str) -> tuple[Token, ...]:
    """Words and marks of one sentence in order; the dot of 'Mr.' stays with it."""
    inside = bytearray(len(sentence))
    for start, end in find_quotations(sentence):
        inside[start:end] = b"\1" * max(0, end - start)
    tokens: list[Token] = []
    depth = 0
    for match in _TOKEN.finditer(sentence):
        text = match.group()
        if text == ")" and depth:
            depth -= 1
        aside = bool(inside[match.start()]) or depth > 0
        if text == "(" and sentence.find(")", match.end()) > 0:
            depth += 1
        if text == "." and tokens and tokens[-1].end == match.start() and tokens[-1].lower in _TITLES:
            last = tokens[-1]
            tokens[-1] = Token(last.text + ".", last.lower, last.start, match.end(), last.aside)
            continue
        tokens.append(Token(text, text.lower().replace("’", "'"), match.start(), match.end(), aside))
    return tuple(tokens)


def first_finite(tokens: Sequence[Token]) -> int:
    """Index of the first word that may be a finite verb, -1 without one."""
    before = ""
    for index, token in enumerate(tokens):
        name = token.capital and index > 0
        if token.is_word and not name and is_finite(token.lower, before) and not _is_participle(tokens, index):
            return index
        before = token.lower
    return -1


def has_finite(tokens: Sequence[Token]) -> bool:
    """True when some word may be a finite verb."""
    return first_finite(tokens) >= 0


def _is_participle(tokens: Sequence[Token], index: int) -> bool:
    """True for '-ed' words that shorten a relative clause or stand before a noun: 'images analysed by', 'armed men'."""
    lower = tokens[index].lower
    if not lower.endswith("ed"):
        return False
    following = tokens[index + 1].lower if index + 1 < len(tokens) else ""
    if index and tokens[index - 1].text == "," and following in PREPOSITIONS:
        return True
    return following == "by" or (index == 0 and following not in ("the", "a", "an", "to", "that"))


def is_adverb(token: Token) -> bool:
    """True for words that may stand between a subject and its verb."""
    return token.lower in ADVERBS or (token.lower.endswith("ly") and not token.capital and len(token.lower) > 4)


def is_time(token: Token) -> bool:
    """True for words of a time expression: weekdays, months, numbers, parts of the day."""
    return token.lower in TIME_WORDS or token.lower[0].isdigit() or token.lower in _DAY_PARTS


_DAY_PARTS = word_set("morning afternoon evening night noon midnight week month year the of p.m a.m")
