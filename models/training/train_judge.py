"""Learn the judge: the small classifier that turns scores, stance and alignment into a relation.

Usage: python train_judge.py --scorer FOLDER --out judge.json

A multinomial logistic regression over FEATURES of the stored claims of hand-written dossiers (judge_examples), which
the scorer has never seen. Its threshold, and the line that
turns the strength of the deciding evidence into the confidence of a verdict (Platt scaling), are chosen on the
same dossiers, each judged by a classifier that has not seen it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import GroupKFold, cross_val_predict

from claimbase_models.bundled import load_embedder, load_scorer
from claimbase_models.protocols import Scorer
from claimbase_server.align import Alignment, align
from claimbase_server.checker import known_documents
from claimbase_server.features import CONFLICT_FEATURES, FEATURES, read_features
from claimbase_server.judge import Judge, PairScores, log_odds, with_stance
from claimbase_server.types import Evidence, Probabilities, Relation, Verdict
from claimbase_server.updates import mark_updates
from claimbase_server.verdict import Decision, decide, restore_rebutted
from judge_examples import (
    ConflictExample,
    DossierClaim,
    Example,
    read_conflict_examples,
    read_dossier_examples,
)

RELATIONS = (Relation.SUPPORTS, Relation.NEUTRAL, Relation.CONTRADICTS)  # in the order of LABELS
ELSEWHERE = 1  # other dossiers that each dossier's claims are set against: what unrelated evidence looks like
FALSE_ALARMS = 0.01  # share of the claims set against another dossier that may get a verdict
THRESHOLDS = np.arange(0.34, 0.99, 0.02)
FOLDS = 6


def score_examples(examples: Sequence[Example], scorer: Scorer) -> list[PairScores]:
    """What the scorer says of every example's pairs."""
    flat = iter(scorer.score([(pair.premise, pair.hypothesis) for e in examples for pair in e.pairs]))
    return [PairScores(*(Probabilities(*map(float, next(flat))) for _ in e.pairs)) for e in examples]


def read_alignments(examples: Sequence[Example], checked: Sequence[DossierClaim]) -> list[Alignment]:
    """How evidence and claim of every example stand to each other, with what is known of the evidence's document."""
    alignments = []
    for claim in checked:
        of_claim = [example.evidence for example in examples[claim.start : claim.stop]]
        documents = known_documents(of_claim)
        alignments += [
            align(each.claim, claim.claim, each.source.title, documents[each.source.document_id]) for each in of_claim
        ]
    return alignments


def read_matrix(
    examples: Sequence[Example], alignments: Sequence[Alignment], scores: Sequence[PairScores]
) -> NDArray[np.float64]:
    """The features of every example, shape (n, len(FEATURES))."""
    return np.array(
        [
            read_features(e.evidence.claim, e.claim, alignment, with_stance(e.evidence.claim, s))
            for e, alignment, s in zip(examples, alignments, scores, strict=True)
        ]
    )


def fit(matrix: NDArray[np.float64], labels: NDArray[np.int64]) -> Judge:
    """A judge that takes every side and whose verdicts are as confident as their evidence is strong."""
    # Balanced: most evidence is neutral, and what counts is how far a piece leans, not how rare a side is.
    classifier = LogisticRegression(C=0.5, max_iter=3000, class_weight="balanced").fit(matrix, labels)
    weights = {r: tuple(round(float(w), 4) for w in row) for r, row in zip(RELATIONS, classifier.coef_, strict=True)}
    bias = {r: round(float(value), 4) for r, value in zip(RELATIONS, classifier.intercept_, strict=True)}
    return Judge(weights, bias, threshold=0.0, confidence=dict.fromkeys(Verdict, (1.0, 0.0)))


@dataclass(frozen=True)
class Weighed:
    """One example as it counts when its side is taken, and when it is not."""

    sided: Evidence
    neutral: Evidence

    def at(self, threshold: float) -> Evidence:
        """The evidence that a judge with this threshold makes of it."""
        return self.sided if self.sided.strength >= threshold else self.neutral


