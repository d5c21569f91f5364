"""Channel options: message sizes, and retries where a repeat cannot do harm."""

from __future__ import annotations

import json

DEFAULT_TIMEOUT = 30.0  # seconds, for calls with one answer
STREAM_TIMEOUT = 600.0  # seconds, for calls that stream documents or claims
MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # the service's own limit for requests is lower and its answer says so

# Reads, and creates whose repeat answers the same. Deletes and CreateCollection would answer their own repeat with
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
        "CreateWatchedClaim",
        "ListWatchedClaims",
    ),
}


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
