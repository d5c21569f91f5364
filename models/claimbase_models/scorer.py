"""Any three-label Hugging Face sequence classifier as a Scorer, its label order read from its configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, BertForSequenceClassification, PreTrainedModel

from claimbase_models import loading, padding
from claimbase_models.card import ModelCard
from claimbase_models.packed import PackedBert, packable
from claimbase_models.protocols import Encoded, ModelError, ModelInfo, Thresholds
from claimbase_models.tokens import TokenEncoder

RELATIONS = ("entailment", "neutral", "contradiction")
TOKEN_BUDGET = 4096  # of a batch


class TransformersScorer:
    """A sequence classifier read from safetensors; calibrated by its card, if it has one."""

    def __init__(self, model: PreTrainedModel, tokens: TokenEncoder, card: ModelCard) -> None:
        self._model = model
        self._logits = _packed_logits(model) or self._padded_logits
        self._tokens = tokens
        self._columns = [card.labels.index(relation) for relation in RELATIONS]
        self.card = card
        self.info: ModelInfo = loading.model_info(card, tokens.max_length)
        self.thresholds: Thresholds = card.thresholds

    @classmethod
    def load(cls, name_or_path: str, threads: int | None = None) -> TransformersScorer:
        """The model of a folder or hub name, on `threads` threads (default: torch's); raises ModelError."""
        if threads is not None:
            torch.set_num_threads(threads)
        folder = loading.resolve_folder(name_or_path)
        config = loading.read_config(folder)
        labels = label_order(dict(config.id2label or {}), name_or_path)
        card = loading.checked_card(folder, loading.model_name(name_or_path), labels)
        model = loading.load_weights(folder, AutoModelForSequenceClassification)
        _classify_in_float32(model)
        scorer = cls(model, loading.load_tokens(folder, config, card), card)
        scorer._try_longest()
        return scorer

    def encode(self, pairs: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Each (premise, hypothesis) in tokens, the premise cut to fit; raises TextTooLong."""
        return self._tokens.pairs(pairs)

    def score_encoded(self, batch: Sequence[Encoded]) -> NDArray[np.float32]:
        """Probabilities (n, 3) of encoded pairs of any lengths; columns entailment, neutral, contradiction."""
        if not batch:
            return np.empty((0, 3), dtype=np.float32)
        with torch.inference_mode():
            logits = self._logits(batch).float()
            probabilities = torch.softmax(logits / self.card.temperature, dim=-1)[:, self._columns]
        result: NDArray[np.float32] = probabilities.numpy()
        return result

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Calibrated probabilities (n, 3) in the order of the pairs; raises TextTooLong."""
        encoded = self.encode(pairs)
        scores = np.empty((len(pairs), 3), dtype=np.float32)
        for batch in padding.by_length(encoded, TOKEN_BUDGET):
            scores[batch] = self.score_encoded([encoded[i] for i in batch])
        return scores

    def _padded_logits(self, batch: Sequence[Encoded]) -> torch.Tensor:
        """Logits (n, 3) by the model's own forward pass, pairs of similar length at a time."""
        tokens = self._tokens
        logits = torch.empty((len(batch), len(RELATIONS)))
        for places in padding.by_length(batch, TOKEN_BUDGET):
            inputs = padding.pad([batch[i] for i in places], tokens.pad_id, tokens.max_length, tokens.has_segments)
            logits[places] = self._model(**inputs).logits[: len(places)].float()
        return logits

    def _try_longest(self) -> None:
        """One forward pass at full length: what cannot work shows here, not in a caller's request."""
        try:
            scores = self.score([("a " * self.info.max_length, "a")])
        except (RuntimeError, IndexError, TypeError) as error:
            raise ModelError(f"{self.info.name} cannot read {self.info.max_length} tokens: {error}") from error
        if not np.isfinite(scores).all():
            raise ModelError(f"{self.info.name} answers with numbers that are not finite")


def _packed_logits(model: PreTrainedModel) -> Callable[[Sequence[Encoded]], torch.Tensor] | None:
    """Logits (n, 3) without padding, for a model that allows it."""
    if not (isinstance(model, BertForSequenceClassification) and packable(model.bert)):
        return None
    packed = PackedBert(model.bert)
    pooler: Any = model.bert.pooler

    def logits(batch: Sequence[Encoded]) -> torch.Tensor:
        pooled = pooler(packed.first_states(batch).unsqueeze(1))
        classified: torch.Tensor = model.classifier(pooled)
        return classified

    return logits


def label_order(id2label: Mapping[Any, str], name: str) -> tuple[str, ...]:
    """The three relations in the order of a model's outputs; raises ModelError for any other labels."""
    labels = tuple(str(id2label[i]).strip().lower() for i in sorted(id2label))
    if sorted(labels) == sorted(RELATIONS):
        return labels
    shown = ", ".join(str(id2label[i]) for i in sorted(id2label)[:5])
    wanted = ", ".join(RELATIONS)
    if len(labels) != len(RELATIONS):
        raise ModelError(f"{name} has {len(labels)} labels ({shown}); a scorer needs three: {wanted}")
    if all(label.startswith("label_") for label in labels):
        raise ModelError(f"{name} does not name its labels ({shown}); set id2label in its config.json to {wanted}")
    raise ModelError(f"{name} has the labels {shown}; a scorer needs {wanted}, in any order")


def _classify_in_float32(model: PreTrainedModel) -> None:
    """Let the last layer compute in float32: bfloat16 logits come in steps that show in probabilities."""
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module.out_features == len(RELATIONS):
            module.float().register_forward_pre_hook(lambda _, inputs: (inputs[0].float(),))
