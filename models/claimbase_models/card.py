"""A model's card: `card.json` beside its weights, with identity, calibration, data and measurements."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from claimbase_models.protocols import ModelError, Thresholds

CARD_FILE = "card.json"
UNCALIBRATED = Thresholds(entailment=0.5, contradiction=0.5)


@dataclass(frozen=True)
class DataSource:
    """A data set that the model was trained on."""

    name: str
    licence: str


@dataclass(frozen=True)
class ModelCard:
    """What ships with a model; the defaults stand for one that was never calibrated."""

    name: str
    sha256: str  # of the weights
    labels: tuple[str, ...] = ()  # in the order of the model's outputs; none for an embedder
    max_length: int = 512  # tokens
    temperature: float = 1.0
    thresholds: Thresholds = UNCALIBRATED
    base: str = ""
    licence: str = ""
    training: str = ""  # how and at what cost
    intended_use: str = ""
    limits: str = ""
    data: tuple[DataSource, ...] = ()
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)  # by evaluation set, then by figure


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card into the model's folder."""
    (folder / CARD_FILE).write_text(json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_card(folder: Path) -> ModelCard | None:
    """The card in a model's folder, None without one; raises ModelError if it is not a card."""
    path = folder / CARD_FILE
    if not path.is_file():
        return None
    try:
        card = _parse(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path} is not a model card: {error!r}") from error
    if not (card.temperature > 0 and card.max_length > 0):
        raise ModelError(f"{path}: temperature and max_length must be above 0")
    return card


def weights_files(folder: Path) -> list[Path]:
    """The safetensors that a model's folder is loaded from: model.safetensors, else its shards in order."""
    whole = folder / "model.safetensors"
    return [whole] if whole.is_file() else sorted(folder.glob("model-*-of-*.safetensors"))


def weights_sha256(folder: Path) -> str:
    """The sha256 of a folder's weights, shard after shard."""
    digest = hashlib.sha256()
    for path in weights_files(folder):
        with path.open("rb") as weights:
            while chunk := weights.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _parse(fields: dict[str, Any]) -> ModelCard:
    return ModelCard(
        **{
            **fields,
            "labels": tuple(fields["labels"]),
            "thresholds": Thresholds(**fields["thresholds"]),
            "data": tuple(DataSource(**source) for source in fields["data"]),
        }
    )
