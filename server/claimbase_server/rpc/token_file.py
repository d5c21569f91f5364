"""The file of bearer tokens: one JSON line a token, which holds the token's hash and not the token.

    {"name": "desk", "sha256": "9f86...", "scopes": ["read"], "collections": ["news"]}

A token is 32 random bytes, which nobody can guess, so that a plain SHA-256 keeps it: slow, salted hashes are for
passwords, which people choose, and would cost every call. Several lines may bear one name: the old and the new token of
one caller while it changes over.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from claimbase_server.rpc.reloaded import UnusableFile, read_bytes

_PREFIX = "claimbase_"  # so that scanners for leaked secrets can find them
_RANDOM_BYTES = 32
_NAME = re.compile(r"[!-~]{1,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COLLECTION = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_KEYS = {"name", "sha256", "scopes", "collections"}


class Scope(str, Enum):
    """What a token allows; none includes another."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True)
class Grant:
    """What one token allows and whose it is."""

    name: str
    sha256: str  # of the token, in hex
    scopes: frozenset[Scope]
    collections: frozenset[str] | None = None  # None for every one

    def __post_init__(self) -> None:
        """Raises ValueError, which says what is wrong."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name: use 1 to 63 visible ASCII characters")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError("sha256 is not 64 hex digits in lower case")
        if not self.scopes:
            raise ValueError("no scopes: give some of read, write and admin")
        if self.collections is not None:
            if not self.collections:
                raise ValueError("no collections: name some, or leave them out to allow every one")
            for collection in sorted(self.collections):
                if not _COLLECTION.fullmatch(collection):
                    raise ValueError(f"{collection!r} is no collection id: use a-z, 0-9, '-' and '_'")


def new_token(name: str, scopes: Collection[Scope], collections: Collection[str] | None) -> tuple[str, Grant]:
    """A fresh token and its grant; raises ValueError."""
    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    return token, Grant(name, hash_token(token), frozenset(scopes), frozenset(collections) if collections else None)


def hash_token(token: str) -> str:
    """What the file holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_grant(grants: Sequence[Grant], token: str) -> Grant | None:
    """The grant of a token; takes as long for a near miss as for any other."""
    wanted = hash_token(token)
    found = None
    for grant in grants:
        if hmac.compare_digest(grant.sha256, wanted):
            found = grant
    return found


def write_line(grant: Grant) -> str:
    """The grant as a line of the file, without a line break."""
    line: dict[str, object] = {
        "name": grant.name,
        "sha256": grant.sha256,
        "scopes": [scope.value for scope in Scope if scope in grant.scopes],
    }
    if grant.collections is not None:
        line["collections"] = sorted(grant.collections)
    return json.dumps(line)


def read_grants(path: Path) -> tuple[Grant, ...]:
    """The grants of a file, at least one; UnusableFile says in which line something is wrong."""
    try:
        lines = read_bytes(path).decode().splitlines()
    except UnicodeDecodeError:
        raise UnusableFile(f"{path}: is not UTF-8 text") from None
    grants = tuple(_parse(path, lines))
    if not grants:
        raise UnusableFile(f"{path}: holds no token: make one with claimbase token")
    return grants


def _parse(path: Path, lines: Sequence[str]) -> Iterator[Grant]:
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            grant = _parse_line(line)
            if grant.sha256 in seen:
                raise ValueError("the same token stands in an earlier line")
        except ValueError as error:
            raise UnusableFile(f"{path}, line {number}: {error}") from None
        seen.add(grant.sha256)
        yield grant


def _parse_line(line: str) -> Grant:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    if not isinstance(fields, dict) or not fields.keys() <= _KEYS or not fields.keys() >= _KEYS - {"collections"}:
        raise ValueError('is not {"name", "sha256", "scopes"} with or without "collections"')
    name, sha256 = fields["name"], fields["sha256"]
    if not isinstance(name, str) or not isinstance(sha256, str):
        raise ValueError("name and sha256 must be texts")
    scopes = [Scope(scope) for scope in _texts("scopes", fields["scopes"])]
    collections = frozenset(_texts("collections", fields["collections"])) if "collections" in fields else None
    return Grant(name, sha256, frozenset(scopes), collections)


def _texts(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{key} must be a list of texts")
    return value
