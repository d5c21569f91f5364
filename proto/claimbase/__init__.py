"""The protocol of claimbase; the generated modules of version 1 are in claimbase.v1."""
