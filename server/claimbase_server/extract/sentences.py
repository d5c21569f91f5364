"""Sentence boundaries with exact code-point spans, by Wikimedia's sentencex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex  # type: ignore[import-untyped]

LANGUAGE = "en"
# sentencex is quadratic in unclosed quotation marks, so long paragraphs pass through it in windows.
WINDOW = 4000

_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_WHITE_SPACE = re.compile(r"\s+")
_QUOTE_MARKS = re.compile(r"[\"“”„«»]")
_SINGLE_SENTENCE_END = re.compile(r"[.!?…。！？؟]")


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


def normalise(text: str) -> str:
    """Every run of white space as one space, none at the ends."""
    return _WHITE_SPACE.sub(" ", text).strip()


def trim(text: str, span: Span) -> Span:
    """The span without white space at its ends; empty spans collapse to their start."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def split_sentences(text: str, span: Span) -> list[Span]:
    """Sentences of text[span] in order, trimmed, each with a letter or digit; a quotation stays with its frame."""
    sentences: list[Span] = []
    for raw in _windows(text, span):
        start, end = trim(text, raw)
        if not any(character.isalnum() for character in text[start:end]):
            continue
        if sentences and text[start].islower() and end - sentences[-1].start <= WINDOW:
            # A full stop that stands in mid-sentence: '... the government added. following a meeting'.
            sentences[-1] = Span(sentences[-1].start, end)
        else:
            sentences.append(Span(start, end))
    return sentences


def split_quotation(text: str, span: Span) -> list[Span]:
    """Sentences inside one quotation (span without its marks), trimmed, never empty."""
    return split_sentences(_QUOTE_MARKS.sub(" ", text[span.start : span.end]), Span(0, span.end - span.start))


def find_quotations(text: str) -> list[Span]:
    """Spans between paired double quotation marks, marks excluded.

    Marks are paired in order whatever their shape, since translated news mixes opening and closing ones; a mark
    that is left over opens a quotation to the end where a word follows it, else it closes one from the beginning.
    """
    marks = [match.start() for match in _QUOTE_MARKS.finditer(text)]
    if len(marks) % 2 and not _opens(text, marks[0]):
        spans = [Span(0, marks[0])]
        marks = marks[1:]
    else:
        spans = []
    spans.extend(Span(left + 1, right) for left, right in zip(marks[::2], marks[1::2], strict=False))
    if len(marks) % 2:
        spans.append(Span(marks[-1] + 1, len(text)))
    return spans


def _opens(text: str, mark: int) -> bool:
    """True when the quotation mark stands before a word and after none."""
    before = text[mark - 1 : mark]
    after = text[mark + 1 : mark + 2]
    return not (before.isalnum() or before in (".", ",", "!", "?")) and after != "" and not after.isspace()


def _windows(text: str, span: Span) -> Iterator[Span]:
    """Raw sentence spans; the last sentence of a window is read again with what follows it."""
    start = span.start
    while start < span.end:
        stop = min(start + WINDOW, span.end)
        found = _boundaries(text[start:stop])
        if stop < span.end:
            if len(found) > 1:
                found.pop()
            else:
                found = [Span(0, _cut(text, start, stop) - start)]
        for begin, end in found:
            yield Span(start + begin, start + end)
        start += found[-1].end


def _cut(text: str, start: int, stop: int) -> int:
    """Where to cut a window that holds no boundary: at its last white space, else at its end."""
    for position in range(stop, start + WINDOW // 2, -1):
        if text[position - 1].isspace():
            return position
    return stop


def _boundaries(text: str) -> list[Span]:
    """sentencex's sentences, made to tile the text: its paragraph breaks may leave gaps."""
    if not _SINGLE_SENTENCE_END.search(text):
        return [Span(0, len(text))]
    # A line break inside a block is no boundary, and lone surrogates cannot cross into the library: one code point
    # stands in for one, so offsets hold.
    plain = _LINE_BREAKS.sub(" ", _SURROGATES.sub("\ufffd", text))
    found = sentencex.get_sentence_boundaries(LANGUAGE, plain)
    ends = sorted({int(item["end_index"]) for item in found if 0 < int(item["end_index"]) < len(text)})
    return [Span(a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
