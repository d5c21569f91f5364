"""A document's claims in reading order, and the reading of one claim under check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from claimbase_server.extract.attribution import (
    Reading,
    Speakers,
    quoted_reading,
    read_frame,
    read_sentence,
    resolve_anaphora,
    subject_of,
)
from claimbase_server.extract.clauses import Cut, find_cuts
from claimbase_server.extract.clutter import Block, find_prose, is_furniture
from claimbase_server.extract.context import find_context
from claimbase_server.extract.frames import find_frame
from claimbase_server.extract.lexicon import AUXILIARIES
from claimbase_server.extract.quantities import find_quantities
from claimbase_server.extract.sentences import (
    Span,
    find_quotations,
    normalise,
    split_quotation,
    split_sentences,
    trim,
)
from claimbase_server.extract.times import find_time
from claimbase_server.extract.words import QUOTE_MARKS, first_finite, has_finite, tokenise
from claimbase_server.types import Claim, Document, Stance

_REFUTING_VERDICTS = ("false", "fake", "incorrect", "untrue", "misleading", "wrong", "fabricated", "not true", "pants")
_CLAIM_LABELS = frozenset(("CLAIM", "THE CLAIM", "RUMOUR", "RUMOR"))
_MAX_PIECES_LENGTH = 1500  # longer sentences are kept whole


@dataclass(frozen=True)
class _Piece:
    """A part of a sentence that becomes a claim; offsets in the document."""

    span: Span
    reading: Reading
    leans_on_first: bool = False  # it lacks its subject, which an earlier piece holds


def extract_claims(document: Document) -> list[Claim]:
    """Every checkable statement of the document, in reading order; questions and page furniture are left out.

    For each claim `document.text[claim.start:claim.end] == claim.quote`, in code points.
    """
    reader = _Reader(document)
    claims: list[Claim] = []
    for block in find_prose(document.text):
        for claim in reader.read_block(block):
            claims.append(replace(claim, id=f"{document.id}.{len(claims)}"))
    return claims


def read_claim(text: str, publish_time: datetime | None = None) -> Claim:
    """One standalone claim under check, the whole text; id and document_id are ''."""
    plain = normalise(text)
    reading = read_sentence(plain, Speakers())
    start, end = trim(text, Span(0, len(text)))
    return Claim(
        id="",
        document_id="",
        text=plain,
        quote=text[start:end],
        start=start,
        end=end,
        attribution=reading.holder,
        stance=reading.stance,
        proposition=reading.proposition,
        quantities=find_quantities(plain),
        time=find_time(plain, publish_time),
    )


class _Reader:
    """Reads one document's blocks in order, with what earlier sentences said."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._speakers = Speakers(document.text)
        self._sentences: list[str] = []  # the last few, normalised, for context
        self._last: Reading | None = None
        self._quoting = ""  # holder of the quotation that may go on

    def read_block(self, block: Block) -> Iterator[Claim]:
        text = self._document.text
        spans = [span for span in split_sentences(text, block.span) if not is_furniture(text[span.start : span.end])]
        refuted = block.label in _CLAIM_LABELS and self._is_refuted(block)
        for index, span in enumerate(spans):
            following = text[spans[index + 1].start : spans[index + 1].end] if index + 1 < len(spans) else ""
            yield from self._read_sentence(span, normalise(following), block.label, refuted)

    def _is_refuted(self, block: Block) -> bool:
        """True when a fact check's ruling after the claim says that it is false."""
        after = self._document.text[block.span.end : block.span.end + 80].lower()
        return any(word in after for word in _REFUTING_VERDICTS) and any(
            label in after for label in ("verdict", "rating", "ruling", "conclusion", "finding")
        )

    def _read_sentence(self, span: Span, following: str, label: str, refuted: bool) -> Iterator[Claim]:
        sentence = self._document.text[span.start : span.end]
        plain = normalise(sentence)
        reading = self._read_whole(sentence, plain, following)
        if label in _CLAIM_LABELS:
            reading = Reading("", Stance.DENIED if refuted else Stance.ALLEGED, plain)
        if not _is_question(plain):
            before: list[str] = []
            for piece in self._cut(span, sentence, reading):
                claim = self._claim(piece, before)
                if claim is not None:
                    before.append(claim.text)
                    yield claim
        self._remember(plain, reading)

    def _read_whole(self, sentence: str, plain: str, following: str) -> Reading:
        """The reading of a whole sentence; a quotation without a frame belongs to whoever is being quoted."""
        reading = read_sentence(plain, self._speakers)
        if reading.frame is None and _is_all_quoted(plain):
            ahead = find_frame(following) if following[:1] in QUOTE_MARKS else None
            holder = self._quoting
            if not holder and ahead is not None and ahead.before:
                holder = self._speakers.resolve(ahead.holder)
            return quoted_reading(plain, holder or self._speakers.resolve("he").removeprefix("he"))
        return resolve_anaphora(reading, self._last)

    def _remember(self, plain: str, reading: Reading) -> None:
        subject = subject_of(plain)
        if subject:
            self._speakers.note(subject)
        self._speakers.note(reading.holder, speaks=True)
        quoted = any(mark in plain for mark in QUOTE_MARKS)
        if quoted and reading.holder:
            self._quoting = reading.holder
        elif not quoted:
            self._quoting = ""
        self._last = reading
        self._sentences = [*self._sentences[-5:], plain]

    def _cut(self, span: Span, sentence: str, reading: Reading) -> list[_Piece]:
        """The sentence as one piece, or as pieces that each stand alone or take another stance."""
        if len(sentence) > _MAX_PIECES_LENGTH:
            return [_Piece(span, reading)]
        quotations = _quotation_cuts(sentence)
        cuts = sorted([*quotations, *find_cuts(sentence)], key=lambda cut: cut.start)
        pieces: list[_Piece] = []
        start = 0
        first: Reading | None = None
        for position, cut in enumerate(cuts):
            if cut.end <= start:
                continue
            end = cuts[position + 1].end if position + 1 < len(cuts) else len(sentence)
            left = first or self._read_piece(sentence, Span(start, cut.end), reading, None)
            right = self._read_piece(sentence, Span(cut.start, end), reading, cut)
            if not cut.own_subject:
                right_or_none = self._read_shared(sentence, Span(cut.start, end), left)
                if right_or_none is None or right_or_none.stance is left.stance:
                    continue
                right = right_or_none
            pieces.append(
                _Piece(_shift(span, start, cut.end), left, bool(pieces) and not cuts[position - 1].own_subject)
            )
            start, first = cut.start, right
        last = first or reading
        leans = bool(pieces) and any(cut.start == start and not cut.own_subject for cut in cuts)
        pieces.append(_Piece(_shift(span, start, len(sentence)), last, leans))
        return pieces

    def _read_piece(self, sentence: str, span: Span, whole: Reading, cut: Cut | None) -> Reading:
        """A piece's own frame, else the whole sentence's holder where its frame reaches this far."""
        plain = normalise(sentence[span.start : span.end])
        own = read_sentence(plain, self._speakers)
        if own.frame is not None or not whole.holder or (whole.frame is not None and whole.frame.object):
            return own
        if not _frame_reaches(sentence, span, whole):
            return own
        if cut is not None and _is_quoted_frame(sentence, whole) and not _is_inside_quotation(sentence, span.start):
            return own
        if cut is not None and cut.joiner and _narrator_goes_on(plain, cut.joiner, whole):
            return own
        inherited = quoted_reading(plain, whole.holder)
        stance = inherited.stance if whole.stance is Stance.REPORTED or whole.stance is Stance.PLANNED else whole.stance
        return replace(inherited, stance=stance)

    def _read_shared(self, sentence: str, span: Span, left: Reading) -> Reading | None:
        """The reading of 'and denied the theft' with the first half's subject put before it."""
        subject = left.holder or subject_of(normalise(sentence[: span.start]))
        if not subject:
            return None
        probe = f"{subject} {normalise(sentence[span.start : span.end])}"
        frame = find_frame(probe)
        return read_frame(probe, replace(frame, holder=subject), self._speakers) if frame is not None else None

    def _claim(self, piece: _Piece, before: list[str]) -> Claim | None:
        text = self._document.text
        start, end = _without_open_quotes(text, piece.span)
        quote = text[start:end]
        plain = normalise(quote)
        one_word = plain.isascii() and " " not in plain
        if one_word or not any(character.isalnum() for character in plain) or _is_question(plain):
            return None
        if piece.leans_on_first and before:
            context = [*find_context(before[0], self._sentences)[:1], before[0]]
        else:
            context = find_context(plain, [*self._sentences, *before])
        reading = piece.reading
        return Claim(
            id="",
            document_id=self._document.id,
            text=plain,
            quote=quote,
            start=start,
            end=end,
            context=" ".join(context),
            attribution=reading.holder,
            stance=reading.stance,
            proposition=reading.proposition if reading.holder or reading.stance is not Stance.ASSERTED else plain,
            quantities=find_quantities(plain),
            time=find_time(plain, self._document.publish_time),
        )


