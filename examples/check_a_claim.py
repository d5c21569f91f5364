"""Check one claim against a running service: python check_a_claim.py 127.0.0.1:50051 "The bridge is open." """

import sys

from claimbase_client import ClaimBase, Relation, Verdict

address, claim = sys.argv[1:]
with ClaimBase(address) as base:
    result = base.check_claim(claim)
    print(f"{Verdict.Name(result.verdict)} ({result.confidence:.0%} sure): {claim}")
    for evidence in result.evidence:
        print(f"  {Relation.Name(evidence.relation)}: {evidence.claim.source.publisher}: {evidence.claim.quote}")
