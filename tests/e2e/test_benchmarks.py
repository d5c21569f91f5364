"""The speed benchmarks run to their end and leave their tables; what they measure at this size means nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize(
    ("program", "options", "shown"),
    [
        ("latency", ["--claims", "60", "--checks", "2"], "share of the time outside the model"),
        ("start", ["--claims", "50", "--starts", "1"], "serving after s"),
        ("growth", ["--sizes", "50", "120", "--checks", "2", "--documents", "1"], "recall@10"),
        ("limit", ["--pairs", "30"], "of the peak"),
        ("throughput", ["--pairs", "60", "--only", "claimbase, gRPC", "claimbase, forward pass alone"], "accuracy"),
    ],
)
def test_benchmarks_print_and_keep_their_tables(program: str, options: list[str], shown: str, tmp_path: Path) -> None:
    if program == "growth":
        pytest.importorskip("matplotlib", reason="the plot needs the extra `bench`")
    command = [sys.executable, str(BENCHMARKS / f"{program}.py"), *options, "--results", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=os.environ)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout
    assert shown in (tmp_path / f"{program}.txt").read_text(encoding="utf-8")
