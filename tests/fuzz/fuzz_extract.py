#!/usr/bin/env python3
"""Coverage-guided fuzzing of extraction and of the reading of requests; by hand, without end or with -runs=N.

Needs `pip install 'claimbase[fuzz]'`. Usage: fuzz_extract.py [CORPUS_FOLDER] [-runs=50000] [-max_len=2000]
What it finds goes to a file named crash-... in the current folder, which it takes as an argument to try again.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["claimbase_server.extract", "claimbase_server.rpc"]):
    from claimbase_server.extract import extract_claims
    from claimbase_server.extract.claims import read_claim
    from claimbase_server.rpc import convert, names, tokens
    from claimbase_server.rpc.errors import RpcFailure

from google.protobuf.message import DecodeError

from claimbase.v1 import claim_base_service_pb2 as base_pb2
from claimbase.v1 import verification_service_pb2 as check_pb2
from claimbase_server.types import Document


def extract(text: str) -> None:
    """Each quote is where its claim says, and what was found can be sent."""
    for claim in extract_claims(Document(id="d", text=text)):
        assert text[claim.start : claim.end] == claim.quote
        convert.to_claim(claim).SerializeToString()
    if text.strip():
        convert.to_claim(read_claim(text)).SerializeToString()


def read_requests(data: bytes) -> None:
    """Reading a request raises nothing but the failure that names the field."""
    readers = (
        (base_pb2.CreateDocumentRequest, lambda found: convert.read_document("", found)),
        (check_pb2.ScorePairsRequest, convert.read_pairs),
        (check_pb2.ExtractClaimsRequest, lambda found: convert.read_optional_time("publish_time", found)),
        (base_pb2.ListConflictsRequest, lambda found: convert.read_kind("kind", found.kind)),
        (base_pb2.GetClaimRequest, lambda found: names.read_claim("name", found.name)),
        (base_pb2.ListClaimsRequest, lambda found: tokens.read_number("page_token", found.page_token, ("a",))),
    )
    for kind, read in readers:
        try:
            read(kind.FromString(data))
        except (DecodeError, RpcFailure):
            continue


def try_one(data: bytes) -> None:
    """One input, read as both; text as the wire has it, without lone surrogates."""
    extract(data.decode(errors="ignore"))
    read_requests(data)


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
