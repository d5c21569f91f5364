"""Every limit that callers meet. What requests may hold, which GetModel tells; lengths count Unicode code points."""

from __future__ import annotations

MAX_DOCUMENT_LENGTH = 1_000_000
MAX_CLAIM_LENGTH = 4_000
MAX_PREMISE_LENGTH = 20_000
MAX_METADATA_LENGTH = 2_000
MAX_LANGUAGE_LENGTH = 35
MAX_ID_LENGTH = 200
MAX_BATCH_DOCUMENTS = 1_000
MAX_BATCH_CLAIMS = 100
MAX_PAIRS = 256
MAX_SEARCH_RESULTS = 100
DEFAULT_SEARCH_RESULTS = 10
MAX_PAGE_SIZE = 1_000
DEFAULT_PAGE_SIZE = 50
MAX_STREAM_IN_FLIGHT = 16
MAX_IMPORT_FAILURES = 1_000
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_PAGE_BYTES = 8 * 1024 * 1024

# What callers may do at once. Over these RESOURCE_EXHAUSTED asks to try again later.
MAX_CALLS = 64
MAX_WATCHES = 100
MAX_STREAMS_A_CALLER = 32  # a caller is a token's name or, without tokens, an address

# What gRPC itself holds back: further calls of a connection wait, larger metadata ends the call.
MAX_CALLS_A_CONNECTION = 100
MAX_METADATA_BYTES = 16 * 1024

# How fast a stream of requests is read; who sends faster is slowed down, not refused.
STREAM_MESSAGES_A_SECOND = 1_000
STREAM_BYTES_A_SECOND = 16 * 1024 * 1024
