"""Any Hugging Face encoder as an Embedder: mean of its last layer over a text's tokens, at unit length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, PreTrainedModel

from claimbase_models import loading, padding
from claimbase_models.card import ModelCard
from claimbase_models.packed import PackedBert, packable
from claimbase_models.protocols import Encoded, ModelInfo
from claimbase_models.tokens import TokenEncoder

TOKEN_BUDGET = 4096  # of a batch


class TransformersEmbedder:
    """An encoder read from safetensors."""

    def __init__(self, model: PreTrainedModel, tokens: TokenEncoder, card: ModelCard) -> None:
        self._model = model
        self._means = PackedBert(model).mean_states if packable(model) else self._padded_means
        self._tokens = tokens
        self.card = card
        self.info: ModelInfo = loading.model_info(card, tokens.max_length)
        self.dimensions: int = model.config.hidden_size

    @classmethod
    def load(cls, name_or_path: str, threads: int | None = None) -> TransformersEmbedder:
        """The model of a folder or hub name, on `threads` threads (default: torch's); raises ModelError."""
        if threads is not None:
            torch.set_num_threads(threads)
        folder = loading.resolve_folder(name_or_path)
        config = loading.read_config(folder)
        card = loading.checked_card(folder, loading.model_name(name_or_path))
        model = loading.load_weights(folder, AutoModel, unused=("pooler",))
        return cls(model, loading.load_tokens(folder, config, card), card)

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text in tokens, cut to the model's maximum."""
        return self._tokens.texts(texts)

    def embed_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        """Unit vectors (n, dimensions) of encoded texts of any lengths."""
        if not batch:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with torch.inference_mode():
            vectors = torch.nn.functional.normalize(self._means(batch), dim=-1)
        result: NDArray[np.float32] = vectors.numpy()
        return result

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, dimensions), float32, in the order of the texts."""
        encoded = self.encode(texts)
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for batch in padding.by_length(encoded, TOKEN_BUDGET):
            vectors[batch] = self.embed_encoded([encoded[i] for i in batch])
        return vectors

    def _padded_means(self, batch: Sequence[Encoded]) -> torch.Tensor:
        """Means (n, dimensions) by the model's own forward pass, texts of similar length at a time."""
        tokens = self._tokens
        means = torch.empty((len(batch), self.dimensions))
        for places in padding.by_length(batch, TOKEN_BUDGET):
            inputs = padding.pad([batch[i] for i in places], tokens.pad_id, tokens.max_length, tokens.has_segments)
            states = self._model(**inputs).last_hidden_state.float()
            mask = inputs["attention_mask"].unsqueeze(-1).float()
            means[places] = ((states * mask).sum(dim=1) / mask.sum(dim=1))[: len(places)]
        return means
