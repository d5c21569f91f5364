"""Noun phrases that speak: the subject before or after a reporting verb."""

from __future__ import annotations

from collections.abc import Sequence

from claimbase_server.extract.lexicon import (
    CONNECTIVES,
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    REPORTING_VERBS,
    TIME_WORDS,
)
from claimbase_server.extract.sentences import Span
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, Token, first_finite, has_finite, is_adverb, is_time, tokenise

MAX_WORDS = 24  # a longer run of words is no holder

PRONOUNS = word_set("he she they it i we")
_DASHES = frozenset(("–", "—", "-"))
_BREAKS = frozenset((";", ":", "(", ")", "!", "?")) | _DASHES | QUOTE_MARKS
_SUBORDINATORS = word_set("that what because whether if when where while whom although though but")
_RELATIVES = word_set("who which")
_HEARERS = word_set("reporters journalists newsmen us me this that nothing")
_TAIL_STARTS = word_set(
    "after before during while when as without adding citing who which whose where although though despite"
    " because urging calling noting referring speaking quoting by through late early weeping beside"
    " wrapped amid following"
)
_TAIL_NOUNS = word_set(
    "statement interview letter report video post message email e-mail press news telephone phone twitter"
    " facebook telegram reporters journalists television radio briefing speech newspaper agency"
)


def subject_before(tokens: Sequence[Token], verb: int) -> Span | None:
    """Token span [start, end) of the subject of the verb at `verb`, None when there is none to the left."""
    end = _skip_adverbials(tokens, verb)
    if end == 0:
        return None
    if tokens[end - 1].lower in _RELATIVES:
        return _antecedent(tokens, end - 1)
    if tokens[end - 1].text == ",":
        return _subject_with_apposition(tokens, end - 1)
    if tokens[end - 1].text in _DASHES:
        opening = next((i for i in range(end - 2, -1, -1) if tokens[i].text in _DASHES), 0)
        return subject_before(tokens, opening) if opening else None
    if tokens[end - 1].lower in ("and", "but", "or"):
        shared = first_finite(tokens[: end - 1])
        return subject_before(tokens, shared) if shared > 0 else None
    start = _segment_start(tokens, end)
    return _clean(tokens, start, end)


def subject_after(tokens: Sequence[Token], verb: int, any_start: bool = False) -> Span | None:
    """Token span of the subject that follows an inverted verb: '..., said the mayor on Friday'.

    It starts with a capital, a determiner or a usual speaker unless `any_start`.
    """
    start = verb + 1
    if start < len(tokens) and tokens[start].lower in PREPOSITIONS:
        # 'said by radio the commander'
        start = next(
            (i for i in range(start + 2, min(start + 5, len(tokens))) if tokens[i].lower in DETERMINERS), start
        )
    while start < len(tokens) and (is_adverb(tokens[start]) and tokens[start].lower != "both"):
        start += 1
    if start >= len(tokens) or (is_time(tokens[start]) and tokens[start].lower != "the"):
        return None
    titled = any(token.capital for token in tokens[start : start + 3])  # 'said welder Ann Lee'
    if not (any_start or titled or _may_open_phrase(tokens, start)) or tokens[start].lower in _HEARERS:
        return None
    end = start
    while end < len(tokens) and end - start < MAX_WORDS and not _ends_phrase(tokens, end, start):
        end += 1
    return Span(start, end) if end > start and not has_finite(tokens[start:end]) else None


def phrase_text(sentence: str, tokens: Sequence[Token], span: Span) -> str:
    """The phrase as written, its first article or determiner in lower case."""
    first = tokens[span.start]
    text = " ".join(sentence[first.start : tokens[span.end - 1].end].split())
    if first.lower in DETERMINERS or first.lower in PRONOUNS - {"i"}:
        text = text[0].lower() + text[1:]
    elif first.capital and span.end - span.start == 1 and first.start == 0 and first.lower in _COMMON_HOLDERS:
        text = text.lower()
    return text.strip(" ,")


_COMMON_HOLDERS = word_set(
    "authorities officials police prosecutors protesters witnesses residents survivors doctors"
    " investigators experts researchers scientists relatives villagers neighbours neighbors rescuers"
    " organisers organizers observers critics viewers sources analysts lawyers journalists reporters"
    " firefighters soldiers farmers workers unions parents teachers students shareholders regulators"
    " engineers nobody everyone somebody"
)


