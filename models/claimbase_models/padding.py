"""Few shapes for many batches: oneDNN compiles a kernel for every new (rows, length) that it meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from claimbase_models.protocols import Encoded

LENGTHS = (32, 48, 64, 96, 128, 192, 256, 384, 512)
ROWS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64)


def padded_length(tokens: int, max_length: int) -> int:
    """The padded length in tokens of a row of `tokens` tokens, never above `max_length`."""
    return min(next(length for length in LENGTHS if length >= tokens), max_length)


def padded_rows(rows: int) -> int:
    """The padded number of rows of a batch; multiples of the largest step above it."""
    return next((step for step in ROWS if step >= rows), -(-rows // ROWS[-1]) * ROWS[-1])


def pad(batch: Sequence[Encoded], pad_id: int, max_length: int, segments: bool) -> dict[str, torch.Tensor]:
    """The model's inputs for a batch, shape (padded rows, padded length); rows beyond the batch repeat its last."""
    shape = (padded_rows(len(batch)), padded_length(max(map(len, batch)), max_length))
    inputs = {"input_ids": torch.full(shape, pad_id), "attention_mask": torch.zeros(shape, dtype=torch.long)}
    if segments:
        inputs["token_type_ids"] = torch.zeros(shape, dtype=torch.long)
    for row in range(shape[0]):
        encoded = batch[min(row, len(batch) - 1)]
        inputs["input_ids"][row, : len(encoded)] = torch.tensor(encoded.token_ids)
        inputs["attention_mask"][row, : len(encoded)] = 1
        if segments:
            inputs["token_type_ids"][row, : len(encoded)] = torch.tensor(encoded.segment_ids)
    return inputs


def by_length(encoded: Sequence[Encoded], token_budget: int) -> Iterator[list[int]]:
    """Indices in batches of similar length, longest x count at most `token_budget` (one row at least)."""
    batch: list[int] = []
    for index in sorted(range(len(encoded)), key=lambda i: -len(encoded[i])):
        if batch and len(encoded[batch[0]]) * (len(batch) + 1) > token_budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
