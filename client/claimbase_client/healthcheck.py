"""Ask a running service for its health: exit status 0 if it is serving, 1 if not; for containers and scripts.

Usage: python -m claimbase_client.healthcheck [ADDRESS] [--service NAME] [--timeout SECONDS]

Where CLAIMBASE_TLS_CA names the file of the service's authorities, it is asked over TLS, with the client certificate of
CLAIMBASE_TLS_CERT and CLAIMBASE_TLS_KEY if they are set. CLAIMBASE_TLS_SERVER_NAME is the name in the service's
certificate where that does not hold the address that is asked. The service asks nobody for a token here.
"""

from __future__ import annotations

import argparse
import os
import sys

import grpc
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

from claimbase_client._channel import tls_credentials

_METHOD = "/grpc.health.v1.Health/Check"
_SERVING = 1  # grpc.health.v1.HealthCheckResponse.SERVING


def is_serving(
    address: str,
    service: str = "",
    timeout: float = 3.0,
    credentials: grpc.ChannelCredentials | None = None,
    server_name: str = "",
) -> bool:
    """Whether the service at address (host:port; no credentials, no TLS) says SERVING; '' asks for the whole server.

    Raises grpc.RpcError if it cannot be asked within timeout seconds.
    """
    options = [("grpc.ssl_target_name_override", server_name)] if server_name else []
    with (
        grpc.insecure_channel(address) if credentials is None else grpc.secure_channel(address, credentials, options)
    ) as channel:
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
    ca, cert, key, name = (
        os.environ.get(f"CLAIMBASE_TLS_{variable}") or None for variable in ("CA", "CERT", "KEY", "SERVER_NAME")
    )
    try:
        credentials = tls_credentials(ca, cert, key) if ca else None
        if is_serving(options.address, options.service, options.timeout, credentials, name or ""):
            return 0
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except grpc.RpcError as error:
        print(f"{options.address} did not answer: {error.code().name}: {error.details()}", file=sys.stderr)
        return 1
    print(f"{options.address} answers but is not serving", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
