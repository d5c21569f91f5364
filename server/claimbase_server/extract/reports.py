"""Frames of plain reporting verbs: 'he said that ...', '..., she denied', '..., said the mayor'."""

from __future__ import annotations

from collections.abc import Sequence

from claimbase_server.extract.frame_parts import (
    Frame,
    content_before,
    content_start,
    follows_be,
    has_content_before,
    is_negated,
    is_object_relative,
    is_pronoun_that,
    next_is,
    phrase_group_start,
    span_of,
)
from claimbase_server.extract.holders import PRONOUNS, phrase_text, subject_after, subject_before
from claimbase_server.extract.lexicon import (
    AUXILIARIES,
    BE_FORMS,
    DETERMINERS,
    NOUN_OR_VERB,
    POSSESSIVES,
    PREPOSITIONS,
    REPORTING_VERBS,
    STATEMENT_NOUNS,
    ReportingVerb,
    is_finite,
)
from claimbase_server.extract.sentences import Span
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, STOPS, Token, has_finite, is_adverb, is_time
from claimbase_server.types import Stance

_CIRCUMSTANCES = word_set("when after before while as because until since though although")
_OPENERS_OF_CONTENT = word_set("that whether how why")


def find_report(sentence: str, tokens: Sequence[Token], index: int, verb: ReportingVerb) -> Frame | None:
    before = tokens[index - 1].lower if index else ""
    if before in DETERMINERS or before in POSSESSIVES or before in ("to", "of", "not") or before.endswith("n't"):
        negated_belief = verb.stance is Stance.ALLEGED and (before == "not" or before.endswith("n't"))
        if not (negated_belief and tokens[index].lower in ("believe", "think")):
            return None
        verb = ReportingVerb(Stance.DOUBTED)
    elif is_negated(tokens, index) or (index + 1 < len(tokens) and tokens[index + 1].lower in AUXILIARIES):
        return None
    if next_is(tokens, index, "to") and not _is_hearer(tokens, index + 2):
        return None
    if follows_be(tokens, index):
        return _find_passive(sentence, tokens, index, verb)
    if before in QUOTE_MARKS:
        inverted = _find_inverted(sentence, tokens, index, verb)
        if inverted:
            return inverted
    return (
        _find_postposed(sentence, tokens, index, verb)
        or find_after_verb(sentence, tokens, index, index + 1, verb)
        or (_find_inverted(sentence, tokens, index, verb) if before == "," else None)
    )


def _is_hearer(tokens: Sequence[Token], index: int) -> bool:
    """True for 'said to reporters', 'said to the court'; False for 'is said to show'."""
    if index >= len(tokens):
        return False
    token = tokens[index]
    return (
        token.capital
        or token.lower in DETERMINERS
        or token.lower in ("reporters", "journalists", "us", "me", "newsmen")
    )


def _find_inverted(sentence: str, tokens: Sequence[Token], index: int, verb: ReportingVerb) -> Frame | None:
    """'..., said the mayor'."""
    if not verb.inverts or tokens[index].lower in ("told", "tells", "tell"):
        return None
    # Without a subject before it the verb can only be inverted, so unknown verbs before it do no harm.
    if not has_content_before(tokens, index, at_sentence_end=subject_before(tokens, index) is None):
        return None
    subject = subject_after(tokens, index)
    if subject is None:
        return None
    rest = tokens[subject.end :]
    if rest and rest[0].lower in ("that", "to", "of"):
        return None
    holder = phrase_text(sentence, tokens, subject)
    return Frame(
        holder, verb.stance, content_before(tokens, index), span_of(tokens, index), True, word=tokens[index].lower
    )


