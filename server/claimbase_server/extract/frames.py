"""Reporting frames: who says what, and how it is said, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from claimbase_server.extract.constructions import (
    find_according_to,
    find_accusation,
    find_doubt,
    find_hearsay,
    find_impersonal,
    find_naming,
    find_no_longer,
    find_quoting,
    find_withdrawal,
)
from claimbase_server.extract.frame_parts import Frame, follows_be, next_is
from claimbase_server.extract.lexicon import ACCUSING, NAMING, REPORTING_VERBS, WITHDRAWING, ReportingVerb
from claimbase_server.extract.reports import find_after_verb, find_report
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import Token, tokenise
from claimbase_server.types import Stance

_EXPRESSING = word_set("express expresses expressed voice voiced voices raise raised raises had has have cast casts")


def find_frame(sentence: str) -> Frame | None:
    """The outermost frame of the sentence, None for the narrator's own statement."""
    tokens = tokenise(sentence)
    if not tokens:
        return None
    impersonal = find_impersonal(sentence)
    if impersonal:
        return impersonal
    according = find_according_to(sentence, tokens)
    if according:
        return according
    for index, token in enumerate(tokens):
        if token.aside or not token.is_word or (token.capital and index):
            continue
        frame = _frame_at(sentence, tokens, index)
        if frame:
            return frame
    return find_hearsay(sentence, tokens)


def _frame_at(sentence: str, tokens: Sequence[Token], index: int) -> Frame | None:
    """The frame whose verb is tokens[index], None if it is no reporting verb or frames nothing."""
    lower = tokens[index].lower
    if lower in _EXPRESSING:
        return find_doubt(sentence, tokens, index)
    if lower == "quoted":
        return find_quoting(sentence, tokens, index)
    if lower in ("rule", "rules", "ruled") and index + 1 < len(tokens) and tokens[index + 1].lower == "out":
        return find_after_verb(sentence, tokens, index, index + 2, ReportingVerb(Stance.DENIED, object=True))
    if lower in ACCUSING and not follows_be(tokens, index):
        return find_accusation(sentence, tokens, index)
    if lower in NAMING and not follows_be(tokens, index):
        return find_naming(sentence, tokens, index)
    if lower in WITHDRAWING or (lower in ("took", "takes", "take") and next_is(tokens, index, "back")):
        return find_withdrawal(sentence, tokens, index)
    if lower in ("longer",) and index and tokens[index - 1].lower == "no":
        return find_no_longer(sentence, tokens, index)
    verb = REPORTING_VERBS.get(lower)
    return find_report(sentence, tokens, index, verb) if verb else None
