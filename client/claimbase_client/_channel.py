"""Channels: TLS from files, the token's metadata, message sizes, and retries where a repeat cannot do harm."""

from __future__ import annotations

import json
import os
import ssl
from pathlib import Path

import grpc

DEFAULT_TIMEOUT = 30.0  # seconds, for calls with one answer
STREAM_TIMEOUT = 600.0  # seconds, for calls that stream documents or claims
MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # the service's own limit for requests is lower and its answer says so

# Reads, and creates that the client gives a request id. Deletes and CreateCollection would answer their own repeat with
# an error. No streams: requests cannot be sent again, and a stream of answers whose retries are used up never ends in
# gRPC's Python library, not even at its deadline.
_RETRIED = {
    "claimbase.v1.ClaimBaseService": (
        "ListCollections",
        "CreateDocument",
        "BatchCreateDocuments",
        "GetDocument",
        "ListDocuments",
        "GetClaim",
        "ListClaims",
        "SearchClaims",
        "ListConflicts",
    ),
    "claimbase.v1.VerificationService": (
        "CheckClaim",
        "BatchCheckClaims",
        "ExtractClaims",
        "ScorePairs",
        "GetModel",
    ),
}


def tls_credentials(
    ca: str | os.PathLike[str] | None = None,
    cert: str | os.PathLike[str] | None = None,
    key: str | os.PathLike[str] | None = None,
) -> grpc.ChannelCredentials:
    """Credentials of PEM files: whose servers to trust, and the certificate with its key that this client shows.

    Without `ca` the public authorities that come with gRPC are trusted. The files are read once. Raises ValueError,
    which names the file and says what is wrong with it.
    """
    if (cert is None) != (key is None):
        raise ValueError("a client certificate needs its key, and a key its certificate: give both or neither")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if ca is not None:
            context.load_verify_locations(cafile=ca)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"{ca}: holds no PEM certificates ({_cause(error)})") from None
    try:
        if cert is not None:
            # Without a password of ours, OpenSSL would ask for one on the terminal.
            context.load_cert_chain(cert, key, password=lambda: b"")
    except OSError as error:
        raise ValueError(
            f"{cert} and {key}: hold no PEM certificate with its unencrypted PEM key ({_cause(error)})"
        ) from None
    root, private, shown = (Path(path).read_bytes() if path is not None else None for path in (ca, key, cert))
    return grpc.ssl_channel_credentials(root, private, shown)


def _cause(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or error)


def token_metadata(token: str) -> tuple[tuple[str, str], ...]:
    """What every call of a client with this token carries; raises ValueError for what is no token."""
    if not token:
        return ()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the token holds something other than visible ASCII characters")
    return (("authorization", f"Bearer {token}"),)


def channel_options() -> list[tuple[str, str | int]]:
    """Options of every channel; the retry policy obeys the service's grpc-retry-pushback-ms."""
    retried = [{"service": service, "method": method} for service, methods in _RETRIED.items() for method in methods]
    policy = {
        "maxAttempts": 4,
        "initialBackoff": "0.2s",
        "maxBackoff": "5s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"],
    }
    return [
        ("grpc.service_config", json.dumps({"methodConfig": [{"name": retried, "retryPolicy": policy}]})),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ]
