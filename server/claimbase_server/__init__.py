"""The claimbase service: a base of claims, and verdicts on new ones, over gRPC or on the command line."""