def _shift(span: Span, start: int, end: int) -> Span:
    return Span(span.start + start, span.start + end)


def _is_question(plain: str) -> bool:
    """True for a sentence that only asks; a quoted question with its speaker is a statement about them."""
    return plain.rstrip("\"“”„«»)' ").endswith("?")


def _is_all_quoted(plain: str) -> bool:
    """True when nothing but a quotation is there."""
    if plain[:1] not in QUOTE_MARKS:
        return False
    outside = plain
    for start, end in reversed(find_quotations(plain)):
        outside = outside[: max(0, start - 1)] + outside[end + 1 :]
    return not any(character.isalnum() for character in outside)


def _quotation_cuts(sentence: str) -> list[Cut]:
    """Cuts between the sentences of a quotation, where both sides are clauses."""
    cuts = []
    for start, end in find_quotations(sentence):
        inner = split_quotation(sentence, Span(start, end))
        for left, right in pairwise(inner):
            if all(has_finite(tokenise(sentence[start + a : start + b])) for a, b in (left, right)):
                cuts.append(Cut(start + left.end, start + right.start, "", True))
    return cuts


def _frame_reaches(sentence: str, span: Span, whole: Reading) -> bool:
    """False for what stands before a frame whose content follows it: 'Fees fell, but traders say that ...'."""
    if whole.frame is None or whole.frame.before:
        return True
    return len(normalise(sentence[: span.end])) > whole.frame.verb.start


