"""From pair scores and alignment to evidence: a small calibrated classifier whose reasons can be read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimbase_server.align import Alignment, TimeRelation
from claimbase_server.extract.comparison import QuantityRelation
from claimbase_server.features import CONFLICT_FEATURES, FEATURES, read_features
from claimbase_server.types import (
    REFUSALS,
    Candidate,
    Claim,
    Evidence,
    Pair,
    Probabilities,
    Reason,
    ReasonType,
    Relation,
    Stance,
    Verdict,
)
from claimbase_server.wording import read_wording

_MUCH_OVERLAP = 0.4
_SAME_STORY = 0.25  # share of the claim's words that a document must have before its sentences may decide
_LEAST_SAID = 0.25  # the scorer's own probability of a side, below which nothing else makes up for it


@dataclass(frozen=True)
class PairScores:
    """What the scorer says of the evidence as written, and of its proposition where that is scored as well."""

    whole: Probabilities
    proposition: Probabilities | None = None


@dataclass(frozen=True)
class Judge:
    """A multinomial logistic classifier over FEATURES; learned with the scorer, usable with any other.

    `weights` gives each relation one weight a feature, `bias` one constant; a relation counts as
    evidence from `threshold` on. `confidence` gives each verdict the line, as slope and intercept, from
    the log odds of its deciding evidence to those of the verdict's being right.
    """

    weights: Mapping[Relation, Sequence[float]]
    bias: Mapping[Relation, float]
    threshold: float
    confidence: Mapping[Verdict, tuple[float, float]]

    @classmethod
    def load(cls, path: Path) -> Judge:
        """Read the judge's weights; ValueError where they are for other features, OSError where missing."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        if tuple(stored["features"]) != FEATURES:
            raise ValueError(f"{path}: written for other features; train the judge again (make model)")
        return cls(
            weights={Relation(name): tuple(row) for name, row in stored["weights"].items()},
            bias={Relation(name): value for name, value in stored["bias"].items()},
            threshold=stored["threshold"],
            confidence={Verdict(name): (line[0], line[1]) for name, line in stored["confidence"].items()},
        )

    def weigh(self, candidate: Candidate, claim: Claim, alignment: Alignment, scores: PairScores) -> Evidence:
        """Set one stored claim against the claim under check."""
        evidence = candidate.claim
        said = with_stance(evidence, scores)
        shares = self.probabilities(read_features(evidence, claim, alignment, said))
        relation = max((Relation.SUPPORTS, Relation.CONTRADICTS), key=lambda side: shares[side])
        strength = shares[relation]
        if relation is Relation.SUPPORTS and _rules_out(alignment):
            relation, said = Relation.CONTRADICTS, Probabilities(said.contradiction, said.neutral, said.entailment)
        said_so = said.entailment if relation is Relation.SUPPORTS else said.contradiction
        other_story = alignment.document_overlap < _SAME_STORY
        if strength < self.threshold or said_so < _LEAST_SAID or other_story:
            relation, strength = Relation.NEUTRAL, shares[Relation.NEUTRAL]
        return Evidence(
            claim=evidence,
            source=candidate.source,
            relation=relation,
            probabilities=scores.whole,
            strength=strength,
            reasons=_reasons(relation, evidence, claim, alignment),
        )

    def confidence_in(self, verdict: Verdict, strength: float) -> float:
        """How likely a verdict is right, 0 to 1, by the strength of what decided it (0 to 1)."""
        slope, intercept = self.confidence[verdict]
        return 1.0 / (1.0 + math.exp(-slope * log_odds(strength) - intercept))

    def probabilities(self, values: Sequence[float]) -> dict[Relation, float]:
        """Probability of each relation for the values of FEATURES; they sum to 1."""
        logits = {
            relation: self.bias[relation] + sum(w * v for w, v in zip(row, values, strict=True))
            for relation, row in self.weights.items()
        }
        top = max(logits.values())
        powers = {relation: math.exp(logit - top) for relation, logit in logits.items()}
        total = sum(powers.values())
        return {relation: power / total for relation, power in powers.items()}