def weigh_unseen(
    examples: Sequence[Example],
    alignments: Sequence[Alignment],
    scores: Sequence[PairScores],
    matrix: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> list[Weighed]:
    """Every example weighed by a judge that has not seen its dossier."""
    groups = np.array([example.group for example in examples])
    weighed: dict[int, Weighed] = {}
    for seen, unseen in GroupKFold(FOLDS).split(matrix, labels, groups):
        judge = fit(matrix[seen], labels[seen])
        never = replace(judge, threshold=2.0)
        for i in unseen:
            told = (examples[i].evidence, examples[i].claim, alignments[i], scores[i])
            sides = (each.weigh(*told) for each in (judge, never))
            weighed[i] = Weighed(*sides)
    return [weighed[i] for i in range(len(examples))]


def decide_all(checked: Sequence[DossierClaim], weighed: Sequence[Weighed], threshold: float) -> list[Decision]:
    """The decision on every claim of the dossiers at a threshold."""
    decisions = []
    for claim in checked:
        evidence = [piece.at(threshold) for piece in weighed[claim.start : claim.stop]]
        decisions.append(decide(claim.claim, mark_updates(claim.claim, restore_rebutted(evidence))))
    return decisions


def choose_threshold(checked: Sequence[DossierClaim], weighed: Sequence[Weighed]) -> float:
    """The threshold with the most right verdicts among those with at most FALSE_ALARMS on unrelated dossiers."""
    best, most = float(THRESHOLDS[-1]), -1.0
    for threshold in THRESHOLDS:
        decisions = decide_all(checked, weighed, threshold)
        right = [d.verdict is c.verdict for d, c in zip(decisions, checked, strict=True)]
        own = float(np.mean([r for r, c in zip(right, checked, strict=True) if c.related]))
        alarms = 1.0 - float(np.mean([r for r, c in zip(right, checked, strict=True) if not c.related]))
        disputed = [d.disputed for d, c in zip(decisions, checked, strict=True) if c.disputed]
        print(
            f"threshold {threshold:.2f}: {own:.3f} of the verdicts right, {np.mean(disputed):.2f} of the disputed "
            f"found, {alarms:.3f} alarms on unrelated dossiers"
        )
        if alarms <= FALSE_ALARMS and own > most:
            best, most = float(threshold), own
    return best


def fit_confidence(
    checked: Sequence[DossierClaim], decisions: Sequence[Decision]
) -> dict[Verdict, tuple[float, float]]:
    """For each verdict, slope and intercept from the log odds of its raw confidence to those of its being right.

    Platt scaling (Platt 1999), fitted on the dossiers' own claims.
    """
    lines = {}
    for verdict in Verdict:
        rows = [
            (log_odds(d.strength), d.verdict is c.verdict)
            for d, c in zip(decisions, checked, strict=True)
            if c.related and d.verdict is verdict
        ]
        right = [r for _, r in rows]
        if len(set(right)) < 2:
            lines[verdict] = (1.0, 0.0)
            continue
        line = LogisticRegression(C=1.0).fit(np.array([[x] for x, _ in rows]), right)
        lines[verdict] = (round(float(line.coef_[0, 0]), 4), round(float(line.intercept_[0]), 4))
    return lines


def report(examples: Sequence[Example], weighed: Sequence[Weighed], matrix: NDArray[np.float64]) -> None:
    """Accuracy of the relation in cross-validation, beside that of the scorer alone, by kind of example."""
    labels = np.array([e.label for e in examples])
    judged = np.array(
        [RELATIONS.index(w.sided.relation) if w.sided.strength >= w.neutral.strength else 1 for w in weighed]
    )
    odds = matrix[:, :2]  # of entailment and contradiction against neutral
    alone = np.where(odds.max(axis=1) <= 0, 1, np.where(odds[:, 0] >= odds[:, 1], 0, 2))
    related = np.array([e.related for e in examples])
    for name, rows in (
        ("for or against", related & (labels != 1)),
        ("neutral, of the same dossier", related & (labels == 1)),
        ("neutral, of another dossier", ~related),
    ):
        right, scorer = ((kind[rows] == labels[rows]).mean() for kind in (judged, alone))
        print(f"{name}: {rows.sum()} pairs, judge {right:.3f}, scorer alone {scorer:.3f}")


def fit_conflicts(examples: Sequence[ConflictExample], scorer: Scorer) -> dict[str, Any]:
    """What a ConflictJudge is loaded from; its threshold has the best F0.5 in cross-validation over dossiers."""
    flat = [pair for example in examples for direction in example.couple.pairs for pair in direction]
    found = iter(scorer.score([(pair.premise, pair.hypothesis) for pair in flat]))
    rows = []
    for example in examples:
        both = (PairScores(*(Probabilities(*map(float, next(found))) for _ in d)) for d in example.couple.pairs)
        rows.append(example.couple.features(*both))
    matrix, labels = np.array(rows), np.array([example.conflict for example in examples])
    classifier = LogisticRegression(C=0.5, max_iter=3000)
    groups = [example.group for example in examples]
    folds = cross_val_predict(classifier, matrix, labels, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[
        :, 1
    ]
    precision, recall, thresholds = precision_recall_curve(labels, folds)
    score = 1.25 * precision * recall / np.maximum(0.25 * precision + recall, 1e-9)
    best = int(np.argmax(score[:-1]))
    print(
        f"conflicts: {len(labels)} couples, {labels.sum()} of them conflicts; at {thresholds[best]:.3f} "
        f"precision {precision[best]:.2f}, recall {recall[best]:.2f} of the couples"
    )
    classifier.fit(matrix, labels)
    print("conflict", dict(zip(CONFLICT_FEATURES, classifier.coef_[0].round(3).tolist(), strict=True)))
    return {
        "features": CONFLICT_FEATURES,
        "weights": [round(float(weight), 4) for weight in classifier.coef_[0]],
        "bias": round(float(classifier.intercept_[0]), 4),
        "threshold": round(float(thresholds[best]), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", required=True, help="folder of the published scorer")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    examples, checked = read_dossier_examples(ELSEWHERE)
    print(f"{len(examples):,} examples, {len(checked):,} claims to decide")
    scorer = load_scorer(options.scorer)
    scores = score_examples(examples, scorer)
    alignments = read_alignments(examples, checked)
    matrix = read_matrix(examples, alignments, scores)
    labels = np.array([example.label for example in examples])
    weighed = weigh_unseen(examples, alignments, scores, matrix, labels)
    report(examples, weighed, matrix)
    threshold = choose_threshold(checked, weighed)
    judge = fit(matrix, labels)
    stored = {
        "features": FEATURES,
        "weights": {relation.value: row for relation, row in judge.weights.items()},
        "bias": {relation.value: value for relation, value in judge.bias.items()},
        "threshold": round(threshold, 3),
        "confidence": {
            verdict.value: line
            for verdict, line in fit_confidence(checked, decide_all(checked, weighed, threshold)).items()
        },
        "conflict": fit_conflicts(read_conflict_examples(load_embedder()), scorer),
    }
    options.out.write_text(json.dumps(stored, indent=1) + "\n")
    for relation, row in judge.weights.items():
        print(relation.value, dict(zip(FEATURES, row, strict=True)))
    print(f"threshold {threshold:.2f}, confidence {stored['confidence']}")


if __name__ == "__main__":
    main()
