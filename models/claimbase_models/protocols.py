"""What the service asks of a model; any object of this shape will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class ModelError(Exception):
    """A model cannot be loaded or is not of the kind asked for; one line that says which and what to do."""


class TextTooLong(ValueError):
    """A hypothesis leaves no room for a premise."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"the hypothesis is {tokens} tokens long, the model takes at most {limit}")
        self.tokens = tokens
        self.limit = limit


@dataclass(frozen=True)
class ModelInfo:
    """Identity of a model, echoed with every verdict so that it can be reproduced."""

    name: str
    revision: str  # first 12 hex digits of the sha256
    sha256: str  # of the weights file
    labels: tuple[str, ...]  # in the order of the model's own outputs
    max_length: int  # tokens of a pair; longer premises are cut
    temperature: float  # logits are divided by it before softmax


@dataclass(frozen=True)
class Thresholds:
    """Where a calibrated probability starts to count; part of a model's card."""

    entailment: float
    contradiction: float


@dataclass(frozen=True)
class Encoded:
    """A pair or a text in tokens, cut to the model's maximum; its length is what it costs."""

    token_ids: tuple[int, ...]
    segment_ids: tuple[int, ...]  # 0 for the premise, 1 for the hypothesis

    def __len__(self) -> int:
        return len(self.token_ids)


class Scorer(Protocol):
    """A three-way NLI model. `encode` is thread-safe; one thread at a time computes."""

    @property
    def info(self) -> ModelInfo: ...

    @property
    def thresholds(self) -> Thresholds: ...

    def encode(self, pairs: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Each (premise, hypothesis) in tokens, the premise cut to fit; raises TextTooLong."""

    def score_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        """The probabilities of one batch of pairs of any lengths, as `score` gives them."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Calibrated probabilities, shape (n, 3), columns entailment, neutral, contradiction; rows sum to 1."""


class Embedder(Protocol):
    """A sentence encoder whose vectors compare by dot product. Threads: as with Scorer."""

    @property
    def info(self) -> ModelInfo: ...

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text in tokens, cut to the model's maximum."""

    def embed_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        """The vectors of one batch of texts of any lengths, as `embed` gives them."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions), float32."""
