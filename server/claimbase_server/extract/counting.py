"""What a number counts: families of events (death, injury, ...), nouns, and the group or place they are limited to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from claimbase_server.extract.numbers import NUMERALS, Token, lower_at
from claimbase_server.extract.vocabulary import word_set

_FAMILY_WORDS = {
    "death": "kill kills killed killing dead died die dies dying death deaths fatality fatalities perished slain"
    " murdered body bodies corpse corpses victim victims drowned lives",
    "injury": "injure injures injured injuring injury injuries wound wounds wounded wounding hurt hurting hurts",
    "casualty": "casualty casualties",
    "detention": "arrest arrests arrested arresting detain detains detained detaining detention detentions detainee"
    " detainees held holding custody rounded",
    "imprisonment": "jailed jailing imprisoned imprisoning",
    "charge": "charged charging indicted indicting",
    "conviction": "convicted convicting convictions",
    "release": "freed freeing released releasing pardoned pardoning",
    "missing": "missing unaccounted",
    "rescue": "rescued rescuing",
    "evacuation": "evacuated evacuating evacuees",
    "displacement": "displaced displacing homeless refugees",
    "abduction": "abducted abducting kidnapped kidnapping kidnappings hostage hostages",
    "infection": "infected infecting infections",
    "layoff": "fired sacked dismissed layoffs redundancies",
    "attendance": "attended gathered marched rallied demonstrated protested",
    "hospital treatment": "hospitalised hospitalized hospitalisations hospitalizations treated treating",
    "vaccination": "vaccinated vaccinating vaccinations",
    "survival": "survived survivors",
}
FAMILIES = {word: family for family, words in _FAMILY_WORDS.items() for word in words.split()}
_NOUN_ONLY = word_set("lives body bodies victim victims injury injuries custody hostage")
_INTRANSITIVE = word_set(
    "dead died die dies dying perished deaths death fatalities injuries casualties bodies corpses victims missing "
    "survived detainees arrests survivors attended gathered marched rallied demonstrated protested"
)
_NOT_BEFORE_NUMBER = word_set(
    "dead died die dies dying held treated survived attended gathered marched rallied demonstrated protested"
)
_TOLL_LINKS = word_set(
    "to at of is was are were reached hit exceeded topped past passed stands stood as be remained remains"
)
_GENERIC = word_set("person other more individual thing all total case")
_SYNONYMS = {
    "demonstrator": "protester", "protestor": "protester", "marcher": "protester", "officer": "police officer",
    "policeman": "police officer", "policewoman": "police officer", "police": "police officer",
    "troop": "soldier", "serviceman": "soldier", "house": "home", "automobile": "car", "employee": "worker",
    "staff": "worker", "kid": "child", "plant": "factory", "ballot": "vote", "vessel": "ship", "airplane": "plane",
    "aircraft": "plane", "civilian": "civilian", "pupil": "student", "inmate": "prisoner", "bullet": "round",
}  # fmt: skip
_IRREGULAR = {
    "people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child", "police": "police",
    "staff": "staff", "aircraft": "aircraft", "policemen": "policeman", "servicemen": "serviceman", "crew": "crew",
    "firemen": "fireman", "fishermen": "fisherman", "feet": "foot", "mice": "mouse", "lives": "life", "sheep": "sheep",
    "wives": "wife", "buses": "bus", "series": "series", "species": "species", "crises": "crisis", "teeth": "tooth",
    "cattle": "cattle", "personnel": "personnel", "gunmen": "gunman", "lawmen": "lawman", "knives": "knife",
}  # fmt: skip
_PLURALS = {one: many for many, one in reversed(_IRREGULAR.items())}
FAMILY_NAMES = frozenset(_FAMILY_WORDS)
_HELPERS = word_set(
    "was were is are be been being had has have will would may might could must get got confirmed reported "
    "reportedly feared believed found known left also later still already now thought presumed said shot to "
    "either since"
)
_PHRASE_ENDS = word_set(
    "was were is are be been had has have will would could may might can who that which whom when where while "
    "after before since until in on at of for from by with to into onto over under near against across during and "
    "or but as than if because about around between among including said say says did do does not nor so per a an "
    "the his her their its this these those were also"
)
_SENTENCE_ENDS = frozenset(".!?")
_CLAUSE_ENDS = frozenset(".!?;:")
_PLACE_WORDS = word_set("in at near across around outside throughout")
CALENDAR = word_set(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday"
)
_REACH = 12  # tokens looked at on either side: keeps hostile text linear


class Counted(NamedTuple):
    """What is counted ('' if unknown), its group or place ('' if none), and whether it is a family of events."""

    counted: str
    scope: str
    family: bool


def singular(noun: str) -> str:
    """The singular of a lower-case English noun, as far as its ending tells."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if len(noun) > 4 and noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("sses", "shes", "ches", "xes")):
        return noun[:-2]
    return noun[:-1] if len(noun) > 3 and _is_plural(noun) else noun


