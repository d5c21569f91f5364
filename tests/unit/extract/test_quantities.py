"""Quantities read from news sentences, and how two of them stand to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_server.extract.comparison import QuantityRelation, compare, describe
from claimbase_server.extract.quantities import find_quantities
from claimbase_server.types import Quantity

NASTY = (
    "1,",
    "1 000 ",
    "a hundred ",
    "no ",
    "20-30 ",
    "at least ",
    "one-",
    "$",
    "killed 5 ",
    "of the ",
    "half ",
    "5.5.",
)


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("6,044 people were detained.", 6044, 6044),
        ("Forty-six miners were rescued.", 46, 46),
        ("Two dozen cars burned.", 24, 24),
        ("A hundred and two homes burned.", 102, 102),
        ("Half a million people marched.", 500_000, 500_000),
        ("1.200.000 votes were cast.", 1_200_000, 1_200_000),
        ("1.200 people fled.", 1200, 1200),
        ("Nobody was killed.", 0, 0),
        ("No one died in the blast.", 0, 0),
        ("No deaths were reported.", 0, 0),
        ("At least 20 people died.", 20, None),
        ("More than 3,000 were arrested.", 3001, None),
        ("No fewer than twelve soldiers were hurt.", 12, None),
        ("Fewer than 50 workers stayed.", None, 49),
        ("Up to 300 homes lost power.", None, 300),
        ("Nearly 6,000 were detained.", 5700, 6000),
        ("Between 20 and 30 houses burned.", 20, 30),
        ("20-30 houses burned.", 20, 30),
        ("20 to 30 million voters.", 20e6, 30e6),
        ("Tens of thousands of protesters marched.", 20_000, None),
        ("The death toll rose from 12 to 18.", 18, 18),
    ],
)
def test_value(text: str, low: float | None, high: float | None) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "counted", "scope"),
    [
        ("164 people were killed.", "death", ""),
        ("The blast killed 164 people.", "death", ""),
        ("18 police officers and soldiers had been killed.", "death", "police officer and soldier"),
        ("103 of the deaths had occurred in Riverton.", "death", "Riverton"),
        ("In Riverton, 103 people died.", "death", "Riverton"),
        ("Soldiers took a dozen lives.", "death", ""),
        ("The crash left 12 people dead.", "death", ""),
        ("The death toll rose to 164.", "death", ""),
        ("The number of injured was put at 46.", "injury", ""),
        ("Eleven officers were hurt.", "injury", "police officer"),
        ("Police detained 38 demonstrators.", "detention", "protester"),
        ("Some 200 people are in custody.", "detention", ""),
        ("Five soldiers killed the mayor.", "soldier", ""),
        ("The council bought 34 buses.", "bus", ""),
        ("Two of the three reactors are shut.", "reactor", "part"),
    ],
)
def test_what_is_counted(text: str, counted: str, scope: str) -> None:
    quantity = find_quantities(text)[0]
    assert (quantity.counted, quantity.scope) == (counted, scope)


@pytest.mark.parametrize(
    ("text", "unit", "low", "written"),
    [
        ("51.3 percent of the vote", "percent", 51.3, "51.3 percent"),
        ("half of the plants closed", "percent", 50, "half"),
        ("a two-billion-dollar loan", "USD", 2e9, "two-billion-dollar"),
        ("It cost two billion dollars.", "USD", 2e9, "two billion dollars"),
        ("a $200m fine", "USD", 2e8, "$200m"),
        ("a loan of 200 million euros", "EUR", 2e8, "200 million euros"),
        ("a 5.56 mm rifle", "mm", 5.56, "5.56 mm"),
        ("5,000 metres of pipe", "km", 5, "5,000 metres"),
    ],
)
def test_units(text: str, unit: str, low: float, written: str) -> None:
    quantity = only(text)
    assert (quantity.unit, quantity.low, quantity.text) == (unit, low, written)


@pytest.mark.parametrize("text", ["Segundo Quiroga, 44, was there.", "A 44-year-old man fled.", "He is aged 44."])
def test_an_age_never_meets_a_count(text: str) -> None:
    age = only(text)
    assert (age.low, age.unit, age.counted) == (44, "year", "age")
    assert compare(age, only("44 people were killed.")) is QuantityRelation.INCOMPARABLE


@pytest.mark.parametrize(
    "text",
    [
        "It opened in 2019.",
        "on 5 January 2022",
        "May 9, 1945",
        "at 10:30",
        "at 5 pm",
        "Call +7 727 258 1234 now",
        "Call 555-0123",
        "Route 9 reopened on 9 May",
        "Covid-19",
        "a third man spoke",
        "three days ago",
        "The home side won 3-2.",
        "no evidence was found",
    ],
)
def test_dates_labels_and_telephone_numbers_are_not_quantities(text: str) -> None:
    assert find_quantities(text) == ()


def test_a_part_carries_on_what_the_whole_counted() -> None:
    whole, part = find_quantities("The toll rose to 164 dead, including 18 police officers.")
    assert (whole.counted, part.counted, part.scope) == ("death", "death", "police officer")


@pytest.mark.parametrize(
    ("evidence", "claim", "relation"),
    [
        ("164 people were killed", "164 people died", QuantityRelation.SAME),
        ("164 people were killed", "more than 150 people died", QuantityRelation.FOLLOWS),
        ("more than 3,000 were detained", "5,800 were detained", QuantityRelation.COMPATIBLE),
        ("some 5,800 were detained", "5,812 were detained", QuantityRelation.COMPATIBLE),
        ("5,800 were detained", "5,812 were detained", QuantityRelation.COMPATIBLE),
        ("51.3 percent of voters", "51 percent of voters", QuantityRelation.COMPATIBLE),
        ("5,800 were detained", "nearly 6,000 were detained", QuantityRelation.FOLLOWS),
        ("at least 20 people died", "12 people died", QuantityRelation.EXCLUDES),
        ("nobody was killed", "two people were killed", QuantityRelation.EXCLUDES),
        ("164 people were killed", "165 people were killed", QuantityRelation.EXCLUDES),
        ("18 people were killed", "18 people were injured", QuantityRelation.INCOMPARABLE),
        ("164 people were killed", "103 people were killed in Riverton", QuantityRelation.INCOMPARABLE),
        ("9 soldiers were killed", "12 nurses were killed", QuantityRelation.INCOMPARABLE),
        ("a $200m fine", "a fine of 200 million euros", QuantityRelation.INCOMPARABLE),
    ],
)
def test_compare(evidence: str, claim: str, relation: QuantityRelation) -> None:
    assert compare(only(evidence), only(claim)) is relation


def test_describe_reads_in_a_sentence() -> None:
    assert describe(only("18 people were killed")) == "18 killed"
    assert describe(only("twelve libraries")) == "twelve libraries"
    assert describe(only("one library was closed")) == "one library"


bounds = st.none() | st.integers(0, 10_000).map(float)
quantities = st.builds(
    lambda low, high, counted, scope: Quantity(
        *((low, high) if low is None or high is None else sorted((low, high))), "", counted, scope, "x"
    ),
    bounds,
    bounds,
    st.sampled_from(["death", "injury", ""]),
    st.sampled_from(["", "Riverton", "soldier"]),
)


@given(quantities, quantities)
def test_same_and_excludes_are_symmetric(first: Quantity, second: Quantity) -> None:
    for relation in (QuantityRelation.SAME, QuantityRelation.EXCLUDES, QuantityRelation.INCOMPARABLE):
        assert (compare(first, second) is relation) == (compare(second, first) is relation)


@given(st.text() | st.lists(st.sampled_from([*NASTY, "10", " ", "people ", "were killed ", "."])).map("".join))
def test_any_text_is_read(text: str) -> None:
    for quantity in find_quantities(text):
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        assert quantity.text


@pytest.mark.parametrize("piece", NASTY)
def test_long_repetition_is_read(piece: str) -> None:
    find_quantities(piece * (20_000 // len(piece)))