def _skip_adverbials(tokens: Sequence[Token], verb: int) -> int:
    """Index after the subject: steps left over adverbs, auxiliaries and 'on Friday'."""
    end = verb
    while end > 0:
        if is_adverb(tokens[end - 1]):
            end -= 1
            continue
        step = end
        while step > 0 and is_time(tokens[step - 1]) and tokens[step - 1].lower not in ("the", "of"):
            step -= 1
        if step < end and step > 0 and tokens[step - 1].lower in ("on", "in", "at", "since", "by", "late", "early"):
            end = step - 1
            continue
        if step < end and step > 0 and any(token.lower in TIME_WORDS for token in tokens[step:end]):
            end = step
            continue
        break
    return end


def _segment_start(tokens: Sequence[Token], end: int) -> int:
    """Where the phrase that ends before `end` starts: after a mark, a subordinator, or a clause joined by 'and'."""
    position = end
    while position > 0 and end - position < MAX_WORDS:
        token = tokens[position - 1]
        if token.lower == "that" and _is_relative(tokens, position):
            return _segment_start(tokens, position - 1)
        if token.text == "," or token.text in _BREAKS or token.lower in _SUBORDINATORS:
            break
        if token.lower in _RELATIVES:
            return _segment_start(tokens, position - 1) if has_finite(tokens[position:end]) else position
        if token.lower in ("and", "as", "after", "before", "since") and has_finite(
            _clause_before(tokens, position - 1)
        ):
            break
        position -= 1
    return position


def _is_relative(tokens: Sequence[Token], following: int) -> bool:
    """True for the 'that' of 'a company that tracks vessels': no subject follows, a noun stands before."""
    if following < 2 or following >= len(tokens) or not tokens[following - 2].is_word:
        return False
    token = tokens[following]
    subject = token.capital or token.lower in DETERMINERS or token.lower in PRONOUNS or token.lower[0].isdigit()
    return not subject and tokens[following - 2].lower not in REPORTING_VERBS


def _clause_before(tokens: Sequence[Token], end: int) -> Sequence[Token]:
    """The words between the nearest comma or break to the left and `end`."""
    start = end
    while start > 0 and end - start < 2 * MAX_WORDS and tokens[start - 1].text not in _BREAKS:
        start -= 1
    return tokens[start:end]


def _subject_with_apposition(tokens: Sequence[Token], comma: int) -> Span | None:
    """'the mayor, Ann Lee, said' -> 'the mayor'; 'his lawyer, Ann Lee, said' -> 'Ann Lee'."""
    end = comma
    apposition: Span | None = None
    for _ in range(4):
        start = _comma_segment_start(tokens, end)
        segment = _clean(tokens, start, end)
        if apposition is None:
            apposition = segment or Span(start, end)
        elif segment is not None and not tokens[segment.start].text.isdigit():
            if tokens[segment.start].lower in POSSESSIVES and tokens[apposition.start].capital:
                return apposition
            return segment
        if start == 0 or tokens[start - 1].text != ",":
            return None
        end = start - 1
    return None


def _comma_segment_start(tokens: Sequence[Token], end: int) -> int:
    position = end
    while position > 0 and tokens[position - 1].text != "," and tokens[position - 1].text not in _BREAKS:
        position -= 1
    return position


def _clean(tokens: Sequence[Token], start: int, end: int) -> Span | None:
    """The noun phrase in tokens[start:end] without leading connectives and adverbials; None when it is no phrase."""
    while start < end and tokens[start].lower in CONNECTIVES:
        start += 1
        if start < end and tokens[start].text == ",":
            start += 1
    if start >= end:
        return None
    last = tokens[end - 1]
    if last.lower in PRONOUNS:
        return Span(end - 1, end)
    for position in range(start, end):
        if tokens[position].lower in _RELATIVES or (tokens[position].lower == "that" and position > start):
            return Span(start, position) if position > start else None
    if tokens[start].lower in PREPOSITIONS:
        return _after_adverbial(tokens, start, end)
    if tokens[start].lower in TIME_WORDS and tokens[start].lower != "may":
        return None
    phrase = tokens[start:end]
    if not any(token.is_word and token.lower[0].isalpha() for token in phrase) or len(phrase) > MAX_WORDS:
        return None
    finite = first_finite(phrase)
    return Span(start, end) if finite < 0 else None


