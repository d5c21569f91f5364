"""An embedder gives unit vectors that depend on the text alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from claimbase_models.bundled import load_embedder
from claimbase_models.card import ModelCard, write_card
from claimbase_models.protocols import ModelError

TEXTS = ["police held 4 people", "rain", "", "rain fell " * 100, "the city said it was not on friday"]


def test_vectors_have_unit_length_and_the_order_of_the_texts(embedder_folder: Path) -> None:
    embedder = load_embedder(str(embedder_folder))
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (5, embedder.dimensions) == (5, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-2)


def test_padding_does_not_count_in_the_mean(embedder_folder: Path) -> None:
    embedder = load_embedder(str(embedder_folder))
    short, _ = embedder.embed_encoded(embedder.encode(["rain", "rain fell " * 25]))
    assert float(short @ embedder.embed(["rain"])[0]) > 0.999


def test_long_texts_are_cut(embedder_folder: Path) -> None:
    embedder = load_embedder(str(embedder_folder))
    assert [len(one) for one in embedder.encode(["rain " * 500, "rain"])] == [embedder.info.max_length, 3]


def test_no_texts(embedder_folder: Path) -> None:
    embedder = load_embedder(str(embedder_folder), threads=1)
    assert embedder.embed([]).shape == embedder.embed_encoded([]).shape == (0, 32)


def test_damaged_weights_are_refused(embedder_folder: Path) -> None:
    write_card(embedder_folder, ModelCard("small", "f" * 64))
    with pytest.raises(ModelError, match="damaged"):
        load_embedder(str(embedder_folder))
