"""Who holds a statement, how they stand to it, and what it says: the frames of a document read in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from claimbase_server.extract.frame_parts import Frame
from claimbase_server.extract.frames import find_frame
from claimbase_server.extract.holders import main_subject
from claimbase_server.extract.lexicon import (
    ALLEGATION_NOUNS,
    FEMALE_WORDS,
    MALE_WORDS,
    ORGANISATION_WORDS,
    PERSON_WORDS,
    POSSESSIVES,
    STATEMENT_NOUNS,
)
from claimbase_server.extract.propositions import clean, is_planned, is_plural, write_proposition
from claimbase_server.extract.vocabulary import word_set
from claimbase_server.extract.words import QUOTE_MARKS, has_finite, tokenise
from claimbase_server.types import Stance

MAX_NESTING = 3
MAX_READ = 1500  # code points of a sentence in which a frame is looked for

_WORD = re.compile(r"[^\W\d_][\w'’]*")
_LOWER_WORD = re.compile(r"\b[a-z]{3,30}\b")
_AFTER_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’.-]{1,30} ([A-ZÀ-Þ][\w'-]{1,30})")
_AFTER_PREPOSITION = re.compile(r"\b(?:in|at|near|from|outside|across) ([A-ZÀ-Þ][\w'’-]{1,30})")
_PRONOUNS = word_set("he she they it i we his her its their my our this that there")
_POSSESSIVE = re.compile(r"['’]s?$")
_ANAPHORIC = re.compile(
    r"(?:(?:it|this|that|them|these|so)(?: (?:by|in|on|at|through|to|when|as|after|outright|again)\b.{0,80})?"
    r"|(?:the|this|that|these|those|such|his|her|their|all|both)"
    r" (?:\w{2,15} ){0,1}(?P<noun>\w{2,15}))$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """Attribution of one statement; `holder` is '' for the narrator. `frame` is None where the sentence has none."""

    holder: str
    stance: Stance
    proposition: str
    frame: Frame | None = None


class Speakers:
    """Remembers who spoke and acted last, to say who 'he', 'she', 'they' or 'it' is."""

    def __init__(self, text: str = "") -> None:
        """`text` is the whole document: it tells which capitalised words are common nouns or places."""
        self._common = set(_LOWER_WORD.findall(text))
        self._surnames = set(_AFTER_NAME.findall(text))
        self._places = set(_AFTER_PREPOSITION.findall(text))
        self._people: list[str] = []
        self._groups: list[str] = []
        self._organisations: list[str] = []
        self._pronouns: dict[str, str] = {}

    def note(self, phrase: str, speaks: bool = False) -> None:
        """Remember a holder (who `speaks`) or a subject as the last of its kind."""
        phrase = self.resolve(phrase) if phrase else ""
        if not phrase or phrase.split(" ", 1)[0].lower() in _PRONOUNS or phrase.count(" ") > 8:
            return
        kind = _kind(phrase)
        if (
            kind == "person"
            and " " not in phrase
            and phrase.lower() not in PERSON_WORDS
            and not self._is_name(phrase, speaks)
        ):
            return
        memory = {"person": self._people, "group": self._groups, "organisation": self._organisations}[kind]
        memory[:] = [*memory[-7:], phrase]

    def _is_name(self, word: str, speaks: bool) -> bool:
        """True for a capitalised word that speaks or ends a full name somewhere, and is no place or common noun."""
        return (speaks or word in self._surnames) and word not in self._places and word.lower() not in self._common

    def resolve(self, holder: str) -> str:
        """The holder with a pronoun replaced by whom it goes back to; unchanged when that is not plain."""
        lower = holder.lower()
        if lower in ("i", "we"):
            return ""
        if lower == "they":
            return next(iter(reversed(self._groups)), next(iter(reversed(self._organisations)), holder))
        if lower == "it":
            return next(iter(reversed(self._organisations)), holder)
        if lower in ("he", "she"):
            for person in reversed(self._people):
                if _gender(person) in ("", lower) and self._pronouns.get(person, lower) == lower:
                    self._pronouns[person] = lower
                    return person
            return holder
        first, _, rest = holder.partition(" ")
        owner_pronoun = {"his": "he", "her": "she", "its": "it", "their": "they"}.get(first.lower(), "")
        if not owner_pronoun or not rest:
            return holder
        owner = self.resolve(owner_pronoun)
        return holder if owner in ("", owner_pronoun) else f"{_POSSESSIVE.sub('', owner)}'s {rest}"


def read_sentence(sentence: str, speakers: Speakers) -> Reading:
    """Holder, stance and proposition of a sentence; the innermost holder wins."""
    sentence = sentence[:MAX_READ] if len(sentence) > MAX_READ else sentence
    frame = find_frame(sentence)
    if frame is not None and (not frame.before or frame.holder.lower().startswith(("his ", "her ", "its ", "their "))):
        subject = subject_of(sentence)
        if subject != frame.holder:
            speakers.note(subject)
    if frame is None:
        stance = Stance.PLANNED if is_planned(sentence, reported=False) else Stance.ASSERTED
        return Reading("", stance, sentence)
    return read_frame(sentence, frame, speakers)


def read_frame(sentence: str, frame: Frame, speakers: Speakers, depth: int = 0) -> Reading:
    """The reading of a sentence through its frame, inner frames followed."""
    holder = speakers.resolve(frame.holder)
    proposition = write_proposition(sentence, frame, holder) or sentence
    stance = frame.stance
    if stance is Stance.REPORTED and _is_confession(sentence, frame):
        stance = Stance.ALLEGED
    if stance in (Stance.REPORTED, Stance.ALLEGED) and not frame.object and depth < MAX_NESTING:
        inner = find_frame(proposition)
        if inner is not None and _heads(proposition, inner):
            return _nest(Reading(holder, stance, proposition, frame), inner, speakers, depth)
    direct = any(sentence[start : start + 1] in QUOTE_MARKS for start, end in frame.content if start < end)
    if stance is Stance.REPORTED and is_planned(proposition, reported=not direct):
        stance = Stance.PLANNED
    return Reading(holder, stance, proposition, frame)


def _heads(clause: str, inner: Frame) -> bool:
    """True when the inner frame governs the whole clause: not in 'he ordered it and said that ...'."""
    if not inner.holder and inner.stance is Stance.REPORTED:
        return False
    ahead = [token for token in tokenise(clause) if token.end <= inner.verb.start]
    return inner.before or not has_finite(ahead) or any(token.lower in ("who", "which") for token in ahead)


def _nest(outer: Reading, inner: Frame, speakers: Speakers, depth: int) -> Reading:
    """The inner frame's reading; a pronoun in it goes back to the outer holder, and an allegation stays one."""
    same = outer.frame is None or outer.frame.word != "according" or not inner.holder
    nested = (
        replace(inner, holder=outer.holder)
        if same and inner.holder.lower() in ("he", "she", "they", "it", "")
        else inner
    )
    reading = read_frame(outer.proposition, nested, speakers, depth + 1)
    stance = reading.stance
    if outer.stance is Stance.ALLEGED and stance is Stance.REPORTED:
        stance = Stance.ALLEGED
    return Reading(reading.holder or outer.holder, stance, reading.proposition, outer.frame)


