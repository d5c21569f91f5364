"""Edits of a sentence, and the labels of the pairs made from them."""

import random

import pytest

from corpus import RealPair
from edits import antonym_flips, date_flips, figure_flips, name_flips, negation_flips, unit_flips
from number_pairs import figure_bases
from wording import affirmed, negated, opposed, shortenings, without_attribution, without_time


def real(premise: str, hypothesis: str, label: str = "entailment", scenario: str = "A-001") -> RealPair:
    return RealPair(premise, hypothesis, label, scenario, "train")


@pytest.mark.parametrize(
    ("sentence", "denial"),
    [
        ("The minister was arrested.", "The minister was not arrested."),
        ("The mayor has resigned.", "The mayor has not resigned."),
        ("Karin Holm won the race.", "Karin Holm did not win the race."),
        ("A man was arrested.", None),
        ("All of the ships were sunk.", None),
        ("The minister was not arrested.", None),
        ("What they found was a bomb.", None),
    ],
)
def test_negated(sentence: str, denial: str | None) -> None:
    assert negated(sentence) == denial


def test_affirmed_undoes_a_plain_not_only() -> None:
    assert affirmed("The minister was not arrested.") == "The minister was arrested."
    assert affirmed("The minister was not arrested until June.") is None


def test_opposed_turns_the_only_antonym_round() -> None:
    assert opposed("Exports rose in May.", plain_only=False) == ("Exports fell in May.", "rose", "fell")
    assert opposed("Exports rose and imports fell.", plain_only=False) is None
    assert opposed("The label raised him.", plain_only=True) is None


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("Ten ships sank, the coast guard said on Friday.", "Ten ships sank."),
        ("The coast guard said that ten ships sank.", "Ten ships sank."),
        ("Ten ships sank, according to the coast guard.", "Ten ships sank."),
        ("Ten ships sank, the rebels claimed.", None),
    ],
)
def test_only_plain_attribution_is_dropped(sentence: str, rest: str | None) -> None:
    assert without_attribution(sentence) == rest


def test_time_is_dropped_where_it_is_the_only_one() -> None:
    assert without_time("Police raided the mill on Tuesday.") == "Police raided the mill."
    assert without_time("Police raided the mill on Tuesday and left on Friday.") is None
    assert without_time("They put her on Tuesday's plane.") is None


def test_shortenings_leave_the_main_clause() -> None:
    sentence = "In 2010, the old mill (built in 1902) burned down, killing two night watchmen."
    assert shortenings(sentence)[-1] == "The old mill burned down."
    assert shortenings("The mill may have burned down, killing two night watchmen.") == []


def test_a_changed_figure_contradicts_and_changed_on_both_sides_it_follows() -> None:
    base = figure_bases([("The blast killed 26 people in Elmsworth.", "26 people died in Elmsworth.")])
    for pair in figure_flips(base, random.Random(0)):
        follows = pair.source.startswith("keeps")
        assert pair.label == ("entailment" if follows else "neutral" if "removed" in pair.source else "contradiction")
        if pair.label == "neutral":
            assert "26" not in pair.premise


def test_a_changed_weekday_contradicts_and_a_dropped_one_leaves_it_open() -> None:
    dated = real("Police raided the mill on Tuesday.", "The mill was raided on Tuesday.")
    made = list(date_flips([dated], random.Random(0)))
    assert {pair.label for pair in made} == {"contradiction", "entailment", "neutral"}
    for pair in made:
        if pair.label == "entailment":
            assert pair.premise.split()[-1] == pair.hypothesis.split()[-1] != "Tuesday."
        if pair.label == "neutral":
            assert "day" not in pair.premise


def test_another_director_contradicts_and_another_film_is_open() -> None:
    films = [
        real("Orla is a drama film directed by Jane Doe.", "Orla was directed by Jane Doe.", scenario=""),
        real("Brink is a thriller directed by Omar Said.", "Brink was directed by Omar Said.", scenario=""),
        real("Quill is a comedy directed by Lena Berg.", "Quill was directed by Lena Berg.", scenario=""),
    ]
    made = [pair for seed in range(5) for pair in name_flips(films, random.Random(seed))]
    assert made
    for pair in made:
        subject, director = pair.hypothesis.split(" was directed by ")
        if pair.label == "contradiction":
            assert subject in pair.premise
            assert director.rstrip(".") not in pair.premise
        elif pair.label == "neutral":
            assert subject not in pair.premise


def test_negation_swaps_true_and_false_and_leaves_open() -> None:
    claim = "The minister was arrested."
    pairs = [real("p", claim, label) for label in ("entailment", "contradiction", "neutral")]
    assert [pair.label for pair in negation_flips(pairs)] == ["contradiction", "entailment", "neutral"]


def test_antonyms_and_units_contradict_alone_and_follow_together() -> None:
    antonyms = list(antonym_flips([real("Exports rose by a tenth.", "Exports rose.")]))
    units = list(unit_flips([real("The road is 40 miles long.", "A road of 40 miles exists.")], random.Random(0)))
    for made in (antonyms, units):
        assert {pair.label for pair in made} == {"contradiction", "entailment"}
