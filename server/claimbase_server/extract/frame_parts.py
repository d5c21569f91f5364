"""A reporting frame, and the tests on words that its finders share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claimbase_server.extract.holders import PRONOUNS
from claimbase_server.extract.lexicon import (
    AUXILIARIES,
    BE_FORMS,
    DETERMINERS,
    NEGATIONS,
    NOUN_OR_VERB,
    POSSESSIVES,
    PREPOSITIONS,
    REPORTING_VERBS,
    ReportingVerb,
)
from claimbase_server.extract.sentences import Span
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, STOPS, Token, has_finite, is_time
from claimbase_server.types import Stance

_SUBORDINATE_OPENERS = word_set("as when after while although though if because since before until once whether")
_OPENERS_OF_CONTENT = word_set("that whether how why")


@dataclass(frozen=True)
class Frame:
    """One frame of a sentence, offsets in code points of the sentence.

    `content` is what is said, as one or two spans; `object` is True when it is a bare noun phrase. `verb` is the
    reporting verb's span, `before` True when the content stands before it ('..., he said').
    """

    holder: str
    stance: Stance
    content: tuple[Span, ...]
    verb: Span
    before: bool
    object: bool = False
    word: str = ""


def span_of(tokens: Sequence[Token], index: int) -> Span:
    return Span(tokens[index].start, tokens[index].end)


def content_before(tokens: Sequence[Token], end: int) -> tuple[Span, ...]:
    return (Span(tokens[0].start, tokens[end - 1].end),)


def next_is(tokens: Sequence[Token], index: int, word: str) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].lower == word


def follows_be(tokens: Sequence[Token], index: int) -> bool:
    step = index - 1
    while step >= 0 and tokens[step].lower.endswith("ly"):
        step -= 1
    return step >= 0 and tokens[step].lower in BE_FORMS


def is_negated(tokens: Sequence[Token], index: int) -> bool:
    """True for 'did not say', 'would neither confirm', 'has never said'."""
    near = [token.lower for token in tokens[max(0, index - 3) : index]]
    modal = any(word in ("would", "could", "should", "may", "might", "cannot", "can") for word in near[-1:])
    return modal or any(word in NEGATIONS or word.endswith("n't") for word in near)


def has_content_before(tokens: Sequence[Token], end: int, at_sentence_end: bool = False) -> bool:
    """True when what stands before token `end` can be reported content: a quotation or a main clause.

    Where the frame closes the sentence, any longer stretch of words counts as a clause.
    """
    content = tokens[:end]
    if any(token.text in QUOTE_MARKS for token in content[:1]) or (content and content[0].aside):
        return True
    if not content or content[0].lower in _SUBORDINATE_OPENERS:
        return any(token.text in QUOTE_MARKS for token in content[-2:])
    if has_finite(content) or content[-1].text in QUOTE_MARKS:
        return True
    return at_sentence_end and len(content) > 5 and content[0].lower not in PREPOSITIONS


def phrase_group_start(tokens: Sequence[Token], subject: Span) -> int:
    """Where the holder's whole group starts: for 'its head, Ann Lee,' at 'its' though the holder is 'Ann Lee'."""
    start = subject.start
    if start >= 2 and tokens[start - 1].text == ",":
        back = start - 1
        while back > 0 and tokens[back - 1].text not in STOPS:
            back -= 1
        opens = tokens[back].lower in POSSESSIVES or (
            tokens[back - 1].text in QUOTE_MARKS and tokens[back].lower in DETERMINERS
        )
        if back and opens and not has_finite(tokens[back : start - 1]):
            return back
    return start


def content_start(tokens: Sequence[Token], start: int, verb: ReportingVerb) -> tuple[int, bool]:
    """Index of the content's first token, and whether 'that', ':' or a quotation mark announces it."""
    for position in range(start, min(start + 18, len(tokens))):
        token = tokens[position]
        if token.lower in _OPENERS_OF_CONTENT and not token.aside:
            if is_pronoun_that(tokens, position):
                return position, True
            return (position + 1 if token.lower == "that" else position), True
        if token.text == ":" or (token.text in QUOTE_MARKS and is_direct_quotation(tokens, position)):
            return position + 1, True
        if token.lower in AUXILIARIES or token.text in (";", ".") or token.lower in ("who", "which"):
            break
        if position > start and token.lower in REPORTING_VERBS and token.lower not in NOUN_OR_VERB:
            break
    position = start
    if verb.recipient:
        position = skip_recipient(tokens, start)
    while position < len(tokens) and opens_time(tokens, position):
        position += 1
        while position < len(tokens) and is_time(tokens[position]) and tokens[position].lower != "the":
            position += 1
    return position, False


def is_pronoun_that(tokens: Sequence[Token], index: int) -> bool:
    """True for the 'that' of 'says that is not enough' or 'a note that has been seen'."""
    return tokens[index].lower == "that" and index + 1 < len(tokens) and tokens[index + 1].lower in AUXILIARIES


def is_direct_quotation(tokens: Sequence[Token], mark: int) -> bool:
    """True when the quotation that opens at `mark` is a clause of its own, not a quoted word or two."""
    inside = []
    for token in tokens[mark + 1 :]:
        if token.text in QUOTE_MARKS:
            break
        inside.append(token)
    return len(inside) >= 4 and has_finite(inside) and inside[0].capital


def opens_time(tokens: Sequence[Token], position: int) -> bool:
    """True where 'on Friday', 'this week', 'late on Monday' or 'yesterday' starts."""
    token = tokens[position]
    if token.lower in ("on", "in", "at", "by", "late", "early", "this", "last", "next"):
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        return following is not None and is_time(following) and following.lower != "the"
    return is_time(token) and token.lower not in ("the", "of") and not token.lower[0].isdigit()


_PLAIN_HEARERS = word_set("us me him her them you it reporters journalists")


def skip_recipient(tokens: Sequence[Token], start: int) -> int:
    """Past the hearer of 'told': a pronoun, or words up to the next subject pronoun or determiner."""
    if start < len(tokens) and tokens[start].lower in _PLAIN_HEARERS:
        return start + 1
    for position in range(start + 1, min(start + 8, len(tokens))):
        if tokens[position].lower in PRONOUNS or tokens[position].lower in (
            "the",
            "a",
            "an",
            "his",
            "her",
            "their",
            "its",
        ):
            return position
    return len(tokens)


def is_object_relative(tokens: Sequence[Token], subject: Span) -> bool:
    """True for 'the cutter whom the owner blames': the frame is not the sentence's own."""
    return subject.start > 0 and tokens[subject.start - 1].lower == "whom"
