"""The content of a frame as a clause: 'denied taking bribes' -> 'the mayor took bribes'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claimbase_server.extract.frame_parts import Frame
from claimbase_server.extract.lexicon import (
    FUTURE_AUXILIARIES,
    PENDING_PARTICIPLES,
    PLANNING_VERBS,
    PLURAL_NOUNS_WITHOUT_S,
    past_of_gerund,
)
from claimbase_server.extract.sentences import normalise
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import Token, first_finite, tokenise
from claimbase_server.types import Stance

_SUBJECT_FORMS = {"him": "he", "her": "she", "them": "they", "me": "I", "us": "we"}
_QUOTES = re.compile(r"[\"“”„«»]")
_EDGES = " ,;:–—-"
_GERUND = re.compile(r"(?P<gerund>[a-z]{2,30}ing)\b(?P<rest>.*)", re.DOTALL)
_SHARE = re.compile(
    r"(?:any|all|having(?: had)?(?: any)?)?\s?"
    r"(?:part|role|involvement|knowledge|connection|link|links|ties|contact)\b.*",
    re.DOTALL,
)
_NOT_GERUNDS = word_set("anything everything nothing something king ring building meeting being hearing") - {"being"}


def write_proposition(sentence: str, frame: Frame, holder: str) -> str:
    """What the holder says, denies or doubts, without the frame; `holder` has its pronoun resolved."""
    content = " ".join(sentence[start:end] for start, end in frame.content)
    if frame.word == "hearsay":
        return _from_hearsay(sentence, frame)
    if not frame.object:
        return clean(content)
    if frame.word.startswith(("accus", "suspect")):
        return _from_accusation(content) or clean(sentence)
    if frame.word.startswith("blam"):
        return _from_blame(content) or clean(sentence)
    if frame.word.startswith(("identif", "recogni", "describ")):
        return _from_naming(content)
    if frame.stance in (Stance.DENIED, Stance.DOUBTED, Stance.RETRACTED):
        return _from_denial(content, holder)
    return clean(sentence)


def clean(content: str) -> str:
    """A clause for reading: single spaces, no stray quotation marks, no marks at its ends."""
    text = normalise(content).strip(_EDGES)
    marks = _QUOTES.findall(text)
    inner = _QUOTES.findall(text[1:-1].rstrip(".,;")) if marks else []
    if len(marks) % 2 or (marks and text[0] in '"“”„«»' and not inner):
        text = _QUOTES.sub("", text)
    text = re.sub(r",([\"”“])$", r"\1", text)
    text = re.sub(r" {1,9}([,.;:])", r"\1", text)
    text = re.sub(r"[,.;:]{2,9}(?=[ ,.;:])", ",", text)
    text = re.sub(r"^(?:that|whether) (?!is |was |are |were |has )", "", text)
    return text.strip(_EDGES + "*").rstrip(".").strip(_EDGES)


def is_plural(phrase: str) -> bool:
    """True when a noun phrase takes 'were': 'police', 'the terrorists', 'Ann and Bob', 'they'."""
    head = re.split(r" (?:of|in|from|for|to|at|on|who|with) |,", phrase)[0].strip().lower()
    last = head.split(" ")[-1] if head else ""
    if (
        last.endswith(("men", "people"))
        or last in PLURAL_NOUNS_WITHOUT_S
        or last in ("they", "them", "we", "us", "some", "many", "others")
    ):
        return True
    if " and " in phrase:
        return True
    proper = phrase.istitle() and " " in phrase
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "'s", "’s")) and not proper


def is_planned(clause: str, reported: bool) -> bool:
    """True when the main verb is future: 'will open', 'plans to', 'is due to'; 'would' only in reported speech."""
    tokens = tokenise(clause)
    index = _main_verb(tokens)
    if index < 0 or clause.rstrip('"”“ ').endswith("?"):
        return False
    lower = tokens[index].lower
    after = [token.lower for token in tokens[index + 1 : index + 4]]
    if lower in FUTURE_AUXILIARIES:
        return True
    if lower == "would":
        return reported and "have" not in after[:2]
    if lower in PLANNING_VERBS:
        return "to" in after[:2]
    if lower in ("is", "are", "was", "were"):
        if after[:1] == ["to"]:
            return lower in ("is", "are")
        return (
            lower in ("is", "are") and bool(PENDING_PARTICIPLES & set(after[:2])) and ("to" in after or "for" in after)
        )
    return False


def _main_verb(tokens: Sequence[Token]) -> int:
    """Index of the main clause's finite verb: past relative clauses and a leading subordinate clause."""
    start = 0
    if tokens and tokens[0].lower in (
        "when",
        "if",
        "after",
        "before",
        "while",
        "although",
        "though",
        "since",
        "as",
        "until",
    ):
        start = next((i + 1 for i, token in enumerate(tokens) if token.text == ","), 0)
    for _ in range(4):
        found = first_finite(tokens[start:])
        if found < 0:
            return -1
        index = start + found
        before = [token.lower for token in tokens[max(0, index - 3) : index]]
        if not any(word in ("who", "which", "whom", "where", "that") for word in before):
            return index
        if before[-1:] == ["that"] and index == 1:
            return index
        start = next((i for i in range(index + 1, len(tokens)) if tokens[i].text == ","), index + 1)
    return -1


