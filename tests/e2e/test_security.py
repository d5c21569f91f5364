"""TLS, tokens and the refusal to listen openly, on real server processes with real certificates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from claimbase_client import (
    AsyncClaimBase,
    ClaimBase,
    PermissionDenied,
    Unauthenticated,
    Unavailable,
    tls_credentials,
)

from .conftest import COMMAND, CORPUS, environment, run_claimbase


class Folder:
    """Certificates and tokens for one server, as files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tokens = path / "tokens.jsonl"
        self.authority = trustme.CA()
        self.authority.cert_pem.write_to_path(path / "ca.pem")
        self.issue("server", self.authority)
        self.issue("client", self.authority)

    def issue(self, name: str, authority: trustme.CA) -> None:
        """A certificate for localhost as NAME.pem and its key as NAME.key."""
        made = authority.issue_cert("localhost", "127.0.0.1")
        (self.path / f"{name}.pem").write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(self.path / f"{name}.key")

    def add_token(self, name: str, *options: str) -> str:
        """A new token, whose line goes to the tokens file."""
        made = run_claimbase("token", name, *options, "--output", f"{name}.token", folder=self.path)
        assert made.returncode == 0, made.stderr
        with self.tokens.open("a") as file:
            file.write(made.stdout)
        token = (self.path / f"{name}.token").read_text().strip()
        assert token not in made.stdout + made.stderr
        return token


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    found = Folder(tmp_path_factory.mktemp("guarded"))
    found.add_token("editor", "--scope", "read", "--scope", "write", "--scope", "admin")
    return found


@pytest.fixture(scope="module")
def editor(folder: Folder) -> str:
    return (folder.path / "editor.token").read_text().strip()


