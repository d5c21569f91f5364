"""Learn the judge: the small classifier that turns scores, stance and alignment into a relation.

Usage: python train_judge.py --scorer FOLDER --out judge.json

It learns from the held-back news scenarios only, which the scorer has never seen, so that it meets
the scorer's probabilities as the service will; each hypothesis is also set against the most similar
and against random premises of other scenarios, which are neutral.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from claimbase_models.bundled import load_scorer
from claimbase_models.protocols import Scorer
from claimbase_server.align import align
from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.features import FEATURES, read_features
from claimbase_server.judge import PairScores, pairs_of, with_stance
from claimbase_server.types import Claim, Document, Probabilities, Stance
from claimbase_server.wording import read_wording
from pairs import HERE, LABELS, held_back

RELATIONS = ("SUPPORTS", "NEUTRAL", "CONTRADICTS")  # in the order of LABELS
FILES = ("train", "windows_train", "drills_train")
SIMILAR, RANDOM = 3, 2  # premises of other scenarios set against each hypothesis
LEAST = 0.4  # below it the two sides and neutral are too close to call
FALSE_ALARMS = 0.01  # share of pairs from other scenarios that may pass the threshold


def read_examples(seed: int = 0) -> tuple[list[tuple[str, str, int, str]], int]:
    """(premise, hypothesis, label, scenario) rows and how many of them, at the front, are hand-labelled."""
    rng = random.Random(seed)
    rows = [json.loads(line) for name in FILES for line in (HERE / "data" / f"{name}.jsonl").open()]
    held = [row for row in rows if held_back(row["scenario"])]
    examples = [(r["premise"], r["hypothesis"], LABELS.index(r["label"]), r["scenario"]) for r in held]
    labelled = len(examples)
    premises = sorted({(row["premise"], row["scenario"]) for row in rows})
    words = [read_wording(premise).stems for premise, _ in premises]
    for hypothesis, scenario in sorted({(row["hypothesis"], row["scenario"]) for row in held}):
        wanted = read_wording(hypothesis).stems
        others = [i for i, (_, other) in enumerate(premises) if other != scenario]
        nearest = sorted(others, key=lambda i: -len(wanted & words[i]))[:SIMILAR]
        for i in nearest + rng.sample(others, RANDOM):
            examples.append((premises[i][0], hypothesis, LABELS.index("neutral"), scenario))
    return examples, labelled


def as_evidence(premise: str, hypothesis: str) -> Claim:
    """A premise as the service would hold it: its sentence nearest to the hypothesis, the others as context."""
    claims = extract_claims(Document(id="p", text=premise)) or [read_claim(premise)]
    wanted = read_wording(hypothesis).stems
    main = max(claims, key=lambda claim: len(wanted & read_wording(claim.text).stems))
    rest = " ".join(claim.text for claim in claims if claim is not main)
    return replace(main, context=rest)


def read_matrix(examples: list[tuple[str, str, int, str]], scorer: Scorer) -> NDArray[np.float64]:
    """The features of every example, shape (n, len(FEATURES))."""
    evidence = [as_evidence(premise, hypothesis) for premise, hypothesis, _, _ in examples]
    claims = [read_claim(hypothesis) for _, hypothesis, _, _ in examples]
    wholes = scorer.score([(premise, hypothesis) for premise, hypothesis, _, _ in examples])
    second = [pairs_of(e, c)[1:] for e, c in zip(evidence, claims, strict=True)]
    contents = iter(scorer.score([(pair.premise, pair.hypothesis) for some in second for pair in some]))
    rows = []
    for e, c, whole, some in zip(evidence, claims, wholes, second, strict=True):
        content = Probabilities(*map(float, next(contents))) if some else None
        scores = with_stance(e, PairScores(Probabilities(*map(float, whole)), content))
        rows.append(read_features(e, c, align(e, c), scores))
    return np.array(rows)


def choose_threshold(probabilities: NDArray[np.float64], labelled: int) -> float:
    """The least threshold, from LEAST up, that lets at most FALSE_ALARMS of the unrelated pairs pass."""
    unrelated = probabilities[labelled:, [0, 2]].max(axis=1)
    return float(max(LEAST, np.quantile(unrelated, 1 - FALSE_ALARMS)))


def without_allegations(
    examples: list[tuple[str, str, int, str]], labelled: int
) -> tuple[list[tuple[str, str, int, str]], int]:
    """The examples less the hand-labelled allegations, and how many hand-labelled ones are left.

    An allegation is judged by what it says and weighed in the verdict: its own label would teach otherwise.
    """
    kept = [e for e in examples[:labelled] if as_evidence(e[0], e[1]).stance is not Stance.ALLEGED]
    return kept + examples[labelled:], len(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scorer", required=True, help="folder of the published scorer")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    examples, labelled = without_allegations(*read_examples())
    matrix = read_matrix(examples, load_scorer(options.scorer))
    labels = np.array([label for _, _, label, _ in examples])
    groups = np.array([scenario for *_, scenario in examples])
    classifier = LogisticRegression(C=0.5, max_iter=2000)
    folds = cross_val_predict(classifier, matrix, labels, groups=groups, cv=GroupKFold(5), method="predict_proba")
    threshold = choose_threshold(folds, labelled)
    for name, rows in (("hand-labelled", slice(0, labelled)), ("unrelated", slice(labelled, None))):
        accuracy = (folds[rows].argmax(axis=1) == labels[rows]).mean()
        print(f"{name}: {len(labels[rows])} pairs, accuracy {accuracy:.3f} in cross-validation")
    odds = matrix[:labelled, :2]  # of entailment and contradiction against neutral
    alone = np.where(odds.max(axis=1) <= 0, 1, np.where(odds[:, 0] >= odds[:, 1], 0, 2))
    print(f"scorer alone on the hand-labelled pairs: {(alone == labels[:labelled]).mean():.3f}")
    classifier.fit(matrix, labels)
    weights = {
        name: [round(float(weight), 4) for weight in row] for name, row in zip(RELATIONS, classifier.coef_, strict=True)
    }
    bias = {name: round(float(value), 4) for name, value in zip(RELATIONS, classifier.intercept_, strict=True)}
    stored = {"features": FEATURES, "weights": weights, "bias": bias, "threshold": round(threshold, 3)}
    options.out.write_text(json.dumps(stored, indent=1) + "\n")
    for name, row in weights.items():
        print(name, dict(zip(FEATURES, row, strict=True)))
    print(f"threshold {threshold:.3f}")


if __name__ == "__main__":
    main()
