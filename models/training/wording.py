"""Edits of one sentence whose effect on its meaning is known: shortening, negation, antonyms."""

from __future__ import annotations

import re

from corpus import LEXICON

_PARENTHESIS = re.compile(r" ?\([^()]{1,120}\)")
_RELATIVE = re.compile(
    r", (?:which|who|whose|where|whom) [^,;:.]{8,120}"
    r"(?:(?=\.$)|,(?= (?:was|is|were|are|has|have|had|will|said|told)\b))"
)
_TIME_FIRST = re.compile(
    r"^(?:In|By|On|Since|After|During|At) (?:late |early |mid-)?(?:[A-Z][a-z]+day|January|February|March|April|May|"
    r"June|July|August|September|October|November|December|\d{4}|\d{1,2} [A-Z][a-z]+)[^,;:.]{0,24}, "
)
_PARTICIPLE_LAST = re.compile(r", (?!including|according|during|being|making)[a-z]{3,14}ing [^,;:]{10,140}(?=\.$)")
_SAID_LAST = re.compile(
    r", (?P<who>[^,;:\"]{3,60}?) (?P<verb>said|announced|confirmed|reported|told reporters)"
    r"(?P<when> (?:on|late|early|yesterday)\b[^,;:\"]{0,30})?\.$"
)
_ACCORDING_LAST = re.compile(r",? according to [^,;:\"]{3,80}\.$")
_SAID_FIRST = re.compile(
    r"^(?P<who>[A-Z][^,;:\"]{3,60}?) (?:said|announced|confirmed|reported)(?: on [A-Z][a-z]+day)? that (?=\w)"
)
_WEEKDAY = re.compile(
    r" (?:on|late on|early on) (?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
    r"(?: (?:morning|evening|night|afternoon))?(?!['’\w-]| and\b| or\b| to\b)"
)
_DATE = re.compile(
    r" (?:on|in) (?:(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)(?: \d{1,2})?(?:,? \d{4})?|\d{4})(?=[.,]| (?:and|after|when|while|by|to|for|at|near)\b)"
)
_HEDGED = re.compile(
    r"\b(?:alleg\w{0,6}|claim\w{0,3}|reportedly|rumou?r\w{0,2}|may|might|could|would|suspect\w{0,3}|false|den(?:y|ied))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|denied|denies)\b|n't", re.IGNORECASE
)

_OPPOSITE = dict(pair.split("/") for pair in LEXICON["antonyms"].split())
_ANTONYM = re.compile(r"(?<!-)\b(" + "|".join(sorted(_OPPOSITE, key=len, reverse=True)) + r")\b(?!-)")
_MANY_SENSES = frozenset(LEXICON["many_senses"].split())

_AUXILIARY = re.compile(r"\b(was|were|is|are|has been|have been|had been|has|have|had|will|can)\b(?! not\b)")
_NOT_A_NAME = re.compile(
    r"^(?:A|An|Some|Several|Many|Most|All|Every|Each|Any|Few|More|Fewer|Less|At|No|Both|There|Only|About|Over|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|One|Dozens|Hundreds|Thousands|\d)\b"
)
_PAST = dict(pair.split("/") for pair in LEXICON["past_tense"].split())
_PAST_VERB = re.compile(
    r"^((?:The )?[A-Z]?[\w’'-]{2,20}(?: [\w’'-]{2,20}){0,3}?) ("
    + "|".join(_PAST)
    + r") (?!by\b|in the\b)(?=[a-z0-9A-Z])"
)


def shortenings(sentence: str) -> list[str]:
    """Sentences that follow from this one: attribution, asides, time phrases or trailing clauses dropped."""
    if _HEDGED.search(sentence):
        return []
    found = []
    plain = _PARENTHESIS.sub("", sentence)
    stages = [plain, _RELATIVE.sub("", plain)]
    stages.append(_TIME_FIRST.sub("", stages[-1]))
    stages.append(_PARTICIPLE_LAST.sub("", stages[-1]))
    stages.append(without_attribution(stages[-1]) or stages[-1])
    stages.append(without_time(stages[-1]) or stages[-1])
    for text in stages:
        text = tidy(text)
        if text != sentence and text not in found and len(text.split()) >= 5 and '"' not in text:
            found.append(text)
    return found


