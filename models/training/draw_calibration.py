"""Draw docs/calibration.svg: how often the bundled scorer is right by how sure it is, before and after calibration.

Usage: python draw_calibration.py [--out ../../docs/calibration.svg]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np

from calibrate import as_logits, softmax
from claimbase_models.bundled import load_scorer
from claimbase_models.metrics import expected_calibration_error
from pairs import HERE, LABELS
from units import read_rows

matplotlib.use("svg")
from matplotlib import pyplot as plt

BINS = 15
SETS = {"dev": "contrast pairs", "windows_dev": "report windows"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "docs" / "calibration.svg")
    options = parser.parse_args()
    scorer = load_scorer("bundled")
    matplotlib.rcParams.update({"svg.hashsalt": "claimbase", "font.size": 9})
    figure, panels = plt.subplots(1, len(SETS), figsize=(8, 3.9), sharey=True, layout="constrained")
    for panel, (name, title) in zip(panels, SETS.items(), strict=True):
        rows = list(read_rows(HERE / "data" / f"{name}.jsonl"))
        labels = np.array([LABELS.index(row["label"]) for row in rows])
        after = scorer.score([(row["premise"], row["hypothesis"]) for row in rows]).astype(np.float64)
        before = softmax(as_logits(after, scorer.info.temperature))
        panel.plot([1 / 3, 1], [1 / 3, 1], color="0.7", linewidth=1)
        for scores, label, style in ((before, "as trained", "o--"), (after, "as shipped", "o-")):
            error = expected_calibration_error(scores, labels)
            panel.plot(*reliability(scores, labels), style, markersize=3.5, label=f"{label}, ECE {error:.3f}")
        panel.set(title=f"{title} ({len(rows)})", xlabel="highest probability", xlim=(0.3, 1.02), ylim=(0, 1.02))
        panel.legend(frameon=False, loc="upper left")
    panels[0].set_ylabel("share that is right")
    figure.savefig(options.out, metadata={"Date": None})


def reliability(scores: np.ndarray, labels: np.ndarray) -> tuple[list[float], list[float]]:
    """Mean confidence and accuracy of each of BINS bins that holds at least five pairs."""
    sure, right = scores.max(axis=1), scores.argmax(axis=1) == labels
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    full = [b for b in range(BINS) if (bins == b).sum() >= 5]
    return [float(sure[bins == b].mean()) for b in full], [float(right[bins == b].mean()) for b in full]


if __name__ == "__main__":
    main()
