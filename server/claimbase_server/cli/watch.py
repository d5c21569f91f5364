"""claimbase watch: claims that are kept checked, and the changes of their verdicts."""

from __future__ import annotations

import argparse

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command, add_model
from claimbase_server.cli.base import open_base
from claimbase_server.cli.errors import BadInput
from claimbase_server.cli.inputs import read_claims
from claimbase_server.cli.output import change_json, change_line, note, people, watched_json, watched_table, write_json
from claimbase_server.types import WatchedClaim


def add_parser(commands: Commands) -> None:
    what = "Keep claims checked as documents come and go."
    parser = commands.add_parser("watch", help=what, description=what, allow_abbrev=False)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = add_command(actions, "add", "Check claims and watch them from then on.", run_add)
    add.add_argument("claims", nargs="+", metavar="CLAIM", help="one sentence a claim")
    listed = add_command(actions, "list", "List the watched claims, each with its verdict.", run_list)
    remove = add_command(actions, "remove", "Watch claims no longer.", run_remove)
    remove.add_argument("ids", nargs="+", metavar="ID", help="as the list shows it")
    follow = add_command(
        actions, "follow", "Print the changes of verdict of a running service as they come.", run_follow
    )
    for action in (add, listed, remove, follow):
        add_base(action)
        add_access(action)
    for action in (add, listed):
        add_model(action)


def run_add(arguments: argparse.Namespace) -> None:
    claims = [claim.text for claim in read_claims(arguments.claims, None)]
    with open_base(arguments, arguments.model, must_exist=True) as base:
        _show([base.watch(claim) for claim in claims], arguments.json)


def run_list(arguments: argparse.Namespace) -> None:
    with open_base(arguments, arguments.model, must_exist=True) as base:
        watched = list(base.watched_claims())
    _show(watched, arguments.json)
    note(f"{len(watched)} watched claims")


def run_remove(arguments: argparse.Namespace) -> None:
    with open_base(arguments, must_exist=True) as base:
        for claim_id in arguments.ids:
            if not base.unwatch(claim_id):
                raise BadInput(f"{claim_id}: no such watched claim: `claimbase watch list` shows the ids")
            if arguments.json:
                write_json({"id": claim_id})


def run_follow(arguments: argparse.Namespace) -> None:
    with open_base(arguments, must_exist=True) as base:
        for change in base.verdict_changes():
            if arguments.json:
                write_json(change_json(change))
            else:
                people().print(change_line(change))


def _show(watched: list[WatchedClaim], as_json: bool) -> None:
    if as_json:
        for claim in watched:
            write_json(watched_json(claim))
    elif watched:
        people().print(watched_table(watched))
