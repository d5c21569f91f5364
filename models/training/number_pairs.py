"""Quantity pairs: one real sentence, a figure in it, and bounds put around it on either side."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus import MadePair
from figures import Bound, Figure, bounds, far_value, find_figures, near_value, relation, replace

_SLIPPERY = re.compile(
    r"\b(?:not|no|never|none|only|just|den(?:y|ied|ies)|false|untrue|alleg\w{1,6}|claim\w{0,3}|if|whether|unless|without|"
    r"fewer|less|more|most|least|may|might|could|would|should|rumou?r\w{0,2}|dismissed|rejected|wrong|nor|neither|"
    r"every|each|per(?! cent)|another|additional|further|half|twice|exactly|up to|nearly|about|"
    r"rose|fell|raised|cut|exceed\w{0,3}|excess|surpass\w{0,3}|estimated)\b|n't",
    re.IGNORECASE,
)


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
