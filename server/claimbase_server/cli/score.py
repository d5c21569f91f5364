"""claimbase score: the model's probabilities for each pair."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command, add_model
from claimbase_server.cli.base import open_base
from claimbase_server.cli.errors import CommandFailed
from claimbase_server.cli.inputs import read_pairs
from claimbase_server.cli.output import note, probabilities_json, progress, write_json


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "score", "Score premise-hypothesis pairs with the NLI model.", run)
    parser.add_argument("--input", required=True, metavar="PAIRS.JSONL", help='lines of {"premise", "hypothesis"}')
    parser.add_argument("--output", metavar="SCORES.JSONL", help="where the scores go, same order (default: stdout)")
    add_base(parser)
    add_access(parser)
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    pairs = read_pairs(arguments.input)
    with open_base(arguments, arguments.model) as base:
        scores = progress(base.score(pairs), len(pairs), "scoring pairs")
        if arguments.output is None or arguments.json:
            lines = []
            for score in scores:
                lines.append(probabilities_json(score))
                write_json(lines[-1])
        else:
            lines = [probabilities_json(score) for score in scores]
    if arguments.output is not None:
        write_file(Path(arguments.output), lines)
        note(f"{len(lines)} pairs scored into {arguments.output}")


def write_file(path: Path, lines: list[dict[str, float]]) -> None:
    """The lines as a file that is whole or absent."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandFailed(f"{path}: cannot be written ({error.strerror})") from None