def _is_inside_quotation(sentence: str, position: int) -> bool:
    return any(start <= position < end for start, end in find_quotations(sentence))


def _is_quoted_frame(sentence: str, whole: Reading) -> bool:
    """True when the frame's content is a direct quotation: what stands outside it is the narrator's."""
    if whole.frame is None:
        return False
    plain = normalise(sentence)
    return any(plain[start : start + 1] in QUOTE_MARKS for start, _ in whole.frame.content if start < len(plain))


def _narrator_goes_on(plain: str, joiner: str, whole: Reading) -> bool:
    """True when the second half is the narrator's: 'he claimed X, but Y has not ...' after a past-tense frame."""
    tokens = tokenise(plain)
    finite = first_finite(tokens)
    if finite < 0 or whole.frame is None:
        return False
    verb = tokens[finite].lower
    backshifted = verb in ("had", "would", "could", "hadn't", "wouldn't")
    if joiner in ("but", "although", "whereas"):
        return not backshifted
    frame_is_past = whole.frame.word.endswith(("ed", "said", "told"))
    present = verb in ("is", "are", "has", "have", "do", "does") or (verb.endswith("s") and verb not in AUXILIARIES)
    return frame_is_past and present and verb not in ("was",)


def _without_open_quotes(text: str, span: Span) -> Span:
    """The span without a quotation mark at its start or end whose partner lies outside."""
    start, end = trim(text, span)
    marks = sum(text[i] in QUOTE_MARKS for i in range(start, min(end, start + 4000)))
    if marks % 2 and end > start:
        if text[start] in QUOTE_MARKS:
            start += 1
        elif text[end - 1] in QUOTE_MARKS:
            end -= 1
    return trim(text, Span(start, end))
