"""Frames of other make: 'according to', accusing, naming, doubting, withdrawing, hearsay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claimbase_server.extract.frame_parts import (
    Frame,
    content_before,
    content_start,
    follows_be,
    has_content_before,
    is_negated,
    is_object_relative,
    next_is,
    opens_time,
    phrase_group_start,
    span_of,
)
from claimbase_server.extract.holders import phrase_text, subject_after, subject_before
from claimbase_server.extract.lexicon import AUXILIARIES, DETERMINERS, REPORTING_VERBS, STATEMENT_NOUNS
from claimbase_server.extract.sentences import Span
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, STOPS, Token, has_finite
from claimbase_server.types import Stance

_SUBJECT_FORMS = {"him": "he", "her": "she", "them": "they"}
_STANDARDS = word_set(
    "law plan plans rules schedule contract regulations constitution size need needs custom tradition standards age"
)
_ADVERB_STANCES = {
    "allegedly": Stance.ALLEGED, "supposedly": Stance.ALLEGED, "purportedly": Stance.ALLEGED,
    "reportedly": Stance.REPORTED,
}  # fmt: skip
_IMPERSONAL = re.compile(
    r"it (?:is|was|has been|had been) (?:\w{2,12} )?(?P<verb>said|reported|alleged|claimed|feared|believed|rumou?red"
    r"|thought|understood|assumed|suspected|announced|confirmed) that ",
    re.IGNORECASE,
)
_THERE_ARE = re.compile(
    r"(?:there (?:is|are|was|were|have been|has been) |amid |unconfirmed )?(?:\w{2,15} ){0,2}"
    r"(?P<noun>rumou?rs?|allegations?|accusations?|claims?|reports?|fears?|suspicions?|doubts?) that ",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r" (?P<be>is|are|was|were) (?:\w{2,12}ly )?"
    r"(?:said|believed|thought|alleged|rumou?red|feared|suspected|presumed|claimed)"
    r" to (?P<rest>have|be)\b",
    re.IGNORECASE,
)
_ACCUSED = re.compile(
    r" (?:is|are|was|were|stands|stood|has been|have been) (?:accused|suspected) of (?P<act>\w{3,30}ing)\b"
)


def find_doubt(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'expressed (grave) doubts that ...', 'cast doubt on ...'."""
    for position in range(index + 1, min(index + 4, len(tokens))):
        lower = tokens[position].lower
        if lower in ("doubt", "doubts", "scepticism", "skepticism"):
            if tokens[position - 1].lower == "no":
                return None
            content = position + 1
            while content < len(tokens) and tokens[content].lower in (
                "that",
                "about",
                "over",
                "on",
                "whether",
                "as",
                "to",
            ):
                content += 1
            subject = subject_before(tokens, index)
            if content >= len(tokens):
                return None
            holder = phrase_text(sentence, tokens, subject) if subject else ""
            span = Span(tokens[content].start, tokens[-1].end)
            clause = tokens[content - 1].lower in ("that", "whether")
            return Frame(
                holder, Stance.DOUBTED, (span,), span_of(tokens, index), False, object=not clause, word="doubt"
            )
    return None


