"""Arguments in, exit code out: 0 fine, 2 bad input, 1 anything that failed, 130 on Ctrl-C."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from claimbase_server.cli import audit, check, check_text, demo, evaluate, extract, ingest, score, serve, token
from claimbase_server.cli.errors import BadInput, CommandFailed

COMMANDS = (serve, ingest, check, check_text, extract, audit, score, evaluate, token, demo)
OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, as every other error."""

    def error(self, message: str) -> None:  # type: ignore[override]  # argparse says NoReturn; so does raise
        raise BadInput(f"{message} (see {self.prog} --help)")


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="claimbase",
        description="Keep a base of claims extracted from documents, and check every new claim against it.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, never raises."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # JSON lines are UTF-8 wherever they are read; a name that has no UTF-8 form must not end a command.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        parsed = build_parser().parse_args(arguments)
        parsed.run(parsed)
        sys.stdout.flush()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; without this Python complains once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except BadInput as error:
        return fail(str(error), BAD_INPUT)
    except CommandFailed as error:
        return fail(str(error), FAILED)
    except ModuleNotFoundError as error:
        return fail(f"{error.name} is not installed: pip install 'claimbase[server]'", FAILED)
    except Exception as error:
        return fail(f"unexpected {type(error).__name__}: {error}", FAILED)


def fail(message: str, code: int) -> int:
    """One line on stderr."""
    print("claimbase: " + " ".join(message.split()), file=sys.stderr)
    return code
