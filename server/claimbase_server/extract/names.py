"""Proper names in English text, and whether two spellings name the same thing."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from claimbase_server.extract.vocabulary import word_set

_WORD = re.compile(r"[^\W\d_]{1,40}(?:[-'’][^\W\d_]{1,40}){0,3}(?:['’](?!\w))?|\d[\d.,]{0,20}|[.!?:;,\"“”()\n]")
_PARTICLES = word_set("of de del da do dos di la le al el bin ibn van von der den du y for")
_NO_NAMES = word_set(
    "a an the this that these those he she it they we you i his her its their our my your who which what when "
    "where why how if in on at of for from by with to as and or but nor so yet not no none nobody some many most "
    "all both each every few several more less fewer another other others such same one two three four five six "
    "seven eight nine ten eleven twelve twenty thirty forty fifty hundreds thousands dozens about around nearly "
    "almost over under only just even after before during since until while although though because despite amid "
    "among against between into there here then now today yesterday tomorrow tonight later earlier meanwhile "
    "however also still instead according asked once soon again police officials authorities "
    "investigators prosecutors protesters demonstrators soldiers troops rebels residents witnesses workers people "
    "officers doctors rescuers lawyers voters scientists researchers critics shares sales production work talks "
    "parliament government ministers lawmakers firefighters teachers students villagers relatives nothing "
    "everyone everybody anyone neither either less within without under across is was were are has had have did "
    "do does will would could can may might must should be been said monday tuesday wednesday thursday friday "
    "saturday sunday january february march april june july august september october november december jan feb "
    "mar apr jun jul aug sept sep oct nov dec mr mrs ms dr sir lady"
)
_TITLES = word_set(
    "president minister premier chancellor governor mayor senator general colonel captain sergeant lieutenant "
    "major judge justice professor king queen prince princess sheik sheikh imam bishop pope chief inspector "
    "superintendent sheriff deputy mr mrs ms dr sir lady detective commander prosecutor secretary ambassador "
    "coach former prime foreign interior defence defense finance health vice acting attorney congressman "
    "congresswoman spokesman spokeswoman spokesperson director chairman chairwoman"
)
_ORGANISATION = word_set(
    "ministry bank party university company corp inc ltd group council committee commission court union "
    "association agency department institute hospital airlines airways authority federation league club movement "
    "front alliance organization organisation board service office bureau foundation parliament senate assembly "
    "army police guard"
)
_PLACE = word_set(
    "city county province region district state republic island islands river lake bay street square avenue road "
    "valley mountain mount airport port bridge sea strait village town park station coast peninsula canal"
)
_PLACE_BEFORE = word_set("in at near from across around outside to into throughout off")
_SPEAKING = word_set("said says told tells who added announced admitted denied testified resigned died")
_ENDINGS = word_set(
    "n i ese ish ic an ian stan ia a land er y ey e o os ya en ien al ean ic ch er ers ians ans is ns nian ni "
    "vian gian wegian way es ese"
)
_ISH = frozenset({"ish", "nish"})  # Polish, Finnish, Spanish


class NameKind(Enum):
    """What a name seems to stand for, from the words around it."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


class Name(NamedTuple):
    """A name as written, its folded words, and whether its capital is more than the start of a sentence."""

    text: str
    words: tuple[str, ...]
    kind: NameKind
    certain: bool


