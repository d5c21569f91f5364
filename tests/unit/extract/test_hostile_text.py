"""Extraction's work grows with the length of a text and no faster, whatever the text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable

import pytest

from claimbase_server import extract
from claimbase_server.extract import extract_claims
from claimbase_server.extract.claims import read_claim
from claimbase_server.extract.quantities import find_quantities
from claimbase_server.types import Document

MILLION = 1_000_000
UNITS = ("1,", "1 ", "1-", "a", "A ", "a, ", " ", "\n", '"', "“a ", "(", "x: ", "<a>", "http://", "January ", "By A\n")
SENTENCES = ("a 1, ", "He said he said that 1 of 2 people died, and ", "“I said,” he said. ", "KYIV (AP) - ", "Mr. A. ")


def patterns() -> dict[str, re.Pattern[str]]:
    """Every regular expression of the package that is kept in a module."""
    found = {}
    for module in pkgutil.iter_modules(extract.__path__):
        content = vars(importlib.import_module(f"{extract.__name__}.{module.name}"))
        for name, value in content.items():
            for index, item in enumerate(value if isinstance(value, (tuple, list)) else (value,)):
                if isinstance(item, re.Pattern):
                    found[f"{module.name}.{name}[{index}]"] = item
    return found


@pytest.mark.timeout(120)  # each takes milliseconds a text; one that is not linear takes hours
@pytest.mark.parametrize("pattern", patterns().values(), ids=patterns().keys())
def test_regular_expressions_are_linear(pattern: re.Pattern[str]) -> None:
    for unit in UNITS:
        text = (unit * MILLION)[: MILLION // 4] + "\0"
        for _ in pattern.finditer(text):
            pass
        pattern.fullmatch(text)


def calls(function: Callable[[str], object], text: str) -> int:
    """How many functions are called, Python's own and those in C."""
    count = 0

    def tally(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tally)
    try:
        function(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", [*UNITS, *SENTENCES])
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    for function in (lambda text: extract_claims(Document(id="d", text=text)), read_claim, find_quantities):
        short, long = ((unit * 16_000)[:length] for length in (4_000, 16_000))
        # Four times the text: linear work grows 4 times, up to 6 where long texts meet more, quadratic work 16 times.
        assert calls(function, long) < 8 * calls(function, short) + 1_000


def test_a_million_numbers_are_no_more_work_than_a_claim_may_be() -> None:
    assert calls(find_quantities, "1," * MILLION) <= calls(find_quantities, "1," * 2_000) + 10
