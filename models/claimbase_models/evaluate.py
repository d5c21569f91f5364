"""Measure a model on labelled pairs: python -m claimbase_models.evaluate --data FOLDER [--model NAME_OR_PATH]

FOLDER holds news_contrast/*.jsonl and nli/dev/*.jsonl.gz. Two-label sets are scored as their labels allow:
FEVER, FEVER symmetric and FoolMeTwice by the higher of entailment and contradiction; HANS and RTE-Quant, as
their authors do, by the highest of all three, neutral and contradiction counted as 'not entailment'.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from claimbase_models import padding
from claimbase_models.bundled import BUNDLED, load_scorer
from claimbase_models.evaluation_sets import (
    NEWS_SETS,
    EvaluationSet,
    collapse,
    find_sets,
    label_names,
    read_lines,
    read_set,
    unrelated_pairs,
)
from claimbase_models.metrics import Figures, Scores, figures
from claimbase_models.protocols import ModelError, Scorer

FALSE_ALARMS = "false alarms"
UNRELATED_PAIRS = 2000
_BATCH_TOKENS = 4096
_TABLE_WIDTH = 130  # characters; narrower terminals wrap lines, which beats cut-off numbers


@dataclass(frozen=True)
class SetResult:
    """A model's figures on one set."""

    name: str
    scoring: str
    figures: Figures


@dataclass(frozen=True)
class Evaluation:
    """Everything measured of one model."""

    model: str
    revision: str
    sets: tuple[SetResult, ...]
    false_alarms: float | None  # share of unrelated pairs called contradictions at the card's threshold
    unrelated_pairs: int


def evaluate(scorer: Scorer, data: Path, sets: Sequence[EvaluationSet], limit: int | None = None) -> Evaluation:
    """The model's figures on each set, and on unrelated news pairs where there are news; progress goes to stderr."""
    read = {one: read_set(one, data, limit) for one in sets}
    unrelated = _unrelated(data, min(limit or UNRELATED_PAIRS, UNRELATED_PAIRS))
    results = []
    with _progress() as progress:
        task = progress.add_task("", total=sum(len(one.pairs) for one in read.values()) + len(unrelated))
        for one, labelled in read.items():
            progress.update(task, description=one.name)
            scores = score_all(scorer, labelled.pairs, lambda done: progress.advance(task, done))
            measured = figures(collapse(scores, one.scoring), labelled.labels, label_names(one.scoring))
            results.append(SetResult(one.name, one.scoring.value, measured))
        progress.update(task, description=FALSE_ALARMS)
        scores = score_all(scorer, unrelated, lambda done: progress.advance(task, done))
    alarms = false_alarms(scores, scorer.thresholds.contradiction) if unrelated else None
    return Evaluation(scorer.info.name, scorer.info.revision, tuple(results), alarms, len(unrelated))


def score_all(scorer: Scorer, pairs: Sequence[tuple[str, str]], advance: Callable[[int], object]) -> Scores:
    """Probabilities (n, 3) in the order of the pairs, calling `advance` with the size of each batch done."""
    encoded = scorer.encode(pairs)
    scores = np.empty((len(pairs), 3))
    for batch in padding.by_length(encoded, _BATCH_TOKENS):
        scores[batch] = scorer.score_encoded([encoded[i] for i in batch])
        advance(len(batch))
    return scores


def false_alarms(scores: Scores, threshold: float) -> float:
    """Share of rows whose highest probability is contradiction, and at least `threshold`."""
    return float(((scores.argmax(axis=1) == 2) & (scores[:, 2] >= threshold)).mean())


def table(evaluation: Evaluation) -> Table:
    """The evaluation for people."""
    shown = Table(title=f"{evaluation.model} ({evaluation.revision})", title_justify="left")
    for heading in ("set", "scored as"):
        shown.add_column(heading)
    for heading in ("pairs", "accuracy", "majority", "macro-F1", "recall E", "N", "C", "ECE"):
        shown.add_column(heading, justify="right")
    for one in evaluation.sets:
        f = one.figures
        rest = f.recall.get("neutral", f.recall.get("not entailment"))
        recalls = [f.recall.get("entailment"), rest, f.recall.get("contradiction")]
        cells = [f.accuracy, f.majority, f.macro_f1, *recalls, f.ece]
        shown.add_row(one.name, one.scoring, f"{f.pairs:,}", *("" if c is None else f"{c:.3f}" for c in cells))
    if evaluation.false_alarms is not None:
        shown.caption = f"false alarms: {evaluation.false_alarms:.2%} of {evaluation.unrelated_pairs:,} unrelated pairs"
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m claimbase_models.evaluate", description=__doc__)
    parser.add_argument("--model", default=BUNDLED, help="bundled (default), a folder, or a hub name")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_contrast/ and nli/dev/")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="only these sets (default: all there are)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pairs of each set, for a quick look")
    parser.add_argument("--threads", type=int, help="processor threads (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
    options = parser.parse_args()
    try:
        sets = _chosen(options.data, options.sets)
        result = evaluate(load_scorer(options.model, options.threads), options.data, sets, options.limit)
    except (ModelError, ValueError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        sys.exit(2)
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        console = Console()
        Console(width=max(console.width, _TABLE_WIDTH)).print(table(result))


def _chosen(data: Path, names: Sequence[str] | None) -> list[EvaluationSet]:
    there = {one.name: one for one in find_sets(data)}
    if not there:
        raise ValueError(f"no evaluation sets under {data}: expected news_contrast/*.jsonl or nli/dev/*.jsonl.gz")
    unknown = [name for name in names or () if name not in there]
    if unknown:
        raise ValueError(f"no set {unknown[0]} under {data}; there are {', '.join(there)}")
    return [there[name] for name in names or there]


def _unrelated(data: Path, count: int) -> list[tuple[str, str]]:
    news = data / NEWS_SETS[0].path
    return unrelated_pairs(list(read_lines(news)), count) if news.is_file() else []


def _progress() -> Progress:
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


if __name__ == "__main__":
    main()
