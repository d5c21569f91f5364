"""A real server on a free loopback port over a real engine, in this process."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import grpc
import numpy as np
import pytest

from claimbase_client import ClaimBase
from claimbase_models import bundled
from claimbase_server import main
from claimbase_server.main import Engine, Settings, build_engine
from claimbase_server.rpc.listener import Listener
from claimbase_server.rpc.server import RpcServer
from claimbase_server.store.base import ConflictDraft
from claimbase_server.types import Claim, ConflictKind, Document

from .tiny_models import write_models

Result = TypeVar("Result")


class Service:
    """A running server; its event loop lives on a thread of its own and also runs the tests' coroutines."""

    def __init__(self, engine: Engine, max_calls: int, tokens: Path | None) -> None:
        self.engine = engine
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rpc-loop")
        self._thread.start()
        self.server = self.run(self._start(max_calls, tokens))
        self.address = self.server.address

    async def _start(self, max_calls: int, tokens: Path | None) -> RpcServer:
        server = RpcServer(self.engine, Listener("127.0.0.1:0", tokens=tokens), max_calls=max_calls)
        await server.start()
        return server

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of a coroutine on the server's loop: grpc.aio is noisy with two loops in a process."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def stop(self, grace: float = 5.0) -> None:
        if self._thread.is_alive():
            self.run(self.server.stop(grace))
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small models, laid out as the bundled ones."""
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.fixture(scope="session")
def engine(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real engine over a new base; its answers mean nothing, since its models know nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "WEIGHTS", models)
        patch.setattr(main, "WEIGHTS", models)
        found = build_engine(Settings(base=str(tmp_path_factory.mktemp("base") / "claims.db"), threads=1))
    yield found
    found.close()


@pytest.fixture(scope="session")
def start_service(engine: Engine) -> Iterator[Callable[..., Service]]:
    """Starts further servers over the same engine."""
    started: list[Service] = []

    def start(max_calls: int = 64, tokens: Path | None = None) -> Service:
        started.append(Service(engine, max_calls, tokens))
        return started[-1]

    yield start
    for service in started:
        service.stop()


@pytest.fixture(scope="session")
def service(start_service: Callable[..., Service]) -> Service:
    return start_service()


@pytest.fixture
def collection(service: Service) -> str:
    """A new, empty collection."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    service.engine.store.create_collection(name)
    return name


@pytest.fixture
def base(service: Service, collection: str) -> Iterator[ClaimBase]:
    """A client of the new collection."""
    with ClaimBase(service.address, collection=collection) as client:
        yield client


@pytest.fixture
def channel(service: Service) -> Iterator[grpc.Channel]:
    """A bare channel, for requests that the client would not send."""
    with grpc.insecure_channel(service.address) as found:
        yield found


@pytest.fixture
def example_text() -> str:
    """A short report whose two counts of one thing cannot both be true."""
    return (
        "Eighteen people died in the derailment of tram 4 in Porto Alto on Friday. "
        "Only twelve people died in the derailment of tram 4 in Porto Alto on Friday."
    )


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture
def store_conflict(service: Service, collection: str) -> Callable[[], None]:
    """Stores a document with a conflict of confidence 0.9, whatever the model thinks."""

    def store() -> None:
        document = Document(id=f"d{uuid.uuid4().hex[:8]}", text="One died. Two died.")
        spans = ((0, 9), (10, 19))
        claims = [
            Claim(f"{document.id}.{n}", document.id, document.text[a:b], document.text[a:b], a, b)
            for n, (a, b) in enumerate(spans)
        ]
        draft = ConflictDraft(claims[0].id, claims[1].id, ConflictKind.QUANTITY, 0.9, "1 against 2")
        vectors = np.ones((2, service.engine.embedder.dimensions), np.float32)
        service.engine.store.put_document(collection, document, claims, vectors, [draft])

    return store
