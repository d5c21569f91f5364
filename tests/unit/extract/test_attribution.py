"""Who says it, how, and what: reporting frames in sentences made up for this test."""

from __future__ import annotations

import pytest

from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.types import Document, Stance

CASES = [
    ("The health ministry said that 12 people had died.", "the health ministry", Stance.REPORTED, "12 people had died"),
    (
        "Twelve people have died, the health ministry said on Sunday.",
        "the health ministry",
        Stance.REPORTED,
        "Twelve people have died",
    ),
    (
        "“The bridge is safe,” said the engineer Ann Lee on Friday.",
        "the engineer Ann Lee",
        Stance.REPORTED,
        "The bridge is safe",
    ),
    ('"The bridge is safe," Ms Lee told reporters in Riga.', "Ms Lee", Stance.REPORTED, "The bridge is safe"),
    ("According to the port office, two boats sank.", "the port office", Stance.REPORTED, "two boats sank"),
    ("Two boats sank, according to the port office.", "the port office", Stance.REPORTED, "Two boats sank"),
    (
        "His fingerprints match, according to Interpol, those of a thief.",
        "Interpol",
        Stance.REPORTED,
        "His fingerprints match those of a thief",
    ),
    ("The pilot claimed the engine had failed.", "the pilot", Stance.ALLEGED, "the engine had failed"),
    ("Villagers accused the mine of poisoning the river.", "villagers", Stance.ALLEGED, "the mine poisoned the river"),
    ("Neighbours accuse the two guards of taking bribes.", "neighbours", Stance.ALLEGED, "the two guards took bribes"),
    (
        "The opposition blamed the mayor for the flood.",
        "the opposition",
        Stance.ALLEGED,
        "the mayor was responsible for the flood",
    ),
    ("It is feared that six miners are trapped.", "", Stance.ALLEGED, "six miners are trapped"),
    ("There were rumours that the bank had closed.", "", Stance.ALLEGED, "the bank had closed"),
    ("The treasurer is said to have fled to Peru.", "", Stance.ALLEGED, "The treasurer has fled to Peru"),
    ("The nurse allegedly sold the medicine.", "", Stance.ALLEGED, "The nurse sold the medicine"),
    ("The mayor denied taking bribes.", "the mayor", Stance.DENIED, "the mayor took bribes"),
    ("The mayor denies any role in the fire.", "the mayor", Stance.DENIED, "the mayor had a role in the fire"),
    ("The company denied that its trucks were unsafe.", "the company", Stance.DENIED, "its trucks were unsafe"),
    ("The report that the ship sank was denied by the port office.", "the port office", Stance.DENIED, "the ship sank"),
    ("The army ruled out that a missile hit the plane.", "the army", Stance.DENIED, "a missile hit the plane"),
    ("Viewers doubted that he was a rioter.", "viewers", Stance.DOUBTED, "he was a rioter"),
    (
        "Two scientists voiced serious doubts that the vaccine works.",
        "two scientists",
        Stance.DOUBTED,
        "the vaccine works",
    ),
    ("The witness withdrew her statement that the car was red.", "the witness", Stance.RETRACTED, "the car was red"),
    ("The driver no longer says that the brakes failed.", "the driver", Stance.RETRACTED, "the brakes failed"),
    ("The railway announced that it would reopen the line.", "the railway", Stance.PLANNED, "it would reopen the line"),
    ("The town plans to sell the theatre.", "", Stance.PLANNED, "The town plans to sell the theatre."),
    ("The court will hear the case in May.", "", Stance.PLANNED, "The court will hear the case in May."),
    ("More than 100 would have died, the mayor said.", "the mayor", Stance.REPORTED, "More than 100 would have died"),
    ("The museum did not say how many paintings were stolen.", "", Stance.ASSERTED, None),
    ("The president dismissed the chief of police.", "", Stance.ASSERTED, None),
    ("Police questioned the widow for six hours.", "", Stance.ASSERTED, None),
    ("The council refused to confirm the sale.", "", Stance.ASSERTED, None),
    ("The clip, said to show a burning tanker, is five years old.", "", Stance.ASSERTED, None),
    ("Officers arrested the guard whom the owner had accused.", "", Stance.ASSERTED, None),
    ("The pension is paid according to the law.", "", Stance.ASSERTED, None),
    ("Illegal diggers, he said, had let in the water.", "he", Stance.REPORTED, "Illegal diggers had let in the water"),
    ("His lawyer, Nora Berg, said that the man was ill.", "Nora Berg", Stance.REPORTED, "the man was ill"),
    (
        "The director, Ann Lee, told this newspaper that the bid was fair.",
        "the director",
        Stance.REPORTED,
        "the bid was fair",
    ),
    (
        "Radio Nord played a tape of a sobbing man, who said he was paid to lie.",
        "a sobbing man",
        Stance.REPORTED,
        "he was paid to lie",
    ),
    ("The agency said the minister denied that talks had failed.", "the minister", Stance.DENIED, "talks had failed"),
    ("The spokesman said he believed the ship was lost.", "the spokesman", Stance.ALLEGED, "the ship was lost"),
    (
        "Nordbank fell by 3 percent, Reuters quoted a trader as saying.",
        "a trader",
        Stance.REPORTED,
        "Nordbank fell by 3 percent",
    ),
]


@pytest.mark.parametrize(("sentence", "holder", "stance", "proposition"), CASES)
def test_holder_stance_and_proposition(sentence: str, holder: str, stance: Stance, proposition: str | None) -> None:
    claim = read_claim(sentence)
    expected = sentence if proposition is None else proposition
    assert (claim.attribution, claim.stance, claim.proposition) == (holder, stance, expected)


@pytest.mark.parametrize(
    ("text", "holders"),
    [
        ("Judge Marta Silva closed the hearing. “We have heard enough,” she said.", ["", "Judge Marta Silva"]),
        ("The captain, Li Wei, wept. He said the storm had come without warning.", ["", "the captain"]),
        ("The port authority closed the pier. It said the planks were rotten.", ["", "the port authority"]),
        ("Fishermen blocked the canal. They said the fees were too high.", ["", "Fishermen"]),
        ("Mayor Ann Lee resigned. Her husband, Tom, said she was tired.", ["", "Tom"]),
    ],
)
def test_pronouns_go_back_to_the_last_fitting_holder(text: str, holders: list[str]) -> None:
    assert [claim.attribution for claim in extract_claims(Document("d", text))] == holders
