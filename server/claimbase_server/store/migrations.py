"""Schema steps of the stores, each applied in a transaction of its own together with its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from claimbase_server.store.base import StoreUnavailable

Connection = TypeVar("Connection")
Step = Callable[[Connection], None]


class Migrations(Generic[Connection]):
    """The ordered schema steps of one kind of database."""

    def __init__(self) -> None:
        self._steps: dict[str, Step[Connection]] = {}

    def step(self, function: Step[Connection]) -> Step[Connection]:
        """Register a schema step under its function's name; steps run in the order they are written."""
        self._steps[function.__name__] = function
        return function

    def pending(self, applied: Iterable[str], base: str) -> list[tuple[str, Step[Connection]]]:
        """Steps that `base` still lacks; raises StoreUnavailable if it has one that is not known here."""
        done = set(applied)
        unknown = sorted(done - self._steps.keys())
        if unknown:
            raise StoreUnavailable(
                f"{base} was written by a newer claimbase (schema step {unknown[-1]}): upgrade claimbase to use it"
            )
        return [(name, function) for name, function in self._steps.items() if name not in done]
