"""How results look: JSON lines for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from claimbase_server.types import (
    CheckResult,
    Claim,
    Conflict,
    Evidence,
    Probabilities,
    Relation,
    Source,
    Stance,
    Verdict,
    VerdictChange,
    WatchedClaim,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

T = TypeVar("T")
VERDICT_LOOKS = {
    Verdict.SUPPORTED: ("✔", "bold green"),
    Verdict.CONTRADICTED: ("✘", "bold red"),
    Verdict.UNVERIFIED: ("?", "bold yellow"),
}


def write_json(value: dict[str, Any]) -> None:
    """One JSON line on stdout, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


@contextmanager
def steps(total: int | None, what: str) -> Iterator[Callable[[], None]]:
    """A progress bar on stderr (drawn on a terminal only); call what it gives after each step."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def progress(items: Iterable[T], total: int | None, what: str) -> Iterator[T]:
    """Pass the items on under a progress bar."""
    with steps(total, what) as advance:
        for item in items:
            advance()
            yield item


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on stderr while something without a count goes on (drawn on a terminal only)."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def note(text: str) -> None:
    """A line for people on stderr."""
    print(text, file=sys.stderr, flush=True)


def people() -> Console:
    """Where results for people go."""
    from rich.console import Console

    return Console(highlight=False)


def time_json(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat().replace("+00:00", "Z")


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "relation": evidence.relation.value,
        "document": evidence.source.document_id,
        "title": evidence.source.title,
        "quote": evidence.claim.quote,
        "attribution": evidence.claim.attribution,
        "stance": evidence.claim.stance.value,
        "reasons": [{"type": reason.type.value, "text": reason.text} for reason in evidence.reasons],
        **probabilities_json(evidence.probabilities),
    }


def check_json(claim_id: Any, result: CheckResult) -> dict[str, Any]:
    return {
        "id": claim_id,
        "claim": result.claim,
        "verdict": result.verdict.value,
        "confidence": round(result.confidence, 4),
        "disputed": result.disputed,
        "evidence": [evidence_json(evidence) for evidence in result.evidence],
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    time = claim.time
    return {
        "text": claim.text,
        "quote": claim.quote,
        "start": claim.start,
        "end": claim.end,
        "attribution": claim.attribution,
        "stance": claim.stance.value,
        "quantities": [asdict(quantity) for quantity in claim.quantities],
        "time": time and {"start": time_json(time.start), "end": time_json(time.end), "text": time.text},
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    def side(claim: Claim) -> dict[str, str]:
        return {"document": claim.document_id, "quote": claim.quote, "attribution": claim.attribution}

    return {
        "kind": conflict.kind.value,
        "confidence": round(conflict.confidence, 4),
        "a": side(conflict.a.claim),
        "b": side(conflict.b.claim),
    }


def watched_json(claim: WatchedClaim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "claim": claim.text,
        "verdict": claim.verdict.value,
        "confidence": round(claim.confidence, 4),
        "disputed": claim.disputed,
        "base_revision": claim.base_revision,
        "check_time": time_json(claim.check_time),
    }


def change_json(change: VerdictChange) -> dict[str, Any]:
    return {
        "id": change.claim_id,
        "claim": change.text,
        "old": {"verdict": change.old_verdict.value, "disputed": change.old_disputed},
        "new": {"verdict": change.new_verdict.value, "disputed": change.new_disputed},
        "confidence": round(change.confidence, 4),
        "base_revision": change.base_revision,
        "time": time_json(change.time),
    }


def probabilities_json(probabilities: Probabilities) -> dict[str, float]:
    return {key: round(value, 6) for key, value in asdict(probabilities).items()}


def verdict_table(results: Iterable[CheckResult]) -> Table:
    """One row a claim: the verdict, then the claim with the deciding sentence of each side."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.ROUNDED, show_lines=True, expand=True, border_style="dim", header_style="dim")
    table.add_column("Verdict", width=16)
    table.add_column("Claim, and the sentence that decides on each side", ratio=1)
    for result in results:
        table.add_row(verdict_mark(result), verdict_body(result))
    return table


