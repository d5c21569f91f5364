"""The `claimbase` command."""

from claimbase_server.cli.program import main

__all__ = ["main"]
