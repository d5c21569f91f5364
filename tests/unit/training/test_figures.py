"""Which figures are found in a sentence, and what one bound says of another."""

import math
import random
from collections import Counter

import pytest

from figures import Bound, bounds, far_value, find_figures, near_value, number_text, relation, replace
from number_pairs import compared_number_pairs, figure_bases, number_pairs


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The blast killed 26 people and wounded forty-two soldiers.", [26, 42]),
        ("The plant cost $3.5 million and lost 12 percent of its orders.", [3_500_000, 12]),
        ("He was born on 12 June 1998 in a town of 6,044 inhabitants.", [6044]),
        ("Version 2 games and PlayStation 4 games sold well.", []),
        ("More than 30 people, about 20 soldiers and the 12 apostles came.", []),
        ("Between 5 and 10 ships were seen, 3 or 4 boats, and 41 of 60 factories.", [60]),
    ],
)
def test_finds_exact_counts_and_amounts_only(text: str, values: list[float]) -> None:
    assert [figure.value for figure in find_figures(text)] == values


EXACT_26 = Bound("26", 26, 26)
ABOUT_50 = Bound("about 50", 48, 52, loose=True)


def above(value: float) -> Bound:
    return Bound(f"more than {value}", value * (1 + 1e-9), math.inf)


def below(value: float) -> Bound:
    return Bound(f"fewer than {value}", 0, value * (1 - 1e-9))


@pytest.mark.parametrize(
    ("premise", "hypothesis", "label"),
    [
        (EXACT_26, above(30), "contradiction"),
        (EXACT_26, above(20), "entailment"),
        (EXACT_26, below(40), "entailment"),
        (EXACT_26, Bound("27", 27, 27), "contradiction"),
        (above(3000), Bound("5,800", 5800, 5800), "neutral"),
        (above(3000), above(2000), "entailment"),
        (above(3000), above(4000), "neutral"),
        (above(3000), below(2000), "contradiction"),
        (Bound("at least 20", 20, math.inf), Bound("12", 12, 12), "contradiction"),
        (Bound("at least 20", 20, math.inf), Bound("20", 20, 20), None),
        (ABOUT_50, Bound("52", 52, 52), None),
        (ABOUT_50, Bound("90", 90, 90), "contradiction"),
        (ABOUT_50, above(30), "entailment"),
    ],
)
def test_relation_of_bounds(premise: Bound, hypothesis: Bound, label: str | None) -> None:
    assert relation(premise, hypothesis) == label


def test_another_value_is_always_written_as_another_number() -> None:
    rng = random.Random(0)
    for text in ("It has 7 members.", "It cost $1.5 million.", "Of those asked 38% voted.", "It seats 12,400 people."):
        figure = find_figures(text)[0]
        for change in (near_value, far_value):
            others = {number_text(figure, change(figure, rng)) for _ in range(50)}
            assert len(others) > 1
            assert all(bound.low <= bound.high for bound in bounds(figure, change(figure, rng), rng))


def test_replacement_at_the_start_keeps_the_capital() -> None:
    text = "Twelve protesters were hurt."
    assert replace(text, find_figures(text)[0], "at least ten") == "At least ten protesters were hurt."


def test_number_pairs_have_the_labels_in_equal_parts_and_the_same_for_a_seed() -> None:
    sentences = [f"The storm tore the roofs off {n} houses in Elmsworth." for n in range(20, 60)]
    made = [number_pairs(figure_bases((s, s) for s in sentences), random.Random(1), 90) for _ in range(2)]
    assert made[0] == made[1]
    counts = [sum(pair.label == label for pair in made[0]) for label in ("entailment", "neutral", "contradiction")]
    assert max(counts) - min(counts) <= 2


def test_hedged_or_denied_figures_are_no_base() -> None:
    texts = ["Officials denied that 26 people died.", "Only 26 people came.", "He claimed that 26 people were hurt."]
    assert not list(figure_bases((text, text) for text in texts))


def test_compared_numbers_differ_in_one_number_and_have_the_labels_in_equal_parts() -> None:
    sentences = [
        f"The {name} carried 48 crates and 7 sacks over the pass." for name in ("mule", "van", "sledge", "boat")
    ]
    made = compared_number_pairs(sentences, random.Random(3), 24)
    assert Counter(pair.label for pair in made) == dict.fromkeys(("entailment", "neutral", "contradiction"), 8)
    for pair in made:
        premise, hypothesis = pair.premise.split(), pair.hypothesis.split()
        assert premise != hypothesis
        assert [premise[0], premise[-1]] == [hypothesis[0], hypothesis[-1]]


def test_years_dates_and_names_are_not_compared() -> None:
    sentences = [
        "In 1998 she won.",
        "He left on 4 March.",
        "They flew on a Boeing 737 home.",
        "It began at 6 p.m. sharp.",
    ]
    assert compared_number_pairs(sentences, random.Random(0), 10) == []