def find_names(text: str) -> tuple[Name, ...]:
    """The names of a text in reading order, each once."""
    tokens = _WORD.findall(text)
    lower_used = {token for token in tokens if token.islower()}
    names: dict[tuple[str, ...], Name] = {}
    index = 0
    while index < len(tokens):
        end = _sequence_end(tokens, index)
        if end > index:
            name = _name(tokens, index, end, lower_used)
            if name and (name.words not in names or (name.certain and not names[name.words].certain)):
                names[name.words] = name
        index = max(end, index + 1)
    return tuple(names.values())


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word without case, accents, apostrophes and possessive."""
    word = re.sub(r"['’]s?$", "", word.casefold())
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c) and c not in "'’`")


@lru_cache(maxsize=65536)
def same_word(first: str, second: str) -> bool:
    """Whether two folded words spell one name: equal, transliterated otherwise, or a place and its adjective."""
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < 4 or shorter[0] != longer[0]:
        return False
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if _is_adjective(shorter[common:], longer[common:], common):
        return True
    allowed = 2 if len(shorter) >= 10 else 1 if len(shorter) >= 5 else 0
    return len(longer) - len(shorter) <= allowed and _edits(shorter, longer, allowed) <= allowed


def _is_adjective(rest: str, other_rest: str, common: int) -> bool:
    """Whether what follows the common beginning of two words makes a place and its adjective of them."""
    if common >= 4 and (not rest or rest in _ENDINGS) and other_rest in _ENDINGS:
        return True
    rests = {rest, other_rest}
    return common >= 3 and bool(rests & _ISH) and bool(rests & {"land", "and", "in"})


def same_name(first: Name, second: Name) -> bool:
    """Whether two names can stand for one bearer: shared surname, shorter form, acronym, other spelling."""
    if first.words == second.words:
        return True
    if _is_acronym(first, second) or _is_acronym(second, first):
        return True
    shorter, longer = sorted((first.words, second.words), key=len)
    if len(shorter) > 1 and len(shorter) == len(longer) and first.kind is NameKind.PERSON is second.kind:
        return all(same_word(a, b) for a, b in zip(shorter, longer, strict=False))
    return all(any(same_word(word, other) for other in longer) for word in shorter)


def _is_acronym(short: Name, full: Name) -> bool:
    letters = short.text.replace(".", "")
    if not (len(short.words) == 1 and letters.isupper() and 2 <= len(letters) <= 7 and len(full.words) > 1):
        return False
    return letters.casefold() == "".join(word[0] for word in full.words if word not in _PARTICLES)


def _sequence_end(tokens: list[str], index: int) -> int:
    """The end of the capitalised sequence that starts at index; particles join ('Bank of England')."""
    end = position = index
    while position < min(len(tokens), index + 8):
        token = tokens[position]
        if token[0].isupper():
            position += 1
            end = position
        elif token in _PARTICLES and position > index and token not in ("for", "of"):
            position += 1
        elif token in ("of", "for") and position + 1 < len(tokens) and tokens[position - 1].lower() in _ORGANISATION:
            position += 2 if tokens[position + 1] == "the" else 1
        else:
            break
        if tokens[position - 1].endswith(("'s", "’s", "s’", "s'")):
            break
    return end


def _name(tokens: list[str], start: int, end: int, lower_used: set[str]) -> Name | None:
    """The name at tokens [start, end) without titles and words that only begin the sentence."""
    initial = start == 0 or tokens[start - 1] in '.!?:"“\n'
    before = tokens[start - 1].lower() if start else ""
    titled = False
    while start < end:
        lower = tokens[start].lower()
        plain = lower in _NO_NAMES or tokens[start] in _PARTICLES or (initial and lower in lower_used)
        if not plain and not (lower in _TITLES and end - start > 1):
            break
        titled = titled or lower in _TITLES
        initial = initial and not plain
        before = lower
        start += 1
    while end > start and tokens[end - 1].lower() in _NO_NAMES | _PARTICLES:
        end -= 1
    parts = tokens[start:end]
    if not parts or (len(parts) == 1 and (len(parts[0]) < 2 or parts[0].lower() in _TITLES)):
        return None
    words = tuple(fold(part) for part in parts)
    if not all(words):
        return None
    after = tokens[end].lower() if end < len(tokens) else ""
    certain = not initial or len(parts) > 1 or parts[0].isupper() or parts[0].endswith(("'s", "’s"))
    return Name(re.sub(r"['’]s?$", "", " ".join(parts)), words, _kind(words, before, after, titled), certain)


def _kind(words: tuple[str, ...], before: str, after: str, titled: bool) -> NameKind:
    if titled:
        return NameKind.PERSON
    if any(word in _ORGANISATION for word in words):
        return NameKind.ORGANISATION
    if any(word in _PLACE for word in words) or before in _PLACE_BEFORE:
        return NameKind.PLACE
    if after in _SPEAKING or (after in ("is", "was", "has", "had") and len(words) == 2):
        return NameKind.PERSON
    return NameKind.UNKNOWN


def _edits(first: str, second: str, limit: int) -> int:
    """Levenshtein distance of two words of at most 40 letters, cut off above limit."""
    if len(first) > 40 or len(second) > 40:
        return limit + 1
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(second, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
        if min(row) > limit:
            return limit + 1
    return row[-1]