def plural(noun: str) -> str:
    """The plural of a normalised noun or phrase, '' for ''."""
    head, _, last = noun.rpartition(" ")
    irregular = _PLURALS.get(last)
    if irregular is None and last.endswith("y") and not last.endswith(("ay", "ey", "oy")):
        irregular = last[:-1] + "ies"
    elif irregular is None:
        irregular = (
            last if not last or last.endswith("s") else last + ("es" if last.endswith(("sh", "ch", "x")) else "s")
        )
    return f"{head} {irregular}".strip()


def what_is_counted(tokens: Sequence[Token], first: int, last: int, several: bool) -> Counted:
    """What the number expression at tokens [first, last) counts; `several` is false for the number one."""
    phrase_start = _skip_partitive(tokens, last)
    noun, phrase_end = _read_noun(tokens, phrase_start, several)
    group = "" if noun in _GENERIC else noun
    family = _family_before(tokens, first)
    if not family and phrase_end > phrase_start:
        family = _family_noun(tokens, phrase_end - 1)
        if family:
            group = _group_modifier(tokens, phrase_start, phrase_end - 1)
    if not family:
        family, phrase_end = _family_after(tokens, phrase_end)
    if not family:
        family = _family_of_total(tokens, first)
    place = _place_after(tokens, phrase_end, far=bool(family)) or _place_at_start(tokens, first)
    if family:
        return Counted(family, " in ".join(part for part in (group, place) if part), True)
    return Counted(noun or "", place if noun else "", False)


def _is_plural(word: str) -> bool:
    return word in _IRREGULAR or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")))


def _skip_partitive(tokens: Sequence[Token], index: int) -> int:
    """Past 'of the', 'of those', 'of its 60' that stand between a number and its noun."""
    start = index
    for _ in range(5):
        word = lower_at(tokens, index)
        whole = index > start and (word in NUMERALS or (word and tokens[index].kind == "number"))
        if word not in ("of", "the", "those", "these", "its", "their", "his", "her", "all", "-") and not whole:
            break
        index += 1
    return index


def _read_noun(tokens: Sequence[Token], index: int, several: bool) -> tuple[str, int]:
    """(normalised head noun, end of the noun phrase); ('', index) when no noun follows."""
    position = index
    while position < min(len(tokens), index + 5):
        token = tokens[position]
        if token.kind == "mark" and token.text == "-" and position > index:
            position += 1
            continue
        if token.kind != "word" or token.lower in _PHRASE_ENDS or token.lower in CALENDAR:
            break
        if position > index and token.lower in FAMILIES and token.lower not in ("victims", "bodies"):
            break
        if several and _is_plural(token.lower) and not _is_plural(lower_at(tokens, position + 1)):
            return _with_partner(tokens, position)
        position += 1
        if not several and lower_at(tokens, position) in _PHRASE_ENDS:
            break
    if several or position == index:
        word = lower_at(tokens, index)
        if word in FAMILIES and position > index:
            return "", index + 1 if word in _INTRANSITIVE else index
        return "", index
    return _normal_noun(tokens, position - 1), position


def _normal_noun(tokens: Sequence[Token], index: int) -> str:
    noun = singular(tokens[index].lower)
    return _SYNONYMS.get(noun, noun)


