"""Undecided pairs as a retriever returns them, and decided ones dressed as articles dress them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from corpus import LEXICON, MONTHS, MadePair, RealPair, content_words, sentences

_CITIES: list[str] = LEXICON["cities"].split()
_AGENCIES: list[str] = LEXICON["agencies"]
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_NUMBER = re.compile(r"\b\d[\d,]*\b")


class Passages:
    """The distinct passages of several scenarios, searchable by word overlap (TF-IDF)."""

    def __init__(self, passages: Sequence[tuple[str, str]]) -> None:
        self.passages = list(dict.fromkeys(passages))
        self._vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", ngram_range=(1, 2))
        self._rows = self._vectorizer.fit_transform([text for _, text in self.passages])

    def nearest(self, texts: Sequence[str], count: int) -> list[list[tuple[str, str]]]:
        """For each text its `count` nearest passages as (scenario, passage), best first."""
        found: list[list[tuple[str, str]]] = []
        for start in range(0, len(texts), 256):
            block = (self._vectorizer.transform(texts[start : start + 256]) @ self._rows.T).toarray()
            best = np.argsort(-block, axis=1)[:, :count]
            found += [[self.passages[i] for i in row] for row in best]
        return found


def other_scenario_pairs(news: Sequence[RealPair], rng: random.Random, each: int) -> Iterator[MadePair]:
    """News hypotheses against the nearest passages of other scenarios, and against any passage at random."""
    passages = Passages([(p.scenario, p.premise) for p in news])
    hypotheses = sorted({(p.scenario, p.hypothesis) for p in news})
    nearest = passages.nearest([text for _, text in hypotheses], each * 4 + 12)
    for (scenario, hypothesis), found in zip(hypotheses, nearest, strict=True):
        other = [text for where, text in found if where != scenario and not _same_names(text, hypothesis)]
        for text in other[:each]:
            yield MadePair(text, hypothesis, "neutral", "neutrals/nearest")
        where, text = rng.choice(passages.passages)
        if where != scenario and rng.random() < 0.5 and not _same_names(text, hypothesis):
            yield MadePair(text, hypothesis, "neutral", "neutrals/random")


def _same_names(passage: str, hypothesis: str) -> bool:
    """Whether all names of the hypothesis occur in the passage, so that it might decide it after all."""
    names = {word for name in _NAME.findall("x " + hypothesis) for word in name.split()}
    return not names or all(name in passage for name in names)


def same_number_pairs(
    news: Sequence[RealPair], fever: Sequence[RealPair], rng: random.Random, most: int
) -> Iterator[MadePair]:
    """Hypotheses with a number against sentences of other scenarios that state the same number of something else."""
    by_number: dict[str, list[tuple[str, str]]] = defaultdict(list)
    pool = {(p.scenario, s) for p in news for s in sentences(p.premise)} | {("", p.premise) for p in fever[:30_000]}
    for scenario, text in sorted(pool):
        for number in set(_NUMBER.findall(text)):
            by_number[number].append((scenario, text))
    asked = sorted({(p.scenario, p.hypothesis) for p in news if _NUMBER.search(p.hypothesis)})
    rng.shuffle(asked)
    for scenario, hypothesis in asked[:most]:
        number = rng.choice(_NUMBER.findall(hypothesis))
        found = [text for where, text in by_number[number] if where != scenario and not _same_names(text, hypothesis)]
        for text in rng.sample(found, min(2, len(found))):
            yield MadePair(text, hypothesis, "neutral", "neutrals/same_number")


def same_report_pairs(news: Sequence[RealPair], rng: random.Random, each: int) -> Iterator[MadePair]:
    """Hypotheses of a windowed report against its sentences outside every window that decides them."""
    windows = [p for p in news if p.origin == "windows_train"]
    reports = {scenario: _in_order(group) for scenario, group in _by_scenario(windows).items()}
    for (scenario, hypothesis), pairs in _by_claim(windows).items():
        deciding = {s for p in pairs if p.label != "neutral" for s in sentences(p.premise)}
        undecided = {s for p in pairs if p.label == "neutral" for s in sentences(p.premise)}
        seen = {p.premise for p in pairs}
        if not deciding:
            continue
        open_sentences = [s for s in reports[scenario] if s not in deciding and s not in seen]
        # Sentences that stand in a window labelled neutral are safe; others are taken when they share few words.
        safe = [s for s in open_sentences if s in undecided or _overlap(s, hypothesis) < 0.3]
        for text in rng.sample(safe, min(each, len(safe))):
            yield MadePair(text, hypothesis, "neutral", "neutrals/same_report")


def _overlap(passage: str, hypothesis: str) -> float:
    words = content_words(hypothesis)
    return len(words & content_words(passage)) / max(1, len(words))


def other_subject_pairs(fever: Sequence[RealPair], rng: random.Random, most: int) -> Iterator[MadePair]:
    """FEVER claims against the nearest evidence that does not mention the claim's subject."""
    sample = [p for p in fever if re.match(r"[A-Z][a-z]+ [A-Z]?[a-z]+", p.hypothesis)][: most * 2]
    passages = Passages([("", p.premise) for p in fever[: most * 4]])
    made = 0
    for pair, found in zip(sample, passages.nearest([p.hypothesis for p in sample], 8), strict=True):
        names = set(re.findall(r"\b[A-Z][\w’'-]{2,}", pair.hypothesis)) - {"The"}
        for _, text in found:
            if made < most and len(names) >= 2 and not any(name in text for name in names):
                made += 1
                yield MadePair(text, pair.hypothesis, "neutral", "neutrals/other_subject")
                break


