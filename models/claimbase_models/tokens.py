"""Texts to tokens, thread-safe: the tokenizer's settings are fixed once and never touched again."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from claimbase_models.protocols import Encoded, TextTooLong


class TokenEncoder:
    """A fast tokenizer that cuts texts, and the premise of pairs, to `max_length` tokens."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, max_length: int) -> None:
        self.max_length = max_length
        self.pad_id: int = tokenizer.pad_token_id or 0
        self.has_segments: bool = "token_type_ids" in tokenizer.model_input_names
        # transformers' own call changes truncation settings in place, which fails under threads ('Already borrowed').
        self._cutting = _copy(tokenizer)
        self._cutting.enable_truncation(max_length, strategy="only_first")
        self._whole = _copy(tokenizer)
        # A premise keeps at least one token, or the tokenizer refuses to cut it.
        self._hypothesis_limit = max_length - self._whole.num_special_tokens_to_add(is_pair=True) - 1

    def texts(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text in tokens, with the special ones."""
        return [Encoded(tuple(one.ids), tuple(one.type_ids)) for one in self._cutting.encode_batch(list(texts))]

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Each (premise, hypothesis) in tokens; raises TextTooLong for a hypothesis that does not fit."""
        hypotheses = list({hypothesis for _, hypothesis in pairs})
        for one in self._whole.encode_batch(hypotheses, add_special_tokens=False):
            if len(one.ids) > self._hypothesis_limit:
                raise TextTooLong(len(one.ids), self._hypothesis_limit)
        return [Encoded(tuple(one.ids), tuple(one.type_ids)) for one in self._cutting.encode_batch(list(pairs))]


def _copy(tokenizer: PreTrainedTokenizerFast) -> Tokenizer:
    copy = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    copy.encode_special_tokens = True  # '[SEP]' in a text is text, not a way to forge a pair
    return copy
