"""TLS of the listening port: certificate files, checked before they are used and read again when they change."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import grpc

from claimbase_server.rpc.reloaded import Reloaded, UnusableFile, read_bytes


@dataclass(frozen=True)
class TlsFiles:
    """PEM files; with `client_ca` every client must show a certificate that one of its authorities has signed."""

    certificate: Path  # the server's own, followed by those between it and its authority
    key: Path  # unencrypted
    client_ca: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All files that are named."""
        return [path for path in (self.certificate, self.key, self.client_ca) if path is not None]


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Credentials that follow the files: each new connection gets what they hold then. Raises UnusableFile."""
    configurations = Reloaded(files.paths, lambda: _read(files))
    used = configurations.current()

    def fetch() -> grpc.ServerCertificateConfiguration | None:
        """Asked by gRPC, on a thread of its own, before every handshake; None stands for no change."""
        nonlocal used
        current = configurations.current()
        if current is used:
            return None
        used = current
        return current

    return grpc.dynamic_ssl_server_credentials(
        used,
        fetch,  # type: ignore[arg-type]  # the stubs do not know of None, which gRPC's own documentation gives
        require_client_authentication=files.client_ca is not None,
    )


def _read(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    """The files' content; UnusableFile where gRPC would only fail every handshake."""
    contents = [read_bytes(path) for path in files.paths]
    _check_pair(files.certificate, files.key)
    if files.client_ca is not None:
        _check_authorities(files.client_ca)
    # Files are replaced one after the other: what was checked must be what is used.
    if contents != [read_bytes(path) for path in files.paths]:
        raise UnusableFile(f"{files.certificate}: changed while it was read")
    certificate, key, *authorities = contents
    return grpc.ssl_server_certificate_configuration([(key, certificate)], authorities[0] if authorities else None)


def _check_pair(certificate: Path, key: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password of ours, OpenSSL would ask for one on the terminal.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except OSError as error:  # ssl.SSLError is one
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            raise UnusableFile(f"{key}: is not the key of the certificate in {certificate}") from None
        raise UnusableFile(
            f"{certificate} and {key}: hold no PEM certificate with its unencrypted PEM key ({_cause(error)})"
        ) from None


def _check_authorities(path: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cafile=path)
    except OSError as error:
        raise UnusableFile(f"{path}: holds no PEM certificates ({_cause(error)})") from None


def _cause(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or error)
