"""Pairs from edits of entailed pairs: flips of the label, and edits that keep the entailment."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from corpus import LEXICON, MONTHS, WEEKDAYS, MadePair, RealPair, sentences
from figures import Bound, Figure, bounds, far_value, find_figures, near_value, number_text, relation, replace
from number_pairs import FigureBase
from wording import affirmed, negated, opposed, shortenings, without_attribution, without_time

_RANGE = re.compile(r"\b(?:between|until|since|through|to|during|early|late|mid)\b|–|--|\d-\d|0s\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SINGLE_TIME = re.compile(
    r"\b(?:born|died|released|founded|established|premiered|published|took place|married|elected|signed|launched|"
    r"aired|debuted|killed|assassinated|created|formed|built|opened|completed|inaugurated|crashed|retired)\b"
)
_UNITS = (
    ("miles", "kilometres"), ("kilometres", "miles"), ("km", "miles"), ("metres", "kilometres"), ("minutes", "hours"),
    ("hours", "minutes"), ("hours", "days"), ("days", "weeks"), ("weeks", "months"), ("months", "years"),
    ("years", "months"), ("million", "billion"), ("billion", "million"), ("tonnes", "kilograms"), ("kg", "tonnes"),
    ("euros", "dollars"), ("dollars", "euros"), ("seconds", "minutes"), ("feet", "metres"), ("thousand", "million"),
    ("kilograms", "tonnes"), ("litres", "barrels"), ("hectares", "square kilometres"), ("$", "€"),
)  # fmt: skip
_HOLDER = re.compile(
    r"^(?P<subject>[A-Z][\w.'’-]+(?: [\w.'’:&-]+){0,5}?) (?P<middle>(?:was|is|were) (?:an? [a-z -]{3,40} )?"
    r"(?:directed by|written by|born in|located in|situated in|headquartered in|set in|founded by|composed by|"
    r"created by|produced by|released in|published by|died in|based in)) "
    r"(?P<object>(?:the )?[A-Z0-9][\w'’-]+(?: [A-Z][\w'’-]+){0,3})\.?$"
)
_SINGLE_HOLDER = ("directed by", "born in", "died in", "located in", "situated in", "headquartered in")
_LARGE = frozenset(LEXICON["large_places"].split())


def figure_flips(bases: Iterable[FigureBase], rng: random.Random) -> Iterator[MadePair]:
    """A changed figure in the hypothesis, in the premise, in both alike, or taken out of the premise."""
    for base in bases:
        change = near_value if rng.random() < 0.5 else far_value
        other = change(base.repeated, rng)
        if other == base.repeated.value:
            continue
        words = rng.choice((None, None, True, False))
        new_hypothesis = replace(base.hypothesis, base.repeated, number_text(base.repeated, other, words))
        new_premise = replace(base.premise, base.stated, number_text(base.stated, other))
        yield MadePair(base.premise, new_hypothesis, "contradiction", "flips/number")
        elsewhere = [f for f in find_figures(base.premise) if f.value != base.stated.value]
        alike = [f for f in elsewhere if (f.percent, f.currency) == (base.stated.percent, base.stated.currency)]
        for figure in alike[:1]:
            told = replace(base.hypothesis, base.repeated, number_text(figure, figure.value))
            yield MadePair(base.premise, told, "contradiction", "flips/figure_of_another_thing")
        if rng.random() < 0.5:
            yield MadePair(new_premise, base.hypothesis, "contradiction", "flips/number")
        if new_premise != new_hypothesis:
            yield MadePair(new_premise, new_hypothesis, "entailment", "keeps/number")
        if base.stated.counted and base.stated.start and not _RANGE.search(base.premise[: base.stated.start][-12:]):
            few = ("several", "some", "a number of")
            vague = rng.choice(
                few if base.stated.value < 100 else ("many", "a large number of", "an unknown number of")
            )
            if base.stated.scale == "":
                yield MadePair(
                    replace(base.premise, base.stated, vague), base.hypothesis, "neutral", "flips/number_removed"
                )


def rounded(bases: Iterable[FigureBase], rng: random.Random) -> Iterator[MadePair]:
    """Roundings, spellings and bounds that follow from the exact figure, and such as exclude it."""
    for base in bases:
        exact = Bound("", base.stated.value, base.stated.value)
        figure = base.repeated
        shown = round(figure.value)
        if shown >= 30 and figure.value == shown:
            near = float(f"{figure.value:.{rng.choice((1, 2))}g}")
            if near != figure.value and abs(near - figure.value) / figure.value < 0.05:
                word = rng.choice(("about", "around", "some", "roughly", "nearly" if near > shown else "just over"))
                yield _figure_pair(base, figure, f"{word} {number_text(figure, near)}", "entailment", "keeps/rounding")
            off = float(f"{figure.value * rng.choice((0.3, 0.5, 1.6, 2.5)):.1g}")
            yield _figure_pair(base, figure, f"about {number_text(figure, off)}", "contradiction", "flips/rounding")
        spelled = number_text(figure, figure.value, words=figure.number[0].isdigit())
        if spelled != number_text(figure, figure.value):
            yield _figure_pair(base, figure, spelled, "entailment", "keeps/spelling")
        for label in ("entailment", "contradiction"):
            for _ in range(12):
                bound = rng.choice(bounds(figure, far_value(figure, rng, 2.5), rng)[1:])
                if relation(exact, bound) == label:
                    family = "keeps" if label == "entailment" else "flips"
                    yield _figure_pair(base, figure, bound.wording, label, f"{family}/bound")
                    break


def _figure_pair(base: FigureBase, figure: Figure, wording: str, label: str, source: str) -> MadePair:
    return MadePair(base.premise, replace(base.hypothesis, figure, wording), label, source)


def date_flips(pairs: Iterable[RealPair], rng: random.Random) -> Iterator[MadePair]:
    """Another weekday, month or year than the premise gives, both changed alike, or the date taken out."""
    for pair in pairs:
        if pair.label != "entailment":
            continue
        for name, choices in (("weekday", WEEKDAYS), ("month", MONTHS)):
            word = _only_one(pair, choices)
            if word and (pair.scenario or _SINGLE_TIME.search(pair.hypothesis)) and not _RANGE.search(pair.hypothesis):
                other = rng.choice([choice for choice in choices if choice != word])
                yield from _swapped(pair, word, other, name)
        years = set(_YEAR.findall(pair.premise))
        told = _YEAR.findall(pair.hypothesis)
        if len(told) == 1 and years == set(told) and _settled_time(pair):
            other = str(int(told[0]) + rng.choice((-20, -10, -3, -2, -1, 1, 2, 3, 10)))
            yield from _swapped(pair, told[0], other, "year")


def _only_one(pair: RealPair, choices: tuple[str, ...]) -> str | None:
    told = [word for word in choices if re.search(rf"\b{word}\b", pair.hypothesis)]
    said = [word for word in choices if re.search(rf"\b{word}\b", pair.premise)]
    return told[0] if len(told) == 1 and said == told else None


def _settled_time(pair: RealPair) -> bool:
    if re.match(r"(?:There|A|An|In|Some|During)\b|[^.]* had an? ", pair.hypothesis) or _RANGE.search(pair.hypothesis):
        return False
    return bool(pair.scenario or (_SINGLE_TIME.search(pair.hypothesis) and not _RANGE.search(pair.premise)))


def _swapped(pair: RealPair, word: str, other: str, kind: str) -> Iterator[MadePair]:
    told = re.sub(rf"\b{word}\b", other, pair.hypothesis)
    said = re.sub(rf"\b{word}\b", other, pair.premise)
    yield MadePair(pair.premise, told, "contradiction", f"flips/{kind}")
    yield MadePair(said, told, "entailment", f"keeps/{kind}")
    yield MadePair(said, pair.hypothesis, "contradiction", f"flips/{kind}")
    undated = without_time(pair.premise) if len(sentences(pair.premise)) == 1 else None
    if undated and word not in undated:
        yield MadePair(undated, pair.hypothesis, "neutral", "flips/date_removed")


def name_flips(pairs: Iterable[RealPair], rng: random.Random) -> Iterator[MadePair]:
    """Another sole director or birthplace than the premise names; the same of another subject is open."""
    by_relation: dict[str, list[tuple[RealPair, re.Match[str]]]] = defaultdict(list)
    for pair in pairs:
        match = _HOLDER.match(pair.hypothesis)
        if match and pair.label == "entailment" and match["object"] in pair.premise:
            by_relation[match["middle"].split(" ", 1)[1]].append((pair, match))
    for relation_name, found in by_relation.items():
        for pair, match in found:
            _, other = rng.choice(found)
            if set(match["object"].split()) & set(MONTHS) or match["object"][0].isdigit():
                continue
            single = relation_name.endswith(_SINGLE_HOLDER) and not re.search(
                rf"{re.escape(match['object'])}(?:,? and |, )[A-Z]", pair.premise
            )
            if single and _different_places(match["object"], other["object"], pair.premise):
                told = f"{match['subject']} {match['middle']} {other['object']}."
                yield MadePair(pair.premise, told, "contradiction", "flips/name")
                said = pair.premise.replace(match["object"], other["object"])
                yield MadePair(said, told, "entailment", "keeps/name")
            subject = other["subject"]
            if not set(subject.split()) & set(pair.premise.split()) and match["subject"].split()[0] in pair.premise:
                told = f"{subject} {match['middle']} {match['object']}."
                yield MadePair(pair.premise, told, "neutral", "flips/name_of_another")


def _different_places(one: str, two: str, premise: str) -> bool:
    large = bool(set(one.split()) & _LARGE), bool(set(two.split()) & _LARGE)
    timed = two[0].isdigit() or bool(set(two.split()) & set(MONTHS))
    return not timed and one != two and large[0] == large[1] and not set(two.split()) & set(premise.split())


def unit_flips(pairs: Iterable[RealPair], rng: random.Random) -> Iterator[MadePair]:
    """A figure kept and its unit exchanged for another, in the hypothesis alone or in both."""
    units = list(_UNITS)
    for pair in pairs:
        rng.shuffle(units)
        for unit, other in units if pair.label == "entailment" else ():
            pattern = rf"(?<=\d )(?:{unit})\b" if unit != "$" else r"\$(?=\d)"
            stated = [
                re.findall(rf"[\d.,]*\d ?{pattern}|{pattern}[\d.,]*\d", text)
                for text in (pair.premise, pair.hypothesis)
            ]
            if len(stated[0]) == 1 and stated[0] == stated[1]:
                told, said = re.sub(pattern, other, pair.hypothesis), re.sub(pattern, other, pair.premise)
                yield MadePair(pair.premise, told, "contradiction", "flips/unit")
                yield MadePair(said, told, "entailment", "keeps/unit")
                break


def negation_flips(pairs: Iterable[RealPair]) -> Iterator[MadePair]:
    """Hypotheses with a 'not' put in or taken out: true and false change places, open stays open."""
    turned = {"entailment": "contradiction", "contradiction": "entailment", "neutral": "neutral"}
    for pair in pairs:
        edited = negated(pair.hypothesis) or affirmed(pair.hypothesis)
        if edited:
            label = turned[pair.label]
            yield MadePair(pair.premise, edited, label, f"{'keeps' if label == 'entailment' else 'flips'}/negation")


def antonym_flips(pairs: Iterable[RealPair]) -> Iterator[MadePair]:
    """A word of the hypothesis turned into its opposite, alone or in the premise as well."""
    for pair in pairs:
        edited = opposed(pair.hypothesis, not pair.scenario) if pair.label != "contradiction" else None
        if not edited:
            continue
        told, word, other = edited
        if pair.label == "neutral":
            yield MadePair(pair.premise, told, "neutral", "flips/antonym")
        elif len(re.findall(rf"\b{word}\b", pair.premise)) == 1 and other not in pair.premise:
            yield MadePair(pair.premise, told, "contradiction", "flips/antonym")
            said = re.sub(rf"\b{word}\b", other, pair.premise)
            yield MadePair(said, told, "entailment", "keeps/antonym")
            yield MadePair(said, pair.hypothesis, "contradiction", "flips/antonym")


def shortened_pairs(premises: Iterable[str], rng: random.Random) -> Iterator[MadePair]:
    """A sentence of the passage, whole or shortened; the other way round what was dropped is open."""
    for premise in premises:
        sentence = rng.choice(sentences(premise))
        plain = without_attribution(sentence)
        if plain and _stands_alone(plain):
            yield MadePair(premise, plain, "entailment", "keeps/attribution_dropped")
        shorter = [text for text in shortenings(sentence) if _stands_alone(text)]
        if shorter:
            yield MadePair(premise, rng.choice(shorter), "entailment", "keeps/shortened")
        elif _stands_alone(sentence) and rng.random() < 0.3 and sentence != premise:
            yield MadePair(premise, sentence, "entailment", "keeps/sentence")
        undated = without_time(sentence)
        if undated and sentence == premise and _stands_alone(undated):
            yield MadePair(undated, sentence, "neutral", "flips/date_removed")
        for text in shorter[-1:]:
            denied = negated(text)
            if denied:
                yield MadePair(premise, denied, "contradiction", "flips/shortened_negation")


def _stands_alone(text: str) -> bool:
    starts = (
        r"(?:He|She|It|They|This|That|These|Those|But|And|His|Her|Their|Its|So|Then|There|Here|We|I|You|One|Both)\b"
    )
    return not re.match(starts, text) and 5 <= len(text.split()) <= 32 and not re.search(r"[?\"“]", text)
