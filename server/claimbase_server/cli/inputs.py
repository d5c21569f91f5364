"""Reading what people hand to a command; every fault is a BadInput that names file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from claimbase_server.cli.errors import BadInput
from claimbase_server.rpc import limits
from claimbase_server.types import Document, Pair

TEXT_SUFFIXES = (".txt", ".md")
REFUSED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
DOCUMENT_KEYS = ("id", "text", "file", "title", "publisher", "publish_time", "url", "author", "language")


@dataclass(frozen=True)
class ClaimInput:
    """One claim to check, the id to answer with, and where it came from ('claims.jsonl:3')."""

    id: Any  # echoed as it came: JSON has string and number ids
    text: str
    where: str


@dataclass(frozen=True)
class DocumentInput:
    """One document to store and where it came from ('documents.jsonl:3')."""

    document: Document
    where: str


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"{path}:{line}: not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}): "
            "convert the file to UTF-8 first"
        ) from None


def read_checked_text(path: Path) -> str:
    """The text of a file that is to be extracted or checked."""
    text = read_text(path)
    check_text(text, limits.MAX_DOCUMENT_LENGTH, "the text", str(path))
    return text


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """('path:line', object) for each line of a JSON lines file that is not blank."""
    # '\n' alone ends a line: str.splitlines would also cut at U+2028 inside a JSON string.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            value = json.loads(line, parse_constant=_refuse_constant)
        except ValueError as error:
            raise BadInput(f"{where}: not JSON ({error}): write one JSON object a line") from None
        except RecursionError:
            raise BadInput(f"{where}: JSON nested too deeply: write one flat JSON object a line") from None
        if not isinstance(value, dict):
            raise BadInput(f"{where}: a JSON {type(value).__name__}: write one JSON object a line")
        yield where, value


def _refuse_constant(name: str) -> None:
    """Python reads NaN and Infinity where JSON has neither."""
    raise ValueError(f"{name} is no JSON number")


def text_field(value: dict[str, Any], key: str, where: str) -> str:
    """A string of a JSON line, '' where the key is missing or null."""
    field = value.get(key)
    if field is None:
        return ""
    if not isinstance(field, str):
        raise BadInput(f'{where}: "{key}" is a {type(field).__name__}: make it a string')
    return field


def check_text(text: str, limit: int, what: str, where: str) -> None:
    """Refuse a text that is blank, over-long or holds what no text holds."""
    check_length_and_characters(text, limit, what, where, allowed="\t\n\r")
    if not text.strip():
        raise BadInput(f"{where}: {what} is blank: give some text")


def check_length_and_characters(text: str, limit: int, what: str, where: str, allowed: str = "\t") -> None:
    """Refuse over-long text, lone surrogates and control characters other than those allowed."""
    if len(text) > limit:
        raise BadInput(f"{where}: {what} has {len(text)} characters: at most {limit} are allowed")
    for found in REFUSED.finditer(text):
        if found[0] not in allowed:
            kind = "lone surrogate" if found[0] >= "\ud800" else "control character"
            raise BadInput(
                f"{where}: {what} holds {kind} U+{ord(found[0]):04X} at character {found.start()}: remove it"
            )


def read_claims(arguments: Sequence[str], path: str | None) -> list[ClaimInput]:
    """The claims of a command line or of a .jsonl of {"id", "claim"}; never none."""
    if bool(arguments) == bool(path):
        raise BadInput("give claims either as arguments or with --input claims.jsonl")
    claims: list[ClaimInput] = []
    if path is None:
        claims = [ClaimInput(str(n), text, f"claim {n}") for n, text in enumerate(arguments, start=1)]
    else:
        for n, (where, value) in enumerate(read_lines(Path(path)), start=1):
            if "claim" not in value:
                raise BadInput(f'{where}: no "claim": write {{"id": "...", "claim": "..."}}')
            claims.append(ClaimInput(_claim_id(value, n, where), text_field(value, "claim", where), where))
    if not claims:
        raise BadInput(f"{path}: holds no claims")
    for claim in claims:
        check_text(claim.text, limits.MAX_CLAIM_LENGTH, "the claim", claim.where)
    return claims


def _claim_id(value: dict[str, Any], position: int, where: str) -> str | int | float:
    """A line's own id, else its position."""
    found = value.get("id")
    if found is None:
        return str(position)
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        raise BadInput(f'{where}: "id" is a {type(found).__name__}: make it a string')
    if isinstance(found, str):
        check_length_and_characters(found, limits.MAX_ID_LENGTH, '"id"', where)
    return found


