"""The preceding sentences that a claim leans on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claimbase_server.extract.lexicon import FEMALE_WORDS, MALE_WORDS, PERSON_WORDS
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import Token, tokenise

LOOK_BACK = 4  # sentences in which a pronoun's person is looked for
MAX_LENGTH = 700  # code points of one context sentence

_PERSONAL = word_set("he him his she her hers himself herself")
_BEFORE_PLACES = word_set("in at near from to outside across around throughout towards of")
_LEADING = word_set("it its they them their theirs this that these those such both neither either one here there")
_CONNECTIVES = word_set("however but nor so instead nevertheless still yet therefore thus neither others another")
_BARE_NOUN = re.compile(
    r"(?:the|this|that|these|those|both|such) (?:two |three |same |latter |former |other )?"
    r"(?:man|woman|men|women|boy|girl|boys|girls|group|company|firm|suspects?|victims?|video|clip|footage|picture|letter"
    r"|film|report|incident|attack|blast|accident|fire|blaze|building|ship|vessel|boat|ferry|train|plane|car|bus|couple"
    r"|pair|driver|captain|owner|ministry|party|union|court|two|three|dead|injured|deceased|detainees?|figures?|number"
    r"|toll|decision|ruling|move|claims?|allegations?|meeting|latter)\b(?! of\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def find_context(sentence: str, preceding: Sequence[str]) -> list[str]:
    """One or two of the preceding sentences (nearest last), none when the sentence stands alone."""
    wanted = _what_it_needs(sentence) if preceding else ""
    if not wanted:
        return []
    nearest = len(preceding) - 1
    if wanted != "person":
        chosen = [nearest]
        if nearest and _what_it_needs(preceding[nearest]):
            chosen = [nearest - 1, nearest]
    else:
        found = next(
            (i for i in range(nearest, max(-1, nearest - LOOK_BACK), -1) if _names_person(preceding[i])), nearest
        )
        chosen = [found] if found == nearest else [found, nearest]
        if (
            found == nearest
            and nearest
            and _what_it_needs(preceding[nearest]) == "person"
            and _leans_first(preceding[nearest])
        ):
            chosen = [nearest - 1, nearest]
    return [preceding[i][:MAX_LENGTH] for i in chosen]


def _what_it_needs(sentence: str) -> str:
    """'person' for a he or she without a name before it, 'anything' for another leaning start, '' for nothing."""
    tokens = [token for token in tokenise(sentence[:MAX_LENGTH]) if token.is_word]
    if not tokens:
        return ""
    for index, token in enumerate(tokens):
        if token.lower in _PERSONAL and not token.aside:
            if not _has_antecedent(tokens[:index]):
                return "person"
            break
    start = 1 if tokens[0].lower in _CONNECTIVES else 0
    leading = [token.lower for token in tokens[start : start + 3]]
    if leading[:1] and leading[0] in _LEADING and leading[:2] != ["there", "is"] and leading[0] != "one":
        return "anything"
    if any(word in ("they", "it", "its", "their", "them") for word in leading[1:]) and not tokens[start].capital:
        return "anything"
    if start or _BARE_NOUN.match(sentence):
        return "anything"
    return ""


def _leans_first(sentence: str) -> bool:
    first = _WORD.search(sentence)
    return bool(first) and first.group().lower() in _PERSONAL  # type: ignore[union-attr]


def _has_antecedent(before: Sequence[Token]) -> bool:
    """True when a name or a person's role stands before the pronoun; a place after 'in' is none."""
    for index, token in enumerate(before):
        if token.lower in PERSON_WORDS or token.lower in MALE_WORDS | FEMALE_WORDS - _PERSONAL:
            return True
        follows = before[index - 1].lower if index else ""
        if token.capital and follows not in _BEFORE_PLACES and index and len(token.text) > 1:
            return True
        if token.capital and index == 0 and len(before) > 1 and before[1].capital:
            return True
    return False


def _names_person(sentence: str) -> bool:
    """True when the sentence names somebody, by role or by two capitalised words in a row."""
    tokens = [token for token in tokenise(sentence[:MAX_LENGTH]) if token.is_word]
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.lower in PERSON_WORDS | {"man", "woman", "boy", "girl"} or token.lower in ("mr", "mrs", "ms", "dr"):
            return True
        if following is not None and token.capital and following.capital and following.start == token.end + 1:
            return True
    return False