def find_quoting(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'..., the agency quoted the minister (as saying)': the minister holds it."""
    if follows_be(tokens, index):
        return None
    person = subject_after(tokens, index, any_start=True)
    subject = subject_before(tokens, index)
    if person is None or subject is None:
        return None
    end = next((i for i in range(person.start, person.end) if tokens[i].lower in ("as", "in")), person.end)
    holder = phrase_text(sentence, tokens, Span(person.start, end))
    holder = _SUBJECT_FORMS.get(holder.lower(), holder)
    first = phrase_group_start(tokens, subject)
    if first > 0 and tokens[first - 1].text in STOPS and has_content_before(tokens, first):
        return Frame(
            holder, Stance.REPORTED, content_before(tokens, first), span_of(tokens, index), True, word="quoted"
        )
    saying = next((i for i in range(index, len(tokens)) if tokens[i].lower == "saying"), 0)
    if saying and saying + 1 < len(tokens):
        start = saying + 2 if next_is(tokens, saying, "that") else saying + 1
        if start < len(tokens):
            content = (Span(tokens[start].start, tokens[-1].end),)
            return Frame(holder, Stance.REPORTED, content, span_of(tokens, index), False, word="quoted")
    return None


def find_accusation(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'X accused Y of ...', 'X blamed Y for ...', '..., accusing Y of ...'."""
    before = tokens[index - 1].lower if index else ""
    if before in DETERMINERS or before == "to" or next_is(tokens, index, "by") or is_negated(tokens, index):
        return None
    if tokens[index].lower in ("accusing", "blaming"):
        subject = _main_subject(tokens, index)
    else:
        subject = subject_before(tokens, index)
    link = next(
        (i for i in range(index + 1, min(index + 25, len(tokens))) if tokens[i].lower in ("of", "for", "on")), 0
    )
    if subject is None or index + 1 >= len(tokens) or is_object_relative(tokens, subject):
        return None
    if tokens[index].lower.startswith("suspect") and (not link or tokens[link].lower != "of"):
        return None
    holder = phrase_text(sentence, tokens, subject)
    content = Span(tokens[index + 1].start, tokens[-1].end)
    return Frame(
        holder, Stance.ALLEGED, (content,), span_of(tokens, index), False, object=True, word=tokens[index].lower
    )


def _main_subject(tokens: Sequence[Token], before: int) -> Span | None:
    """The subject of the first finite verb, for a participle that follows the main clause."""
    for position in range(1, before):
        token = tokens[position]
        if token.lower in AUXILIARIES or (has_finite(tokens[position : position + 1]) and token.is_word):
            return subject_before(tokens, position)
    return None


def find_naming(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'viewers identified him as a musician'."""
    link = next((i for i in range(index + 2, min(index + 10, len(tokens))) if tokens[i].lower == "as"), 0)
    subject = subject_before(tokens, index) if link else None
    if subject is None or link + 1 >= len(tokens) or is_negated(tokens, index):
        return None
    holder = phrase_text(sentence, tokens, subject)
    content = Span(tokens[index + 1].start, tokens[-1].end)
    return Frame(
        holder, Stance.REPORTED, (content,), span_of(tokens, index), False, object=True, word=tokens[index].lower
    )


def find_withdrawal(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'X withdrew the accusation that ...', 'X took back what he had said'."""
    if follows_be(tokens, index) or is_negated(tokens, index):
        return None
    noun = next((i for i in range(index + 1, min(index + 7, len(tokens))) if tokens[i].lower in STATEMENT_NOUNS), 0)
    subject = subject_before(tokens, index)
    if subject is None or (not noun and tokens[index].lower not in ("took", "takes")):
        return None
    start = noun + 2 if noun and next_is(tokens, noun, "that") else index + 1 + next_is(tokens, index, "back")
    if start >= len(tokens):
        return None
    holder = phrase_text(sentence, tokens, subject)
    content = Span(tokens[start].start, tokens[-1].end)
    clause = bool(noun) and start == noun + 2
    return Frame(
        holder, Stance.RETRACTED, (content,), span_of(tokens, index), False, object=not clause, word="withdrew"
    )


def find_no_longer(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """'He no longer says that ...'."""
    verb = REPORTING_VERBS.get(tokens[index + 1].lower) if index + 1 < len(tokens) else None
    subject = subject_before(tokens, index - 1)
    if verb is None or subject is None:
        return None
    start, explicit = content_start(tokens, index + 2, verb)
    if start >= len(tokens) or not (explicit or has_finite(tokens[start:])):
        return None
    holder = phrase_text(sentence, tokens, subject)
    content = Span(tokens[start].start, tokens[-1].end)
    return Frame(holder, Stance.RETRACTED, (content,), span_of(tokens, index + 1), False, word="says")


def find_according_to(sentence: str, tokens: Sequence[Token]) -> Frame | None:
    """'According to X, ...' and '..., according to X'."""
    for index in range(len(tokens) - 2):
        if tokens[index].lower != "according" or tokens[index + 1].lower != "to" or tokens[index].aside:
            continue
        end = _according_end(tokens, index + 2)
        holder = phrase_text(sentence, tokens, Span(index + 2, end)) if end > index + 2 else ""
        holder = _SUBJECT_FORMS.get(holder.lower(), holder)
        if not holder or tokens[end - 1].lower in _STANDARDS:
            continue
        rest = end
        if rest < len(tokens) and tokens[rest].text == ",":
            rest = _skip_name(tokens, rest + 1)
            if rest < len(tokens) and tokens[rest].lower in ("quoted", "cited", "reported", "who", "which"):
                rest = next((i + 1 for i in range(rest, len(tokens)) if tokens[i].text == ","), len(tokens))
        pieces = []
        lead = index if index and tokens[index - 1].text != "," else max(0, index - 1)
        opening = index <= 2 and not has_finite(tokens[:index])
        if lead and not opening:
            pieces.append(Span(tokens[0].start, tokens[lead - 1].end))
        goes_on = opening or (lead and not has_finite(tokens[:lead])) or _resumes(tokens, rest)
        if goes_on and rest < len(tokens):
            pieces.append(Span(tokens[rest].start, tokens[-1].end))
        if pieces:
            return Frame(holder, Stance.REPORTED, tuple(pieces), span_of(tokens, index), not opening, word="according")
    return None


def _skip_name(tokens: Sequence[Token], start: int) -> int:
    """Past a name in apposition: 'according to the mayor, Ann Lee, who ...'."""
    end = start
    while end < len(tokens) and tokens[end].is_word and tokens[end].capital and end - start < 6:
        end += 1
    closed = end < len(tokens) and tokens[end].text in (",", ".")
    return end + 1 if start < end and closed and not has_finite(tokens[start:end]) else start


def _resumes(tokens: Sequence[Token], rest: int) -> bool:
    """True when the sentence goes on after ', according to X,' instead of adding a new clause."""
    return (
        rest < len(tokens)
        and tokens[rest].is_word
        and tokens[rest].lower not in ("who", "which", "and", "but", "while", "as")
    )


def _according_end(tokens: Sequence[Token], start: int) -> int:
    """End of the source's name: a comma, a mark, 'on Friday', or a new noun phrase without a comma."""
    end = start
    while end < len(tokens) and end - start < 30:
        token = tokens[end]
        if (token.text in STOPS and token.text not in QUOTE_MARKS) or token.text in ("(", ")"):
            break
        if end == start and token.lower in ("him", "her", "them", "it"):
            return end + 1
        if end > start and token.lower in ("a", "an", "the", "it", "he", "she", "they") and tokens[end - 1].capital:
            break
        if end > start and opens_time(tokens, end):
            break
        end += 1
    return end


def find_impersonal(sentence: str) -> Frame | None:
    """'It is feared that ...', 'There were rumours that ...'."""
    offset = 0
    connective = re.match(r"(?:However|But|And|Meanwhile|Still|Yet),? ", sentence)
    if connective:
        offset = connective.end()
    match = _IMPERSONAL.match(sentence, offset)
    if match:
        word = match.group("verb").lower()
        stance = Stance.REPORTED if word in ("said", "reported", "announced", "confirmed") else Stance.ALLEGED
        return Frame("", stance, (Span(match.end(), len(sentence)),), Span(*match.span("verb")), False, word=word)
    match = _THERE_ARE.match(sentence, offset)
    if match:
        word = match.group("noun").lower()
        stance = Stance.DOUBTED if word.startswith("doubt") else Stance.ALLEGED
        # 'A rumour that X has sunk was denied': the noun frames X only where it heads the sentence.
        if re.match(r"there |amid |unconfirmed ", sentence[offset:], re.IGNORECASE):
            return Frame("", stance, (Span(match.end(), len(sentence)),), Span(*match.span("noun")), False, word=word)
    return None


def find_hearsay(sentence: str, tokens: Sequence[Token]) -> Frame | None:
    """'X is said to have ...', 'X was accused of ...ing', 'X allegedly ...'."""
    for token in tokens:
        if token.lower in ("what", "which", "who", "whom", "that", "where"):
            break
        if token.lower in _ADVERB_STANCES and not token.aside:
            content = (Span(0, token.start), Span(token.end, len(sentence)))
            return Frame(
                "", _ADVERB_STANCES[token.lower], content, Span(token.start, token.end), True, word=token.lower
            )
    for pattern in (_HEARSAY, _ACCUSED):
        match = pattern.search(sentence)
        if match and match.start() > 1:
            span = Span(match.start() + 1, match.end())
            return Frame("", Stance.ALLEGED, (Span(0, len(sentence)),), span, True, object=True, word="hearsay")
    return None
