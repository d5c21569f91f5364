"""Documents to claims: prose found, sentences split, compound ones cut, each with its holder, stance and context."""

from __future__ import annotations

from claimbase_server.extract.claims import extract_claims, read_claim

__all__ = ["extract_claims", "read_claim"]
