"""Real servers on free ports, over a newsroom with a real store."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from publisher.sandbox.state import State
from publisher.web.desk import desk_app
from publisher.web.listen import serve
from publisher.web.public import public_app
from tests.web.newsroom import Newsroom, open_newsroom


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    with open_newsroom(folder):
        return folder / "web.db"


@pytest.fixture
def newsroom(tmp_path: Path, empty_database: Path) -> Iterator[Newsroom]:
    with open_newsroom(tmp_path, template=empty_database) as newsroom:
        yield newsroom


@pytest.fixture
def sandbox(tmp_path: Path) -> State:
    return State(tmp_path / "sandbox.db")


@pytest.fixture
def public(newsroom: Newsroom) -> Iterator[httpx.Client]:
    """What the public reaches."""
    listener = serve(public_app(newsroom.office), "127.0.0.1", 0)
    with httpx.Client(base_url=listener.address, trust_env=False) as client:
        yield client
    listener.stop()


@pytest.fixture
def desk(newsroom: Newsroom, sandbox: State) -> Iterator[httpx.Client]:
    """What press officers reach."""
    listener = serve(desk_app(newsroom.office, sandbox), "127.0.0.1", 0)
    with httpx.Client(base_url=listener.address, trust_env=False) as client:
        yield client
    listener.stop()