@dataclass(frozen=True)
class ConflictJudge:
    """A logistic classifier over CONFLICT_FEATURES: how likely two stored claims are a conflict.

    Couples below `threshold` are not kept.
    """

    weights: Sequence[float]
    bias: float
    threshold: float

    @classmethod
    def load(cls, path: Path) -> ConflictJudge:
        """Read the weights; ValueError where they are for other features, OSError where missing."""
        stored = json.loads(path.read_text(encoding="utf-8"))["conflict"]
        if tuple(stored["features"]) != CONFLICT_FEATURES:
            raise ValueError(f"{path}: written for other features; train the judge again (make model)")
        return cls(tuple(stored["weights"]), stored["bias"], stored["threshold"])

    def probability(self, values: Sequence[float]) -> float:
        """The probability of a conflict for the values of CONFLICT_FEATURES."""
        return 1.0 / (1.0 + math.exp(-self.bias - sum(w * v for w, v in zip(self.weights, values, strict=True))))


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), within -6..6."""
    odds = math.log(max(probability, 1e-9) / max(1.0 - probability, 1e-9))
    return max(-6.0, min(6.0, odds))


def premise(claim: Claim) -> str:
    """The evidence as the scorer reads it: the sentence with the context that its pronouns need."""
    return f"{claim.context} {claim.text}" if claim.context else claim.text


def pairs_of(evidence: Claim, claim: Claim) -> tuple[Pair, ...]:
    """What must be scored to judge one piece of evidence: itself and, where its holder's stance matters, its content.

    A claim that tells of the same stance ('he denied it') is judged by the evidence as written alone.
    """
    whole = Pair(premise(evidence), claim.text)
    if not evidence.proposition or evidence.proposition == evidence.text or claim.stance is evidence.stance:
        return (whole,)
    if evidence.stance in REFUSALS:
        # Without a word in common the context may be what agrees with the claim, not what is refused.
        if not read_wording(evidence.proposition).stems & read_wording(claim.text).stems:
            return (whole,)
        return whole, Pair(f"{evidence.context} {evidence.proposition}".strip(), claim.text)
    if evidence.stance is Stance.ALLEGED:
        return whole, Pair(f"{premise(evidence)} {evidence.proposition}", claim.text)
    return (whole,)


def with_stance(evidence: Claim, scores: PairScores) -> Probabilities:
    """The scores with the holder's stance counted in.

    What a holder denies, doubts or withdraws counts with the opposite polarity. What a holder alleges
    counts as said; that it is no more than alleged is weighed by the verdict, not here.
    """
    whole, content = scores.whole, scores.proposition
    if content is None:
        return whole
    if evidence.stance in REFUSALS:
        entailment = whole.entailment * (1.0 - content.entailment)
        contradiction = max(whole.contradiction, content.entailment)
    else:
        entailment = max(whole.entailment, content.entailment)
        contradiction = max(whole.contradiction, content.contradiction)
    total = max(1.0, entailment + contradiction)
    entailment, contradiction = entailment / total, contradiction / total
    return Probabilities(entailment, 1.0 - entailment - contradiction, contradiction)


def _rules_out(alignment: Alignment) -> bool:
    """Whether nearly the same words tell what cannot be: figures that exclude each other, or one word's opposite.

    The scorer is weak at these two, which can be computed.
    """
    excludes = alignment.quantity is not None and alignment.quantity.relation is QuantityRelation.EXCLUDES
    opposite = bool(alignment.opposites) and not alignment.negation_differs
    return alignment.own_overlap >= _MUCH_OVERLAP and (excludes or opposite)


def _reasons(relation: Relation, evidence: Claim, claim: Claim, alignment: Alignment) -> tuple[Reason, ...]:
    if relation is Relation.SUPPORTS:
        return tuple(_supporting(evidence, claim, alignment))
    if relation is Relation.CONTRADICTS:
        return contradicting_reasons(evidence, alignment)
    return tuple(_neutral(alignment))


def _supporting(evidence: Claim, claim: Claim, alignment: Alignment) -> list[Reason]:
    reasons = []
    if alignment.quantity and alignment.quantity.relation in (QuantityRelation.SAME, QuantityRelation.FOLLOWS):
        reasons.append(Reason(ReasonType.QUANTITY, alignment.quantity.text))
    if evidence.stance is Stance.ALLEGED and claim.stance is not Stance.ALLEGED:
        holder = evidence.attribution or "somebody"
        reasons.append(Reason(ReasonType.ALLEGATION, f"{holder} says so; the report does not establish it"))
    if not reasons:
        reasons.append(Reason(ReasonType.SAME_STATEMENT, "the report says the same"))
    return reasons


def contradicting_reasons(evidence: Claim, alignment: Alignment) -> tuple[Reason, ...]:
    """Why a stored claim speaks against another, the most telling first; at least one reason."""
    holder = evidence.attribution or "the report"
    reasons = []
    if evidence.stance in (Stance.DENIED, Stance.RETRACTED):
        deed = "denies" if evidence.stance is Stance.DENIED else "withdraws"
        reasons.append(Reason(ReasonType.DENIAL, f"{holder} {deed} it"))
    if evidence.stance is Stance.DOUBTED:
        reasons.append(Reason(ReasonType.DEBUNK, f"{holder} doubts it"))
    if alignment.quantity and alignment.quantity.relation is QuantityRelation.EXCLUDES:
        reasons.append(Reason(ReasonType.QUANTITY, alignment.quantity.text))
    if alignment.rival_names and alignment.own_overlap >= _MUCH_OVERLAP:
        names = f"{alignment.rival_names[0]} against {alignment.missing_names[0]}"
        reasons.append(Reason(ReasonType.IDENTITY, names))
    if alignment.time is TimeRelation.DISJOINT and alignment.evidence_time and alignment.claim_time:
        times = f"'{alignment.evidence_time.text}' against '{alignment.claim_time.text}'"
        reasons.append(Reason(ReasonType.TIME, times))
    if alignment.opposites:
        words = " against ".join(alignment.opposites[0])
        reasons.append(Reason(ReasonType.OUTCOME, words))
    if alignment.negation_differs:
        reasons.append(Reason(ReasonType.NEGATION, "one says that it is so, the other that it is not"))
    return tuple(reasons) or (Reason(ReasonType.OUTCOME, "both cannot be true of the same event"),)


def _neutral(alignment: Alignment) -> list[Reason]:
    if alignment.missing_names:
        return [Reason(ReasonType.DIFFERENT_EVENT, f"does not mention {alignment.missing_names[0]}")]
    if alignment.document_overlap < _SAME_STORY:
        return [Reason(ReasonType.DIFFERENT_EVENT, "tells of something else")]
    return []
