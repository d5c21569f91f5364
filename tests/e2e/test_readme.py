"""Every command and program of the README does what it says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import trustme

from claimbase_client import ClaimBase

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line for language, block in BLOCKS if language == "sh" for line in block.splitlines() if line]
LISTEN = "127.0.0.1:50051"


def test_every_block_is_of_a_kind_that_is_run_here() -> None:
    assert {language for language, _ in BLOCKS} <= {"sh", "python"}
    assert all(line.split()[0] in ("make", "claimbase", "echo", "docker") for line in LINES)


@pytest.fixture(scope="module")
def folder(command_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the README's commands were run, one after the other."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "examples").symlink_to(REPOSITORY / "examples")
    commands = [line for line in LINES if line.split()[0] in ("claimbase", "echo") and "serve" not in line]
    commands = [line for line in commands if "grpcs://" not in line]  # see test_security_commands_work_together
    assert len(commands) > 5
    script = "\n".join(["set -e", *commands])
    ended = subprocess.run(["bash", "-c", script], cwd=folder, env=command_environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return folder


def test_commands_write_what_they_name(folder: Path) -> None:
    assert (folder / "claimbase.db").is_file()
    assert (folder / "scores.jsonl").read_text().count("\n") == 1


def test_embedded_base_and_service_agree(
    folder: Path, server: str, claimbase: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    remote = claimbase("check", "--input", "examples/claims.jsonl", "--json", folder=folder, base=server)
    embedded = (folder / "verdicts.jsonl").read_text()
    assert len(embedded.splitlines()) == len(remote.stdout.splitlines()) > 10
    for a, b in zip(map(json.loads, embedded.splitlines()), map(json.loads, remote.stdout.splitlines()), strict=True):
        assert (a["id"], a["claim"], a["verdict"], a["disputed"]) == (b["id"], b["claim"], b["verdict"], b["disputed"])
        assert [e["quote"] for e in a["evidence"]] == [e["quote"] for e in b["evidence"]]


@pytest.mark.parametrize("target", sorted({line.split()[1] for line in LINES if line.startswith("make ")}))
def test_make_knows_the_target(target: str) -> None:
    """The demo and the tests themselves run elsewhere; `make -n` fails where a target or a file is missing."""
    ended = subprocess.run(["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_serve_line_is_the_default_address() -> None:
    serve, _guarded = [line for line in LINES if line.startswith("claimbase serve")]
    assert serve == f"claimbase serve --listen {LISTEN}"


def test_security_commands_work_together(command_environment: dict[str, str], tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("server", "client"):
        made = authority.issue_cert("localhost")
        made.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        made.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    token, serve, check = (
        next(line for line in LINES if part in line) for part in ("claimbase token", "--tls-client-ca", "grpcs://")
    )
    run = partial(subprocess.run, cwd=tmp_path, env=command_environment, text=True, capture_output=True)
    assert run(["bash", "-c", token]).returncode == 0
    command = shlex.split(serve.replace("0.0.0.0:50051", "0.0.0.0:0"))
    with subprocess.Popen(command, cwd=tmp_path, env=command_environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip().rpartition(":")[2]
        ended = run(shlex.split(check.replace("50051", port)))
        process.terminate()
    assert ended.returncode == 0, ended.stderr


def test_client_program_runs_against_a_server(server: str, tmp_path: Path) -> None:
    (program,) = [block for language, block in BLOCKS if language == "python"]
    assert LISTEN in program
    address = server.removeprefix("grpc://")
    program = program.replace(LISTEN, address)
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    with ClaimBase(address) as base:
        base.delete_document("d1")  # the server is shared with other tests
    assert ended.returncode == 0, ended.stderr
    assert "CONTRADICTED" in ended.stdout


def test_example_program_runs_against_a_server(server: str) -> None:
    program = REPOSITORY / "examples" / "check_a_claim.py"
    claim = "Three children died in the unrest."
    address = server.removeprefix("grpc://")
    ended = subprocess.run([sys.executable, program, address, claim], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert claim in ended.stdout


def test_every_command_is_in_the_readme(command_environment: dict[str, str]) -> None:
    ended = subprocess.run(["claimbase", "--help"], env=command_environment, capture_output=True, text=True)
    commands = re.findall(r"^    ([a-z][a-z-]+)(?:  |$)", ended.stdout, re.MULTILINE)
    assert len(commands) == 10
    assert [name for name in commands if f"| `claimbase {name}" not in README] == []
