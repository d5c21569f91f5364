"""The demo, and what the commands answer over gRPC."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claimbase_client import ClaimBase

Claimbase = Callable[..., subprocess.CompletedProcess[str]]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CLAIMS = EXAMPLES / "claims.jsonl"
CORPUS = EXAMPLES / "corpus" / "documents.jsonl"


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def first(line: dict[str, Any], relation: str) -> dict[str, Any]:
    """The strongest evidence of one side."""
    found: dict[str, Any] = next(evidence for evidence in line["evidence"] if evidence["relation"] == relation)
    return found


def test_demo_shows_a_row_a_claim_and_leaves_nothing_behind(
    claimbase: Claimbase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ended = claimbase("demo", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    rows = ended.stdout.split("├")[1:]
    confession = next(row for row in rows if "The man who confessed on television" in row)
    for shown in ("CONTRADICTED", "disputed", "against", "for", "viewers", "[meridian-daily]", "9 Jan 2022"):
        assert shown in confession
    assert len(rows) == len(json_lines(CLAIMS.read_text()))
    assert "stopped cleanly" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_confession_is_rebutted_by_the_viewers(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    ended = claimbase("check", "--input", CLAIMS, "--json", folder=tmp_path, base=server)
    assert ended.returncode == 0, ended.stderr
    lines = {line["id"]: line for line in json_lines(ended.stdout)}
    assert list(lines) == [line["id"] for line in json_lines(CLAIMS.read_text())]
    confession = lines["confession"]
    assert confession["verdict"] == "CONTRADICTED"
    assert confession["disputed"] is True
    assert "viewers" in first(confession, "CONTRADICTS")["attribution"]
    assert "he had been paid to come from Kyrgyzstan" in first(confession, "SUPPORTS")["quote"]


def test_new_version_replaces_and_the_same_again_changes_nothing(
    claimbase: Claimbase, server: str, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    outcomes = []
    for text in ("The bridge at Vell is closed.", "The bridge at Vell is closed.", "The bridge at Vell is open."):
        note.write_text(text)
        ended = claimbase("ingest", note, "--json", folder=tmp_path, base=server)
        assert ended.returncode == 0, ended.stderr
        outcomes += [(line["document"], line["outcome"]) for line in json_lines(ended.stdout)]
    with ClaimBase(server.removeprefix("grpc://")) as base:
        base.delete_document("note")  # the server is shared with other tests
    assert outcomes == [("note", "created"), ("note", "unchanged"), ("note", "replaced")]


def test_extract_gives_exact_spans_here_and_there(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    file = CORPUS.with_name("meridian-daily.txt")
    text = file.read_text()
    here = claimbase("extract", file, "--json", folder=tmp_path)
    there = claimbase("extract", file, "--json", folder=tmp_path, base=server)
    assert here.stdout == there.stdout
    lines = json_lines(here.stdout)
    assert len(lines) > 10
    assert all(text[line["start"] : line["end"]] == line["quote"] for line in lines)


@pytest.mark.xfail(reason="the bundled judge does not yet set 'officers and soldiers' against 'security forces'")
def test_audit_finds_the_disagreement_on_the_security_forces(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    ended = claimbase("audit", "--json", folder=tmp_path, base=server)
    assert ended.returncode == 0, ended.stderr
    quantities = [line for line in json_lines(ended.stdout) if line["kind"] == "quantity"]
    pairs = [{line["a"]["document"], line["b"]["document"]} for line in quantities]
    assert {"steppe-wire", "correo-del-puerto"} in pairs


def test_score_writes_one_line_a_pair_in_order(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    pairs = [("The bridge is closed.", "The bridge is open."), ("The bridge is closed.", "The bridge is closed.")]
    lines = [json.dumps({"premise": premise, "hypothesis": hypothesis}) for premise, hypothesis in pairs]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines))
    ended = claimbase("score", "--input", "pairs.jsonl", "--output", "scores.jsonl", folder=tmp_path, base=server)
    assert ended.returncode == 0, ended.stderr
    apart, same = json_lines((tmp_path / "scores.jsonl").read_text())
    assert apart["contradiction"] > same["contradiction"]
    assert same["entailment"] > apart["entailment"]
    assert abs(sum(same.values()) - 1) < 1e-4
