"""`claimbase serve` with the tiny models and a scorer that fails as files in a folder tell it to.

Usage: server_program.py MODELS FAULTS serve ARGUMENT...

FAULTS/hold keeps the scorer busy until it is removed, and FAULTS/held says that it is; FAULTS/fail is a lack of memory,
FAULTS/nan answers with numbers that are none, and FAULTS/die ends the worker's thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claimbase_models import bundled
from claimbase_models.protocols import Encoded
from claimbase_server import cli, main
from claimbase_server.rpc import health


class FaultyScorer:
    """The real scorer, but for the fault that is asked for."""

    def __init__(self, scorer: Any, faults: Path) -> None:
        self._scorer = scorer
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def score_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        while (self._faults / "hold").exists():
            (self._faults / "held").touch()
            time.sleep(0.01)
        if (self._faults / "fail").exists():
            raise MemoryError("not enough memory: you tried to allocate 8589934592 bytes")
        if (self._faults / "die").exists():
            raise SystemExit("the worker's end")
        rows: NDArray[np.float32] = self._scorer.score_encoded(batch)
        return np.full_like(rows, np.nan) if (self._faults / "nan").exists() else rows


if __name__ == "__main__":
    models, faults, *arguments = sys.argv[1:]
    bundled.WEIGHTS = main.WEIGHTS = Path(models)
    load = bundled.load_scorer
    main.load_scorer = lambda *given, **named: FaultyScorer(load(*given, **named), Path(faults))
    health.PROBE_SECONDS = 0.1
    sys.exit(cli.main(arguments))