@pytest.fixture(scope="module")
def guarded(folder: Folder) -> Iterator[str]:
    """'localhost:port' of a server that other machines reach, with TLS both ways and tokens."""
    files = ("--tls-cert", "server.pem", "--tls-key", "server.key", "--tls-client-ca", "ca.pem")
    serve = [COMMAND, "serve", "--listen", "0.0.0.0:0", "--base", "claims.db", *files, "--tokens", "tokens.jsonl"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(serve, text=True, cwd=folder.path, env=environment(), **pipes) as process:  # type: ignore[call-overload]
        line = process.stdout.readline()
        assert line.startswith("listening on 0.0.0.0:"), f"{line!r} {process.stderr.read()}"
        yield f"localhost:{line.rpartition(':')[2].strip()}"
        process.terminate()
        log = process.stderr.read()
    assert process.returncode == 0
    assert "Traceback" not in log
    assert all(token.read_text().strip() not in log for token in folder.path.glob("*.token"))


@pytest.fixture
def connect(guarded: str, folder: Folder) -> Callable[..., ClaimBase]:
    """A client with the folder's certificate and some token."""

    def make(token: str, collection: str = "default") -> ClaimBase:
        files = (folder.path / name for name in ("ca.pem", "client.pem", "client.key"))
        return ClaimBase(guarded, collection=collection, credentials=tls_credentials(*files), token=token)

    return make


def test_a_call_with_certificate_and_token_is_served(connect: Callable[..., ClaimBase], editor: str) -> None:
    with connect(editor) as base:
        assert base.create_document("It rained in Porto Alto on Monday.", document_id="rain").claim_count == 1
        assert base.check_claim("It rained in Porto Alto on Monday.").evidence


def test_the_asyncio_client_takes_the_same(guarded: str, folder: Folder, editor: str) -> None:
    import asyncio

    async def use() -> int:
        files = (folder.path / name for name in ("ca.pem", "client.pem", "client.key"))
        async with AsyncClaimBase(guarded, credentials=tls_credentials(*files), token=editor) as base:
            answers = [answer async for answer in base.stream_check_claims([("a", "It rained.")])]
            return len(answers) + len([found async for found in base.list_collections()])

    assert asyncio.run(use()) == 2


@pytest.mark.parametrize("kind", ["plaintext", "no client certificate", "foreign client certificate", "foreign server"])
def test_without_the_right_certificates_nothing_is_served(guarded: str, folder: Folder, editor: str, kind: str) -> None:
    folder.issue("stranger", trustme.CA())
    trustme.CA().cert_pem.write_to_path(folder.path / "other-ca.pem")
    paths = {
        "plaintext": None,
        "no client certificate": ("ca.pem",),
        "foreign client certificate": ("ca.pem", "stranger.pem", "stranger.key"),
        "foreign server": ("other-ca.pem", "client.pem", "client.key"),
    }[kind]
    credentials = None if paths is None else tls_credentials(*(folder.path / name for name in paths))
    with ClaimBase(guarded, credentials=credentials, token=editor) as base, pytest.raises(Unavailable):
        base.get_model()


@pytest.mark.parametrize("token", ["", "claimbase_guess"])
def test_without_a_known_token_nothing_is_served(connect: Callable[..., ClaimBase], token: str) -> None:
    with connect(token) as base, pytest.raises(Unauthenticated, match="token") as caught:
        base.check_claim("It rained.")
    assert caught.value.reason == ("TOKEN_UNKNOWN" if token else "TOKEN_MISSING")


def test_tokens_come_and_go_while_the_server_runs(
    connect: Callable[..., ClaimBase], folder: Folder, editor: str
) -> None:
    before = folder.tokens.read_text()
    added = folder.add_token("passing", "--scope", "read")
    with connect(added) as passing, connect(editor) as base:
        passing.check_claim("It rained.")
        folder.tokens.write_text("no JSON\n")
        passing.check_claim("It rained.")  # a file that cannot be used leaves the old tokens in force
        folder.tokens.write_text(before)
        with pytest.raises(Unauthenticated):
            passing.check_claim("It rained.")
        base.check_claim("It rained.")


def test_certificates_are_renewed_while_the_server_runs(
    guarded: str, connect: Callable[..., ClaimBase], folder: Folder, editor: str
) -> None:
    renewed = trustme.CA()
    old = {name: (folder.path / name).read_bytes() for name in ("server.pem", "server.key")}
    with connect(editor) as open_before:
        open_before.get_model()
        (folder.path / "server.pem").write_text("half of a certificate")
        with connect(editor) as base:
            base.get_model()  # files that cannot be used leave the old certificate in force
        folder.issue("server", renewed)
        renewed.cert_pem.write_to_path(folder.path / "renewed-ca.pem")
        files = [folder.path / name for name in ("renewed-ca.pem", "client.pem", "client.key")]
        with ClaimBase(guarded, credentials=tls_credentials(*files), token=editor) as base:
            base.get_model()
        with connect(editor) as base, pytest.raises(Unavailable):
            base.get_model()
        open_before.get_model()
    for name, content in old.items():
        (folder.path / name).write_bytes(content)


def test_the_command_line_reaches_a_guarded_service(guarded: str, folder: Folder) -> None:
    tls = ("--tls-ca", "ca.pem", "--tls-cert", "client.pem", "--tls-key", "client.key")
    options = ("--base", f"grpcs://{guarded}", *tls, "--token-file", "editor.token")
    stored = run_claimbase("ingest", CORPUS, *options, folder=folder.path)
    assert stored.returncode == 0, stored.stderr
    named = {"TLS_CA": "ca.pem", "TLS_CERT": "client.pem", "TLS_KEY": "client.key", "BASE": f"grpcs://{guarded}"}
    variables = {f"CLAIMBASE_{name}": value for name, value in named.items()}
    audit = [COMMAND, "audit", "--json"]
    run: Any = {"cwd": folder.path, "capture_output": True, "text": True}
    token = (folder.path / "editor.token").read_text().strip()
    ended = subprocess.run(audit, env={**environment(), **variables, "CLAIMBASE_TOKEN": token}, **run)
    assert ended.returncode == 0, ended.stderr
    ended = subprocess.run(audit, env={**environment(), **variables}, **run)
    assert ended.returncode == 1
    assert "UNAUTHENTICATED: no token: send the metadata" in ended.stderr
    plain = run_claimbase("audit", "--base", f"grpc://{guarded}", *tls, folder=folder.path)
    assert (plain.returncode, plain.stderr.count("\n")) == (2, 1)
    assert "grpcs://" in plain.stderr


def test_health_needs_no_token(guarded: str, folder: Folder) -> None:
    named = {"CLAIMBASE_TLS_CA": "ca.pem", "CLAIMBASE_TLS_CERT": "client.pem", "CLAIMBASE_TLS_KEY": "client.key"}
    check = [sys.executable, "-m", "claimbase_client.healthcheck", guarded]
    ended = subprocess.run(check, cwd=folder.path, env={**os.environ, **named}, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


REFUSED = {
    "open to others": (["--listen", "0.0.0.0:0"], "calls are not encrypted"),
    "open to others with tokens": (["--listen", "0.0.0.0:0", "--tokens", "tokens.jsonl"], "calls are not encrypted"),
    "open to others with TLS": (
        ["--listen", "[::]:0", "--tls-cert", "server.pem", "--tls-key", "server.key"],
        "everybody may call",
    ),
    "certificate without key": (["--tls-cert", "server.pem"], "TLS needs both --tls-cert and --tls-key"),
    "no such certificate": (["--tls-cert", "none.pem", "--tls-key", "server.key"], "none.pem: cannot be read"),
    "key of another": (["--tls-cert", "server.pem", "--tls-key", "client.key"], "client.key: is not the key of"),
    "no certificate in it": (["--tls-cert", "tokens.jsonl", "--tls-key", "server.key"], "hold no PEM certificate"),
    "no authorities": (
        ["--tls-cert", "server.pem", "--tls-key", "server.key", "--tls-client-ca", "tokens.jsonl"],
        "tokens.jsonl: holds no PEM certificates",
    ),
    "no such tokens": (["--tokens", "none.jsonl"], "none.jsonl: cannot be read"),
    "no tokens in it": (["--tokens", "ca.pem"], "ca.pem, line 1: is not JSON"),
    "unset shell variable": (["--tokens", ""], "cannot be read"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_one_clear_line_instead_of_a_port(folder: Folder, case: tuple[list[str], str]) -> None:
    options, message = case
    ended = run_claimbase("serve", "--listen", "127.0.0.1:0", "--base", "other.db", *options, folder=folder.path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert message in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (folder.path / "other.db").exists()


def test_a_token_is_shown_once_and_kept_as_its_hash(tmp_path: Path) -> None:
    made = run_claimbase("token", "desk", "--scope", "read", "--collection", "news", folder=tmp_path)
    line = json.loads(made.stdout)
    assert (line["name"], line["scopes"], line["collections"]) == ("desk", ["read"], ["news"])
    token = made.stderr.splitlines()[-1]
    assert len(token) > 40
    assert token not in made.stdout


def test_a_token_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    options = ("token", "desk", "--scope", "read", "--output", "desk.token")
    assert run_claimbase(*options, folder=tmp_path).returncode == 0
    assert (tmp_path / "desk.token").stat().st_mode & 0o777 == 0o600
    again = run_claimbase(*options, folder=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "is there already" in again.stderr


def test_scopes_end_where_they_end(connect: Callable[..., ClaimBase], folder: Folder) -> None:
    reader = folder.add_token("reader", "--scope", "read")
    with (
        connect(reader) as base,
        pytest.raises(PermissionDenied, match="needs the scope write; token 'reader' has read"),
    ):
        base.create_document("It rained.")
