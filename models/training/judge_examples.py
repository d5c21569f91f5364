"""What the judge learns from: pieces of evidence set against claims, labelled, none of them seen by the scorer.

Two sources: the held-back scenarios of the news pairs, and the training dossiers, whose documents are cut into
claims by the service's own extraction, so that the judge meets what it will meet there.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from claimbase_server.extract import extract_claims, read_claim
from claimbase_server.judge import pairs_of
from claimbase_server.types import Claim, Document, Pair, Stance, Verdict
from claimbase_server.wording import read_wording
from corpus import NEWS_FILES
from pairs import HERE, LABELS, held_back
from units import read_rows

SIMILAR, RANDOM = 3, 2  # premises of other scenarios set against each hypothesis
NEUTRAL = LABELS.index("neutral")


@dataclass(frozen=True)
class Example:
    """One stored claim against one claim under check.

    `pairs` is what the scorer reads: the evidence as written and, where its holder's stance
    matters, its content. `label` is an index in LABELS. `group` names the scenario or dossier,
    for cross-validation. `related` is False where the two come from different reports.
    """

    evidence: Claim
    claim: Claim
    surroundings: str
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


def read_news_examples(seed: int = 0) -> list[Example]:
    """The held-back news pairs, and their hypotheses against similar and random premises of other scenarios.

    Hand-labelled allegations are left out: an allegation is judged by what it says and weighed in the
    verdict, so its own label would teach otherwise.
    """
    rng = random.Random(seed)
    rows = [row for name in NEWS_FILES for row in read_rows(HERE / "data" / f"{name}.jsonl")]
    held = [row for row in rows if held_back(row["scenario"])]
    labelled = (_news_example(r["premise"], r["hypothesis"], LABELS.index(r["label"]), r["scenario"]) for r in held)
    examples = [example for example in labelled if example.evidence.stance is not Stance.ALLEGED]
    premises = sorted({(row["premise"], row["scenario"]) for row in rows})
    words = [read_wording(premise).stems for premise, _ in premises]
    for hypothesis, scenario in sorted({(row["hypothesis"], row["scenario"]) for row in held}):
        wanted = read_wording(hypothesis).stems
        others = [i for i, (_, other) in enumerate(premises) if other != scenario]
        nearest = sorted(others, key=lambda i: -len(wanted & words[i]))[:SIMILAR]
        for i in nearest + rng.sample(others, RANDOM):
            examples.append(replace(_news_example(premises[i][0], hypothesis, NEUTRAL, scenario), related=False))
    return examples


def _news_example(premise: str, hypothesis: str, label: int, scenario: str) -> Example:
    """A premise as the service would hold it: its sentence nearest to the hypothesis, the others as context."""
    claims = extract_claims(Document(id="p", text=premise)) or [read_claim(premise)]
    claim = read_claim(hypothesis)
    wanted = read_wording(hypothesis).stems
    main = max(claims, key=lambda evidence: len(wanted & read_wording(evidence.text).stems))
    evidence = replace(main, context=" ".join(other.text for other in claims if other is not main))
    pairs = (Pair(premise, hypothesis), *pairs_of(evidence, claim)[1:])
    return Example(evidence, claim, "", pairs, label, scenario)


def read_dossier_examples(others: int) -> tuple[list[Example], list[DossierClaim]]:
    """Every claim of the training dossiers against all stored claims of its own dossier, then of `others` more.

    Evidence that a dossier quotes for or against a claim has that label, all other evidence is neutral.
    """
    dossiers = [json.loads(line) for line in (HERE / "data" / "dossiers.jsonl").open(encoding="utf-8")]
    stored = [_stored_claims(dossier) for dossier in dossiers]
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


def _stored_claims(dossier: dict[str, Any]) -> list[tuple[Claim, str]]:
    """The claims of a dossier's documents, each with its document's title."""
    stored = []
    for raw in dossier["documents"]:
        time = datetime.fromisoformat(raw["publish_time"].replace("Z", "+00:00"))
        document = Document(id=raw["id"], text=raw["text"], title=raw["title"], publish_time=time)
        stored += [(claim, raw["title"]) for claim in extract_claims(document)]
    return stored


def _against(
    claim: Claim, raw: dict[str, Any], stored: Sequence[tuple[Claim, str]], group: str, related: bool
) -> Iterator[Example]:
    for evidence, title in stored:
        label = _quoted_label(evidence, raw["evidence"]) if related else NEUTRAL
        yield Example(evidence, claim, title, pairs_of(evidence, claim), label, group, related)


def _quoted_label(evidence: Claim, quotes: Sequence[dict[str, str]]) -> int:
    sides = {"supports": "entailment", "contradicts": "contradiction"}
    text = " ".join(evidence.quote.split())
    for quote in quotes:
        wanted = " ".join(quote["quote"].split())
        if quote["document"] == evidence.document_id and (text in wanted or wanted in text):
            return LABELS.index(sides[quote["relation"]])
    return NEUTRAL