def watched_table(claims: Iterable[WatchedClaim]) -> Table:
    """One row a watched claim: its verdict, the claim and the id to remove it by."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.ROUNDED, show_lines=True, expand=True, border_style="dim", header_style="dim")
    table.add_column("Verdict", width=16)
    table.add_column("Claim", ratio=1)
    table.add_column("ID", overflow="fold")
    for claim in claims:
        table.add_row(verdict_mark(claim), Text(claim.text, style="bold"), Text(claim.id, style="dim"))
    return table


def change_line(change: VerdictChange) -> Text:
    """'2024-05-01 12:00 UTC  SUPPORTED → CONTRADICTED, disputed  “The bridge is open.”'."""
    from rich.text import Text

    old = change.old_verdict.value + ", disputed" * change.old_disputed
    new = change.new_verdict.value + ", disputed" * change.new_disputed
    line = Text(f"{change.time:%Y-%m-%d %H:%M} UTC  ", style="dim")
    line.append(f"{old} → ", style="not dim")
    line.append(new, style=f"not dim {VERDICT_LOOKS[change.new_verdict][1]}")
    return line.append(f"  “{change.text}”", style="not dim")


def verdict_mark(result: CheckResult | WatchedClaim) -> Text:
    """Verdict, confidence and whether it is disputed, in words as well as colour."""
    from rich.text import Text

    sign, style = VERDICT_LOOKS[result.verdict]
    mark = Text(f"{sign} {result.verdict.value}", style=style)
    mark.append(f"\n  {result.confidence:.0%} sure", style="not bold")
    if result.disputed:
        mark.append("\n  disputed", style="not bold magenta")
    return mark


def verdict_body(result: CheckResult) -> RenderableType:
    """The claim, and the strongest evidence of each side with its reasons, the deciding side first."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    sides = [(Relation.SUPPORTS, "for", "green"), (Relation.CONTRADICTS, "against", "red")]
    if result.verdict is Verdict.CONTRADICTED:
        sides.reverse()
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=7)
    grid.add_column(ratio=1)
    for relation, word, colour in sides:
        evidence = next((e for e in result.evidence if e.relation is relation), None)
        if evidence is not None:
            grid.add_row(Text(word, style=colour), evidence_text(evidence))
    parts: list[RenderableType] = [Text(result.claim, style="bold")]
    if grid.row_count:
        parts.append(grid)
    else:
        parts.append(Text(result.summary, style="italic"))
    return Group(*parts)


def evidence_text(evidence: Evidence) -> Text:
    """The sentence, who says it, in which document and when, and the reasons."""
    from rich.text import Text

    text = Text(quoted(evidence.claim))
    text.append(f"\n{holder(evidence.claim)} · {source_line(evidence.source)}", style="cyan")
    for reason in evidence.reasons:
        text.append(f"\n{reason.text}", style="dim")
    return text


def quoted(claim: Claim) -> str:
    """The claim's words in quotation marks; the later half of a sentence shows that it is one."""
    return f"“… {claim.text}”" if claim.text[:1].islower() else f"“{claim.text}”"


def holder(claim: Claim) -> str:
    """Who says it, and how where that is not plain assertion or report."""
    if not claim.attribution:
        return "the report itself"
    plain = claim.stance in (Stance.ASSERTED, Stance.REPORTED)
    return claim.attribution if plain else f"{claim.attribution} ({claim.stance.value.lower()})"


def source_line(source: Source) -> str:
    """'Meridian Daily, 9 Jan 2022 [meridian-daily]', with what is known."""
    time = source.publish_time
    day = f"{time.day} {time:%b %Y}" if time else ""
    known = ", ".join(part for part in (source.publisher or source.title, day) if part)
    return f"{known} [{source.document_id}]" if known else source.document_id


def claim_table(claims: Iterable[Claim]) -> Table:
    """One row a claim: where it stands, what it says, who says it, what it counts and when."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="dim", expand=True)
    for name, ratio in (("Span", None), ("Claim", 6), ("Holder", 2), ("Figures and time", 2)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for claim in claims:
        figures = [f"{quantity.text} ({quantity.counted or quantity.unit})" for quantity in claim.quantities]
        if claim.time:
            figures.append(claim.time.text)
        cells = (f"{claim.start}-{claim.end}", claim.text, holder(claim), "; ".join(figures))
        table.add_row(*map(Text, cells))
    return table


def conflict_table(conflicts: Iterable[Conflict]) -> Table:
    """One row a conflict: its kind, then both sentences with their sources."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.ROUNDED, show_lines=True, expand=True, border_style="dim", header_style="dim")
    table.add_column("Conflict", width=12)
    table.add_column("The two sentences", ratio=1)
    for conflict in conflicts:
        text = Text()
        for side in (conflict.a, conflict.b):
            text.append(f"{quoted(side.claim)}\n")
            text.append(f"{holder(side.claim)} · {source_line(side.source)}\n", style="cyan")
        text.append(conflict.reason, style="dim")
        table.add_row(Text(f"{conflict.kind.value}\n{conflict.confidence:.0%} sure"), text)
    return table


def figure_table(figures: dict[str, float | None]) -> Table:
    """One row a figure."""
    from rich import box
    from rich.table import Table

    table = Table("Figure", box=box.SIMPLE_HEAD, header_style="dim")
    table.add_column("Value", justify="right")
    for name, value in figures.items():
        table.add_row(name, "-" if value is None else f"{value:.3f}")
    return table
