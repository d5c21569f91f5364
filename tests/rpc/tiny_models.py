"""Models small enough to make on the spot: real architectures and files, weights that know nothing."""

from __future__ import annotations

import json
import string
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

from claimbase_server.features import CONFLICT_FEATURES, FEATURES
from claimbase_server.types import Verdict

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_CHARACTERS = (*string.ascii_lowercase, *string.digits)
_WORDS = (*"the in on of a and was it people died rained tram porto alto friday".split(), *string.punctuation)
_LABELS = ("contradiction", "entailment", "neutral")


def write_models(folder: Path) -> None:
    """Make folder/scorer, a three-label BERT, folder/embedder, and folder/judge.json, whose judges trust it alone."""
    torch.manual_seed(7)
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(_vocabulary()), max_position_embeddings=256, **size)
    BertModel(config).save_pretrained(folder / "embedder")
    config.id2label = dict(enumerate(_LABELS))
    config.label2id = {label: index for index, label in enumerate(_LABELS)}
    BertForSequenceClassification(config).save_pretrained(folder / "scorer")
    for name in ("embedder", "scorer"):
        _tokenizer().save_pretrained(folder / name)
    followed = {"SUPPORTS": "entailment", "CONTRADICTS": "contradiction", "NEUTRAL": ""}
    judge = {
        "features": FEATURES,
        "weights": {side: [float(feature == name) for feature in FEATURES] for side, name in followed.items()},
        "bias": dict.fromkeys(followed, 0.0),
        "threshold": 0.3,
        "confidence": {verdict.name: [1.0, 0.0] for verdict in Verdict},
        "conflict": {
            "features": CONFLICT_FEATURES,
            "weights": [float(feature == "contradiction") for feature in CONFLICT_FEATURES],
            "bias": 0.0,
            "threshold": 0.5,
        },
    }
    (folder / "judge.json").write_text(json.dumps(judge), encoding="utf-8")


def _vocabulary() -> dict[str, int]:
    pieces = (*_SPECIAL, *_CHARACTERS, *(f"##{character}" for character in _CHARACTERS), *_WORDS)
    return {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}


def _tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = _vocabulary()
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=256,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
