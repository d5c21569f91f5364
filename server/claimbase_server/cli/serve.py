"""claimbase serve: the base over gRPC until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from claimbase_server.cli.arguments import Commands, add_base, add_command, add_model
from claimbase_server.cli.base import REMOTE_PREFIXES, base_url
from claimbase_server.cli.errors import BadInput, CommandFailed
from claimbase_server.observe import logs

if TYPE_CHECKING:
    from claimbase_server.observe.telemetry import Telemetry
    from claimbase_server.rpc.tls import TlsFiles

DEFAULT_LISTEN = "127.0.0.1:50051"


def add_parser(commands: Commands) -> None:
    parser = add_command(
        commands, "serve", "Serve the base over gRPC until SIGTERM, which lets calls in flight end.", run
    )
    parser.add_argument(
        "--listen", default=DEFAULT_LISTEN, metavar="HOST:PORT", help="default %(default)s; port 0 takes a free one"
    )
    parser.add_argument("--tls-cert", metavar="FILE", help="PEM certificate of this server; read again when it changes")
    parser.add_argument("--tls-key", metavar="FILE", help="its unencrypted PEM key")
    parser.add_argument("--tls-client-ca", metavar="FILE", help="only clients with a certificate of these authorities")
    parser.add_argument(
        "--tokens", metavar="FILE", help="only callers with a token of this file (see claimbase token), read as above"
    )
    parser.add_argument(
        "--insecure",
        action="store_true",
        help="allow an address that other machines reach without TLS, or without tokens or client certificates",
    )
    parser.add_argument(
        "--metrics-port", type=int, metavar="PORT", help="Prometheus metrics on this port of 127.0.0.1 (default: none)"
    )
    parser.add_argument(
        "--log-format", choices=logs.FORMATS, default="text", help="of the lines on stderr (default: %(default)s)"
    )
    parser.add_argument("--log-texts", action="store_true", help="also log what callers send, with all its texts")
    add_base(parser)
    add_model(parser)


def run(arguments: argparse.Namespace) -> None:
    url = base_url(arguments.base)
    if url.startswith(REMOTE_PREFIXES):
        raise BadInput(f"{url} is a running service: serve a file or a database")
    from claimbase_server.batcher import BatcherClosed, ModelFailed
    from claimbase_server.cli.local import LocalBase
    from claimbase_server.rpc.listener import Listener, ListenError
    from claimbase_server.rpc.reloaded import UnusableFile
    from claimbase_server.rpc.server import serve

    tls = read_tls(arguments)
    tokens = Path(arguments.tokens) if arguments.tokens is not None else None
    logs.configure(arguments.log_format)
    try:
        # Before the models are loaded, which takes seconds.
        listener = Listener(arguments.listen, tls=tls, tokens=tokens, insecure=arguments.insecure)
        with observing(arguments.metrics_port) as telemetry, LocalBase(url, arguments.model) as base:
            asyncio.run(serve(base.engine, listener, telemetry=telemetry, log_texts=arguments.log_texts))
    except ListenError as error:
        raise BadInput(f"--listen: {error}") from None
    except UnusableFile as error:
        raise BadInput(str(error)) from None
    except (BatcherClosed, ModelFailed) as error:
        raise CommandFailed(str(error)) from None


def read_tls(arguments: argparse.Namespace) -> TlsFiles | None:
    """The certificate files that were named, None for no TLS."""
    from claimbase_server.rpc.tls import TlsFiles

    certificate, key, client_ca = arguments.tls_cert, arguments.tls_key, arguments.tls_client_ca
    if certificate is None and key is None and client_ca is None:
        return None
    if certificate is None or key is None:
        raise BadInput("--tls-cert, --tls-key, --tls-client-ca: TLS needs both --tls-cert and --tls-key")
    return TlsFiles(Path(certificate), Path(key), Path(client_ca) if client_ca is not None else None)


@contextmanager
def observing(metrics_port: int | None) -> Iterator[Telemetry]:
    """Telemetry as the OTEL_* variables and the metrics port ask for it."""
    from claimbase_server.observe.environment import configured_tracer
    from claimbase_server.observe.metrics import MetricsServer
    from claimbase_server.observe.telemetry import Telemetry

    try:
        tracer = configured_tracer()
    except ValueError as error:
        raise BadInput(str(error)) from None
    with ExitStack() as stack:
        telemetry = stack.enter_context(closing(Telemetry(tracer)))
        if metrics_port is not None:
            try:
                stack.enter_context(closing(MetricsServer(telemetry.metrics, metrics_port)))
            except (OSError, OverflowError) as error:
                raise BadInput(f"--metrics-port {metrics_port}: cannot be listened on: {error}") from None
        yield telemetry