def _find_postposed(sentence: str, tokens: Sequence[Token], index: int, verb: ReportingVerb) -> Frame | None:
    """'..., the mayor said on Friday'."""
    subject = subject_before(tokens, index)
    if subject is None or subject.start == 0 or tokens[subject.start - 1].lower in ("who", "which"):
        return None
    first = phrase_group_start(tokens, subject)
    if first == 0 or tokens[first - 1].text not in STOPS or tokens[first - 1].text in (";", ":"):
        return None
    middle = _interrupted(tokens, first, index + 1)
    if middle:
        holder = phrase_text(sentence, tokens, subject)
        return Frame(holder, verb.stance, middle, span_of(tokens, index), True, word=tokens[index].lower)
    closes = sum(token.is_word for token in tokens[index + 1 :]) <= 4
    if not has_content_before(tokens, first, closes) or not _is_tail(tokens, index + 1, verb):
        return None
    holder = phrase_text(sentence, tokens, subject)
    return Frame(
        holder, verb.stance, content_before(tokens, first), span_of(tokens, index), True, word=tokens[index].lower
    )


def _interrupted(tokens: Sequence[Token], first: int, after: int) -> tuple[Span, ...]:
    """The two halves of a clause that a frame stands in: 'Illegal diggers, he said, had been blasting'; else ()."""
    if after + 1 >= len(tokens) or tokens[first - 1].text != "," or tokens[after].text != "," or first < 2:
        return ()
    before, rest = tokens[: first - 1], tokens[after + 1 :]
    goes_on = has_finite(rest[:1]) or rest[0].lower == "to" or before[-1].lower in ("which", "that", "who")
    goes_on = goes_on or (rest[0].lower in ("and", "but") and rest[1].lower in AUXILIARIES)
    if not goes_on or rest[0].aside or before[0].lower in PREPOSITIONS:
        return ()
    return (Span(before[0].start, before[-1].end), Span(rest[0].start, rest[-1].end))


def _is_tail(tokens: Sequence[Token], start: int, verb: ReportingVerb) -> bool:
    """True when only circumstances of speaking follow: nothing, 'on Friday', 'in a statement', 'reporters'."""
    end = start
    while end < len(tokens) and tokens[end].text not in (",", ";", ".", "–", "—", ":") and not tokens[end].aside:
        end += 1
    tail = [token for token in tokens[start:end] if token.text not in QUOTE_MARKS]
    if not tail:
        return start >= len(tokens) or (tokens[start].text not in (":",) and not _quote_follows(tokens, start))
    if tail[0].lower in _OPENERS_OF_CONTENT or (end < len(tokens) and tokens[end].text == ":"):
        return False
    opens = (
        tail[0].lower in PREPOSITIONS
        or tail[0].lower.endswith("ing")
        or (is_time(tail[0]) and tail[0].lower not in ("the", "of"))
        or is_adverb(tail[0])
    )
    if not opens and not verb.recipient:
        return False
    relative = next((i for i in range(len(tail)) if i > 1 and is_pronoun_that(tail, i)), len(tail))
    tail = tail[:relative]
    return not any(token.lower == "that" for token in tail) and not _has_own_clause(tail)


def _has_own_clause(tail: Sequence[Token]) -> bool:
    """True when the tail goes on to say something: 'on Friday they had won'."""
    for position, token in enumerate(tail):
        if token.lower in ("after", "as", "before", "while", "when", "about", "who", "where"):
            return False
        if token.lower in AUXILIARIES or (token.lower in PRONOUNS and position):
            return True
    return False


def _quote_follows(tokens: Sequence[Token], start: int) -> bool:
    """True for 'X said, "..."' where the content comes after the verb."""
    return any(token.text in QUOTE_MARKS for token in tokens[start : start + 2]) and not any(
        token.text in QUOTE_MARKS for token in tokens[:start]
    )


