"""How much of the news labels a model guesses from the claim alone: a copy trained and tested without premises.

Usage: python hypothesis_only.py --work BUILD [--init CHECKPOINT]

Near chance (a third) means that the hand-written claims do not give their labels away.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from claimbase_models.bundled import load_scorer
from corpus import NEWS_FILES
from pairs import HERE, LABELS, LabelledPair, Stage, read_pairs
from train_scorer import base_folder, train_stage
from units import read_rows

EPOCHS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="where the checkpoints go")
    parser.add_argument("--init", default=base_folder(), help="weights to start from; the base encoder by default")
    options = parser.parse_args()
    claims = [p for name in NEWS_FILES for p in read_pairs(HERE / "data" / f"{name}.jsonl")]
    blind = [LabelledPair("", pair.hypothesis, pair.label) for pair in claims]
    stage = Stage("hypothesis-only", 5e-5, True, len(blind) * EPOCHS, ())
    scorer = load_scorer(str(train_stage(stage, options.init, blind * EPOCHS, options.work, seed=0)))
    for name in ("dev", "windows_dev", "drills_dev"):
        rows = list(read_rows(HERE / "data" / f"{name}.jsonl"))
        guesses = scorer.score([("", row["hypothesis"]) for row in rows]).argmax(axis=1)
        labels = [LABELS.index(row["label"]) for row in rows]
        right = sum(int(guess) == label for guess, label in zip(guesses, labels, strict=True))
        most = max(labels.count(label) for label in range(len(LABELS)))
        print(f"{name}: {right / len(rows):.3f} without premises; the commonest label {most / len(rows):.3f}")


if __name__ == "__main__":
    main()
