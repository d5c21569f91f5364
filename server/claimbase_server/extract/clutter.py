"""What of a web page's text is an article's prose: drops furniture, strips datelines, mends broken sentences.

Rules are structural (line length, terminal punctuation, verbs, repetition, separators) plus the fixed phrases of
publishing systems; none knows a person, place or outlet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from claimbase_server.extract.datelines import find_lead_in
from claimbase_server.extract.lexicon import (
    AUXILIARIES,
    POSSESSIVES,
    PREPOSITIONS,
    is_finite,
)
from claimbase_server.extract.sentences import Span, trim
from claimbase_server.extract.vocabulary import word_set

HEADLINE_WORDS = 12  # an unpunctuated line shorter than this is a heading
BIO_WORDS = 80  # longer paragraphs are prose even when they name an e-mail or a telephone
WRAP_COLUMNS = 110  # lines of a hard-wrapped paragraph are no wider than this

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_TERMINAL = re.compile(r"[.!?…:;。！？؟।]{1,9}[\s\"'“”„«»’)\]*]{0,9}$")
_BULLET = re.compile(r"(?:[-–—•*·▪●‣◦]|\d{1,2}[.)])\s+(?=\w|[\"“])")
_FUNCTION_WORDS = word_set("the of and to in a is was that for on with he were")
_CARRIES_ON = PREPOSITIONS | AUXILIARIES | POSSESSIVES | word_set("the a an and or but that be")

_FURNITURE = re.compile(
    r"""(?:
      (?:see|read|watch|listen|more)\ (?:also|more|next|live)\b(?!\ than)|also\ read\b|you\ (?:might|may)\ also\ like
    | (?:related|most\ (?:read|popular|viewed|shared)|popular|trending|recommended|more\ (?:news|stories|photo|video)s?)
      (?:\ \w{1,20}){0,4}\s*(?:[:|?]|$)
    | related\ (?:articles|stories|posts|news)\b | (?:up|coming)\ next\b\s*[:|]
    | share\ (?:this|on|via|article|the\ (?:article|post|story))\b | (?:like|follow|find|join)\ us\b
    | follow\ \S{1,40}\ on\ (?:facebook|twitter|instagram|x|telegram|whatsapp)\b
    | (?:tweet|whatsapp|facebook|telegram|print|e-?mail|pinterest|linkedin)\s*(?:[|,/·-]|$)
    | leave\ a\ (?:reply|comment)\b | cancel\ reply\b | (?:post|add)\ (?:a\ )?comments?\b
    | (?:\d{1,5}\ )?comments?\s*[(|]
    | your\ e-?mail\ address\ will\ not\ be\ published | required\ fields\ are\ marked
    | save\ my\ name,?\ e-?mail | back\ to\ top | skip\ to\ (?:main\ )?content
    | (?:this|our)\ (?:web)?site\ uses\ cookies | we\ (?:use|value)\ (?:cookies|your\ privacy)
    | accept\ (?:all\ )?cookies
    | cookie\ (?:policy|settings|notice)
    | by\ (?:continuing|using|clicking|subscribing|signing)\b.{0,60}\byou\ (?:agree|accept|consent)
    | ad-?\ ?block(?:er)?\b | please\ (?:consider\ )?(?:supporting|disabl|turn(?:ing)?\ off|enable|log|sign|subscribe)
    | (?:advertisement|advertorial|advert|sponsored(?:\ content)?|promoted)\b\s*(?:[:.|-]|$)
    | (?:subscribe|sign\ (?:up|in)|log\ ?in|register|donate)\b(?=.{0,80}$)
      (?:\ (?:to|for|now|here|today|from|us)\b|\s*[|.!:]|$)
    | get\ (?:the\ latest|our|breaking)\ .{0,60}(?:newsletter|inbox|app|alerts?)
    | (?:newsletters?|download\ (?:the|our)\ app)\s*(?:[|:.!]|$)
    | support\ (?:independent|our|quality)\ (?:journalism|fact-checking|reporting|work)
    | (?:send|e-?mail|mail)\ (?:us\ )?(?:your|us|tips)\b.{0,60}(?:@|to\ us|tips|photos|story)
    | (?:call|text|whatsapp|contact|reach|phone)\ (?:us|our|the\ (?:news|studio))\b
    | (?:tips?|helpline|hotline|contact|tel(?:ephone)?|phone|e-?mail|whatsapp)\b
      (?:[^.!?:]{0,15}:|\?\ |[^.!?]{0,40}(?:@|\+?\d[\d\ ()-]{5,20}\d))
    | (?:photos?|pictures?|images?|video|foto)\s*(?:/|:|credit|by|gallery|courtesy) | (?:file\ )photos?\b
    | gallery\s*[:(]
    | (?:caption|illustration|credit|text(?:\ and\ (?:pictures|photos))?|editor|author|source|tags?|topics?|category
      |filed\ under|published|updated|last\ (?:updated|modified))\s*:
    | source\ links?\b | © | \(c\)\ | copyright\s*(?:©|\(c\)|\d|by\b|:|$)
    | all\ rights\ reserved | reproduction\ in\ whole
    | (?:additional\ )?(?:report(?:ing|ed|age|er)?|writing|written|edit(?:ing|ed)|translated|translation|compiled)
      \ by\ (?-i:[A-ZÀ-Þ]|our\b)
    | (?:report|reporting|editing|writing|edited|reported|written)\s*: | to\ report\ (?:an\ error|a\ typo)
    | report\ (?:an\ error|a\ typo)
    | click\ here\b | continue\ reading\b | listen\ (?:live|now|to\ this)\b
    | watch\ (?:live|now|the\ video)\b | live\ (?:blog|updates?)\s*[:|]
    | translate\ this\ page
    | this\ (?:article|story|post)\ (?:was\ (?:originally|first)|originally|first|has\ been\ translated
      |is\ (?:republished|part\ of))
    | (?:terms\ (?:of|and)|privacy\ policy|about\ us|contact\ us)\b(?=.{0,60}$) | want\ (?:more|to\ read)
    | (?:https?://|www\.)\S{1,200}\s*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_INSIDE = re.compile(
    r"\bphotos? from (?:facebook|twitter|instagram|social)|\bfile photo\b"
    r"|\(\s?(?:photos?|pictures?|images?|video)\s?[:/]"
    r"|©|\ball rights reserved\b|\bphoto(?:graph)? by [A-Z]"
    r"|\((?:[A-Z]\. ?)?[A-Z][\w .'’-]{1,40}/[A-Z][\w .'’-]{1,30}\)\s*$",
    re.IGNORECASE,
)
_CREDIT_TAIL = re.compile(
    r"(?:^|[\s.,\w)])(?:[A-ZÀ-Þ][\w.'’-]{1,30}\s){1,4}[-–—/|]\s?[A-Z][\w.]{1,20}(?:\s[A-Z][\w.]{1,20}){0,2}$"
)
_CREDIT_PARENTHESIS = re.compile(
    r"^[\[(]\s*(?:additional )?(?:report|edit|writ|photo|picture|image|translat|compil|with |source|credit|file)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:e-?mail|phone|telephone|mobile|whatsapp)\s?:|\b(?:tel|phone)\b\s?[.:]?\s?\+?[\d(]"
    r"|(?<!\S)[\w.+-]{1,60}@[\w.-]{1,60}\.\w{2,10}\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^by\s+(?:our\b|[A-ZÀ-Þ][\w.'’-]{0,30}\s+[A-ZÀ-Þ]|[A-ZÀ-Þ]{3,})", re.IGNORECASE)
_BYLINE_TAIL = re.compile(r"[.!?]\s*$")
_TIMESTAMP = re.compile(r"^\D{0,30}\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ ,T-]{1,3}\d{1,2}[:.]\d{2}")
_SEPARATORS = re.compile(r"\s\|\s|\s?(?:»|>>+|\s·)\s")


@dataclass(frozen=True)
class Block:
    """A stretch of prose of the document; `label` is what stood before it ('CLAIM', a dateline), '' mostly."""

    span: Span
    label: str = ""


@dataclass(frozen=True)
class _Line:
    """One line of the document without its outer white space."""

    span: Span
    text: str
    words: tuple[str, ...]  # lower case
    gap: bool  # a blank line stands before it
    wraps: bool = False  # the next line is the same paragraph, hard-wrapped


def find_prose(text: str) -> list[Block]:
    """The document's prose in reading order, without furniture, captions, headings, bylines and datelines."""
    lines = _mark_wrapped(_read_lines(text))
    english = _looks_english(lines)
    dropped = _drop(lines, english)
    spans = _join(text, lines, dropped)
    started = False
    blocks: list[Block] = []
    for span, words in spans:
        if english and not _is_prose(text[span.start : span.end], words, started):
            continue
        lead = find_lead_in(text[span.start : min(span.end, span.start + 200)], first=not started)
        started = True
        blocks.append(Block(trim(text, Span(span.start + lead.length, span.end)), lead.label))
    return blocks or _only_headings(lines, dropped)


def is_furniture(sentence: str) -> bool:
    """True for a sentence that belongs to the page and not to the article ('Subscribe to our newsletter.')."""
    stripped = sentence.lstrip("[(>*•|- \"“'").lstrip()
    if len(stripped) < 400 and _FURNITURE.match(stripped):
        return not _is_reported(stripped)
    return bool(_CREDIT_PARENTHESIS.match(sentence))


def has_finite_verb(words: tuple[str, ...] | list[str]) -> bool:
    """True when some lower-case word may be a finite verb."""
    return any(is_finite(word, before) for before, word in pairwise(["", *words]))


def _is_reported(sentence: str) -> bool:
    """True for a long sentence with a speaker: 'Call us what you like, the minister said.'"""
    return bool(re.search(r"\b(?:said|told|says|added)\b", sentence[:400])) and not sentence.startswith("©")


def _read_lines(text: str) -> list[_Line]:
    lines = []
    end = 0
    for match in _LINE.finditer(text):
        span = trim(text, Span(match.start(), match.end()))
        if span.start == span.end:
            continue
        between = text[end : span.start]
        gap = between.count("\n") > 1 or between.count("\r") > 1 or "\u2029" in between
        content = text[span.start : span.end]
        words = tuple(word.lower().replace("’", "'") for word in _WORD.findall(content))
        lines.append(_Line(span, content, words, gap))
        end = span.end
    return lines


def _mark_wrapped(lines: list[_Line]) -> list[_Line]:
    """Mark the lines that were broken only because the next word did not fit the column."""
    marked = list(lines)
    start = 0
    for stop in range(1, len(lines) + 1):
        if stop < len(lines) and not lines[stop].gap:
            continue
        paragraph = lines[start:stop]
        width = max(len(line.text) for line in paragraph)
        if len(paragraph) > 1 and width <= WRAP_COLUMNS:
            for index, (line, following) in enumerate(pairwise(paragraph), start):
                next_word = following.text.split(None, 1)[0]
                if len(line.text) + 1 + len(next_word) > width and not _BULLET.match(following.text):
                    marked[index] = _Line(line.span, line.text, line.words, line.gap, wraps=True)
        start = stop
    return marked


def _looks_english(lines: list[_Line]) -> bool:
    """True when common English words make up a tenth of the text; the verb rules hold only there."""
    sample = [word for line in lines[:200] for word in line.words[:200]]
    return not sample or sum(word in _FUNCTION_WORDS for word in sample) >= 0.1 * len(sample)


def _drop(lines: list[_Line], english: bool) -> list[bool]:
    """Which lines are furniture, captions or repetitions, judged by themselves and their neighbours."""
    dropped = [_is_furniture_line(line) for line in lines]
    seen: set[str] = set()
    for index, line in enumerate(lines):
        if line.text in seen and len(line.text) < 1000:
            dropped[index] = True
        seen.add(line.text)
        if index and _is_doubled_caption(lines[index - 1], line):
            dropped[index - 1] = dropped[index] = True
        if english and not _ends_sentence(line.text) and _CREDIT_TAIL.search(line.text[-120:]) and len(line.words) < 60:
            dropped[index] = True
    return dropped


def _is_furniture_line(line: _Line) -> bool:
    text = line.text
    if is_furniture(text) and (len(line.words) <= 40 or not has_finite_verb(line.words)):
        return True
    if (
        _BYLINE.match(text)
        and len(line.words) <= 14
        and not (_BYLINE_TAIL.search(text) and has_finite_verb(line.words))
    ):
        return True
    if _CONTACT.search(text[:2000]) and len(line.words) <= BIO_WORDS:
        return True
    if len(line.words) <= 60 and _CREDIT_INSIDE.search(text) and not _is_reported(text):
        return True
    if _TIMESTAMP.match(text) and not _ends_sentence(text):
        return True
    separators = len(_SEPARATORS.findall(text[:1000]))
    return separators > 0 and (not _ends_sentence(text) or len(line.words) <= 8 * (separators + 1))


def _is_doubled_caption(line: _Line, following: _Line) -> bool:
    """True when the second line repeats the first and adds a credit."""
    return (
        len(line.words) >= 4
        and len(line.text) < len(following.text) <= len(line.text) + 80
        and following.text.startswith(line.text)
        and not _ends_sentence(following.text)
    )


def _ends_sentence(text: str) -> bool:
    return bool(_TERMINAL.search(text[-20:]))


def _join(text: str, lines: list[_Line], dropped: list[bool]) -> list[tuple[Span, tuple[str, ...]]]:
    """Lines that stay, joined where a sentence runs on over a line or paragraph break."""
    units: list[tuple[Span, tuple[str, ...]]] = []
    open_line: _Line | None = None
    for line, gone in zip(lines, dropped, strict=True):
        if gone:
            open_line = None
            continue
        if open_line is not None and _runs_on(open_line, line):
            span, words = units[-1]
            # A unit's words serve the verb rules only: the first few hundred decide.
            units[-1] = (Span(span.start, line.span.end), words if len(words) > 400 else words + line.words)
        else:
            bullet = _BULLET.match(line.text)
            start = line.span.start + (bullet.end() if bullet else 0)
            units.append((Span(start, line.span.end), line.words))
        open_line = line
    return units


def _runs_on(line: _Line, following: _Line) -> bool:
    """True when `following` goes on with the sentence that `line` leaves open."""
    if line.wraps:
        return True
    if _ends_sentence(line.text) or not line.words or not following.words:
        return False
    first = following.text.lstrip("\"“”'‘(")[:1]
    if first.islower():
        return len(line.words) > 3
    return line.text.endswith(",") or (line.words[-1] in _CARRIES_ON and len(line.words) > 4)


def _is_prose(text: str, words: tuple[str, ...], started: bool) -> bool:
    """True for a unit that holds at least one sentence; headings, names and fragments hold none."""
    if not words:
        return False
    verb = has_finite_verb(words)
    if _ends_sentence(text):
        # 'Ann Lee, Radio Nord, Riga.' is a sign-off; a verb that the lexicon does not know makes no fragment.
        capitals = sum(word[0].isupper() for word in text.split())
        return verb or len(words) > HEADLINE_WORDS or (len(words) >= 4 and 2 * capitals < len(words))
    if not started or not verb or len(words) < HEADLINE_WORDS:
        return verb and len(words) >= HEADLINE_WORDS and _has_inner_sentence(text)
    return not _is_title_case(text)


def _has_inner_sentence(text: str) -> bool:
    """True when a sentence ends inside: a paragraph whose last full stop is missing."""
    return bool(re.search(r"[^\W\d_]{3,}[.!?][\"”]? [A-ZÀ-Þ\"“]", text))


def _is_title_case(text: str) -> bool:
    """True when nearly every longer word is capitalised."""
    longer = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return bool(longer) and sum(word[0].isupper() for word in longer) > 0.8 * len(longer)


def _only_headings(lines: list[_Line], dropped: list[bool]) -> list[Block]:
    """For a text without any prose, its unpunctuated sentences: a note such as '164 people were killed'."""
    return [
        Block(line.span)
        for line, gone in zip(lines, dropped, strict=True)
        if not gone and len(line.words) >= 4 and has_finite_verb(line.words)
    ]
