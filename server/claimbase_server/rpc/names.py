"""Resource names to ids and back; ids are percent-encoded inside names."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from claimbase_server.rpc import limits
from claimbase_server.rpc.errors import RpcFailure, invalid
from claimbase_server.rpc.validation import check_characters

_COLLECTION_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


def collection_name(collection: str) -> str:
    """collections/{collection}."""
    return f"collections/{quote(collection, safe='')}"


def document_name(collection: str, document_id: str) -> str:
    """collections/{collection}/documents/{document}."""
    return f"{collection_name(collection)}/documents/{quote(document_id, safe='')}"


def claim_name(collection: str, claim_id: str) -> str:
    """collections/{collection}/documents/{document}/claims/{n} of the claim id '{document_id}.{n}'."""
    document_id, _, number = claim_id.rpartition(".")
    return f"{document_name(collection, document_id)}/claims/{number}"


def conflict_name(collection: str, conflict_id: str) -> str:
    """collections/{collection}/conflicts/{conflict}."""
    return f"{collection_name(collection)}/conflicts/{quote(conflict_id, safe='')}"


def read_collection_id(field: str, collection: str) -> str:
    """A valid id for a new collection; raises INVALID_ARGUMENT."""
    if not _COLLECTION_ID.fullmatch(collection):
        raise invalid(
            field,
            f"{_shown(collection)} is no collection id: use 1 to 63 of a-z, 0-9, '-' and '_', first a letter or digit",
        )
    return collection


def read_collection(field: str, name: str) -> str:
    """The id in collections/{collection}; raises INVALID_ARGUMENT."""
    parts = name.split("/")
    if len(parts) != 2 or parts[0] != "collections":
        raise _bad_name(field, name, "collections/{collection}")
    return read_collection_id(field, _read_id(field, name, parts[1]))


def read_owner(field: str, name: str) -> str:
    """The id of the collection at the start of any resource name; raises INVALID_ARGUMENT."""
    return read_collection(field, "/".join(name.split("/")[:2]))


def read_document(field: str, name: str) -> tuple[str, str]:
    """The ids in collections/{collection}/documents/{document}; raises INVALID_ARGUMENT."""
    parts = name.split("/")
    if len(parts) != 4 or parts[2] != "documents":
        raise _bad_name(field, name, "collections/{collection}/documents/{document}")
    return read_owner(field, name), _read_id(field, name, parts[3])


def read_claim(field: str, name: str) -> tuple[str, str]:
    """The collection's id and the claim's id in a claim's name; raises INVALID_ARGUMENT."""
    parts = name.split("/")
    if len(parts) != 6 or parts[4] != "claims" or not _NUMBER.fullmatch(parts[5]):
        raise _bad_name(field, name, "collections/{collection}/documents/{document}/claims/{n}")
    collection, document_id = read_document(field, "/".join(parts[:4]))
    return collection, f"{document_id}.{parts[5]}"


def read_claims_parent(field: str, name: str) -> tuple[str, str]:
    """The ids in a collection's or a document's name, '' for no document; raises INVALID_ARGUMENT."""
    if name.count("/") == 1:
        return read_collection(field, name), ""
    return read_document(field, name)


def _read_id(field: str, name: str, part: str) -> str:
    try:
        found = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise invalid(field, f"{_shown(name)} is percent-encoded, but not as UTF-8") from None
    if not found:
        raise invalid(field, f"{_shown(name)} has an empty id")
    if len(found) > limits.MAX_ID_LENGTH:
        raise invalid(field, f"has an id of {len(found)} characters; the limit is {limits.MAX_ID_LENGTH}")
    check_characters(field, found)
    return found


def _bad_name(field: str, name: str, pattern: str) -> RpcFailure:
    if not name:
        return invalid(field, f"is empty; give {pattern}")
    return invalid(field, f"{_shown(name)} is no name of the form {pattern}")


def _shown(name: str) -> str:
    """The name in quotes, cut where it is long."""
    return repr(name if len(name) <= 100 else f"{name[:100]}...")