def without_attribution(sentence: str) -> str | None:
    """'S, X said.' or 'X said that S' as S; None when there is no plain attribution to drop."""
    if '"' in sentence or "“" in sentence or _HEDGED.search(sentence):
        return None
    for pattern in (_SAID_LAST, _ACCORDING_LAST):
        match = pattern.search(sentence)
        if match:
            return tidy(sentence[: match.start()] + ".")
    match = _SAID_FIRST.match(sentence)
    return tidy(sentence[match.end() :]) if match and ", " not in match["who"] else None


def without_time(sentence: str) -> str | None:
    """The sentence less its only weekday or date phrase; None when it has none or several."""
    found = [*_WEEKDAY.finditer(sentence), *_DATE.finditer(sentence)]
    if len(found) != 1 or len(_WEEKDAY_OR_MONTH.findall(sentence)) > 1:
        return None
    return tidy(sentence[: found[0].start()] + sentence[found[0].end() :])


_WEEKDAY_OR_MONTH = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b|\b(?:1[89]|20)\d\d\b"
)


def tidy(text: str) -> str:
    """One space between words, none before punctuation, a capital first and a full stop last."""
    text = re.sub(r" {2,}", " ", text).strip()
    text = re.sub(r" +([,.;])", r"\1", text)
    text = re.sub(r",(?=\.$)", "", text)
    return text[:1].upper() + text[1:]


def negated(sentence: str) -> str | None:
    """The denial of a short sentence about a definite subject; None when the edit would not be a plain denial."""
    if (
        _NOT_A_NAME.match(sentence)
        or _NEGATION.search(sentence)
        or len(sentence.split()) > 18
        or _HEDGED.search(sentence)
    ):
        return None
    if re.search(
        r"\b(?:only|also|still|already|ever|all|every|each|both|either|any|some|more|fewer|less|least|because|if|who|which|that|whose|where|what|than|when|while|before|after|until)\b|^(?:What|It|This|That)\b|\d|[;:]",
        sentence,
    ):
        return None
    auxiliary = list(_AUXILIARY.finditer(sentence))
    if len(auxiliary) == 1:
        verb = auxiliary[0][1].split()[0]
        at = auxiliary[0].start() + len(verb)
        if verb in ("has", "have", "had") and not re.match(r" (?:been|[a-z]+(?:ed|en))\b", sentence[at:]):
            return None
        return sentence[:at] + " not" + sentence[at:]
    match = _PAST_VERB.match(sentence)
    if match and not auxiliary:
        return f"{match[1]} did not {_PAST[match[2]]} {sentence[match.end() :]}"
    return None


def affirmed(sentence: str) -> str | None:
    """The sentence less its only 'not' (after was, is, has, will...); None when it has none or more negation."""
    if len(_NEGATION.findall(sentence)) != 1 or len(sentence.split()) > 20 or _NOT_A_NAME.match(sentence):
        return None
    if re.search(
        r"\b(?:any|yet|but|because|anyone|anything|all|every|until|longer|more|that|who|which|whose|what|rather)\b|^(?:What|It)\b",
        sentence,
    ):
        return None
    shorter = re.sub(r"\b(was|were|is|are|has|have|had|will|can) not\b", r"\1", sentence)
    return shorter if shorter != sentence else None


def opposed(sentence: str, plain_only: bool) -> tuple[str, str, str] | None:
    """The sentence with its only antonym-bearing word turned round, that word and its opposite.

    plain_only leaves words of many senses ('raised', 'won') alone: outside news they are seldom the sense listed.
    """
    found = list(_ANTONYM.finditer(sentence))
    if len(found) != 1 or _NEGATION.search(sentence) or (plain_only and found[0][1] in _MANY_SENSES):
        return None
    word = found[0][1]
    text = sentence[: found[0].start()] + _OPPOSITE[word] + sentence[found[0].end() :]
    return _article(text), word, _OPPOSITE[word]


def _article(text: str) -> str:
    text = re.sub(
        r"\b([Aa]) (?=(?:eight|eleven|inn|una|un[a-z]{3}ed|ill|imp|eld|ol|east|abs|acc|aut|urb|ind|out)[a-z]*)",
        r"\1n ",
        text,
    )
    return re.sub(
        r"\b([Aa])n (?=(?:wes|sou|nor|you|sma|ma|wo|gen|for|fal|pre|pub|pri|leg|law|saf|cle|rur|civ|mil|low)[a-z]*)",
        r"\1 ",
        text,
    )
