"""Write the generated training pairs: WORK/made/{flips,keeps,numbers,compared,neutrals,dressed,denials}.jsonl.gz.

Usage: python generate.py --data ../../shared/data --out WORK/made [--seed 0] [--show 5]

Everything is made from the training news and from public training sets, by rule, the same for the same seed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus import MadePair, RealPair, read_fever, read_news, read_public, sentences
from denials import denial_pairs
from edits import (
    antonym_flips,
    date_flips,
    figure_flips,
    name_flips,
    negation_flips,
    rounded,
    shortened_pairs,
    unit_flips,
)
from neutrals import dressed_pairs, other_scenario_pairs, other_subject_pairs, same_number_pairs, same_report_pairs
from number_pairs import FigureBase, compared_number_pairs, figure_bases, number_pairs
from wording import shortenings

SIZES = {
    "flips": 10_000,
    "keeps": 8_000,
    "numbers": 14_000,
    "compared": 16_000,
    "neutrals": 20_000,
    "dressed": 4_000,
    "denials": 6_000,
}


def all_figure_bases(news: list[RealPair], public: list[RealPair], rng: random.Random) -> list[FigureBase]:
    """Figures shared by entailed pairs, and those of single sentences against themselves, shortened if possible."""
    entailed = [(p.premise, p.hypothesis) for p in [*news, *public] if p.label == "entailment"]
    single = sorted(
        {s for p in [*news, *public] if p.origin != "infotabs" for s in sentences(p.premise) if len(s) < 260}
    )
    entailed += [(s, rng.choice(shortenings(s) or [s])) for s in single]
    return list(figure_bases(dict.fromkeys(entailed)))


def made_pairs(
    news: list[RealPair], fever: list[RealPair], infotabs: list[RealPair], plain: list[RealPair], seed: int
) -> Iterator[MadePair]:
    """The pairs of every family, untrimmed; the source of each says its family."""
    rng = random.Random(seed)
    entailed = [p for p in fever if p.label == "entailment"]
    bases = all_figure_bases(news, [*fever, *infotabs], rng)
    premises = sorted({p.premise for p in news}) + sorted({p.premise for p in fever[:8000]})
    yield from number_pairs(bases, rng, SIZES["numbers"])
    single = sorted({s for p in [*news, *fever, *plain] for s in sentences(p.premise) if len(s) < 260})
    yield from compared_number_pairs(single, rng, SIZES["compared"])
    yield from figure_flips(bases, rng)
    yield from rounded(bases, rng)
    yield from date_flips([*news, *entailed], rng)
    yield from name_flips(entailed, rng)
    yield from unit_flips([*news, *entailed], rng)
    yield from negation_flips([*news, *fever[:12000]])
    yield from antonym_flips([*news, *fever[:30000]])
    yield from shortened_pairs(premises, rng)
    yield from other_scenario_pairs(news, rng, 4)
    yield from same_number_pairs(news, fever, rng, 2500)
    yield from same_report_pairs(news, rng, 4)
    yield from other_subject_pairs(fever, rng, 3000)
    yield from dressed_pairs(news, rng, SIZES["dressed"])
    yield from denial_pairs([*news, *entailed[:1500]], rng, SIZES["denials"])


def trimmed(pairs: Iterable[MadePair], seed: int) -> dict[str, list[MadePair]]:
    """At most SIZES pairs a family, every kind and label of it given an equal chance; repeats dropped."""
    families: dict[str, dict[tuple[str, str], list[MadePair]]] = defaultdict(lambda: defaultdict(list))
    for pair in dict.fromkeys(pairs):
        families[pair.source.split("/")[0]][pair.source, pair.label].append(pair)
    rng = random.Random(seed)
    kept = {}
    for family, kinds in families.items():
        groups = list(kinds.values())
        for group in groups:
            rng.shuffle(group)
        chosen: list[MadePair] = []
        for rank in range(max(map(len, groups))):
            chosen += [group[rank] for group in groups if rank < len(group)]
        kept[family] = chosen[: SIZES[family]]
        rng.shuffle(kept[family])
    return kept


def write(families: dict[str, list[MadePair]], out: Path) -> None:
    """One gzip file of JSON lines a family; the bytes depend on the pairs alone."""
    out.mkdir(parents=True, exist_ok=True)
    for family, pairs in families.items():
        lines = "".join(json.dumps(vars(pair), ensure_ascii=False) + "\n" for pair in pairs)
        (out / f"{family}.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


def show(families: dict[str, list[MadePair]], each: int) -> None:
    """Print the label balance of every family and kind, and `each` pairs of every kind."""
    for family, pairs in families.items():
        print(f"\n# {family}: {len(pairs):,} {dict(Counter(p.label for p in pairs))}")
        for source, label in sorted({(p.source, p.label) for p in pairs}):
            of_kind = [p for p in pairs if (p.source, p.label) == (source, label)]
            print(f"## {source} {label}: {len(of_kind):,}")
            for pair in of_kind[:each]:
                print(f"  {pair.premise}\n    -> {pair.hypothesis}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nli/train")
    parser.add_argument("--out", type=Path, required=True, help="where the files go")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print so many pairs of every kind")
    options = parser.parse_args()
    fever = read_fever(options.data, random.Random(options.seed))
    infotabs = [p for p in read_public(options.data, "infotabs") if p.label == "entailment"]
    plain = [p for name in ("lingnli", "mnli_subset") for p in read_public(options.data, name)]
    families = trimmed(made_pairs(read_news(), fever, infotabs, plain, options.seed), options.seed)
    write(families, options.out)
    show(families, options.show)


if __name__ == "__main__":
    main()
