"""Reporting frames: what a denial, an allegation or a confirmation of a statement says about the statement."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus import LEXICON, MadePair, RealPair, capitalised, content_words, sentences
from wording import negated

DENIED, ALLEGED, AFFIRMED = "contradiction", "neutral", "entailment"
_FRAMES: dict[str, list[str]] = LEXICON["frames"]
_REPORTS = {
    "{H} denied that {s}.": DENIED, "{H} disputed that {s}.": DENIED, "{H} said that it was untrue that {s}.": DENIED,
    "{H} said that {s}.": AFFIRMED, "{H} confirmed that {s}.": AFFIRMED, "{H} alleged that {s}.": ALLEGED,
}  # fmt: skip
# The verbs of a frame that say outright who denied, said or alleged: only these settle a hypothesis about the act.
_ACTS = {
    DENIED: re.compile(r"^\{H\} (?:flatly )?(?:denied|rejected reports|dismissed|refuted)"),
    ALLEGED: re.compile(r"^\{H\} (?:alleged|neither|would not|declined)"),
    AFFIRMED: re.compile(
        r"^\{H\} (?:said|announced|confirmed|told reporters|admitted|acknowledged)|, \{h\} (?:said|confirmed)"
    ),
}
_HOLDERS: list[str] = LEXICON["holders"]
_STARTS_LOWER = re.compile(
    r"^(?:The|A|An|At|In|On|Most|Some|Several|More|Fewer|Less|About|All|Many|Nearly|Almost|Over|Police|Prosecutors|"
    r"Officials|Soldiers|Protesters|Demonstrators|Rescuers|Investigators|Doctors|Firefighters|Workers|Residents|Troops|"
    r"People|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Dozens|Hundreds|Thousands|Every|Both|One|Half|"
    r"Her|His|Their|Its|There|Fire|Government|Rebels|Members|Passengers|Students|Women|Men|Children)\b"
)
_UNFIT = re.compile(
    r"\b(?:said|says|denied|denies|alleg\w{0,6}|claim\w{0,3}|accus\w{0,3}|not|no|never|nobody|none|nothing|report\w{0,5}|"
    r"confirmed|admitted|announced|rumou?r\w{0,2}|doubt\w{0,3}|false|untrue|may|might|believ\w{1,3}|suspect\w{0,3}|told|according|conclud\w{1,3}|insist\w{0,3}|maintain\w{0,3}|yet)\b|n't|[?\":;]",
    re.IGNORECASE,
)


def denial_pairs(claims: Sequence[RealPair], rng: random.Random, most: int) -> Iterator[MadePair]:
    """Framed statements against the statement, its negation, the act of saying it and another statement."""
    fit = [p for p in claims if p.label != "contradiction" and not _UNFIT.search(p.hypothesis)]
    names = _Names([p.premise for p in claims])
    fit = [p for p in fit if 5 <= len(p.hypothesis.split()) <= 22]
    made = 0
    while made < most:
        pair, other = rng.choice(fit), rng.choice(fit)
        stance = rng.choice((DENIED, ALLEGED, AFFIRMED))
        frame = rng.choice(_FRAMES[stance])
        holder = rng.choice(_HOLDERS)
        statement = names.as_clause(pair.hypothesis)
        premise = _filled(frame, statement, holder)
        beside = rng.choice(claims)
        if rng.random() < 0.25 and beside.scenario not in ("", pair.scenario):
            aside = sentences(beside.premise)[0]
            premise = rng.choice((f"{aside} {premise}", f"{premise} {aside}"))
        for hypothesis, label, kind in _readings(pair.hypothesis, statement, stance, frame, holder, rng):
            made += 1
            yield MadePair(premise, hypothesis, label, f"denials/{kind}")
        if rng.random() < 0.12 and not content_words(pair.hypothesis) & content_words(other.hypothesis):
            made += 1
            yield MadePair(premise, other.hypothesis, "neutral", "denials/other")


def _readings(
    claim: str, statement: str, stance: str, frame: str, holder: str, rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """(hypothesis, label, kind): the statement always; its negation and one report of the act now and then."""
    yield claim, stance, "statement"
    denial = None if "doubted the official" in frame else negated(claim)
    if denial and rng.random() < 0.6:
        turned = {DENIED: AFFIRMED, AFFIRMED: DENIED, ALLEGED: ALLEGED}
        yield denial, turned[stance], "negated_statement"
    if _ACTS[stance].search(frame) and rng.random() < 0.6:
        report, act = rng.choice(list(_REPORTS.items()))
        label = _act_label(stance, act, frame)
        if label:
            yield _filled(report, statement, holder), label, "act"


def _act_label(stance: str, act: str, frame: str) -> str | None:
    if stance == ALLEGED:
        silent = "alleged" not in frame
        return (
            ("contradiction" if silent else None)
            if act != ALLEGED
            else ("entailment" if not silent else "contradiction")
        )
    if stance == act:
        return "entailment"
    return "contradiction" if act != ALLEGED or stance == DENIED else None


def _filled(frame: str, statement: str, holder: str) -> str:
    return frame.format(s=statement, S=capitalised(statement), h=holder, H=capitalised(holder))


class _Names:
    """Tells words that start a sentence with a capital from names, by how texts write them elsewhere."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._lower = Counter(word for text in texts for word in re.findall(r"\b[a-z]+\b", text))
        self._upper = Counter(word.lower() for text in texts for word in re.findall(r"(?<=[a-z,] )[A-Z][a-z]*\b", text))

    def as_clause(self, claim: str) -> str:
        """The claim without its full stop and, unless it starts with a name, with a small first letter."""
        clause = claim.rstrip(".")
        first = re.match(r"[A-Z][a-z]*\b(?! [A-Z])", clause)
        if first:
            word = first[0].lower()
            if _STARTS_LOWER.match(clause) or self._lower[word] > 3 * self._upper[word]:
                clause = clause[0].lower() + clause[1:]
        elif _STARTS_LOWER.match(clause):
            clause = clause[0].lower() + clause[1:]
        return clause
