"""Compound sentences cut where each half stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claimbase_server.extract.lexicon import AUXILIARIES, DETERMINERS, REPORTING_VERBS, WITHDRAWING
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, Token, first_finite, has_finite, is_adverb, tokenise

MIN_WORDS = 4
MAX_SUBJECT = 12  # words before the finite verb of the second half
MAX_LENGTH = 1500  # longer sentences are left whole

_JOINERS = word_set("and but while whereas although")
_SUBORDINATE_OPENERS = word_set("when if unless although though because since whether as after before until once")
_SUBJECTS = word_set("he she it they we i nobody none others there police")


@dataclass(frozen=True)
class Cut:
    """The first half ends at `end`, the second starts at `start`; `joiner` stood between ('' for a semicolon).

    `own_subject` is False where the second half shares the first one's subject ('and denied ...').
    """

    end: int
    start: int
    joiner: str
    own_subject: bool


def find_cuts(sentence: str) -> list[Cut]:
    """Where the sentence may be cut, in order; offsets in code points of the sentence."""
    if len(sentence) > MAX_LENGTH:
        return []
    tokens = tokenise(sentence)
    if not tokens or tokens[0].lower in _SUBORDINATE_OPENERS:
        return []
    cuts: list[Cut] = []
    last = 0
    for index, token in enumerate(tokens[:-1]):
        if token.aside:
            continue
        cut = _cut_between_clauses(tokens, index, last) or _cut_before_verb(tokens, index, last)
        if cut is not None:
            cuts.append(cut)
            last = next(i for i, item in enumerate(tokens) if item.start >= cut.start)
    return cuts


def _cut_between_clauses(tokens: Sequence[Token], index: int, last: int) -> Cut | None:
    """', while the manifest lists 110' or '; the works were insured'."""
    mark = tokens[index].text
    if mark not in (",", ";"):
        return None
    following = index + 1
    joiner = tokens[following].lower if tokens[following].lower in _JOINERS else ""
    if joiner:
        following += 1
    if (mark == "," and not joiner) or following >= len(tokens):
        return None
    left, right = tokens[last:index], tokens[following:]
    if not _is_clause(left) or not _stands_alone(right):
        return None
    return Cut(_end_of(left), right[0].start, joiner, True)


def _cut_before_verb(tokens: Sequence[Token], index: int, last: int) -> Cut | None:
    """'... and denied the theft': proposed only; kept where the stance changes."""
    if tokens[index].lower not in ("and", "but"):
        return None
    verb = index + 1
    while verb < len(tokens) and is_adverb(tokens[verb]) and tokens[verb].lower not in AUXILIARIES:
        verb += 1
    if verb >= len(tokens) or tokens[verb].aside or not _is_stance_verb(tokens, verb):
        return None
    left = tokens[last:index]
    if left and left[-1].text == ",":
        left = left[:-1]
    if not _is_clause(left) or len(tokens) - verb < MIN_WORDS:
        return None
    return Cut(_end_of(left), tokens[index + 1].start, tokens[index].lower, False)


def _is_stance_verb(tokens: Sequence[Token], index: int) -> bool:
    lower = tokens[index].lower
    if lower in ("expressed", "voiced", "raised", "cast", "casts"):
        return any(token.lower.startswith(("doubt", "sceptic", "skeptic")) for token in tokens[index + 1 : index + 4])
    return (lower in REPORTING_VERBS or lower in WITHDRAWING) and lower.endswith(("ed", "said", "told", "s", "denies"))


def _is_clause(left: Sequence[Token]) -> bool:
    words = [token for token in left if token.is_word]
    return (
        len(words) >= MIN_WORDS and has_finite(_without_relatives(left)) and left[0].lower not in _SUBORDINATE_OPENERS
    )


def _without_relatives(left: Sequence[Token]) -> list[Token]:
    """The words without ', who ...' and ', which ...' up to the next comma."""
    kept: list[Token] = []
    inside = False
    for index, token in enumerate(left):
        if token.text == ",":
            inside = index + 1 < len(left) and left[index + 1].lower in ("who", "which", "whose", "whom", "where")
        if not inside:
            kept.append(token)
    return kept


def _stands_alone(right: Sequence[Token]) -> bool:
    """True when the right half opens with its own subject, soon followed by a finite verb."""
    if sum(token.is_word for token in right) < MIN_WORDS:
        return False
    first = right[0]
    opens = (
        first.lower in DETERMINERS or first.lower in _SUBJECTS or first.capital or first.lower[0].isdigit()
        or (first.lower.endswith("s") and first.lower not in REPORTING_VERBS and first.lower not in AUXILIARIES)
    )  # fmt: skip
    if not opens or first.aside or first.text in QUOTE_MARKS:
        return False
    finite = first_finite(right[: MAX_SUBJECT + 1])
    subject = right[:finite]
    return finite >= 1 and not any(
        token.text in (",", ";", ":") or token.lower in ("who", "which") for token in subject
    )


def _end_of(left: Sequence[Token]) -> int:
    return left[-1].end