def dressed_pairs(news: Sequence[RealPair], rng: random.Random, most: int) -> Iterator[MadePair]:
    """Pairs with their labels kept and the premise as a service cuts it: neighbours, dateline, clutter."""
    headlines = sorted({(p.scenario, p.hypothesis.rstrip(".")) for p in news})
    pairs = list(news)
    rng.shuffle(pairs)
    before = {
        s: _previous(group) for s, group in _by_scenario([p for p in news if p.origin == "windows_train"]).items()
    }
    claims = _by_claim([p for p in news if p.origin == "windows_train"])
    made = 0
    for pair in pairs:
        if made >= most:
            return
        premise, kind = pair.premise, []
        first = sentences(premise)[0]
        previous = before.get(pair.scenario, {}).get(first)
        neutral = {
            s
            for p in claims.get((pair.scenario, pair.hypothesis), [])
            if p.label == "neutral"
            for s in sentences(p.premise)
        }
        if pair.origin == "windows_train" and previous in neutral:
            premise, kind = f"{previous} {premise}", ["context"]
        elif rng.random() < 0.45 and not re.match(r"[A-Z]{3,}\b|\d|\(", premise):
            premise, kind = _dateline(rng) + premise, ["dateline"]
        if not kind or rng.random() < 0.35:
            scenario, headline = rng.choice(headlines)
            if scenario == pair.scenario:
                continue
            clutter = _clutter(headline, rng)
            premise = f"{clutter} {premise}" if rng.random() < 0.4 and not kind else f"{premise} {clutter}"
            kind.append("clutter")
        made += 1
        yield MadePair(premise, pair.hypothesis, pair.label, "dressed/" + "_".join(kind))


def _dateline(rng: random.Random) -> str:
    city, agency = rng.choice(_CITIES), rng.choice(_AGENCIES)
    day = f"{rng.choice(MONTHS)} {rng.randint(1, 28)}"
    return rng.choice(
        (
            f"{city} ({agency}) - ",
            f"{city}, {day} ({agency}) - ",
            f"{city} — ",
            f"{city.title()}, {day} – ",
            f"({agency}) ",
        )
    )


def _clutter(headline: str, rng: random.Random) -> str:
    line: str = rng.choice(LEXICON["clutter"])
    hour, minute = rng.randint(6, 22), rng.randint(10, 59)
    return line.format(headline=headline, agency=rng.choice(_AGENCIES), hour=hour, minute=minute)


def _by_scenario(pairs: Sequence[RealPair]) -> dict[str, list[RealPair]]:
    grouped: dict[str, list[RealPair]] = defaultdict(list)
    for pair in pairs:
        grouped[pair.scenario].append(pair)
    return grouped


def _by_claim(pairs: Sequence[RealPair]) -> dict[tuple[str, str], list[RealPair]]:
    grouped: dict[tuple[str, str], list[RealPair]] = defaultdict(list)
    for pair in pairs:
        grouped[pair.scenario, pair.hypothesis].append(pair)
    return grouped


def _previous(pairs: Sequence[RealPair]) -> dict[str, str]:
    """For each sentence of a report the one before it, as its windows show."""
    return {
        second: first
        for pair in pairs
        for first, second in zip(sentences(pair.premise), sentences(pair.premise)[1:], strict=False)
    }


def _in_order(pairs: Sequence[RealPair]) -> list[str]:
    """The distinct sentences of a report's windows, as first met."""
    return list(dict.fromkeys(s for pair in pairs for s in sentences(pair.premise)))
