"""claimbase audit: where the documents of the base contradict each other."""

from __future__ import annotations

import argparse

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command
from claimbase_server.cli.base import open_base
from claimbase_server.cli.output import conflict_json, conflict_table, note, people, write_json


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "audit", "List the conflicts in the base.", run)
    add_base(parser)
    add_access(parser)


def run(arguments: argparse.Namespace) -> None:
    with open_base(arguments, must_exist=True) as base:
        conflicts = sorted(base.conflicts(), key=lambda conflict: -conflict.confidence)
    if arguments.json:
        for conflict in conflicts:
            write_json(conflict_json(conflict))
    elif conflicts:
        people().print(conflict_table(conflicts))
    note(f"{len(conflicts)} conflicts")