def resolve_anaphora(reading: Reading, previous: Reading | None) -> Reading:
    """A denial of 'it' or 'the charge' takes up what the statement before it says."""
    if previous is None or reading.stance not in (Stance.DENIED, Stance.DOUBTED, Stance.RETRACTED):
        return reading
    match = _ANAPHORIC.match(reading.proposition)
    if not match or (match.group("noun") and match.group("noun").lower() not in STATEMENT_NOUNS):
        return reading
    return replace(reading, proposition=previous.proposition)


def quoted_reading(text: str, holder: str) -> Reading:
    """The reading of a sentence inside somebody's quotation."""
    proposition = clean(text)
    stance = Stance.PLANNED if is_planned(proposition, reported=False) else Stance.REPORTED
    return Reading(holder, stance, proposition)


def subject_of(sentence: str) -> str:
    """The subject of a sentence's main clause as written, '' when it is not plain."""
    return main_subject(sentence[:MAX_READ])


def _is_confession(sentence: str, frame: Frame) -> bool:
    """True when what stands around the content speaks of a confession, accusation or rumour."""
    start = min(span.start for span in frame.content)
    end = max(span.end for span in frame.content)
    around = sentence[:start] + " " + sentence[end:]
    return any(word.lower() in ALLEGATION_NOUNS for word in _WORD.findall(around))


def _kind(phrase: str) -> str:
    """'person', 'group' (plural people) or 'organisation'."""
    words = _WORD.findall(phrase)
    lower = [word.lower().removesuffix("'s").removesuffix("’s") for word in words]
    head = lower[: next((i for i, word in enumerate(lower) if word in ("of", "in", "from", "for", "at")), len(lower))]
    if not head or head[-2:] in (["coast", "guard"], ["national", "guard"], ["civil", "guard"]):
        return "organisation"
    titled = lower[0] in ("mr", "mrs", "ms", "dr", "prof")
    named = words[len(head) - 1][0].isupper() and set(head) & PERSON_WORDS and head[-1] not in ORGANISATION_WORDS
    if titled or named or head[-1] in PERSON_WORDS | MALE_WORDS | FEMALE_WORDS:
        return "person"
    if set(head) & ORGANISATION_WORDS:
        return "organisation"
    full_name = len(words) >= 2 and words[-1][0].isupper() and words[-2][0].isupper()
    if full_name and len(words) <= 5 and lower[0] not in ("the", "a", "an"):
        return "person"
    if is_plural(phrase):
        return "group"
    if words and all(word[0].isupper() or word.lower() in ("de", "van", "der", "bin", "al", "da") for word in words):
        return "person"
    return "organisation"


def _gender(phrase: str) -> str:
    """'he' or 'she' where the words tell, else ''."""
    lower = {word.lower() for word in _WORD.findall(phrase)} - POSSESSIVES
    if lower & FEMALE_WORDS:
        return "she"
    return "he" if lower & MALE_WORDS else ""
