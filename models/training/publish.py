"""Turn trained folders into the weights that ship: bfloat16 safetensors, calibrated, measured, with their cards.

Usage: python publish.py --scorer FOLDER --embedder FOLDER --data ../../shared/data --cost '70 minutes on 2 cores'
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel, AutoModelForSequenceClassification

from calibrate import calibrate
from claimbase_models.bundled import WEIGHTS, load_embedder, load_scorer
from claimbase_models.card import DataSource, ModelCard, weights_sha256, write_card
from claimbase_models.evaluate import FALSE_ALARMS, Evaluation, evaluate
from claimbase_models.evaluation_sets import find_sets
from pairs import read_stages

MOST_BYTES = 50_000_000
SCORER_MAX_LENGTH = 256  # tokens; training pairs are cut at 144, the base encoder has positions up to 512
EMBEDDER_MAX_LENGTH = 128
BASE = "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)"
LICENCES = {
    "public/fever": "CC BY-SA 3.0",
    "public/lingnli": "Apache-2.0",
    "public/mnli_subset": "OANC and others, free use",
    "public/snli_subset": "CC BY-SA 4.0",
    "public/cad_snli": "Apache-2.0",
    "public/infotabs": "MIT",
    "public/conjnli": "MIT",
    "public/curriculum_3way": "MIT; its sources have their own terms",
    "news": "written for this project",
    "made": "generated from FEVER, InfoTabS and this project's news pairs, under the terms of each",
}
INTENDED_USE = "Does an English news passage support, contradict or not settle a claim? Evidence for a person to read."
LIMITS = (
    "English only. Reads no dates, sums or images. Confuses roles, antonyms and numbers more often than plain "
    "negation; knows nothing of the world beyond the passage. Its probabilities are calibrated on news passages "
    "of one to three sentences and are too confident elsewhere."
)


def publish_scorer(folder: Path, data: Path, cost: str, weights: Path = WEIGHTS) -> ModelCard:
    """Convert, calibrate and measure a trained scorer and put it into `weights`; its card."""
    with tempfile.TemporaryDirectory() as temporary:
        built = Path(temporary)
        convert(folder, AutoModelForSequenceClassification, built)
        card = ModelCard(
            name="claimbase-scorer",
            sha256=weights_sha256(built),
            labels=load_scorer(str(built)).info.labels,
            max_length=SCORER_MAX_LENGTH,
            base=BASE,
            licence="Apache-2.0",
            training=f"models/training; {cost}",
            intended_use=INTENDED_USE,
            limits=LIMITS,
            data=data_sources(),
        )
        write_card(built, card)
        fitted = calibrate(load_scorer(str(built)))
        print(f"calibrated on {fitted.pairs} held-back pairs: {fitted}", flush=True)
        card = replace(card, temperature=fitted.temperature, thresholds=fitted.thresholds)
        write_card(built, card)
        card = replace(card, metrics=as_metrics(evaluate(load_scorer(str(built)), data, find_sets(data))))
        write_card(built, card)
        install(built, weights / "scorer")
    return card


def publish_embedder(folder: Path, cost: str, weights: Path = WEIGHTS) -> ModelCard:
    """Convert a trained embedder and put it into `weights`; its card."""
    with tempfile.TemporaryDirectory() as temporary:
        built = Path(temporary)
        convert(folder, AutoModel, built)
        card = ModelCard(
            name="claimbase-embedder",
            sha256=weights_sha256(built),
            max_length=EMBEDDER_MAX_LENGTH,
            base=BASE,
            licence="Apache-2.0",
            training=f"models/training; {cost}",
            intended_use="Finds the sentences of a claim base that may support or contradict a claim.",
            limits="English only; texts are cut at 128 tokens.",
            data=tuple(DataSource(name, LICENCES[name]) for name in ("public/fever", "news")),
        )
        write_card(built, card)
        load_embedder(str(built))
        install(built, weights / "embedder")
    return card


def convert(folder: Path, auto_class: Any, built: Path) -> None:
    """Save the model in bfloat16 with its tokenizer; refuses weights over MOST_BYTES."""
    model = auto_class.from_pretrained(str(folder), dtype=torch.bfloat16, use_safetensors=True)
    model.save_pretrained(built)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(folder / name, built / name)
    size = (built / "model.safetensors").stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{folder}: {size:,} bytes in bfloat16, at most {MOST_BYTES:,} may ship")


def install(built: Path, destination: Path) -> None:
    """Put a finished folder in the place of the one before."""
    if destination.exists():
        shutil.rmtree(destination)
    destination.mkdir(parents=True)
    for file in built.iterdir():  # contents alone: a temporary folder is closed to other users, what ships is not
        shutil.copyfile(file, destination / file.name)


def data_sources() -> tuple[DataSource, ...]:
    """The sources that the mix names, each once, with their licences."""
    names = dict.fromkeys(str(row["source"]) for stage in read_stages() for row in stage.rows)
    return tuple(DataSource(name, LICENCES.get(name) or LICENCES[name.split("/")[0]]) for name in names)


def as_metrics(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """The evaluation as the card keeps it, rounded to four places."""
    metrics = {}
    for one in evaluation.sets:
        figures = asdict(one.figures)
        recalls = {f"recall {label}": value for label, value in figures.pop("recall").items()}
        metrics[one.name] = {name: round(value, 4) for name, value in (figures | recalls).items()}
    if evaluation.false_alarms is not None:
        metrics[FALSE_ALARMS] = {"share": evaluation.false_alarms, "pairs": evaluation.unrelated_pairs}
    return metrics


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, help="folder of the trained scorer")
    parser.add_argument("--embedder", type=Path, help="folder of the trained embedder")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_contrast/ and nli/dev/")
    parser.add_argument("--cost", required=True, help="what training took, for the card")
    options = parser.parse_args()
    if options.scorer:
        card = publish_scorer(options.scorer, options.data, options.cost)
        for name, figures in card.metrics.items():
            print(name, figures)
    if options.embedder:
        publish_embedder(options.embedder, options.cost)


if __name__ == "__main__":
    main()
