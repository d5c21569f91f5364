"""BERT without padding: the tokens of a batch stand in one row, and each text attends to itself alone.

Most of a forward pass is products of tokens with weights, to which it is all one whose tokens they are. Padding would
only add to them, and cost attention a mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeGuard

import torch
from torch.nn import functional
from transformers import BertModel

from claimbase_models.protocols import Encoded

_STEP = 64  # tokens are filled up to a multiple: oneDNN compiles a kernel for every new number that it meets
_ACTIVATIONS = ("gelu", "gelu_python")


@dataclass(frozen=True)
class _Packed:
    """A batch, sorted by length, its tokens in one row."""

    order: torch.Tensor  # where each text of the caller's batch stands
    token_ids: torch.Tensor
    segment_ids: torch.Tensor
    positions: torch.Tensor
    lengths: torch.Tensor  # of the sorted texts
    starts: torch.Tensor
    alike: list[tuple[int, int]]  # how many texts have the same length, and that length, in order


def packable(model: object) -> TypeGuard[BertModel]:
    """Whether the model is one that PackedBert computes."""
    if not isinstance(model, BertModel) or model.config.is_decoder:
        return False
    absolute = getattr(model.config, "position_embedding_type", "absolute") == "absolute"
    return absolute and model.config.hidden_act in _ACTIVATIONS


class PackedBert:
    """A BertModel's weights with a forward pass of its own; equal to the model's own to rounding."""

    def __init__(self, model: BertModel) -> None:
        self._embeddings: Any = model.embeddings
        self._layers: list[Any] = list(model.encoder.layer)
        self._heads: int = model.config.num_attention_heads
        for layer in self._layers:
            attention = layer.attention.self
            parts = (attention.query, attention.key, attention.value)
            together = torch.nn.Linear(parts[0].in_features, 3 * parts[0].out_features, dtype=parts[0].weight.dtype)
            with torch.no_grad():
                together.weight.copy_(torch.cat([part.weight for part in parts]))
                together.bias.copy_(torch.cat([part.bias for part in parts]))
            attention.together = together

    def first_states(self, batch: Sequence[Encoded]) -> torch.Tensor:
        """The last layer's states (n, hidden) of the first token of each text."""
        packed = self._pack(batch)
        states = self._embed(packed)
        *layers, last = self._layers
        for layer in layers:
            states = _finish(layer, self._attend(layer, states, packed), states)
        # Of the last layer nothing but the first tokens is asked for.
        attended = self._attend(last, states, packed)[packed.starts]
        return _finish(last, attended, states[packed.starts])[packed.order]

    def mean_states(self, batch: Sequence[Encoded]) -> torch.Tensor:
        """The mean (n, hidden), in float32, of the last layer's states over the tokens of each text."""
        packed = self._pack(batch)
        states = self._embed(packed)
        for layer in self._layers:
            states = _finish(layer, self._attend(layer, states, packed), states)
        tokens = states[: int(packed.lengths.sum())].float()
        return torch.segment_reduce(tokens, "mean", lengths=packed.lengths)[packed.order]

    def _pack(self, batch: Sequence[Encoded]) -> _Packed:
        order = sorted(range(len(batch)), key=lambda i: len(batch[i]))
        texts = [batch[i] for i in order]
        lengths = torch.tensor([len(text) for text in texts])
        starts = lengths.cumsum(0) - lengths
        positions = torch.arange(int(lengths.sum())) - starts.repeat_interleave(lengths)
        filling = [0] * (-len(positions) % _STEP)
        return _Packed(
            order=torch.tensor(order).argsort(),
            token_ids=torch.tensor([token for text in texts for token in text.token_ids] + filling),
            segment_ids=torch.tensor([segment for text in texts for segment in text.segment_ids] + filling),
            positions=functional.pad(positions, (0, len(filling))),
            lengths=lengths,
            starts=starts,
            alike=[(len(list(same)), length) for length, same in groupby(texts, key=len)],
        )

    def _embed(self, packed: _Packed) -> torch.Tensor:
        embeddings = self._embeddings
        states: torch.Tensor = embeddings.word_embeddings(packed.token_ids)
        states += embeddings.position_embeddings(packed.positions)
        states += embeddings.token_type_embeddings(packed.segment_ids)
        normalised: torch.Tensor = embeddings.LayerNorm(states)
        return normalised

    def _attend(self, layer: Any, states: torch.Tensor, packed: _Packed) -> torch.Tensor:
        """What each token gathers from its own text, (tokens, hidden)."""
        tokens, hidden = states.shape
        together = layer.attention.self.together(states).view(tokens, 3, self._heads, hidden // self._heads)
        attended = torch.zeros_like(states)
        first = 0
        for rows, length in packed.alike:
            place = slice(first, first + rows * length)
            query, key, value = together[place].unflatten(0, (rows, length)).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(query, key, value)
            attended[place] = mixed.transpose(1, 2).reshape(rows * length, hidden)
            first = place.stop
        return attended


def _finish(layer: Any, attended: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
    """The rest of a layer, token by token."""
    output = layer.attention.output
    states = output.LayerNorm(output.dense(attended) + states)
    widened = functional.gelu(layer.intermediate.dense(states))
    result: torch.Tensor = layer.output.LayerNorm(layer.output.dense(widened) + states)
    return result
