"""What two claims share and where they differ."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbase_server.align import Alignment, TimeRelation, align, are_copies
from claimbase_server.extract.comparison import QuantityRelation
from claimbase_server.extract.names import find_names, same_name
from claimbase_server.extract.quantities import find_quantities
from claimbase_server.extract.times import find_time
from claimbase_server.types import Claim

PUBLISHED = datetime(2022, 1, 12, 15, tzinfo=timezone.utc)


def claim(text: str, context: str = "") -> Claim:
    return Claim(
        id="",
        document_id="",
        text=text,
        quote=text,
        start=0,
        end=len(text),
        context=context,
        proposition=text,
        quantities=find_quantities(text),
        time=find_time(text, PUBLISHED),
    )


def aligned(evidence: str, hypothesis: str, context: str = "", surroundings: str = "") -> Alignment:
    return align(claim(evidence, context), claim(hypothesis), surroundings)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("met President Tokayev", "met Kassym Tokaev", True),
        ("met Karim Masimov", "met Massimov", True),
        ("the Brazilian army", "the army of Brazil", True),
        ("the Polish army", "the army of Poland", True),
        ("the EDU said", "the European Defence Union said", True),
        ("in Austria", "in Australia", False),
        ("met Ana Prado", "met Rui Falcato", False),
        ("in Lima", "in Quito", False),
    ],
)
def test_same_name(first: str, second: str, same: bool) -> None:
    names = [find_names(text)[-1] for text in (first, second)]
    assert same_name(*names) is same
    assert same_name(*reversed(names)) is same


def test_sentence_start_is_not_a_name() -> None:
    assert [name.text for name in find_names("Police said Iron Bridge fell. On Sunday Ana Prado left.")] == [
        "Iron Bridge",
        "Ana Prado",
    ]


def test_another_place_is_a_sign_of_a_different_event() -> None:
    other = aligned("A bus crash near Arequipa killed 12 people.", "A bus crash near Huancayo killed 12 people.")
    assert (other.missing_names, other.rival_names) == (("Huancayo",), ("Arequipa",))
    assert other.different_event > 0.3
    same = aligned(
        "The crash killed 12 people.", "A bus crash near Huancayo killed 12 people.", "", "Huancayo bus crash"
    )
    assert same.missing_names == ()
    assert same.different_event == 0


def test_names_are_found_in_the_context() -> None:
    result = aligned("He resigned on Monday.", "Marcus Odell resigned.", context="Marcus Odell led the port.")
    assert result.shared_names == ("Marcus Odell",)
    assert result.overlap > result.own_overlap


@pytest.mark.parametrize(
    ("evidence", "hypothesis", "relation", "text"),
    [
        (
            "18 officers were killed.",
            "16 officers were killed.",
            QuantityRelation.EXCLUDES,
            "18 killed (police officer)",
        ),
        ("164 people were killed.", "More than 150 people died.", QuantityRelation.FOLLOWS, "164 killed"),
        ("Nobody died in the fire.", "Three people died in the fire.", QuantityRelation.EXCLUDES, "Nobody killed"),
    ],
)
def test_quantities_meet(evidence: str, hypothesis: str, relation: QuantityRelation, text: str) -> None:
    match = aligned(evidence, hypothesis).quantity
    assert match is not None
    assert match.relation is relation
    assert match.text.startswith(f"{text} against ")


@pytest.mark.parametrize(
    ("evidence", "hypothesis"),
    [
        ("Cholera had killed 25 people as of Sunday.", "By Monday cholera had killed 40 people."),
        ("Rescuers raised the toll to 112 from 87.", "The toll first stood at 87."),
        ("Two of the three reactors are shut.", "One of the three reactors is open."),
        ("12 people were injured.", "18 people were killed."),
    ],
)
def test_an_update_a_part_or_another_count_does_not_exclude(evidence: str, hypothesis: str) -> None:
    match = aligned(evidence, hypothesis).quantity
    assert match is None or match.relation is not QuantityRelation.EXCLUDES


def test_a_number_without_counterpart_is_missing() -> None:
    result = aligned("The march was peaceful.", "Police detained 38 marchers.")
    assert [quantity.text for quantity in result.missing_numbers] == ["38"]


@pytest.mark.parametrize(
    ("evidence", "hypothesis", "relation"),
    [
        ("It fell on Friday.", "It fell on 7 January 2022.", TimeRelation.OVERLAP),
        ("It fell on Friday.", "It fell on Monday.", TimeRelation.DISJOINT),
        ("It fell on Friday.", "It fell.", TimeRelation.UNKNOWN),
    ],
)
def test_times_meet(evidence: str, hypothesis: str, relation: TimeRelation) -> None:
    assert aligned(evidence, hypothesis).time is relation


def test_polarity() -> None:
    result = aligned("The mayor did not resign.", "The mayor resigned.")
    assert result.negation_differs
    assert aligned("The airport was closed.", "The airport reopened.").opposites == (("closed", "reopened"),)


def test_copies() -> None:
    wire = "A freight train left the rails near the port of Varna on Tuesday, injuring two drivers, the operator said."
    assert are_copies(wire, wire.replace("the operator said", "the operator says"))
    assert not are_copies(wire, "Two drivers were hurt when a goods train derailed by the Varna docks on Tuesday.")
    assert aligned(wire, wire).same_statement
    assert not are_copies("", "")


@given(st.text(), st.text(), st.text())
def test_any_texts_align(evidence: str, hypothesis: str, surroundings: str) -> None:
    result = aligned(evidence, hypothesis, surroundings=surroundings)
    assert 0 <= result.own_overlap <= result.overlap <= 1
    assert 0 <= result.different_event <= 1
