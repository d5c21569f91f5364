"""What the thin client shows and what importing it costs."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import claimbase_client
from claimbase.v1 import claim_base_service_pb2, verification_service_pb2
from claimbase_client import AsyncClaimBase, ClaimBase

PACKAGE = Path(claimbase_client.__file__).parent


def public_methods(cls: type) -> dict[str, inspect.Signature]:
    found = inspect.getmembers(cls, inspect.isfunction)
    return {name: inspect.signature(function) for name, function in found if not name.startswith("_")}


def test_all_names_exactly_what_is_imported() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    imported = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imported == set(claimbase_client.__all__)
    assert claimbase_client.__all__ == sorted(claimbase_client.__all__)


def test_every_error_class_is_public() -> None:
    classes = {claimbase_client.ClaimbaseError, *claimbase_client.ClaimbaseError.__subclasses__()}
    assert {cls.__name__ for cls in classes} <= set(claimbase_client.__all__)


def test_sync_and_asyncio_clients_have_the_same_methods_and_parameters() -> None:
    sync, aio = public_methods(ClaimBase), public_methods(AsyncClaimBase)
    assert sync.keys() == aio.keys()
    for name, signature in sync.items():
        assert list(signature.parameters) == list(aio[name].parameters), name


def test_every_rpc_has_a_method() -> None:
    files = (claim_base_service_pb2, verification_service_pb2)
    rpcs = {
        method.name
        for file in files
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    methods = {"".join(word.capitalize() for word in name.split("_")) for name in public_methods(ClaimBase)}
    assert rpcs == methods - {"Close"}


def test_importing_the_client_pulls_in_no_server_and_no_model() -> None:
    program = "import sys, claimbase_client; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"torch", "transformers", "tokenizers", "numpy", "claimbase_server", "claimbase_models", "sqlite3", "rich"}
    assert not heavy & set(loaded)
