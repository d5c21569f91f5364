"""What the generated families draw on, and what their labels promise."""

import json
import random
from pathlib import Path

import pytest

from corpus import HERE, MadePair, RealPair, read_news, sentences
from denials import denial_pairs
from pairs import held_back, read_pairs

generate = pytest.importorskip("generate", reason="needs the train extra", exc_type=ImportError)
neutrals = pytest.importorskip("neutrals", reason="needs the train extra", exc_type=ImportError)


@pytest.fixture(scope="module")
def news() -> list[RealPair]:
    return read_news()


def test_nothing_is_made_of_development_or_held_back_scenarios(news: list[RealPair]) -> None:
    development = {
        json.loads(line)["scenario"]
        for path in (HERE / "data").glob("*dev.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    used = {pair.scenario for pair in news}
    assert used
    assert not used & development
    assert not any(map(held_back, used))


def test_sentences_keep_initials_and_titles_together() -> None:
    text = 'Dr. Mora met J. Wyn in St. Ives. "We agreed," she said. It was 5 p.m. on Friday.'
    assert sentences(text)[0] == "Dr. Mora met J. Wyn in St. Ives."
    assert " ".join(sentences(text)) == text


def test_neutral_passages_come_from_other_scenarios(news: list[RealPair]) -> None:
    home: dict[str, set[str]] = {}
    for pair in news:
        home.setdefault(pair.premise, set()).add(pair.scenario)
        home.setdefault(pair.hypothesis, set()).add(pair.scenario)
    for pair in neutrals.other_scenario_pairs(news[:1200], random.Random(0), 2):
        assert pair.label == "neutral"
        assert not home[pair.premise] & home[pair.hypothesis]


def test_dressing_keeps_the_passage_the_claim_and_the_label(news: list[RealPair]) -> None:
    known = {(pair.premise, pair.hypothesis): pair.label for pair in news}
    for pair in neutrals.dressed_pairs(news, random.Random(0), 200):
        same_claim = [(premise, label) for (premise, claim), label in known.items() if claim == pair.hypothesis]
        assert pair.label in [label for premise, label in same_claim if premise in pair.premise]


def test_denials_deny_and_confirmations_confirm() -> None:
    texts = (
        "The minister was arrested at home.",
        "Protesters stormed the town hall of Elmsworth.",
        "Karin Holm won the race in June.",
    )
    claims = [RealPair("p", text, "entailment", "A-001", "train") for text in texts]
    made = list(denial_pairs(claims, random.Random(0), 600))
    assert {pair.label for pair in made} == {"entailment", "neutral", "contradiction"}
    stated = [pair for pair in made if pair.source == "denials/statement"]
    for pair in stated:
        if " denied that " in pair.premise and "nor denied" not in pair.premise:
            assert pair.label == "contradiction"
        if " alleged that " in pair.premise or " whether " in pair.premise:
            assert pair.label == "neutral"
        if pair.premise.endswith(" confirmed on Tuesday."):
            assert pair.label == "entailment"
    assert any(" that protesters stormed" in pair.premise for pair in made)
    assert any(" that Karin Holm won" in pair.premise for pair in made)


def test_files_are_the_same_bytes_for_the_same_pairs_and_read_back(tmp_path: Path) -> None:
    labels = ("entailment", "neutral", "contradiction")
    pairs = [MadePair(f"Premise {label}.", f"Claim {label}.", label, "flips/number") for label in labels]
    families = generate.trimmed([*pairs, pairs[0]], seed=0)
    for folder in ("one", "two"):
        generate.write(families, tmp_path / folder)
    written = [(tmp_path / folder / "flips.jsonl.gz").read_bytes() for folder in ("one", "two")]
    assert written[0] == written[1]
    assert len(list(read_pairs(tmp_path / "one" / "flips.jsonl.gz"))) == 3
