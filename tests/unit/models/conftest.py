"""Small models made on the spot, saved as transformers saves them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

sys.path.insert(0, str(Path(__file__).parents[3] / "models" / "training"))  # its scripts are no package

WORDS = "the a police held killed said people in city on friday 1 2 3 4 5 not no they it was were rain fell".split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
MAX_LENGTH = 64

MakeScorer = Callable[..., Path]


def save_tokenizer(folder: Path, max_length: int = MAX_LENGTH) -> None:
    """A word-piece tokenizer of a few words, letters and digits, with BERT's pair template."""
    letters = [letter for c in "abcdefghijklmnopqrstuvwxyz[]" for letter in (c, f"##{c}")]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys([*SPECIAL, *WORDS, *letters]))}
    backend = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=max_length,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)


def small_config(
    labels: Sequence[str], max_length: int = MAX_LENGTH, kind: type[PreTrainedConfig] = BertConfig
) -> PreTrainedConfig:
    """Two layers of 32 numbers."""
    return kind(
        vocab_size=100,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=max_length,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )


@pytest.fixture
def make_scorer(tmp_path: Path) -> MakeScorer:
    """Saves a scorer whose output for a label is the same whatever the order of its labels; gives its folder."""

    def make(
        labels: Sequence[str],
        max_length: int = MAX_LENGTH,
        architecture: type[PreTrainedModel] = BertForSequenceClassification,
    ) -> Path:
        torch.manual_seed(0)
        model = architecture(small_config(labels, max_length, architecture.config_class))
        head = next(layer for layer in reversed(list(model.modules())) if isinstance(layer, torch.nn.Linear))
        by_name = {name: torch.randn(32) for name in ("entailment", "neutral", "contradiction")}
        with torch.no_grad():
            for row, label in enumerate(labels):
                head.weight[row] = 3 * by_name.get(label.lower(), torch.zeros(32))
        folder = tmp_path / "-".join(labels)
        model.save_pretrained(folder)
        save_tokenizer(folder, max_length)
        return folder

    return make


@pytest.fixture
def embedder_folder(tmp_path: Path) -> Path:
    """A saved encoder without a classifier."""
    torch.manual_seed(0)
    folder = tmp_path / "embedder"
    BertModel(small_config(["one", "two"])).save_pretrained(folder)
    save_tokenizer(folder)
    return folder
