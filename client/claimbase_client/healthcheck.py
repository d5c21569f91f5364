"""Ask a running service for its health: exit status 0 if it is serving, 1 if not; for containers and scripts.

Usage: python -m claimbase_client.healthcheck [ADDRESS] [--service NAME] [--timeout SECONDS]
"""

from __future__ import annotations

import argparse
import sys

import grpc
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

_METHOD = "/grpc.health.v1.Health/Check"
_SERVING = 1  # grpc.health.v1.HealthCheckResponse.SERVING


def is_serving(address: str, service: str = "", timeout: float = 3.0) -> bool:
    """Whether the service at address (host:port, no TLS) says SERVING; '' asks for the whole server.

    Raises grpc.RpcError if it cannot be asked within timeout seconds.
    """
    with grpc.insecure_channel(address) as channel:
        # StringValue and Int32Value have the wire format of HealthCheckRequest and HealthCheckResponse, so the thin
        # client needs no further package for this one call.
        check = channel.unary_unary(
            _METHOD,
            request_serializer=StringValue.SerializeToString,
            response_deserializer=Int32Value.FromString,
        )
        status = check(StringValue(value=service), timeout=timeout, wait_for_ready=True)
    return status.value == _SERVING


def main(arguments: list[str] | None = None) -> int:
    """Run the check; returns the exit status and says on stderr why it is not 0."""
    parser = argparse.ArgumentParser(prog="claimbase_client.healthcheck", description="Is the service serving?")
    parser.add_argument("address", nargs="?", default="127.0.0.1:50051", help="host:port (default: %(default)s)")
    parser.add_argument("--service", default="", help="full name of one gRPC service (default: the whole server)")
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds to wait (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        if is_serving(options.address, options.service, options.timeout):
            return 0
    except grpc.RpcError as error:
        print(f"{options.address} did not answer: {error.code().name}: {error.details()}", file=sys.stderr)
        return 1
    print(f"{options.address} answers but is not serving", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
