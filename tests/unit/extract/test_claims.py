"""Documents to claims: exact spans on any text, clutter, cuts, context, and the reading of one claim."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.types import Claim, Document, Stance

SHARED = Path(__file__).parents[4] / "shared"

FRAGMENTS = [
    "He left. ",
    "\r\n",
    "\n\n",
    "\x00",
    "\u2028",
    "“",
    "”",
    '"',
    "«",
    "…",
    "...",
    "🚢🔥",
    "👩‍👩‍👧",
    "e\u0301a\u0308",
    "مرحبا. نعم؟ ",
    "中文句子。",
    "\ud83d",
    "\u202e",
    "ALMA (Agency) – ",
    "the mayor said ",
    "“We left,” she said. ",
    "and denied that ",
    ", while ",
    "; ",
    "A man was hurt. ",
    "According to the police, ",
    "Photo: ",
    " | ",
    "By Ann Lee",
    "Dr. ",
    "p.m. ",
    "(",
    ")",
    "it was ",
    "\t",
    "—",
]
nasty_texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12)), max_size=40).map("".join)


def claims_of(text: str) -> list[Claim]:
    return extract_claims(Document(id="d", text=text))


def texts_of(text: str) -> list[str]:
    return [claim.text for claim in claims_of(text)]


def assert_spans_hold(text: str) -> None:
    end = 0
    for number, claim in enumerate(claims_of(text)):
        assert text[claim.start : claim.end] == claim.quote
        assert claim.text == " ".join(claim.quote.split())
        assert claim.start >= end, "claims overlap or are out of order"
        assert claim.id == f"d.{number}"
        assert claim.proposition
        end = claim.end


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nasty_texts)
def test_every_quote_is_its_span_of_the_document(text: str) -> None:
    assert_spans_hold(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_spans_hold_on_any_unicode(text: str) -> None:
    assert_spans_hold(text)


@pytest.mark.parametrize(
    "text",
    [
        "“" * 50_000,
        "the mayor said that " * 10_000,
        "He left. " * 3_000,
        "a" * 200_000,
        "( " * 50_000,
        ", and he said" * 10_000,
        "A.\r\n" * 20_000,
        "according to " * 10_000,
    ],
)
def test_spans_hold_on_long_hostile_text(text: str) -> None:
    assert_spans_hold(text)


def test_surrogates_nul_and_emoji_keep_offsets() -> None:
    text = "🚒🚒 Firemen saved two cats on Monday. \ud83d\x00 The e\u0301tang was dry. “Nobody was hurt,” said Ann Lee."
    quotes = [claim.quote for claim in claims_of(text)]
    assert quotes[-1] == "“Nobody was hurt,” said Ann Lee."
    assert_spans_hold(text)


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Fishermen mend their nets in the old harbour. (A. Moreau/NordPress)",
        "© NordPress. FILE PHOTO: Soldiers stand guard outside the parliament after the vote",
        "Children play beside the flooded road near the school. (Photo/NORDPRESS)",
        "Volunteers carry sandbags along the river bank Lena Moreau – NP",
        "By Lena Moreau",
        "By our science correspondent",
        "(Reporting by Lena Moreau; editing by T. Okoye)",
        "Reporting by Lena Moreau; tel. 020 555 0101. Subscribe to our newsletter.",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Please consider supporting us by disabling your ad blocker",
        "Read also: Ferry prices rise again",
        "Share this: Facebook | Telegram",
        "This site uses cookies. By continuing you accept our policy.",
        "Home | Politics | Sport | Contact Us",
        "Copyright ©2001-2024 NordPress.example. All rights reserved.",
        "Source link",
        "Lena Moreau is our star writer. Lena loves cats and long walks. Email: Phone : +1 555-010-1234",
        "Related Articles",
        "Harbour reopens after storm",
        "Sign up for our newsletter!",
        "Tips? Call 555 010 199.",
        "2024-03-02 08:31:32 Nord Daily Editor : L. Moreau",
        "NordPress and Agence Sud agencies",
    ],
)
def test_clutter_is_no_claim_and_costs_no_sentence(line: str) -> None:
    before, after = (
        "The harbour was closed on Monday after the storm.",
        "Two boats sank near the lighthouse, the port said.",
    )
    assert texts_of(f"Storm shuts harbour\n\n{before}\n\n{line}\n\n{after}") == [before, after]
    assert texts_of(f"{before}\n{after}\n{line}") == [before, after]


@pytest.mark.parametrize(
    "sentence",
    [
        "Police asked people to share this video only with investigators.",
        "Read more books, the minister told the pupils on Monday.",
        "Contact tracing found 30 cases in the town.",
        "Copyright law was changed by parliament in March.",
        "By Friday the water had reached the second floor.",
        "Photos from the scene showed a burning lorry.",
        "The ministry opened a line, 0800 123 456, for relatives of the missing.",
        "Related charges against two officers were dropped in May.",
        "Reported cases fell by half in a week.",
        "The manager, Ann Lee, has stopped answering her telephone.",
    ],
)
def test_real_sentences_that_look_like_clutter_stay(sentence: str) -> None:
    assert texts_of(f"The town is calm again.\n\n{sentence}\n\nSchools open on Monday.")[1] == sentence


@pytest.mark.parametrize(
    "dateline",
    [
        "TURKU (Reuters) – ",
        "LATVIA, Aug 17 - ",
        "TURKU.- ",
        "LIEPAJA, Latvia. ",
        "TURKU: ",
        "(NP) - TURKU, 16 MAR - ",
        "Turku, Sept 12. ",
        "Turku, 12 February. ",
        "Turku/Riga. ",
        "15.01.2020. ",
        "EXCLUSIVE. ",
        "Paris (AFP) - ",
        "Brussels – ",
    ],
)
def test_a_claim_starts_after_the_dateline(dateline: str) -> None:
    text = f"{dateline}Two people died when a bridge gave way, police said."
    (claim,) = claims_of(text)
    assert claim.start == len(dateline)


def test_a_sentence_broken_over_paragraphs_is_one_claim() -> None:
    text = "“Several bridges have been placed\n\nunder the protection of the army,” said the office of the governor."
    (claim,) = claims_of(text)
    assert "placed\n\nunder" in claim.quote
    assert claim.text == " ".join(text.split())
    assert claim.proposition == "Several bridges have been placed under the protection of the army"


def test_hard_wrapped_lines_are_one_sentence() -> None:
    text = (
        "The council of the island decided on Tuesday to close the old\n"
        "Harbour Bridge for three weeks because its pillars had sunk by\n"
        "ten centimetres since the winter.\n"
    )
    assert len(claims_of(text)) == 1


def test_a_repeated_caption_with_its_credit_is_dropped() -> None:
    caption = "A tanker burned on the ring road because of the strike of last week"
    text = f"Drivers went on strike on Monday.\n\n{caption}\n{caption}Lena Moreau – NP\n\nThe strike ended on Friday."
    assert texts_of(text) == ["Drivers went on strike on Monday.", "The strike ended on Friday."]


def test_a_note_without_any_full_stop_is_still_a_claim() -> None:
    assert texts_of("Five people were killed in the landslide") == ["Five people were killed in the landslide"]


def test_questions_are_no_claims() -> None:
    assert texts_of("The roof fell in. Could it have been prevented? The city says no inspector came.")[0:1] == [
        "The roof fell in."
    ]
    assert len(texts_of("The roof fell in. Could it have been prevented? The city says no inspector came.")) == 2


def test_assertion_and_doubt_become_two_claims() -> None:
    text = (
        "State radio played a confession of a limping man, who said he was hired to burn the depot. "
        "However, listeners in Riga soon recognised him as a retired opera singer and expressed doubts that he could "
        "be an arsonist."
    )
    confession, named, doubted = claims_of(text)
    assert (confession.attribution, confession.stance) == ("a limping man", Stance.ALLEGED)
    assert confession.proposition == "he was hired to burn the depot"
    assert (named.attribution, named.stance) == ("listeners in Riga", Stance.REPORTED)
    assert named.proposition == "he was a retired opera singer"
    assert named.context == confession.text
    assert (doubted.attribution, doubted.stance) == ("listeners in Riga", Stance.DOUBTED)
    assert doubted.proposition == "he could be an arsonist"
    assert doubted.quote == "expressed doubts that he could be an arsonist."
    assert "recognised him" in doubted.context
    assert "a limping man" in doubted.context


def test_a_compound_sentence_is_cut_where_both_halves_stand() -> None:
    text = "The ministry said 26 gunmen had been shot and 300 arrested, while 18 soldiers had been killed since May."
    first, second = claims_of(text)
    assert second.quote == "18 soldiers had been killed since May."
    assert (first.attribution, second.attribution) == ("the ministry", "the ministry")


def test_the_narrators_contrast_is_not_the_speakers() -> None:
    first, second = claims_of(
        "Her press officer claimed the queen was well, but Queen Ada has not appeared since June."
    )
    assert (first.attribution, first.stance) == ("her press officer", Stance.ALLEGED)
    assert (second.attribution, second.stance) == ("", Stance.ASSERTED)


@pytest.mark.parametrize(
    "sentence",
    [
        "Prices of bread, milk and eggs rose in May, and fell in June.",
        "When the bus turned, the boxes slid to the left, and it overturned.",
        "The mayor, who was in Rome, and her deputy flew home.",
    ],
)
def test_when_in_doubt_a_sentence_stays_whole(sentence: str) -> None:
    assert texts_of(sentence) == [sentence]


def test_a_quotation_over_sentences_keeps_its_holder() -> None:
    text = (
        "“The dam has burst. The lower town is under water. Nobody has drowned,” said Governor Ann Lee. "
        "“We are counting the houses.”"
    )
    claims = claims_of(text)
    assert [claim.attribution for claim in claims] == ["Governor Ann Lee"] * 4
    assert claims[1].text == "The lower town is under water."


def test_context_holds_what_the_pronoun_needs() -> None:
    claims = claims_of("Judge Marta Silva sentenced two men on Friday. The hall was full. She spoke for an hour.")
    assert claims[1].context == ""
    assert "Marta Silva" in claims[2].context


def test_a_denial_of_it_takes_up_what_was_said() -> None:
    claims = claims_of(
        "The order came from the director, the pilot insisted. The director, Mr. Brandt, denied it in a letter."
    )
    assert (claims[1].attribution, claims[1].stance) == ("the director", Stance.DENIED)
    assert claims[1].proposition == "The order came from the director"


def test_a_fact_checks_claim_is_read_with_its_verdict() -> None:
    claims = claims_of(
        "CLAIM: A video shows the flood of 5 June in Riga.\n\nVERDICT: False.\n\nThe video was filmed in 2016."
    )
    assert (claims[0].text, claims[0].stance) == ("A video shows the flood of 5 June in Riga.", Stance.DENIED)


def test_quantities_and_time_are_filled() -> None:
    document = Document(
        "d", "At least 20 people died on Friday.", publish_time=datetime(2024, 3, 2, tzinfo=timezone.utc)
    )
    (claim,) = extract_claims(document)
    assert claim.quantities[0].low == 20
    assert claim.time is not None


def test_one_claim_under_check_is_read_whole() -> None:
    claim = read_claim("  The pilot denied that\nhe had been drinking. ")
    assert claim.text == "The pilot denied that he had been drinking."
    assert (claim.id, claim.document_id) == ("", "")
    assert (claim.attribution, claim.stance, claim.proposition) == ("the pilot", Stance.DENIED, "he had been drinking")
    assert read_claim("").text == ""


@pytest.mark.skipif(not (SHARED / "eval/dossiers").is_dir(), reason="the shared dossiers are not here")
def test_the_dossiers_deciding_quotes_are_covered() -> None:
    quotes = covered = 0
    for path in sorted((SHARED / "eval/dossiers").glob("*.jsonl")):
        for dossier in map(json.loads, path.read_text().splitlines()):
            texts = {document["id"]: document["text"] for document in dossier["documents"]}
            spans = {key: [(c.start, c.end) for c in claims_of(text)] for key, text in texts.items()}
            wanted = [evidence for claim in dossier["claims"] for evidence in claim["evidence"]]
            wanted += [conflict[side] for conflict in dossier["conflicts"] for side in ("a", "b")]
            for item in wanted:
                start = texts[item["document"]].index(item["quote"])
                end = start + len(item["quote"])
                quotes += 1
                covered += any(a < end and b > start for a, b in spans[item["document"]])
    assert covered >= 0.995 * quotes


@pytest.mark.skipif(not (SHARED / "eval/kazakhstan").is_dir(), reason="the shared articles are not here")
def test_the_articles_web_furniture_is_gone() -> None:
    furniture = (
        "leave a reply",
        "photo",
        "adblock",
        "source link",
        "cookies",
        "all rights reserved",
        "email address",
        "(reuters)",
    )
    for path in sorted((SHARED / "eval/kazakhstan/articles").glob("*.txt")):
        claims = claims_of(path.read_text())
        assert len(claims) >= 12
        assert not [claim.text for claim in claims if any(word in claim.text.lower() for word in furniture)]
