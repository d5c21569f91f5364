"""Verdicts, texts, pairs and the model through the client."""

from __future__ import annotations

from typing import Any

import pytest

from claimbase_client import AsyncClaimBase, ClaimBase, Relation, Verdict

CLAIM = "Eighteen people died in the derailment of tram 4 in Porto Alto."


@pytest.fixture
def filled(base: ClaimBase, example_text: str) -> ClaimBase:
    base.create_document(example_text, document_id="tram", title="Tram derails", publisher="City Gazette")
    return base


def test_result_can_be_reproduced(filled: ClaimBase, collection: str) -> None:
    result = filled.check_claim(CLAIM)
    model = filled.get_model()
    assert result.claim == CLAIM
    assert result.verdict != Verdict.Value("VERDICT_UNSPECIFIED")
    assert 0.0 <= result.confidence <= 1.0
    assert result.base_revision >= 1
    assert result.thresholds == model.thresholds
    assert result.timings.total.ToNanoseconds() >= 0
    assert result.evidence
    for evidence in result.evidence:
        scores = evidence.probabilities
        assert scores.entailment + scores.neutral + scores.contradiction == pytest.approx(1.0, abs=1e-3)
        assert evidence.relation != Relation.Value("RELATION_UNSPECIFIED")
        assert evidence.claim.source.document == f"collections/{collection}/documents/tram"
        assert filled.get_claim(evidence.claim.name) == evidence.claim


def test_batch_keeps_the_order(filled: ClaimBase) -> None:
    claims = [CLAIM, "The museum opened on Sunday.", CLAIM.replace("Eighteen", "Nine")]
    assert [result.claim for result in filled.batch_check_claims(claims)] == claims


def test_text_is_checked_claim_by_claim(filled: ClaimBase, example_text: str) -> None:
    answers = list(filled.check_text(example_text))
    assert [answer.claim.quote for answer in answers] == [claim.quote for claim in filled.extract_claims(example_text)]
    assert len(answers) == 2
    for answer in answers:
        assert example_text[answer.claim.start_offset : answer.claim.end_offset] == answer.claim.quote
        assert answer.claim.name == ""
        assert answer.result.verdict != Verdict.Value("VERDICT_UNSPECIFIED")
    assert [document.name.rpartition("/")[2] for document in filled.list_documents()] == ["tram"]


def test_pairs_are_scored_in_order(base: ClaimBase) -> None:
    pairs = [("It rained all day.", "It rained."), ("It rained all day.", "It was dry."), ("It rained.", "Cats purr.")]
    together = base.score_pairs(pairs)
    assert len(together.probabilities) == 3
    assert together.model_revision == base.get_model().scorer.revision
    for pair, scores in zip(pairs, together.probabilities, strict=True):
        alone = base.score_pairs([pair]).probabilities[0]
        assert alone.entailment == pytest.approx(scores.entailment, abs=0.02)


def test_model_tells_identity_and_limits(base: ClaimBase) -> None:
    model = base.get_model()
    assert len(model.scorer.labels) == 3
    assert model.scorer.sha256.startswith(model.scorer.revision)
    assert model.scorer.max_length > 0
    assert not [field.name for field in model.limits.DESCRIPTOR.fields if getattr(model.limits, field.name) <= 0]


def test_asyncio_client_gives_the_same_answers(
    filled: ClaimBase, service: Any, collection: str, example_text: str
) -> None:
    async def use() -> tuple[Any, ...]:
        async with AsyncClaimBase(service.address, collection=collection) as base:
            return (
                (await base.check_claim(CLAIM)).verdict,
                [answer.claim async for answer in base.check_text(example_text)],
                [document async for document in base.list_documents()],
                await base.extract_claims(example_text),
                await base.get_model(),
            )

    assert service.run(use()) == (
        filled.check_claim(CLAIM).verdict,
        [answer.claim for answer in filled.check_text(example_text)],
        list(filled.list_documents()),
        filled.extract_claims(example_text),
        filled.get_model(),
    )