def _with_partner(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """The noun at an index, with the second one of 'officers and soldiers'."""
    noun = _normal_noun(tokens, index)
    partner = index + 2
    partner_word = lower_at(tokens, partner)
    if lower_at(tokens, index + 1) == "and" and _is_plural(partner_word) and partner_word not in FAMILIES:
        return f"{noun} and {_normal_noun(tokens, partner)}", partner + 1
    return noun, index + 1


def _family_before(tokens: Sequence[Token], first: int) -> str:
    """The family of a verb whose object the number is: 'killed 164 people', 'arrested another 20'."""
    index = first - 1
    for _ in range(2):
        if lower_at(tokens, index) in ("another", "also", "the", "up", "all", "other"):
            index -= 1
    word = lower_at(tokens, index)
    if (
        word not in FAMILIES
        or word in _NOUN_ONLY
        or word in _NOT_BEFORE_NUMBER
        or not word.endswith(("ed", "ing", "s"))
    ):
        return FAMILIES[word] if word in ("kill", "injure", "wound", "arrest", "detain") else ""
    if word.endswith("ed") and lower_at(tokens, index - 1) in ("was", "were", "been", "be", "are", "is"):
        return ""
    return FAMILIES[word]


def _family_noun(tokens: Sequence[Token], index: int) -> str:
    """The family of the head noun itself: '12 deaths', '20 arrests', 'claimed 12 lives'."""
    word = lower_at(tokens, index)
    if word == "lives":
        before = {lower_at(tokens, position) for position in range(max(0, index - 6), index)}
        return "death" if before & {"claimed", "claiming", "cost", "costing", "took", "lost", "taken", "taking"} else ""
    return FAMILIES.get(word, "")


def _group_modifier(tokens: Sequence[Token], start: int, end: int) -> str:
    """'civilian' in '18 civilian deaths', '' if nothing stands between."""
    words = [token.lower for token in tokens[start:end] if token.kind == "word"]
    dull = {"confirmed", "more", "other", "people", "new", "further", "additional", "reported", "total", "serious"}
    return " ".join(_SYNONYMS.get(singular(word), singular(word)) for word in words if word not in dull)


def _family_after(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """(family, index after it) of the participle that follows: '18 officers had been killed', '12 people died'."""
    helped = False
    index = _past_insertion(tokens, index)
    for position in range(index, min(len(tokens), index + _REACH)):
        token = tokens[position]
        if token.text in _CLAUSE_ENDS or token.lower == "that":
            break
        if token.kind == "number" and lower_at(tokens, position - 1) not in ("and", "including", ",", "or", "least"):
            break
        if token.lower == "their" and lower_at(tokens, position + 1) == "lives":
            return "death", position + 2
        if token.lower in FAMILIES and token.lower not in _NOUN_ONLY - {"custody"}:
            near = position == index or helped or token.lower == "dead"
            if near and (helped or not _takes_object(tokens, position)):
                return FAMILIES[token.lower], position + 1
        if token.lower in _HELPERS:
            helped = True
        elif helped and not token.lower.endswith("ly") and token.lower not in ("in", "into", "taken", "their"):
            break
    return "", index


def _past_insertion(tokens: Sequence[Token], index: int) -> int:
    """Past ', including two children,' that stands between a noun and its verb."""
    if lower_at(tokens, index) != "," or lower_at(tokens, index + 1) not in (
        "including",
        "among",
        "most",
        "some",
        "all",
    ):
        return index
    for position in range(index + 1, min(len(tokens), index + _REACH)):
        if tokens[position].text == ",":
            return position + 1
    return index


def _takes_object(tokens: Sequence[Token], index: int) -> bool:
    """Whether the word at an index is an active verb here: 'soldiers killed five', 'police arrested the men'."""
    if tokens[index].lower in _INTRANSITIVE:
        return False
    following = lower_at(tokens, index + 1)
    if following in ("the", "a", "an", "his", "her", "their", "at", "more", "another", "some", "him", "them"):
        return not (following == "at" and lower_at(tokens, index + 2) != "least")
    return following in NUMERALS or (index + 1 < len(tokens) and tokens[index + 1].kind == "number")


def _family_of_total(tokens: Sequence[Token], first: int) -> str:
    """The family in 'the death toll rose to 164', 'the number of injured was put at 46'."""
    if lower_at(tokens, first - 1) not in _TOLL_LINKS:
        return ""
    if lower_at(tokens, first - 3) == "from":
        first -= 3  # 'rose from 12 to 18'
    for position in range(first - 1, max(-1, first - _REACH), -1):
        word = tokens[position].lower
        if word in _SENTENCE_ENDS or tokens[position].kind == "number":
            break
        if word == "toll":
            before = lower_at(tokens, position - 1)
            return FAMILIES.get(before, "death")
        if word in ("number", "total", "count") and lower_at(tokens, position + 1) == "of":
            for after in range(position + 2, min(first, position + 6)):
                if tokens[after].lower in FAMILIES:
                    return FAMILIES[tokens[after].lower]
    return ""


def _place_after(tokens: Sequence[Token], index: int, far: bool) -> str:
    """'Almaty' in '103 deaths occurred in Almaty'; looks a few words on, `far` allows a verb between."""
    for position in range(index, min(len(tokens), index + (4 if far else 1))):
        token = tokens[position]
        if token.kind == "mark" or token.kind == "number":
            break
        if token.lower in _PLACE_WORDS:
            return _capitals(tokens, position + 1)
    return ""


def _place_at_start(tokens: Sequence[Token], first: int) -> str:
    """'Almaty' in 'In Almaty, 103 people died'."""
    start = first
    while start > max(0, first - _REACH) and tokens[start - 1].text not in _SENTENCE_ENDS:
        start -= 1
    if start < first and tokens[start].text == "In":
        return _capitals(tokens, start + 1)
    return ""


def _capitals(tokens: Sequence[Token], index: int) -> str:
    """The capitalised words that begin at an index, '' if there are none or they name a date."""
    if lower_at(tokens, index) == "the":
        index += 1
    words: list[str] = []
    for token in tokens[index : index + 4]:
        if token.kind != "word" or not token.text[0].isupper() or token.lower in CALENDAR:
            break
        words.append(token.text.removesuffix("'s").removesuffix("’s"))
    return " ".join(words)
