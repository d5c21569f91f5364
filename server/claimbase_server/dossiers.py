"""The whole service on news dossiers: ingest each, check its claims, audit it, and count what came out right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from claimbase_server.call import Call
from claimbase_server.main import Engine
from claimbase_server.types import Candidate, CheckResult, Conflict, Document, Relation, Verdict

_BINS = 10


@dataclass(frozen=True)
class Outcome:
    """One claim of a dossier: what was expected and what came out."""

    dossier: str
    claim: str
    phenomenon: str
    expected: Verdict
    expected_disputed: bool
    result: CheckResult
    cited: bool | None  # a deciding quote stands on a side of the evidence; None for unverified claims


@dataclass
class Report:
    """What `evaluate` counted; rates are 0 to 1, None where nothing was counted."""

    outcomes: list[Outcome] = field(default_factory=list)
    elsewhere: list[Outcome] = field(default_factory=list)  # checked against another dossier's collection
    conflicts_expected: int = 0
    conflicts_found: int = 0
    conflicts_reported: int = 0
    conflicts_right: int = 0
    lookalikes: int = 0
    lookalikes_reported: int = 0

    def figures(self) -> dict[str, float | None]:
        """Every figure by name, in the order of the table."""
        outcomes = self.outcomes
        return {
            "verdict accuracy": _share(o.result.verdict is o.expected for o in outcomes),
            **{
                f"recall {verdict.value}": _share(
                    o.result.verdict is verdict for o in outcomes if o.expected is verdict
                )
                for verdict in Verdict
            },
            "disputed recall": _share(o.result.disputed for o in outcomes if o.expected_disputed),
            "deciding quote cited": _share(o.cited for o in outcomes if o.cited is not None),
            "false contradictions": _share(
                o.result.verdict is Verdict.CONTRADICTED for o in outcomes if o.expected is not Verdict.CONTRADICTED
            ),
            "calibration error": _calibration_error(outcomes) if outcomes else None,
            "unverified elsewhere": _share(o.result.verdict is Verdict.UNVERIFIED for o in self.elsewhere),
            "conflict recall": _ratio(self.conflicts_found, self.conflicts_expected),
            "conflict precision": _ratio(self.conflicts_right, self.conflicts_reported),
            "lookalikes reported": _ratio(self.lookalikes_reported, self.lookalikes),
        }


def read_dossiers(folder: Path) -> list[dict[str, Any]]:
    """The dossiers of every .jsonl file of a folder, by file name; FileNotFoundError where there is none."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(f"{folder}: no .jsonl file of dossiers in it")
    return [json.loads(line) for path in files for line in path.open(encoding="utf-8") if line.strip()]


def evaluate(
    dossiers: Sequence[dict[str, Any]], engine: Engine, elsewhere: int, advance: Callable[[str], None]
) -> Report:
    """Run every dossier in a collection of its own.

    `elsewhere` is how many other dossiers' collections each claim is checked against as well (all of
    them where it is that large); `advance` is told of each step as it is done.
    """
    report = Report()
    names = [f"dossier-{dossier['id'].lower()}" for dossier in dossiers]
    for name, dossier in zip(names, dossiers, strict=True):
        engine.store.create_collection(name)
        for raw in dossier["documents"]:
            engine.ingester.put(name, _document(raw), Call())
        report.outcomes += _check(engine, name, dossier)
        _audit(report, engine, name, dossier)
        advance(dossier["id"])
    for i, dossier in enumerate(dossiers):
        for step in range(1, min(elsewhere, len(names) - 1) + 1):
            other = names[(i + step * 7) % len(names)] if elsewhere < len(names) - 1 else names[(i + step) % len(names)]
            if other != names[i]:
                report.elsewhere += _check(engine, other, dossier)
        advance(dossier["id"])
    return report


def _document(raw: dict[str, Any]) -> Document:
    return Document(
        id=raw["id"],
        text=raw["text"],
        title=raw["title"],
        publisher=raw["publisher"],
        publish_time=datetime.fromisoformat(raw["publish_time"].replace("Z", "+00:00")),
    )


def _check(engine: Engine, collection: str, dossier: dict[str, Any]) -> list[Outcome]:
    claims = dossier["claims"]
    results = engine.checker.check_many(collection, [raw["claim"] for raw in claims], Call())
    return [
        Outcome(
            dossier=dossier["id"],
            claim=raw["claim"],
            phenomenon=raw["phenomenon"],
            expected=Verdict(raw["verdict"].upper()),
            expected_disputed=raw["disputed"],
            result=result,
            cited=_cites(result, raw["evidence"]) if raw["evidence"] else None,
        )
        for raw, result in zip(claims, results, strict=True)
    ]


def _cites(result: CheckResult, gold: Sequence[dict[str, Any]]) -> bool:
    sides = [e for e in result.evidence if e.relation is not Relation.NEUTRAL]
    return any(
        piece.claim.document_id == wanted["document"] and _overlap(piece.claim.quote, wanted["quote"])
        for piece in sides
        for wanted in gold
    )


def _audit(report: Report, engine: Engine, collection: str, dossier: dict[str, Any]) -> None:
    found = list(list_conflicts(engine, collection))
    across = [c for c in found if c.a.claim.document_id != c.b.claim.document_id]
    wanted, lookalikes = dossier["conflicts"], dossier["not_conflicts"]
    report.conflicts_expected += len(wanted)
    report.conflicts_found += sum(any(_is_about(c, raw) for c in found) for raw in wanted)
    report.conflicts_reported += len(across)
    report.conflicts_right += sum(any(_is_about(c, raw) for raw in wanted) for c in across)
    report.lookalikes += len(lookalikes)
    report.lookalikes_reported += sum(any(_is_about(c, raw) for c in found) for raw in lookalikes)


def list_conflicts(engine: Engine, collection: str) -> Iterator[Conflict]:
    """Every conflict of a collection."""
    after = 0
    while page := engine.store.list_conflicts(collection, 100, after):
        yield from (conflict for _, conflict in page)
        after = page[-1][0]


def _is_about(conflict: Conflict, raw: dict[str, Any]) -> bool:
    def sides(first: Candidate, second: Candidate) -> bool:
        return all(
            candidate.claim.document_id == end["document"] and _overlap(candidate.claim.quote, end["quote"])
            for candidate, end in ((first, raw["a"]), (second, raw["b"]))
        )

    return sides(conflict.a, conflict.b) or sides(conflict.b, conflict.a)


def _overlap(quote: str, wanted: str) -> bool:
    """Whether one quote lies in the other, white space aside."""
    first, second = " ".join(quote.split()), " ".join(wanted.split())
    return first in second or second in first


def _share(hits: Iterable[bool]) -> float | None:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Expected calibration error of the verdicts' confidence, in ten bins (Guo et al. 2017)."""
    error = 0.0
    for i in range(_BINS):
        inside = [o for o in outcomes if i / _BINS < o.result.confidence <= (i + 1) / _BINS]
        if inside:
            right = sum(o.result.verdict is o.expected for o in inside)
            confidence = sum(o.result.confidence for o in inside)
            error += abs(right - confidence) / len(outcomes)
    return error
