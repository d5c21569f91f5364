"""Where a server listens and who may call it there."""

from __future__ import annotations

import ipaddress
from functools import partial
from pathlib import Path

import grpc

from claimbase_server.rpc.reloaded import Reloaded
from claimbase_server.rpc.tls import TlsFiles, server_credentials
from claimbase_server.rpc.token_file import read_grants


class ListenError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


class Listener:
    """An address with what guards it, all of it checked before the port opens."""

    def __init__(
        self, address: str, *, tls: TlsFiles | None = None, tokens: Path | None = None, insecure: bool = False
    ) -> None:
        """`address` is 'host:port' (port 0 takes a free one), `tokens` the file of those who may call.

        Raises ListenError where other machines reach an address that is not guarded, unless `insecure` allows it, and
        UnusableFile.
        """
        self.host = _read_host(address)
        self._address = address
        if not insecure and not _is_loopback(self.host):
            _check_guarded(address, tls, tokens)
        self._credentials = server_credentials(tls) if tls is not None else None
        self.grants = Reloaded([tokens], partial(read_grants, tokens)) if tokens is not None else None

    def open(self, server: grpc.aio.Server) -> int:
        """Bind the port and return its number; raises ListenError where it cannot be had."""
        try:
            if self._credentials is None:
                return server.add_insecure_port(self._address)
            return server.add_secure_port(self._address, self._credentials)
        except RuntimeError as error:
            raise ListenError(
                f"cannot listen on {self._address}: is the port taken, the host another machine's?"
            ) from error


def _read_host(listen: str) -> str:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{listen!r} is no address: give host:port, such as 127.0.0.1:50051")
    return host


def _check_guarded(listen: str, tls: TlsFiles | None, tokens: Path | None) -> None:
    """Raise ListenError unless calls from other machines are encrypted and come from those who may call."""
    if tls is None:
        raise ListenError(
            f"{listen} can be reached from other machines and calls are not encrypted: give --tls-cert and --tls-key,"
            " listen on 127.0.0.1, or allow it with --insecure"
        )
    if tokens is None and tls.client_ca is None:
        raise ListenError(
            f"{listen} can be reached from other machines and everybody may call: give --tokens or --tls-client-ca,"
            " listen on 127.0.0.1, or allow it with --insecure"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