def _from_accusation(content: str) -> str:
    """'the owner of taking bribes' -> 'the owner took bribes'; '' where there is no such form."""
    match = re.match(r"(?P<who>.{1,200}?) (?:publicly )?of (?P<act>[a-z]{2,30}ing)\b(?P<rest>.*)", content, re.DOTALL)
    if not match:
        return ""
    who = match.group("who").strip()
    return clean(
        f"{_SUBJECT_FORMS.get(who.lower(), who)} {_past(match.group('act'), is_plural(who))}{match.group('rest')}"
    )


def _from_blame(content: str) -> str:
    """'the company for the leak' -> 'the company was responsible for the leak'."""
    match = re.match(r"(?P<who>.{1,200}?) for (?P<what>.*)", content, re.DOTALL)
    if not match:
        match = re.match(r"(?P<what>.{1,200}?) on (?P<who>.*)", content, re.DOTALL)
    if not match:
        return ""
    who = match.group("who").strip(" .,")
    be = "were" if is_plural(who) else "was"
    return clean(f"{_SUBJECT_FORMS.get(who.lower(), who)} {be} responsible for {match.group('what')}")


def _from_naming(content: str) -> str:
    """'him as a musician' -> 'he was a musician'."""
    match = re.match(r"(?P<who>.{1,200}?) as (?P<what>.*)", content, re.DOTALL)
    if not match:
        return clean(content)
    who = match.group("who").strip()
    be = "were" if is_plural(who) else "was"
    return clean(f"{_SUBJECT_FORMS.get(who.lower(), who)} {be} {match.group('what')}")


def _from_denial(content: str, holder: str) -> str:
    """'taking bribes' -> 'the mayor took bribes'; other noun phrases stay as they are."""
    plural = is_plural(holder)
    match = _GERUND.match(content)
    if match and holder and match.group("gerund") not in _NOT_GERUNDS:
        return clean(f"{holder} {_past(match.group('gerund'), plural)}{match.group('rest')}")
    if holder and _SHARE.match(content):
        share = re.sub(r"^(?:any|all|having(?: had)?(?: any)?) ", "", content)
        article = "a " if share.startswith(("part", "role", "connection", "link ")) else ""
        return clean(f"{holder} had {article}{share}")
    return clean(content)


def _from_hearsay(sentence: str, frame: Frame) -> str:
    """'X is said to have fled' -> 'X has fled'; 'X was accused of lying' -> 'X lied'."""
    frame_text = sentence[frame.verb.start : frame.verb.end]
    subject, rest = sentence[: frame.verb.start], sentence[frame.verb.end :]
    plural = frame_text.split(" ", 1)[0].lower() in ("are", "were")
    if frame_text.endswith("have"):
        verb = "have" if plural else "has"
    elif frame_text.endswith("be"):
        verb = "are" if plural else "is"
    else:
        verb = _past(frame_text.rsplit(" ", 1)[-1], plural)
    return clean(f"{subject.strip()} {verb}{rest}")


def _past(gerund: str, plural: bool) -> str:
    if gerund == "being":
        return "were" if plural else "was"
    return past_of_gerund(gerund)
