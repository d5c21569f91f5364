"""Generated protocol buffer and gRPC modules of claimbase, version 1."""
