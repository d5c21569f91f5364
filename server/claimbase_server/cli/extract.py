"""claimbase extract: the claims of a text, stored nowhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command
from claimbase_server.cli.base import open_base
from claimbase_server.cli.inputs import read_checked_text
from claimbase_server.cli.output import claim_json, claim_table, people, write_json


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "extract", "Show the claims of a text without storing them.", run)
    parser.add_argument("file", metavar="FILE", help="a UTF-8 text")
    add_base(parser)
    add_access(parser)


def run(arguments: argparse.Namespace) -> None:
    text = read_checked_text(Path(arguments.file))
    with open_base(arguments) as base:
        claims = base.extract(text)
    if not arguments.json:
        people().print(claim_table(claims))
        return
    for claim in claims:
        write_json(claim_json(claim))
