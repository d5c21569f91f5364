"""claimbase token: a new token, and its line for the file that `claimbase serve --tokens` reads."""

from __future__ import annotations

import argparse
import os
import sys

from claimbase_server.cli.arguments import Commands, add_command
from claimbase_server.cli.errors import BadInput, CommandFailed
from claimbase_server.cli.output import note
from claimbase_server.rpc.token_file import Scope, new_token, write_line


def add_parser(commands: Commands) -> None:
    what = "Make a token: its line for the tokens file goes to stdout, the token itself to stderr or a file."
    parser = add_command(commands, "token", what, run)
    parser.add_argument("name", metavar="NAME", help="whose it is, for people and the log")
    parser.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=[scope.value for scope in Scope],
        help="what it allows: read and check, write documents, or make and delete collections; repeat for several",
    )
    parser.add_argument(
        "--collection", action="append", metavar="ID", help="allow this collection; repeat for several (default: all)"
    )
    parser.add_argument("--output", metavar="FILE", help="a new file for the token, which its owner alone can read")


def run(arguments: argparse.Namespace) -> None:
    try:
        token, grant = new_token(arguments.name, [Scope(scope) for scope in arguments.scope], arguments.collection)
    except ValueError as error:
        raise BadInput(str(error)) from None
    if arguments.output is not None:
        write_secret(arguments.output, token)
    print(write_line(grant))
    if arguments.output is None:
        note("the token, which is shown only now:")
        print(token, file=sys.stderr)


def write_secret(path: str, token: str) -> None:
    """The token as a new file of mode 0600; never over a file that is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(f"{path}: is there already: name a new file, or delete it first") from None
    except OSError as error:
        raise CommandFailed(f"{path}: cannot be written ({error.strerror})") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(token + "\n")
