"""What somebody who installs the distribution gets: a light client, the command, the model weights."""

import subprocess
import sys
from importlib.metadata import entry_points, requires

import pytest

_HEAVY = ("torch", "transformers", "numpy", "claimbase_server", "claimbase_models")


@pytest.mark.parametrize("module", ["claimbase_client", "claimbase_client.healthcheck", "claimbase.v1"])
def test_thin_client_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(_HEAVY)!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert loaded == []


def test_the_base_install_requires_grpc_and_protobuf_only() -> None:
    base = [requirement for requirement in requires("claimbase") or [] if "extra ==" not in requirement]
    names = {requirement.split(">")[0].split("<")[0] for requirement in base}
    assert names == {"grpcio", "grpcio-status", "protobuf", "googleapis-common-protos"}


def test_the_command_can_be_loaded() -> None:
    (command,) = entry_points(group="console_scripts", name="claimbase")
    assert callable(command.load())
