"""Rules for loading any model: where its files are, that they are the right ones, how it computes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils import logging

from claimbase_models.card import CARD_FILE, ModelCard, read_card, weights_files, weights_sha256
from claimbase_models.padding import LENGTHS
from claimbase_models.protocols import ModelError, ModelInfo
from claimbase_models.tokens import TokenEncoder

_HUB_FILES = ["*.json", "*.safetensors", "*.model", "*.txt"]
_HUB_SUBFOLDERS = ["*/*"]


def resolve_folder(name_or_path: str) -> Path:
    """The folder of a model: a path as it is, a hub name downloaded or from the hub's cache; raises ModelError."""
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name_or_path.startswith((".", "~")) or name_or_path.count("/") != 1:
        raise ModelError(f"no model folder at {path}")
    try:
        folder = snapshot_download(name_or_path, allow_patterns=_HUB_FILES, ignore_patterns=_HUB_SUBFOLDERS)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{name_or_path} is no folder here and cannot be had from the model hub ({_first_line(error)}); "
            "give the path of a downloaded copy"
        ) from error
    return Path(folder)


def model_name(name_or_path: str) -> str:
    """What a model without a card is called: its hub name, or the last part of its path."""
    path = Path(name_or_path).expanduser()
    return path.resolve().name if path.is_dir() else name_or_path


def read_config(folder: Path) -> PretrainedConfig:
    """The model's configuration, once its files are there; raises ModelError."""
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} has no config.json")
    if not weights_files(folder):
        raise ModelError(f"{folder} has no model.safetensors (weights in other formats are not loaded)")
    try:
        config: PretrainedConfig = AutoConfig.from_pretrained(str(folder), trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}/config.json cannot be used: {_first_line(error)}") from error
    return config


def checked_card(folder: Path, name: str, labels: tuple[str, ...] = ()) -> ModelCard:
    """The folder's card with the sha256 of its weights verified, or an uncalibrated one; raises ModelError."""
    actual = weights_sha256(folder)
    card = read_card(folder)
    if card is None:
        return ModelCard(name=name, sha256=actual, labels=labels)
    if card.sha256 != actual:
        raise ModelError(
            f"the weights in {folder} are damaged or not those of {CARD_FILE}: "
            f"sha256 {actual[:12]} instead of {card.sha256[:12]}"
        )
    if card.labels != labels:
        raise ModelError(f"{folder}: {CARD_FILE} and config.json disagree on the labels' order")
    return card


def load_tokens(folder: Path, config: PretrainedConfig, card: ModelCard) -> TokenEncoder:
    """The model's tokenizer, cutting at the least of its own, the model's and the card's limit; raises ModelError."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, use_fast=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"{folder} has no usable tokenizer: {_first_line(error)}") from error
    if not isinstance(tokenizer, PreTrainedTokenizerFast) or tokenizer.backend_tokenizer.get_vocab_size() < 2:
        raise ModelError(f"{folder} has no usable tokenizer: tokenizer.json is missing or empty")
    largest = max(tokenizer.get_vocab().values())
    if largest >= config.vocab_size:
        raise ModelError(f"{folder}: the tokenizer is of another model (token {largest} of {config.vocab_size})")
    positions = getattr(config, "max_position_embeddings", None) or LENGTHS[-1]
    max_length = min(tokenizer.model_max_length, positions, card.max_length, LENGTHS[-1])
    return TokenEncoder(tokenizer, max_length)


def load_weights(folder: Path, auto_class: Any, unused: tuple[str, ...] = ()) -> PreTrainedModel:
    """The model in evaluation mode and this machine's best type; raises ModelError if weights are missing.

    Weights whose names start with one of `unused` may be missing: the caller never reads what they give.
    """
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model, report = auto_class.from_pretrained(
            str(folder),
            dtype=compute_type(),
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except Exception as error:  # safetensors and transformers raise their own kinds for damaged files
        raise ModelError(f"the weights in {folder} cannot be loaded: {_first_line(error)}") from error
    missing = sorted(key for key in report["missing_keys"] if not key.startswith(unused or "\0"))
    missing += sorted(str(key) for key in report["mismatched_keys"])
    if missing:
        raise ModelError(f"the weights in {folder} lack {missing[0]} ({len(missing)} tensors in all)")
    loaded: PreTrainedModel = model.eval()
    return loaded


def compute_type() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively (AMX or AVX512-BF16), else float32."""
    able: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # releases of torch before 2.10 cannot say
    return torch.bfloat16 if able.get("amx_bf16") or able.get("avx512_bf16") else torch.float32


def model_info(card: ModelCard, max_length: int) -> ModelInfo:
    """What verdicts echo of a loaded model."""
    return ModelInfo(card.name, card.sha256[:12], card.sha256, card.labels, max_length, card.temperature)


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