def find_after_verb(
    sentence: str, tokens: Sequence[Token], index: int, start: int, verb: ReportingVerb
) -> Frame | None:
    """'the mayor said (on Friday) (that) ...'."""
    subject = subject_before(tokens, index)
    if subject is None or is_object_relative(tokens, subject):
        return None
    content, explicit = content_start(tokens, start, verb)
    if content >= len(tokens) or tokens[content].lower == "out":
        return None
    needs_that = verb.explicit or (tokens[index].lower in NOUN_OR_VERB and not tokens[index].lower.endswith("s"))
    if needs_that and not explicit and not verb.object:
        return None
    rest = tokens[content:]
    clause = explicit or (
        _has_near_clause(rest) and rest[0].lower not in PREPOSITIONS | {"and", "or", ",", "by", "out"}
    )
    if not clause or (verb.object and not explicit and not _opens_clause(rest)):
        if not verb.object or not _is_deniable(tokens[index], rest, verb):
            return None
        clause = False
    holder = phrase_text(sentence, tokens, subject)
    end = len(tokens) if clause else _before_speaker(sentence, tokens, content)
    span = Span(rest[0].start, tokens[end - 1].end)
    return Frame(
        holder, verb.stance, (span,), span_of(tokens, index), False, object=not clause, word=tokens[index].lower
    )


def _before_speaker(sentence: str, tokens: Sequence[Token], start: int) -> int:
    """End of a noun phrase that a second speaker follows: 'denies any part in it, says the prosecutor'."""
    for index in range(start + 2, len(tokens)):
        verb = REPORTING_VERBS.get(tokens[index].lower)
        if verb and tokens[index - 1].text == "," and _find_inverted(sentence, tokens, index, verb):
            return index - 1
    return len(tokens)


def _has_near_clause(rest: Sequence[Token]) -> bool:
    """True when a finite verb comes first: not in 'everything when it opened', 'him of the plan and noted'."""
    end = len(rest)
    for position, token in enumerate(rest):
        shares_subject = token.lower in ("and", "but") and _is_verb(rest, position + 1)
        if shares_subject or (position and token.lower in _CIRCUMSTANCES):
            end = position
            break
    return has_finite(rest[:end])


def _is_verb(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and is_finite(tokens[index].lower, "")


def _opens_clause(rest: Sequence[Token]) -> bool:
    """True when a finite verb follows within a short subject: 'denied he was', not 'denied it'."""
    if rest[0].lower.endswith("ing"):
        return False
    for position, token in enumerate(rest[:9]):
        if token.lower in ("who", "which", "that", "when", "where", ",", "and", "after", "as", "for", "of", "by"):
            return False
        if position and token.lower in AUXILIARIES:
            return True
    return rest[0].lower in PRONOUNS and len(rest) > 2


def _is_deniable(verb_token: Token, rest: Sequence[Token], verb: ReportingVerb) -> bool:
    """False for 'dismissed the minister', 'questioned the suspect', 'reported to the police'."""
    lower = verb_token.lower
    if rest[0].lower in PREPOSITIONS or (not rest[0].is_word and rest[0].text not in QUOTE_MARKS):
        return False
    if lower.startswith(("reject", "dismiss", "question", "disput", "doubt")):
        near = {token.lower for token in rest[:7]}
        official = lower.startswith(("disput", "doubt"))
        return official or bool(near & STATEMENT_NOUNS) or (rest[0].lower in ("it", "this", "that") and len(rest) <= 3)
    return verb.object


def _find_passive(sentence: str, tokens: Sequence[Token], index: int, verb: ReportingVerb) -> Frame | None:
    """'The report was denied by the port office'."""
    if not next_is(tokens, index, "by") or not verb.object:
        return None
    holder = subject_after(tokens, index + 1)
    be = index - 1
    while be > 0 and tokens[be].lower not in BE_FORMS:
        be -= 1
    if holder is None or be == 0:
        return None
    start = 0
    for position in range(be):
        if tokens[position].lower == "that" and position and tokens[position - 1].lower in STATEMENT_NOUNS:
            start = position + 1
    while be > 1 and tokens[be - 1].lower in ("has", "have", "had"):
        be -= 1
    content = Span(tokens[start].start, tokens[be - 1].end)
    text = phrase_text(sentence, tokens, holder)
    is_clause = has_finite(tokens[start:be])
    return Frame(
        text, verb.stance, (content,), span_of(tokens, index), True, object=not is_clause, word=tokens[index].lower
    )
