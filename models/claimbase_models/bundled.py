"""The models that ship inside the package, and the one way to load these or any other."""

from __future__ import annotations

from pathlib import Path

from claimbase_models.embedder import TransformersEmbedder
from claimbase_models.protocols import ModelError
from claimbase_models.scorer import TransformersScorer

BUNDLED = "bundled"
WEIGHTS = Path(__file__).parent / "weights"


def load_scorer(name_or_path: str = BUNDLED, threads: int | None = None) -> TransformersScorer:
    """The bundled scorer, or the model of a folder or hub name; raises ModelError."""
    return TransformersScorer.load(_place(name_or_path, "scorer"), threads)


def load_embedder(name_or_path: str = BUNDLED, threads: int | None = None) -> TransformersEmbedder:
    """The bundled embedder, or the model of a folder or hub name; raises ModelError."""
    return TransformersEmbedder.load(_place(name_or_path, "embedder"), threads)


def _place(name_or_path: str, kind: str) -> str:
    if name_or_path != BUNDLED:
        return name_or_path
    if not (WEIGHTS / kind).is_dir():
        raise ModelError(f"this installation lacks its bundled {kind} ({WEIGHTS / kind}); reinstall, or name a model")
    return str(WEIGHTS / kind)
