"""Fine-tune the base encoder into the retrieval embedder: a claim near the sentences that decide it.

Usage: python train_embedder.py --data ../../shared/data --work BUILD [--dossiers ../../shared/eval/dossiers]

One epoch of in-batch contrast with sentence-transformers; a run that was stopped resumes from its newest
checkpoint under BUILD. The result, BUILD/embedder/result, is a plain transformers folder: BERT and tokenizer,
to be mean-pooled. With --dossiers it prints how often the deciding sentence is among the ten nearest.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from sentence_transformers.sentence_transformer.training_args import BatchSamplers
from transformers import AutoTokenizer
from transformers.trainer_utils import get_last_checkpoint

from corpus import RealPair, read_fever, read_news, sentences
from train_scorer import base_folder

MAX_LENGTH = 64  # tokens; nearly all claims and news sentences are shorter
FEVER_PAIRS = 3_000


def load(folder: str) -> SentenceTransformer:
    """The encoder of a plain transformers folder with mean pooling, on the CPU unless there is a GPU."""
    encoder = Transformer(folder, max_seq_length=MAX_LENGTH)
    return SentenceTransformer(modules=[encoder, Pooling(encoder.get_embedding_dimension(), "mean")])


def news_triples(news: Sequence[RealPair], rng: random.Random) -> list[tuple[str, str, str]]:
    """(claim, passage that supports or contradicts it, passage of the same report that does not decide it)."""
    by_claim: dict[tuple[str, str], list[RealPair]] = defaultdict(list)
    for pair in news:
        by_claim[pair.scenario, pair.hypothesis].append(pair)
    triples = []
    for (_, claim), pairs in sorted(by_claim.items()):
        neutral = sorted({p.premise for p in pairs if p.label == "neutral"})
        if neutral:
            decided = sorted({p.premise for p in pairs if p.label != "neutral"})
            triples += [(claim, passage, rng.choice(neutral)) for passage in decided]
    return triples


def decided_pairs(news: Sequence[RealPair], fever: Sequence[RealPair]) -> list[tuple[str, str]]:
    """(claim, passage that supports or contradicts it): all news claims, and the first FEVER_PAIRS of FEVER."""
    decided = [(p.hypothesis, p.premise) for p in news if p.label != "neutral"]
    public = [(p.hypothesis, p.premise) for p in fever if p.label != "neutral"][:FEVER_PAIRS]
    return list(dict.fromkeys([*decided, *public]))


def training_sets(data: Path, seed: int, take: int) -> dict[str, Dataset]:
    """The triples and the pairs to train on; take cuts each to its first so many."""
    rng = random.Random(seed)
    news = read_news()
    triples = news_triples(news, rng)
    pairs = decided_pairs(news, read_fever(data, rng))
    rng.shuffle(triples)
    rng.shuffle(pairs)
    columns = ("anchor", "positive", "negative")
    return {
        "triples": Dataset.from_list([dict(zip(columns, row, strict=True)) for row in triples[:take]]),
        "pairs": Dataset.from_list([dict(zip(columns[:2], row, strict=True)) for row in pairs[:take]]),
    }


def train(model: SentenceTransformer, sets: dict[str, Dataset], folder: Path, seed: int) -> Path:
    """Train for one epoch with checkpoints in the folder; returns where the encoder and tokenizer were saved."""
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=96,
        learning_rate=2e-5,
        warmup_steps=30,
        bf16=True,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        logging_steps=20,
        save_steps=100,
        save_total_limit=2,
        seed=seed,
        report_to=[],
        use_cpu=not torch.cuda.is_available(),
    )
    trainer = SentenceTransformerTrainer(
        model=model, args=arguments, train_dataset=sets, loss=MultipleNegativesRankingLoss(model)
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)) if folder.exists() else None)
    result = folder / "result"
    model[0].auto_model.save_pretrained(str(result))
    # Not the model's own tokenizer, which would carry the training length into the service.
    AutoTokenizer.from_pretrained(base_folder()).save_pretrained(str(result))
    return result


def recall(model: SentenceTransformer, dossiers: Path, nearest: int) -> tuple[float, float]:
    """Share of deciding quotes with a sentence among the `nearest`: of the claim's own dossier, and of all dossiers."""
    texts: list[tuple[str, str, str]] = []  # (dossier, document, sentence)
    asked: list[tuple[str, str, str, str]] = []  # (claim, dossier, document, quote)
    for path in sorted(dossiers.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts += [(row["id"], d["id"], s) for d in row["documents"] for s in sentences(d["text"])]
            asked += [(c["claim"], row["id"], e["document"], e["quote"]) for c in row["claims"] for e in c["evidence"]]
    near = _vectors(model, [claim for claim, *_ in asked]) @ _vectors(model, [text for *_, text in texts]).T
    own = within = 0
    for (_, dossier, document, quote), scores in zip(asked, near, strict=True):
        deciding = [
            i for i, (r, d, s) in enumerate(texts) if (r, d) == (dossier, document) and (quote in s or s in quote)
        ]
        best = np.argsort(-scores)
        of_dossier = [i for i in best if texts[i][0] == dossier][:nearest]
        own += bool(set(deciding) & set(of_dossier))
        within += bool(set(deciding) & set(best[:nearest].tolist()))
    return own / len(asked), within / len(asked)


def _vectors(model: SentenceTransformer, texts: list[str]) -> NDArray[np.float32]:
    encoded = model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(encoded, dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nli/train")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints and the result go")
    parser.add_argument("--dossiers", type=Path, help="dossiers to measure recall on, before and after")
    parser.add_argument("--take", type=int, default=1500, help="train on so many triples and so many pairs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    folder = options.work / "embedder"
    result = folder / "result"
    if not result.exists():
        result = train(
            load(base_folder()), training_sets(options.data, options.seed, options.take), folder, options.seed
        )
    if options.dossiers:
        for name, start in (("base", base_folder()), ("tuned", str(result))):
            own, everywhere = recall(load(start), options.dossiers, 10)
            print(f"{name}: deciding sentence among the 10 nearest of its dossier {own:.3f}, of all {everywhere:.3f}")
    print(f"embedder: {result}")


if __name__ == "__main__":
    main()
