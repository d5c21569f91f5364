"""Quantity pairs: one real sentence, a figure in it, and bounds put around it on either side."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus import MONTHS, MadePair
from figures import Bound, Figure, bounds, far_value, find_figures, near_value, relation, replace

_SLIPPERY = re.compile(
    r"\b(?:not|no|never|none|only|just|den(?:y|ied|ies)|false|untrue|alleg\w{1,6}|claim\w{0,3}|if|whether|unless|without|"
    r"fewer|less|more|most|least|may|might|could|would|should|rumou?r\w{0,2}|dismissed|rejected|wrong|nor|neither|"
    r"every|each|per(?! cent)|another|additional|further|half|twice|exactly|up to|nearly|about|"
    r"rose|fell|raised|cut|exceed\w{0,3}|excess|surpass\w{0,3}|estimated)\b|n't",
    re.IGNORECASE,
)

# Any number that is no date, no year, no clock time and no part of a name; what it measures does not matter.
_ANY_NUMBER = re.compile(
    r"(?<![\w.,:/$€£#–-])(?P<currency>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,2})?)(?P<percent> ?%)?"
    r"(?![\w/:)–-]|[.,]\d)"
)
_NUMBER_IN_A_NAME = re.compile(r"[A-Z][\w’'-]*,? $")
_IN_A_DATE = re.compile(rf"^,? (?:{'|'.join(MONTHS)}|a\.?m|p\.?m|BC|AD)\b")
_HAS_BOUND = re.compile(
    r"(?:\b(?:than|least|most|about|around|nearly|almost|some|roughly|over|under|up to|between|or|exactly|only|number|"
    r"No\.?|since|until|in|by|and|to|from|of|age|aged|above|below|under|within|as much as|as many as)|[$€£'’\"“]) ?$",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"^(?:In|At|Of|On|With|For|After|By|Within|About|To|And|But|The|There were|If) $")


@dataclass(frozen=True)
class FigureBase:
    """An entailed pair whose hypothesis states a figure that the premise states once, exactly."""

    premise: str
    hypothesis: str
    stated: Figure
    repeated: Figure


def figure_bases(pairs: Iterable[tuple[str, str]]) -> Iterator[FigureBase]:
    """The bases among entailed (premise, hypothesis) pairs; slippery wordings (negation, bounds) are left out."""
    for premise, hypothesis in pairs:
        if _SLIPPERY.search(hypothesis):
            continue
        said = find_figures(premise)
        for repeated in find_figures(hypothesis):
            same = [figure for figure in said if figure.value == repeated.value]
            if len(same) != 1 or (same[0].percent.strip() and not repeated.percent):
                continue
            clause = premise[max(0, same[0].start - 40) : same[0].end + 40]
            if _SLIPPERY.search(clause) or _mentions(premise, same[0]) != 1:
                continue
            yield FigureBase(premise, hypothesis, same[0], repeated)


def _mentions(premise: str, figure: Figure) -> int:
    return len(re.findall(rf"(?<![\w,.]){re.escape(figure.number)}(?![\w]|[,.]\d)", premise, re.IGNORECASE))


def number_pairs(bases: Iterable[FigureBase], rng: random.Random, most: int) -> list[MadePair]:
    """Up to `most` pairs, a third of each label, at most one of a label from a base and a round."""
    made: dict[MadePair, None] = {}
    pool = list(bases)
    for _ in range(4):
        rng.shuffle(pool)
        for base in pool:
            if len(made) >= most:
                return list(made)
            made.update(dict.fromkeys(_of_base(base, rng)))
    return list(made)


def _of_base(base: FigureBase, rng: random.Random) -> Iterator[MadePair]:
    wanted = ["entailment", "neutral", "contradiction"]
    rng.shuffle(wanted)
    for label in wanted:
        for _ in range(25):
            premise_bound, premise_text = _premise(base, rng, label)
            other = rng.choice((base.repeated.value, near_value(base.repeated, rng), far_value(base.repeated, rng)))
            hypothesis_bound = rng.choice(bounds(base.repeated, other, rng))
            hypothesis = replace(base.hypothesis, base.repeated, hypothesis_bound.wording)
            if relation(premise_bound, hypothesis_bound) == label and hypothesis != premise_text:
                yield MadePair(premise_text, hypothesis, label, "numbers/bounds")
                break


def _premise(base: FigureBase, rng: random.Random, label: str) -> tuple[Bound, str]:
    """The premise as it stands or, for the neutral label always, with a bound put around its figure."""
    exact = Bound("", base.stated.value, base.stated.value)
    if label != "neutral" and rng.random() < 0.55:
        return exact, base.premise
    value = rng.choice((base.stated.value, far_value(base.stated, rng, 2.0)))
    bound = rng.choice(bounds(base.stated, value, rng))
    return bound, replace(base.premise, base.stated, bound.wording)


def compared_number_pairs(sentences: Iterable[str], rng: random.Random, most: int) -> list[MadePair]:
    """Up to `most` pairs of a sentence with itself that differ in one number, drawn at random on both sides.

    The values and their bounds are new in every pair, so that only comparing the
    digits gives the label; a third of the pairs have each label.
    """
    pool = [(sentence, figures) for sentence in sentences if (figures := _any_figures(sentence))]
    made: dict[MadePair, None] = {}
    for _ in range(8):
        rng.shuffle(pool)
        for sentence, figures in pool:
            if len(made) >= most:
                return list(made)
            label = ("entailment", "neutral", "contradiction")[len(made) % 3]
            made.update(dict.fromkeys(_compared(sentence, rng.choice(figures), label, rng)))
    return list(made)


def _compared(sentence: str, figure: Figure, label: str, rng: random.Random) -> Iterator[MadePair]:
    for _ in range(40):
        said = _drawn(figure, rng)
        other = rng.choice((said, near_value(_valued(figure, said), rng), _drawn(figure, rng)))
        premise, hypothesis = (_plain_bound(figure, value, rng) for value in (said, other))
        if premise.wording != hypothesis.wording and _strict_relation(premise, hypothesis) == label:
            texts = (replace(sentence, figure, bound.wording) for bound in (premise, hypothesis))
            yield MadePair(*texts, label, "compared/numbers")
            return


def _any_figures(sentence: str) -> list[Figure]:
    found = []
    for match in _ANY_NUMBER.finditer(sentence):
        before = sentence[: match.start()]
        value = float(match["number"].replace(",", ""))
        year = not match["currency"] and not match["percent"] and 1000 <= value <= 2100
        named = _NUMBER_IN_A_NAME.search(before) and not _SENTENCE_START.match(before)
        if year or named or value == 0 or _HAS_BOUND.search(before) or _IN_A_DATE.match(sentence[match.end() :]):
            continue
        found.append(Figure(*match.span(), value, match["number"], match["currency"] or "", "", match["percent"] or ""))
    return found


def _drawn(figure: Figure, rng: random.Random) -> float:
    """A value of about the figure's size: up to 5 times larger or smaller, often as round as spoken figures are."""
    value = figure.value * math.exp(rng.uniform(-math.log(5), math.log(5)))
    if figure.percent:
        value = min(value, 98.0)
    if "." in figure.number and rng.random() < 0.7:
        return round(value, 1) or 0.1
    return max(1.0, float(f"{value:.1g}") if value >= 10 and rng.random() < 0.3 else float(round(value)))


def _valued(figure: Figure, value: float) -> Figure:
    return Figure(figure.start, figure.end, value, figure.number, figure.currency, figure.scale, figure.percent)


def _plain_bound(figure: Figure, value: float, rng: random.Random) -> Bound:
    if rng.random() < 0.4:
        return bounds(figure, value, rng)[0]
    return rng.choice(bounds(figure, value, rng)[:5])


def _strict_relation(premise: Bound, hypothesis: Bound) -> str:
    """What one wording says of the other when both are taken to the letter."""
    if premise.low >= hypothesis.low and premise.high <= hypothesis.high:
        return "entailment"
    return "contradiction" if premise.low > hypothesis.high or premise.high < hypothesis.low else "neutral"
