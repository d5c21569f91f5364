"""What the judges learn from: the training dossiers, none of them seen by the scorer.

Their documents are cut into claims by the service's own extraction, so that the judges meet what they will meet there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from claimbase_models.protocols import Embedder
from claimbase_server.conflicts import NEIGHBOURS, Couple, couple
from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.judge import pairs_of, premise
from claimbase_server.types import Candidate, Claim, Document, Pair, Source, Verdict
from pairs import HERE, LABELS

NEUTRAL = LABELS.index("neutral")


@dataclass(frozen=True)
class Example:
    """One stored claim against one claim under check.

    `pairs` is what the scorer reads: the evidence as written and, where its holder's stance
    matters, its content. `label` is an index in LABELS. `group` names the dossier,
    for cross-validation. `related` is False where the two come from different dossiers.
    """

    evidence: Candidate
    claim: Claim
    pairs: tuple[Pair, ...]
    label: int
    group: str
    related: bool = True


@dataclass(frozen=True)
class DossierClaim:
    """A claim to decide by examples[start:stop], one for each stored claim of its own dossier or an unrelated one."""

    claim: Claim
    verdict: Verdict
    disputed: bool
    related: bool
    start: int
    stop: int


def read_dossier_examples(others: int) -> tuple[list[Example], list[DossierClaim]]:
    """Every claim of the training dossiers against all stored claims of its own dossier, then of `others` more.

    Evidence that a dossier quotes for or against a claim has that label, all other evidence is neutral.
    """
    dossiers = read_training_dossiers()
    stored = [[candidate for some in _candidates(dossier) for candidate in some] for dossier in dossiers]
    examples: list[Example] = []
    checked: list[DossierClaim] = []
    for i, dossier in enumerate(dossiers):
        for raw in dossier["claims"]:
            claim = read_claim(raw["claim"])
            for step in range(1 + others):
                start = len(examples)
                examples += _against(claim, raw, stored[(i + step) % len(dossiers)], dossier["id"], related=not step)
                verdict = Verdict.UNVERIFIED if step else Verdict(raw["verdict"].upper())
                disputed = raw["disputed"] and not step
                checked.append(DossierClaim(claim, verdict, disputed, not step, start, len(examples)))
    return examples, checked


@dataclass(frozen=True)
class ConflictExample:
    """Two claims of different documents of a dossier as the service sets them against each other."""

    couple: Couple
    conflict: bool
    group: str


def read_conflict_examples(embedder: Embedder) -> list[ConflictExample]:
    """Each claim of the training dossiers and its nearest neighbours in the documents published before.

    A couple is a conflict where the dossier lists a conflict between the two passages.
    """
    examples = []
    for dossier in read_training_dossiers():
        stored: list[Candidate] = []
        vectors = np.empty((0, embedder.dimensions), np.float32)
        for new in _candidates(dossier):
            own = embedder.embed([premise(candidate.claim) for candidate in new])
            for candidate, near in zip(new, own @ vectors.T, strict=True):
                for i in np.argsort(-near)[:NEIGHBOURS]:
                    if found := couple(candidate, stored[i]):
                        examples.append(ConflictExample(found, _is_listed(found, dossier["conflicts"]), dossier["id"]))
            stored += new
            vectors = np.concatenate([vectors, own])
    return examples


def _is_listed(found: Couple, listed: Sequence[dict[str, Any]]) -> bool:
    def is_about(claim: Claim, end: dict[str, str]) -> bool:
        return claim.document_id == end["document"] and _overlap(claim.quote, end["quote"])

    a, b = found.new.claim, found.other.claim
    return any(
        (is_about(a, row["a"]) and is_about(b, row["b"])) or (is_about(a, row["b"]) and is_about(b, row["a"]))
        for row in listed
    )


def read_training_dossiers() -> list[dict[str, Any]]:
    """The dossiers that the judge learns from."""
    with (HERE / "data" / "dossiers.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _candidates(dossier: dict[str, Any]) -> list[list[Candidate]]:
    """The stored claims of each document of a dossier, in the order of publication."""
    stored = []
    for raw in sorted(dossier["documents"], key=lambda raw: str(raw["publish_time"])):
        time = datetime.fromisoformat(raw["publish_time"].replace("Z", "+00:00"))
        document = Document(raw["id"], raw["text"], raw["title"], raw["publisher"], publish_time=time)
        source = Source(document.id, document.title, document.publisher, "", time)
        stored.append([Candidate(claim, source, 1.0) for claim in extract_claims(document)])
    return stored


def _against(
    claim: Claim, raw: dict[str, Any], stored: Sequence[Candidate], group: str, related: bool
) -> Iterator[Example]:
    for candidate in stored:
        label = _quoted_label(candidate.claim, raw["evidence"]) if related else NEUTRAL
        yield Example(candidate, claim, pairs_of(candidate.claim, claim), label, group, related)


def _quoted_label(evidence: Claim, quotes: Sequence[dict[str, str]]) -> int:
    sides = {"supports": "entailment", "contradicts": "contradiction"}
    for quote in quotes:
        if quote["document"] == evidence.document_id and _overlap(evidence.quote, quote["quote"]):
            return LABELS.index(sides[quote["relation"]])
    return NEUTRAL


def _overlap(quote: str, wanted: str) -> bool:
    """Whether one quote lies in the other, white space aside."""
    first, second = " ".join(quote.split()), " ".join(wanted.split())
    return first in second or second in first
