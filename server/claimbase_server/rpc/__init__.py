"""The gRPC face of the service: servicers, conversion between protobuf and domain, errors, health."""
