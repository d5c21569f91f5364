"""Page and resume tokens: a position in a listing, bound to the parameters it was made for.

The digests catch tokens of other listings and mistakes. They hold no secret, so that every replica takes the tokens
of every other; a forged token shows nothing that its forger could not list.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time

from claimbase_server.rpc.errors import RpcFailure, invalid

LIFETIME = 3 * 24 * 3600  # seconds that a page token is valid
_VERSION = 1  # of the payload, a list of version, position, time made and checksum of the parameters
_DIGEST_BYTES = 8
_MAX_LENGTH = 4_000
_Position = int | str
_Parameters = tuple[str | int | float, ...]


def write_token(parameters: _Parameters, position: _Position) -> str:
    """A token for the position after which a listing with these parameters goes on."""
    payload = json.dumps([_VERSION, position, int(time.time()), _checksum(parameters)]).encode()
    return _encode(hashlib.sha256(payload).digest()[:_DIGEST_BYTES] + payload)


def read_number(field: str, token: str, parameters: _Parameters, lifetime: int | None = LIFETIME) -> int:
    """The row number of a token, 0 for an empty one; raises INVALID_ARGUMENT. No lifetime, no expiry."""
    if not token:
        return 0
    position = _read(field, token, parameters, lifetime)
    if not isinstance(position, int) or not 0 <= position < 2**63:
        raise _bad(field)
    return position


def read_key(field: str, token: str, parameters: _Parameters) -> str:
    """The key of a token, '' for an empty one; raises INVALID_ARGUMENT."""
    if not token:
        return ""
    position = _read(field, token, parameters, LIFETIME)
    if not isinstance(position, str):
        raise _bad(field)
    return position


def _read(field: str, token: str, parameters: _Parameters, lifetime: int | None) -> object:
    if len(token) > _MAX_LENGTH:
        raise _bad(field)
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _bad(field) from None
    digest, payload = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if digest != hashlib.sha256(payload).digest()[:_DIGEST_BYTES] or token != _encode(data):
        raise _bad(field)
    version, position, made, checksum = json.loads(payload)
    if version != _VERSION:
        raise invalid(field, "was made by another version of this service; start again without it", "STALE_TOKEN")
    if checksum != _checksum(parameters):
        raise invalid(field, "belongs to a listing with other parameters; start again without it", "FOREIGN_TOKEN")
    if lifetime is not None and time.time() - made > lifetime:
        raise invalid(field, "has expired; start again without it", "STALE_TOKEN")
    return position


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bad(field: str) -> RpcFailure:
    return invalid(field, "is not a token of this service; give what the last answer held, or nothing", "BAD_TOKEN")


def _checksum(parameters: _Parameters) -> str:
    return hashlib.sha256(json.dumps(parameters).encode()).hexdigest()[:16]
