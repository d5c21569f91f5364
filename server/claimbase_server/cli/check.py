"""claimbase check: the verdict on each claim."""

from __future__ import annotations

import argparse

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command, add_model
from claimbase_server.cli.base import open_base
from claimbase_server.cli.inputs import read_claims
from claimbase_server.cli.output import check_json, people, progress, verdict_table, write_json
from claimbase_server.types import CheckResult


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "check", "Check claims against the base.", run)
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="one sentence a claim")
    parser.add_argument("--input", metavar="CLAIMS.JSONL", help='lines of {"id", "claim"}')
    add_base(parser)
    add_access(parser)
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    claims = read_claims(arguments.claims, arguments.input)
    results: list[CheckResult] = []
    with open_base(arguments, arguments.model, must_exist=True) as base:
        answers = progress(base.check([claim.text for claim in claims]), len(claims), "checking claims")
        for claim, result in zip(claims, answers, strict=True):
            if arguments.json:
                write_json(check_json(claim.id, result))
            else:
                results.append(result)
    if not arguments.json:
        people().print(verdict_table(results))