def _after_adverbial(tokens: Sequence[Token], start: int, end: int) -> Span | None:
    """'On Friday police' -> 'police'; None where the adverbial cannot be told from the subject."""
    position = start + 1
    if position < end and tokens[position].lower in ("it", "this", "that", "them", "all"):
        return Span(position + 1, end) if position + 1 < end else None
    while position < end and is_time(tokens[position]):
        position += 1
    if start + 1 < position < end:
        return Span(position, end)
    return None


def _antecedent(tokens: Sequence[Token], relative: int) -> Span | None:
    """The noun phrase that ', who' goes back to: '... from a battered man, who' -> 'a battered man'."""
    end = relative
    crossed = word_set("of in at for")
    if end > 0 and tokens[end - 1].text == ",":
        end -= 1
        crossed = word_set("of")
    if end > 1 and tokens[end - 1].text.isdigit() and tokens[end - 2].text == ",":
        end -= 2
    if end > 0 and tokens[end - 1].text in (")", "”", '"'):
        return None
    start = end
    while start > 0 and end - start < 10:
        token = tokens[start - 1]
        if not token.is_word or (token.lower in PREPOSITIONS and token.lower not in crossed):
            break
        if token.lower in DETERMINERS:
            return Span(start - 1, end)
        if start < end and not token.capital and tokens[start].capital:
            break
        start -= 1
    return Span(start, end) if start < end and tokens[start].capital else None


def _may_open_phrase(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    return token.lower in DETERMINERS or token.lower in PRONOUNS or token.lower in _COMMON_HOLDERS


def _ends_phrase(tokens: Sequence[Token], index: int, start: int) -> bool:
    """True where the inverted subject stops: a mark, a time, or the circumstances of speaking."""
    token = tokens[index]
    if not token.is_word and token.text not in ("-", "&", "’", "'", "/"):
        return True
    if index == start:
        return False
    if token.lower in _TAIL_STARTS or token.lower in ("that", "and", "but"):
        return token.lower != "and" or not (index + 1 < len(tokens) and tokens[index + 1].capital)
    following = tokens[index + 1 : index + 5]
    if token.lower in ("on", "in", "at", "to", "this", "last", "from"):
        return any(item.lower in TIME_WORDS for item in following[:2]) or any(
            item.lower in _TAIL_NOUNS or item.lower in POSSESSIVES for item in following
        )
    return token.lower in TIME_WORDS


def main_subject(sentence: str) -> str:
    """The subject of the first finite verb as written, '' when it is not plain."""
    tokens = tokenise(sentence)
    name = _leading_name(tokens)
    if name is not None:
        return phrase_text(sentence, tokens, name)
    finite = first_finite(tokens)
    if finite <= 0 or tokens[finite].aside:
        return ""
    subject = subject_before(tokens, finite)
    return phrase_text(sentence, tokens, subject) if subject else ""


def _leading_name(tokens: Sequence[Token]) -> Span | None:
    """A full name that opens the sentence, with its role: 'Skipper Ann Lee, 52, who'."""
    start = 0
    if tokens and (tokens[0].lower in CONNECTIVES or tokens[0].lower in PREPOSITIONS):
        comma = next((i for i, token in enumerate(tokens[:8]) if token.text == ","), -1)
        start = comma + 1 if comma >= 0 or tokens[0].lower in PREPOSITIONS else 1
    role = start
    while role < len(tokens) and role - start < 2 and tokens[role].is_word and not tokens[role].capital:
        role += 1
    end = role
    while end < len(tokens) and tokens[end].capital and tokens[end].is_word and end - role < 6:
        end += 1
    if end - role < 2 or end >= len(tokens) or tokens[start].lower in DETERMINERS or tokens[start].aside:
        return None
    follows = tokens[end].text == "," or is_adverb(tokens[end]) or has_finite(tokens[end : end + 1])
    return Span(start, end) if follows else None
