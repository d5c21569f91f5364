#!/usr/bin/env python3
"""How near the scorer comes to what the machine can multiply, and where the rest of the time goes.

The peak is the best rate of one large product in the type that the model computes in, measured here; the model's rate
counts only the products of its layers with weights, and of real tokens: padding, attention and everything else is loss.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from claimbase_models import loading, padding
from claimbase_models.bundled import WEIGHTS, load_scorer
from claimbase_models.scorer import TOKEN_BUDGET, TransformersScorer
from report import RESULTS, Report
from throughput import read_pairs

PEAK_SIZES = ((1024, 1024, 1024), (2048, 2048, 2048), (4096, 4096, 4096))
ROWS = 2048  # tokens of a product at the model's own shapes
SHOWN = 14  # operations


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, help="how many (default: all)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="(default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder (default: %(default)s)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    report = Report("The scorer against the machine's limit", arguments.threads)
    scorer = load_scorer(threads=arguments.threads)
    kind = loading.compute_type()
    config = loading.read_config(WEIGHTS / "scorer")
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    shapes = ((hidden, 3 * hidden), (hidden, hidden), (hidden, inner), (inner, hidden))

    with torch.inference_mode():
        peak = max(product_rate(*size, kind) for size in PEAK_SIZES)
        rows = [[f"{inside} to {outside}", product_rate(ROWS, inside, outside, kind)] for inside, outside in shapes]
    report.table(
        [f"product of {ROWS} rows, {str(kind).removeprefix('torch.')}", "GFLOP/s", "of the peak"],
        [["peak of large squares", peak, "100%"], *([*row, f"{float(row[1]) / peak:.0%}"] for row in rows)],  # type: ignore[arg-type]
    )

    encoded = scorer.encode(read_pairs(arguments.pairs)[0])
    batches = [[encoded[i] for i in places] for places in padding.by_length(encoded, TOKEN_BUDGET)]
    tokens = sum(map(len, encoded))
    work = 2 * tokens * layers * sum(inside * outside for inside, outside in shapes)

    def score() -> None:
        for batch in batches:
            scorer.score_encoded(batch)

    seconds = best_seconds(score, 3)
    computed = computed_tokens(scorer, score)
    report.line(
        f"{len(encoded):,} pairs, {tokens:,} tokens in {len(batches)} batches: {len(encoded) / seconds:.1f} pairs/s, "
        f"{work / seconds / 1e9:.1f} GFLOP/s, {work / seconds / 1e9 / peak:.0%} of the peak"
    )
    report.line(f"padding: {1 - tokens / computed:.1%} of the tokens that the layers compute")
    started = time.perf_counter()
    scorer.encode(read_pairs(arguments.pairs)[0])
    report.line(f"tokenising takes {(time.perf_counter() - started) / seconds:.1%} of that time, on callers' threads")

    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        score()
    events = sorted(profile.key_averages(), key=lambda event: -event.self_cpu_time_total)
    total = sum(event.self_cpu_time_total for event in events)
    report.table(
        ["operation", "share of the time", "calls"],
        [[event.key, f"{event.self_cpu_time_total / total:.1%}", event.count] for event in events[:SHOWN]],
    )
    report.save("limit", arguments.results)


def computed_tokens(scorer: TransformersScorer, score: Callable[[], None]) -> int:
    """How many rows the first layer's products have, with whatever fills them up."""
    rows: list[int] = []
    dense = next(part for name, part in scorer._model.named_modules() if name.endswith("layer.0.intermediate.dense"))
    hook = dense.register_forward_pre_hook(lambda _, inputs: rows.append(inputs[0].numel() // inputs[0].shape[-1]))
    score()
    hook.remove()
    return sum(rows)


def product_rate(rows: int, inside: int, outside: int, kind: torch.dtype) -> float:
    """GFLOP/s of a linear layer of these sizes."""
    inputs, weights = torch.randn(rows, inside).to(kind), torch.randn(outside, inside).to(kind)
    seconds = best_seconds(lambda: torch.nn.functional.linear(inputs, weights), 10)
    return 2 * rows * inside * outside / seconds / 1e9


def best_seconds(work: Callable[[], object], times: int) -> float:
    """The shortest of some runs, after one that does not count."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return float(np.min(taken))


if __name__ == "__main__":
    main()
