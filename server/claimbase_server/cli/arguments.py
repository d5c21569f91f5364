"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

# A string: argparse's class takes no parameter at run time.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    commands: Commands, name: str, what: str, run: Callable[[argparse.Namespace], None]
) -> argparse.ArgumentParser:
    """A subcommand with --json, which every command takes."""
    parser = commands.add_parser(name, help=what, description=what, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout; everything for people on stderr")
    parser.set_defaults(run=run)
    return parser


def add_base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base",
        metavar="BASE",
        help="claim base: a file path, sqlite:///path, postgresql://..., grpc://host:port or, with TLS, "
        "grpcs://host:port (default: CLAIMBASE_BASE, else ./claimbase.db)",
    )


def add_access(parser: argparse.ArgumentParser) -> None:
    """How a running service is reached: what grpcs:// trusts and shows, and the token."""
    parser.add_argument(
        "--tls-ca",
        metavar="FILE",
        help="PEM authorities that grpcs:// trusts (default: CLAIMBASE_TLS_CA, else the public ones)",
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="PEM client certificate (default: CLAIMBASE_TLS_CERT)")
    parser.add_argument("--tls-key", metavar="FILE", help="its unencrypted PEM key (default: CLAIMBASE_TLS_KEY)")
    parser.add_argument(
        "--token-file", metavar="FILE", help="the token for the service (default: the token in CLAIMBASE_TOKEN)"
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="NAME_OR_PATH",
        help="a three-label NLI model: a folder or a Hugging Face name (default: the bundled model)",
    )
