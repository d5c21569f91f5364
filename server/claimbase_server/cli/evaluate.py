"""claimbase eval: the model on labelled pairs, or the whole service on dossiers."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from claimbase_server.cli.arguments import Commands, add_command, add_model
from claimbase_server.cli.errors import BadInput
from claimbase_server.cli.output import figure_table, people, steps, write_json

DEFAULT_ELSEWHERE = 2


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "eval", "Measure the model on pairs, or the whole service on dossiers.", run)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", metavar="FOLDER", help="labelled pairs: news_contrast/*.jsonl and nli/dev/*.jsonl.gz")
    what.add_argument("--dossiers", metavar="FOLDER", help="news dossiers: .jsonl files of documents and claims")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="only these sets of --data (default: all there are)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pairs of each set, for a quick look")
    parser.add_argument(
        "--elsewhere",
        type=int,
        default=DEFAULT_ELSEWHERE,
        metavar="N",
        help="check each claim against N other dossiers too, which cannot verify it (default %(default)s)",
    )
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    if arguments.limit is not None and arguments.limit < 1:
        raise BadInput(f"--limit {arguments.limit}: give 1 or more")
    if arguments.elsewhere < 0:
        raise BadInput(f"--elsewhere {arguments.elsewhere}: give 0 or more")
    if arguments.dossiers:
        run_dossiers(Path(arguments.dossiers), arguments)
    else:
        run_pairs(Path(arguments.data), arguments)


def run_pairs(data: Path, arguments: argparse.Namespace) -> None:
    """The model alone."""
    from claimbase_models.bundled import BUNDLED, load_scorer
    from claimbase_models.evaluate import evaluate, table
    from claimbase_models.evaluation_sets import find_sets
    from claimbase_models.protocols import ModelError

    found = {one.name: one for one in find_sets(data)}
    if not found:
        raise BadInput(f"{data}: holds neither news_contrast/*.jsonl nor nli/dev/*.jsonl.gz")
    unknown = [name for name in arguments.sets or () if name not in found]
    if unknown:
        raise BadInput(f"--sets {unknown[0]}: no such set in {data}; there are {', '.join(found)}")
    sets = [found[name] for name in arguments.sets or found]
    try:
        result = evaluate(load_scorer(arguments.model or BUNDLED), data, sets, arguments.limit)
    except ModelError as error:
        raise BadInput(str(error)) from None
    except (KeyError, ValueError) as error:
        raise BadInput(f"{data}: not labelled pairs as the sets have them ({error!r})") from None
    if arguments.json:
        write_json(asdict(result))
    else:
        people().print(table(result))


def run_dossiers(folder: Path, arguments: argparse.Namespace) -> None:
    """The whole service from a clean base in a temporary folder."""
    from claimbase_server.cli.local import LocalBase
    from claimbase_server.dossiers import evaluate, read_dossiers

    try:
        dossiers = read_dossiers(folder)
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{folder}: cannot be read as dossiers ({error})") from None
    with (
        tempfile.TemporaryDirectory(prefix="claimbase-eval-") as scratch,
        LocalBase(str(Path(scratch) / "dossiers.db"), arguments.model) as base,
    ):
        engine = base.engine
        with steps(2 * len(dossiers), "checking dossiers") as advance:
            report = evaluate(dossiers, engine, arguments.elsewhere, lambda _: advance())
    if arguments.json:
        write_json(report.figures())
    else:
        people().print(figure_table(report.figures()))
