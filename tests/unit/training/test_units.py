"""Units stand for labelled pairs: every passage of a report has the label of what it holds."""

from __future__ import annotations

from pathlib import Path

from units import expand, read_rows

REPORT = {
    "scenario": "R-1",
    "kind": "report",
    "sentences": ["The mayor resigned.", "It rained.", "He had denied it all.", "A court cleared him.", "Snow fell."],
    "claims": [
        {"claim": "The mayor left office.", "supports": [[0]], "refutes": [], "near": [2]},
        {"claim": "The mayor was found guilty.", "supports": [], "refutes": [[3]], "near": [2]},
        {"claim": "The mayor moved abroad.", "supports": [], "refutes": [], "near": [0]},
    ],
}


def test_contrast_unit_pairs_every_claim_with_every_premise() -> None:
    unit = {
        "scenario": "C-1",
        "kind": "contrast",
        "premises": ["P1", "P2"],
        "claims": [["H1", "EC", ""], ["H2", "NN", ""]],
    }
    pairs = [(row["premise"], row["hypothesis"], row["label"]) for row in expand(unit)]
    assert pairs == [
        ("P1", "H1", "entailment"),
        ("P2", "H1", "contradiction"),
        ("P1", "H2", "neutral"),
        ("P2", "H2", "neutral"),
    ]


def test_passages_of_a_report_are_neutral_exactly_where_nothing_deciding_is_in_them() -> None:
    rows = list(expand(REPORT))
    deciding = {"The mayor left office.": "The mayor resigned.", "The mayor was found guilty.": "A court cleared him."}
    assert {row["label"] for row in rows} == {"entailment", "neutral", "contradiction"}
    for row in rows:
        holds = deciding.get(row["hypothesis"], "never") in row["premise"]
        assert (row["label"] != "neutral") == holds


def test_units_are_expanded_the_same_every_time() -> None:
    assert list(expand(REPORT)) == list(expand(REPORT))


def test_plain_rows_pass_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"premise": "a", "hypothesis": "b", "label": "neutral"}\n')
    assert list(read_rows(path)) == [{"premise": "a", "hypothesis": "b", "label": "neutral"}]
