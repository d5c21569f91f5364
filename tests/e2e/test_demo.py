"""The demo and the same checks by command line, embedded and over gRPC."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

Claimbase = Callable[..., subprocess.CompletedProcess[str]]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CLAIMS = EXAMPLES / "claims.jsonl"
CORPUS = EXAMPLES / "corpus" / "documents.jsonl"


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def assert_confession_is_rebutted(line: dict[str, Any]) -> None:
    """Contradicted and disputed: the viewers' sentence decides, the confession is the other side."""
    assert line["verdict"] == "CONTRADICTED"
    assert line["disputed"] is True
    against = next(e for e in line["evidence"] if e["relation"] == "CONTRADICTS")
    assert "jazz musician" in against["quote"]
    assert "viewers" in against["quote"]
    support = next(e for e in line["evidence"] if e["relation"] == "SUPPORTS")
    assert "he had been paid to come from Kyrgyzstan" in support["quote"]


def test_demo_checks_the_examples_and_leaves_nothing_behind(claimbase: Claimbase, tmp_path: Path) -> None:
    ended = claimbase("demo", "--json", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    lines = {line["id"]: line for line in json_lines(ended.stdout)}
    assert list(lines) == [json.loads(line)["id"] for line in CLAIMS.read_text().splitlines()]
    assert_confession_is_rebutted(lines["confession"])
    assert "stopped cleanly" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_demo_table_names_verdict_sides_and_documents(claimbase: Claimbase, tmp_path: Path) -> None:
    ended = claimbase("demo", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    for word in ("CONTRADICTED", "SUPPORTED", "UNVERIFIED", "disputed", "for", "against", "[meridian-daily]"):
        assert word in ended.stdout


def test_embedded_base_and_service_agree(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    stored = claimbase("ingest", CORPUS, folder=tmp_path)
    assert stored.returncode == 0, stored.stderr
    embedded = claimbase("check", "--input", CLAIMS, "--json", folder=tmp_path)
    remote = claimbase("check", "--input", CLAIMS, "--json", folder=tmp_path, base=server)
    assert embedded.returncode == remote.returncode == 0, embedded.stderr + remote.stderr
    assert embedded.stderr == remote.stderr == ""
    for a, b in zip(json_lines(embedded.stdout), json_lines(remote.stdout), strict=True):
        assert (a["id"], a["verdict"], a["disputed"]) == (b["id"], b["verdict"], b["disputed"])
        assert [e["quote"] for e in a["evidence"]] == [e["quote"] for e in b["evidence"]]


def test_ingesting_again_changes_nothing_and_a_new_version_replaces(claimbase: Claimbase, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    outcomes = []
    for text in ("The bridge at Vell is closed.", "The bridge at Vell is closed.", "The bridge at Vell is open."):
        note.write_text(text)
        ended = claimbase("ingest", note, "--json", folder=tmp_path)
        assert ended.returncode == 0, ended.stderr
        outcomes += [(line["document"], line["outcome"]) for line in json_lines(ended.stdout)]
    assert outcomes == [("note", "created"), ("note", "unchanged"), ("note", "replaced")]


def test_extract_gives_exact_spans(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    text = CORPUS.with_name("meridian-daily.txt").read_text()
    for base in ("", server):
        ended = claimbase("extract", CORPUS.with_name("meridian-daily.txt"), "--json", folder=tmp_path, base=base)
        lines = json_lines(ended.stdout)
        assert len(lines) > 10
        assert all(text[line["start"] : line["end"]] == line["quote"] for line in lines)


def test_audit_finds_the_disagreement_on_the_security_forces(claimbase: Claimbase, server: str, tmp_path: Path) -> None:
    ended = claimbase("audit", "--json", folder=tmp_path, base=server)
    assert ended.returncode == 0, ended.stderr
    pairs = [
        {line["a"]["document"], line["b"]["document"]}
        for line in json_lines(ended.stdout)
        if line["kind"] == "quantity"
    ]
    assert {"steppe-wire", "correo-del-puerto"} in pairs


def test_score_writes_one_line_a_pair_in_order(claimbase: Claimbase, tmp_path: Path) -> None:
    pairs = [("The bridge is closed.", "The bridge is open."), ("The bridge is closed.", "The bridge is closed.")]
    lines = [json.dumps({"premise": premise, "hypothesis": hypothesis}) for premise, hypothesis in pairs]
    (tmp_path / "pairs.jsonl").write_text("\n".join(lines))
    ended = claimbase("score", "--input", "pairs.jsonl", "--output", "scores.jsonl", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    apart, same = json_lines((tmp_path / "scores.jsonl").read_text())
    assert apart["contradiction"] > same["contradiction"]
    assert same["entailment"] > apart["entailment"]
    assert abs(sum(same.values()) - 1) < 1e-4
