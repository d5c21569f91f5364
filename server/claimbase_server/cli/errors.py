"""What a command may end with, beside success; main() turns each into one line and an exit code."""

from __future__ import annotations


class BadInput(Exception):
    """The caller's arguments or files are wrong (exit code 2); the message says what, where and what to do."""


class CommandFailed(Exception):
    """The input was fine but the work could not be done (exit code 1)."""
