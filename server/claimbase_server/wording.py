"""Words of a statement reduced to what they mean: stems, negators, opposites, shingles."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from claimbase_server.extract.vocabulary import word_set

_WORD = re.compile(r"[^\W_]{1,40}(?:['’][^\W\d_]{1,3})?")
_STOP = word_set(
    "a an the this that these those he she it they we you i him her them his its their our my your who whom which "
    "what when where why how if in on at of for from by with to as and or but so than then there here into onto "
    "over under up down out off about around after before during since until while is was were are be been being "
    "am has had have having do does did will would could can may might must should shall not no nor never n't "
    "also more most some any all both each every other another such only just very too own same s t said say says "
    "told according one now still because against between through again once further more less least very"
)
_IRREGULAR = {
    "died": "die", "dies": "die", "dying": "die", "dead": "die", "death": "die", "deaths": "die", "killed": "kill",
    "killing": "kill", "won": "win", "lost": "lose", "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall",
    "shut": "close", "people": "person", "men": "man", "women": "woman", "children": "child", "began": "begin",
    "begun": "begin", "left": "leave", "held": "hold", "took": "take", "taken": "take", "gave": "give", "given": "give",
    "went": "go", "gone": "go", "made": "make", "found": "find", "sent": "send", "bought": "buy", "sold": "sell",
    "paid": "pay", "shot": "shoot", "stole": "steal", "stolen": "steal", "knew": "know", "known": "know", "met": "meet",
    "broke": "break", "broken": "break", "built": "build", "wrote": "write", "written": "write", "sank": "sink",
    "sunk": "sink", "fled": "flee", "fought": "fight", "caught": "catch", "chose": "choose", "chosen": "choose",
    "drove": "drive", "flew": "fly", "grew": "grow", "grown": "grow", "led": "lead", "spoke": "speak",
    "struck": "strike",
}  # fmt: skip
_NEGATORS = word_set(
    "not no never nobody none nothing neither nor without cannot denied denies deny denying refuted rejected "
    "false untrue failed fails fail refused refuses unable nowhere dismissed"
)
_OPPOSITES = (
    ("open reopen", "close shutter"),
    ("rise increase climb grow gain jump surge", "fall decrease drop decline shrink slump"),
    ("win", "lose"), ("alive survive surviv", "kill die perish"), ("guilty convict", "acquit innocent clear"),
    ("accept approve back endorse pass", "reject block oppose veto refuse"), ("before", "after"),
    ("start begin launch resume", "end stop halt suspend cancel finish"),
    ("true genuine authentic real", "false fake forge"),
    ("release free", "detain arrest jail imprison hold"),
    ("allow permit legalise legalize", "ban forbid outlaw prohibit"),
    ("support", "oppose"), ("first", "last"), ("more", "fewer less"), ("north", "south"), ("east", "west"),
    ("arrive enter", "leave depart"), ("hire appoint", "fire sack dismiss"), ("raise", "cut lower"), ("buy", "sell"),
    ("remain stay keep", "resign quit leave"), ("succeed", "fail"), ("confirm", "deny"),
    ("legal lawful", "illegal unlawful"),
    ("present attend", "absent skip miss"), ("above", "below"), ("safe", "dangerous unsafe"), ("agree", "disagree"),
    ("empty", "full"), ("private", "public"), ("accident accidental", "arson deliberate intentional sabotage"),
    ("peaceful", "violent"), ("unanimous", "split"), ("armed", "unarmed"), ("profit", "loss"), ("military", "civilian"),
    ("extend", "shorten"), ("join", "leave quit"), ("intact unharmed unhurt", "destroy damage injure wound hurt"),
)  # fmt: skip


class Wording(NamedTuple):
    """Content stems, every stem with a word it was written as, number of negators, and the word triples."""

    stems: frozenset[str]
    all_stems: dict[str, str]
    negators: int
    shingles: frozenset[tuple[str, ...]]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A light English stem: strips plural, -ed, -ing and -ly; irregular verbs by table."""
    word = _IRREGULAR.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for suffix, least in (("ingly", 5), ("edly", 5), ("ing", 4), ("ied", 4), ("ed", 3), ("es", 4), ("ly", 4), ("s", 3)):
        if word.endswith(suffix) and len(word) - len(suffix) >= least and not word.endswith("ss"):
            base = word[: -len(suffix)]
            if suffix == "ied":
                return base + "y"
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":
                base = base[:-1]
            return base.rstrip("e") if len(base) > 3 else base
    return word.rstrip("e") if len(word) > 3 else word


@lru_cache(maxsize=16384)
def read_wording(text: str) -> Wording:
    """The wording of a text; equal texts are read once."""
    tokens = [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]
    stems = [stem(word.removesuffix("'s")) for word in tokens]
    negators = sum(word in _NEGATORS or word.endswith("n't") for word in tokens)
    content = frozenset(
        s for s, word in zip(stems, tokens, strict=True) if word not in _STOP and not word.endswith("n't")
    )
    width = min(3, len(tokens))
    shingles = (
        frozenset(tuple(tokens[i : i + width]) for i in range(len(tokens) - width + 1)) if tokens else frozenset()
    )
    return Wording(content, dict(zip(stems, tokens, strict=True)), negators, shingles)


def find_opposites(first: Wording, second: Wording) -> tuple[tuple[str, str], ...]:
    """Pairs of opposite words, one used only in the first text and the other only in the second."""
    only_first = first.all_stems.keys() - second.all_stems.keys()
    only_second = second.all_stems.keys() - first.all_stems.keys()
    return tuple(
        (first.all_stems[word], second.all_stems[opposite])
        for word in sorted(only_first & _OPPOSITE.keys())
        for opposite in sorted(_OPPOSITE[word] & only_second)
    )


def jaccard(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Shared part of two sets, 0 to 1; 0 when both are empty."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _opposite_table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for left, right in _OPPOSITES:
        lefts, rights = {stem(word) for word in left.split()}, {stem(word) for word in right.split()}
        for ours, theirs in ((lefts, rights), (rights, lefts)):
            for word in ours:
                table.setdefault(word, set()).update(theirs)
    return {word: frozenset(opposites) for word, opposites in table.items()}


_OPPOSITE = _opposite_table()
