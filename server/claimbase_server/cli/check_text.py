"""claimbase check-text: every sentence of a text, marked with its verdict."""

from __future__ import annotations

import argparse
from pathlib import Path

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command, add_model
from claimbase_server.cli.base import open_base
from claimbase_server.cli.inputs import read_checked_text
from claimbase_server.cli.output import check_json, people, progress, verdict_table, write_json
from claimbase_server.types import CheckResult


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "check-text", "Check each claim of a text against the base.", run)
    parser.add_argument("file", metavar="FILE", help="a UTF-8 text")
    add_base(parser)
    add_access(parser)
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    text = read_checked_text(Path(arguments.file))
    results: list[CheckResult] = []
    with open_base(arguments, arguments.model, must_exist=True) as base:
        for number, (claim, result) in enumerate(progress(base.check_text(text), None, "checking sentences")):
            if arguments.json:
                place = {"quote": claim.quote, "start": claim.start, "end": claim.end}
                write_json({**check_json(str(number), result), **place})
            else:
                results.append(result)
    if not arguments.json:
        people().print(verdict_table(results))
