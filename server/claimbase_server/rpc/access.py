"""Who may call what: the scope and the collection of every method, and the check of a caller's token against them."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from claimbase_server.rpc import names
from claimbase_server.rpc.errors import RpcFailure, permission_denied, unauthenticated
from claimbase_server.rpc.reloaded import Reloaded
from claimbase_server.rpc.token_file import Grant, Scope, find_grant

TOKEN_KEY = "authorization"
_SCHEME = "bearer "


@dataclass(frozen=True)
class Rule:
    """What a method asks of a token."""

    scope: Scope | None  # None: any known token will do
    field: str = ""  # path in the request of the field that names the collection; '' where no collection is touched
    read_collection: Callable[[str, str], str] = names.read_owner


# Every method that is served, health aside; what is missing here is refused. ListCollections shows of each collection
# only that a token may use it, so its servicer leaves the others out.
RULES: Mapping[str, Rule] = {
    "/claimbase.v1.ClaimBaseService/CreateCollection": Rule(Scope.ADMIN, "collection_id", names.read_collection_id),
    "/claimbase.v1.ClaimBaseService/ListCollections": Rule(None),
    "/claimbase.v1.ClaimBaseService/DeleteCollection": Rule(Scope.ADMIN, "name"),
    "/claimbase.v1.ClaimBaseService/CreateDocument": Rule(Scope.WRITE, "parent"),
    "/claimbase.v1.ClaimBaseService/BatchCreateDocuments": Rule(Scope.WRITE, "parent"),
    "/claimbase.v1.ClaimBaseService/ImportDocuments": Rule(Scope.WRITE, "request.parent"),
    "/claimbase.v1.ClaimBaseService/GetDocument": Rule(Scope.READ, "name"),
    "/claimbase.v1.ClaimBaseService/ListDocuments": Rule(Scope.READ, "parent"),
    "/claimbase.v1.ClaimBaseService/DeleteDocument": Rule(Scope.WRITE, "name"),
    "/claimbase.v1.ClaimBaseService/GetClaim": Rule(Scope.READ, "name"),
    "/claimbase.v1.ClaimBaseService/ListClaims": Rule(Scope.READ, "parent"),
    "/claimbase.v1.ClaimBaseService/SearchClaims": Rule(Scope.READ, "parent"),
    "/claimbase.v1.ClaimBaseService/ListConflicts": Rule(Scope.READ, "parent"),
    "/claimbase.v1.ClaimBaseService/WatchConflicts": Rule(Scope.READ, "parent"),
    "/claimbase.v1.VerificationService/CheckClaim": Rule(Scope.READ, "parent"),
    "/claimbase.v1.VerificationService/BatchCheckClaims": Rule(Scope.READ, "parent"),
    "/claimbase.v1.VerificationService/StreamCheckClaims": Rule(Scope.READ, "parent"),
    "/claimbase.v1.VerificationService/CheckText": Rule(Scope.READ, "parent"),
    "/claimbase.v1.VerificationService/ExtractClaims": Rule(Scope.READ),
    "/claimbase.v1.VerificationService/ScorePairs": Rule(Scope.READ),
    "/claimbase.v1.VerificationService/GetModel": Rule(None),
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": Rule(None),
}

# The grant of the call being served; None where the server asks for no tokens.
current_grant: contextvars.ContextVar[Grant | None] = contextvars.ContextVar("current_grant", default=None)


class Access:
    """One caller's access to one method; each check looks at the tokens as they are then."""

    def __init__(self, tokens: Reloaded[tuple[Grant, ...]], method: str, metadata: Any) -> None:
        """`metadata` are the call's pairs of key and value."""
        self._tokens = tokens
        self._method = method
        self._token = _read_token(metadata)

    def check(self) -> Grant:
        """The token's grant, if it allows the method; raises UNAUTHENTICATED or PERMISSION_DENIED."""
        if not self._token:
            raise unauthenticated("TOKEN_MISSING", "no token: send the metadata 'authorization: Bearer TOKEN'")
        grant = find_grant(self._tokens.current(), self._token)
        if grant is None:
            raise unauthenticated("TOKEN_UNKNOWN", "the token is not known here, or no longer: ask for a new one")
        rule = RULES.get(self._method)
        if rule is None:
            raise permission_denied("METHOD_NOT_ALLOWED", f"no token allows {self._method}")
        if rule.scope is not None and rule.scope not in grant.scopes:
            has = ", ".join(scope.value for scope in Scope if scope in grant.scopes)
            raise permission_denied(
                "SCOPE_MISSING", f"{self._method} needs the scope {rule.scope.value}; token {grant.name!r} has {has}"
            )
        return grant

    def check_message(self, message: Any) -> None:
        """One request message; raises as check() does, and PERMISSION_DENIED for a collection not allowed."""
        grant, rule = self.check(), RULES[self._method]
        if not rule.field or grant.collections is None:
            return
        # No name of a collection, which an earlier message of the stream gave or the servicer will ask for.
        if not (name := attrgetter(rule.field)(message)):
            return
        try:
            collection = rule.read_collection(rule.field, name)
        except RpcFailure:
            return  # the servicer reads it in the same way and says what is wrong with it
        if collection not in grant.collections:
            raise permission_denied(
                "COLLECTION_NOT_ALLOWED",
                f"{rule.field}: token {grant.name!r} is not for {names.collection_name(collection)}",
            )


def _read_token(metadata: Any) -> str:
    """The bearer token of a call; '' if it sent none."""
    for key, value in metadata or ():
        if key == TOKEN_KEY and isinstance(value, str) and value[: len(_SCHEME)].lower() == _SCHEME:
            return value[len(_SCHEME) :].strip()
    return ""
