"""claimbase ingest: documents into the base."""

from __future__ import annotations

import argparse
from collections import Counter

from claimbase_server.cli.arguments import Commands, add_access, add_base, add_command, add_model
from claimbase_server.cli.base import Stored, open_base
from claimbase_server.cli.errors import BadInput
from claimbase_server.cli.inputs import read_documents
from claimbase_server.cli.output import note, progress, write_json


def add_parser(commands: Commands) -> None:
    parser = add_command(commands, "ingest", "Extract the claims of documents and store them.", run)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="text file, folder of .txt and .md, or .jsonl")
    add_base(parser)
    add_access(parser)
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    # All input is read once before anything is stored, so a fault in the last line leaves the base as it was.
    total = sum(1 for _ in read_documents(arguments.paths))
    outcomes: Counter[str] = Counter()
    claims = 0
    with open_base(arguments, arguments.model) as base:
        for found in progress(read_documents(arguments.paths), total, "storing documents"):
            try:
                stored = base.put(found.document)
            except BadInput as error:
                raise BadInput(f"{found.where}: {error}") from None
            outcomes[stored.outcome] += 1
            claims += stored.claims
            if arguments.json:
                write_json(stored_json(stored))
        conflicts = base.conflict_count()
    counted = ", ".join(f"{outcomes[name]} {name}" for name in ("created", "unchanged", "replaced"))
    note(f"{total} documents ({counted}) with {claims} claims; the base holds {conflicts} conflicts")


def stored_json(stored: Stored) -> dict[str, object]:
    return {"document": stored.document_id, "outcome": stored.outcome, "claims": stored.claims}
