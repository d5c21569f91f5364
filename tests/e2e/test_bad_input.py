"""Bad input ends with exit code 2 and one line that says what and where; nothing is stored."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Claimbase = Callable[..., subprocess.CompletedProcess[str]]
Refused = Callable[..., str]
GOOD_LINE = '{"id": "good", "text": "The bridge at Vell was closed on Monday."}\n'


@pytest.fixture
def refused(claimbase: Claimbase, tmp_path: Path) -> Refused:
    """Runs the command in tmp_path and gives the one line with which it refuses its arguments."""

    def run(*arguments: str | Path, base: str = "") -> str:
        ended = claimbase(*arguments, folder=tmp_path, base=base)
        assert ended.returncode == 2, ended.stderr
        assert ended.stdout == ""
        assert "Traceback" not in ended.stderr
        lines = ended.stderr.splitlines()
        assert len(lines) == 1, ended.stderr
        return lines[0]

    return run


def test_file_that_is_not_utf8_is_named_with_line_and_offset(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "latin1.txt").write_bytes("Erste Zeile.\nStra\xdfe gesperrt.\n".encode("latin-1"))
    line = refused("ingest", "latin1.txt")
    assert "latin1.txt:2" in line
    assert "UTF-8" in line
    assert "offset 17" in line


@pytest.mark.parametrize(
    ("bad_line", "complaint"),
    [
        ('{"id": "x", "text": ', "JSON"),
        ("[1, 2]", "JSON list"),
        ('{"id": "x"}', '"text"'),
        ('{"id": "x", "text": "   "}', "blank"),
        ('{"id": "x", "text": 7}', "string"),
        ('{"id": "x", "text": "a \\u0000 b"}', "control character"),
        ('{"id": "x", "text": "a \\ud800 b"}', "surrogate"),
        ('{"id": "x", "text": "A text.", "publish_time": "yesterday"}', "yesterday"),
        ('{"id": "x", "file": "missing.txt"}', "missing.txt"),
        ('{"id": "good", "text": "Another text."}', "'good'"),
    ],
)
def test_bad_line_is_named_and_the_good_line_before_it_is_not_stored(
    refused: Refused, tmp_path: Path, bad_line: str, complaint: str
) -> None:
    (tmp_path / "documents.jsonl").write_text(GOOD_LINE + bad_line + "\n", encoding="utf-8")
    line = refused("ingest", "documents.jsonl")
    assert "documents.jsonl:2" in line
    assert complaint in line
    assert not (tmp_path / "claimbase.db").exists()


def test_over_long_document_is_refused_with_limit_and_length(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("The bridge was closed. " * 100_000, encoding="utf-8")
    line = refused("ingest", "long.txt")
    assert "2300000" in line.replace(",", "")
    assert "at most" in line


def test_missing_paths_and_empty_folders_are_named(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "nowhere.txt" in refused("ingest", "nowhere.txt")
    assert "empty" in refused("ingest", "empty")
    assert "nowhere.jsonl" in refused("check", "--input", "nowhere.jsonl")
    assert "nowhere.txt" in refused("check-text", "nowhere.txt")
    assert "nowhere.txt" in refused("extract", "nowhere.txt")
    assert "nowhere.jsonl" in refused("score", "--input", "nowhere.jsonl")


def test_blank_and_over_long_claims_are_refused(refused: Refused, tmp_path: Path) -> None:
    assert "blank" in refused("check", " \t ")
    line = refused("check", "A claim goes on and on. " * 1000)
    assert "24000" in line.replace(",", "")
    assert "at most" in line
    (tmp_path / "claims.jsonl").write_text('{"id": "a", "claim": "Fine."}\n{"id": "b", "claim": ""}\n')
    assert "claims.jsonl:2" in refused("check", "--input", "claims.jsonl")
    (tmp_path / "claims.jsonl").write_text('{"id": "a", "text": "Fine."}\n')
    assert '"claim"' in refused("check", "--input", "claims.jsonl")


def test_check_needs_claims_and_a_base_that_exists(refused: Refused, tmp_path: Path) -> None:
    assert "--input" in refused("check")
    assert "claimbase.db" in refused("check", "The bridge is open.")
    assert "claimbase.db" in refused("audit")
    assert "claimbase.db" in refused("watch", "add", "The bridge is open.")
    assert not (tmp_path / "claimbase.db").exists()


def test_unknown_arguments_and_models_are_one_line(refused: Refused, tmp_path: Path) -> None:
    assert "--colour" in refused("audit", "--colour")
    assert "no-such-command" in refused("no-such-command")
    (tmp_path / "pairs.jsonl").write_text('{"premise": "A.", "hypothesis": "B."}\n')
    assert "no-model-here" in refused("score", "--input", "pairs.jsonl", "--model", "./no-model-here")
    assert "127.0.0.1:x" in refused("serve", "--listen", "127.0.0.1:x")


def test_base_that_is_no_database_is_refused(claimbase: Claimbase, tmp_path: Path) -> None:
    (tmp_path / "claimbase.db").write_text("This is a letter, not a database. " * 50)
    ended = claimbase("audit", folder=tmp_path)
    assert ended.returncode in (1, 2)
    assert "claimbase.db" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_service_refuses_what_the_embedded_base_refuses(refused: Refused, server: str) -> None:
    assert "blank" in refused("check", " ", base=server)
    assert "--model" in refused("check", "A claim.", "--model", "x", base=server)


def test_service_that_is_not_there_is_a_failure(claimbase: Claimbase, tmp_path: Path) -> None:
    ended = claimbase("check", "The bridge is open.", folder=tmp_path, base="grpc://127.0.0.1:1")
    assert ended.returncode == 1
    assert "127.0.0.1:1" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