def read_pairs(path: str) -> list[Pair]:
    """The pairs of a .jsonl of {"premise", "hypothesis"}, in order."""
    pairs: list[Pair] = []
    for where, value in read_lines(Path(path)):
        sides = []
        for key, limit in (("premise", limits.MAX_PREMISE_LENGTH), ("hypothesis", limits.MAX_CLAIM_LENGTH)):
            if key not in value:
                raise BadInput(f'{where}: no "{key}": write {{"premise": "...", "hypothesis": "..."}}')
            sides.append(text_field(value, key, where))
            check_length_and_characters(sides[-1], limit, f'"{key}"', where, allowed="\t\n\r")
        pairs.append(Pair(*sides))
    return pairs


def read_documents(paths: Sequence[str]) -> Iterator[DocumentInput]:
    """The documents of files, folders (.txt, .md and .jsonl in them, deep) and .jsonl files, each id once."""
    seen: dict[str, str] = {}
    for argument in paths:
        path = Path(argument)
        if not path.exists():
            raise BadInput(f"{path}: no such file or folder")
        for found in _folder_documents(path) if path.is_dir() else _file_documents(path):
            if found.document.id in seen:
                raise BadInput(
                    f"{found.where}: document id {found.document.id!r} was used at {seen[found.document.id]}: "
                    "give each document its own id"
                )
            seen[found.document.id] = found.where
            yield found


def _folder_documents(folder: Path) -> Iterator[DocumentInput]:
    """The text files below a folder in path order; a file in a subfolder is named 'subfolder-stem'."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in TEXT_SUFFIXES and path.is_file())
    if not files:
        raise BadInput(f"{folder}: holds no {' or '.join(TEXT_SUFFIXES)} files")
    for path in files:
        yield _text_document(path, "-".join(path.relative_to(folder).with_suffix("").parts))


def _file_documents(path: Path) -> Iterator[DocumentInput]:
    if path.suffix.lower() == ".jsonl":
        count = 0
        for where, value in read_lines(path):
            count += 1
            yield DocumentInput(_line_document(value, path.parent, where), where)
        if not count:
            raise BadInput(f"{path}: holds no documents")
    else:
        yield _text_document(path, path.stem)


def _text_document(path: Path, document_id: str) -> DocumentInput:
    document = Document(id=document_id, text=read_text(path))
    check_document(document, str(path))
    return DocumentInput(document, str(path))


def _line_document(value: dict[str, Any], folder: Path, where: str) -> Document:
    """The document of one JSON line; its "file" is read relative to `folder`."""
    fields = {key: text_field(value, key, where) for key in DOCUMENT_KEYS}
    file, text = fields["file"], fields["text"]
    if bool(file) == ("text" in value):
        raise BadInput(f'{where}: give the text either in "text" or in "file"')
    if file:
        try:
            text = read_text(folder / file)
        except BadInput as error:
            raise BadInput(f'{where}: "file": {error}') from None
    document = Document(
        id=fields["id"] or derived_id(fields["url"], Path(file).stem, text),
        text=text,
        title=fields["title"],
        publisher=fields["publisher"],
        url=fields["url"],
        author=fields["author"],
        publish_time=read_time(fields["publish_time"], where) if fields["publish_time"] else None,
        language=fields["language"],
    )
    check_document(document, where)
    return document


def derived_id(url: str, stem: str, text: str) -> str:
    """A document's id where none was given: its url, else its file's name, else a hash of its text."""
    if len(url) > limits.MAX_ID_LENGTH:
        return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return url or stem or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def check_document(document: Document, where: str) -> None:
    """Refuse what a base could not store, before anything is stored."""
    check_text(document.text, limits.MAX_DOCUMENT_LENGTH, "the text", where)
    check_length_and_characters(document.id, limits.MAX_ID_LENGTH, "the document id", where)
    check_length_and_characters(document.language, limits.MAX_LANGUAGE_LENGTH, '"language"', where)
    for name in ("title", "publisher", "url", "author"):
        check_length_and_characters(getattr(document, name), limits.MAX_METADATA_LENGTH, f'"{name}"', where)


def read_time(text: str, where: str) -> datetime:
    """An ISO 8601 date or time as an aware UTC datetime; UTC where it names no zone."""
    try:
        # Python 3.10 does not read the 'Z' of RFC 3339.
        time = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text)
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise BadInput(f'{where}: "publish_time" {text!r} is no time: write it like 2022-01-09T18:00:00Z') from None
