"""docs/operations.md lists every flag, metric and limit, with its value, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from claimbase_server.batcher import BatcherStats, LaneStats
from claimbase_server.cli.program import build_parser
from claimbase_server.observe.metrics import Metrics
from claimbase_server.rpc import limits, runner, server
from claimbase_server.store.sqlite import SqliteStore

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")


class IdleBatcher:
    def stats(self) -> BatcherStats:
        return BatcherStats(LaneStats(), LaneStats())


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the section's table, without its head."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    lines = re.findall(r"^\| (`.*) \|$", section, re.MULTILINE)
    return [re.split(r" *(?<!\\)\| *", line) for line in lines]


def test_every_flag_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["serve", "--help"])
    flags = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert len(flags) > 5
    assert {row[0].strip("`").split()[0] for row in rows("Flags of `claimbase serve`")} == flags


def test_every_metric_is_listed(tmp_path: Path) -> None:
    metrics = Metrics()
    store = SqliteStore(str(tmp_path / "claims.db"))
    metrics.watch(IdleBatcher(), store, lambda: True)
    exposed = re.findall(r"^# HELP (\S+)", generate_latest(metrics.registry).decode(), re.MULTILINE)
    store.close()
    assert sorted(row[0].strip("`") for row in rows("Metrics")) == sorted(exposed)


def test_every_limit_is_listed_with_its_value() -> None:
    found = {name: value for name, value in vars(limits).items() if name.isupper()}
    found["GRACE_SECONDS"] = server.GRACE_SECONDS
    found["CALL_SECONDS"], found["BATCH_SECONDS"] = runner.CALL_SECONDS, runner.BATCH_SECONDS
    assert {row[0].strip("`"): float(row[1].replace(",", "")) for row in rows("Limits")} == found
