"""Real servers on free ports, over a newsroom with a real store."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest

from publisher.sandbox.state import State
from publisher.web.desk.app import desk_app
from publisher.web.listen import Listener, serve
from publisher.web.public.app import public_app
from tests.web.newsroom import Newsroom, open_newsroom


@pytest.fixture
def newsroom(tmp_path: Path, sqlite_model: Path) -> Iterator[Newsroom]:
    with open_newsroom(tmp_path, template=sqlite_model) as newsroom:
        yield newsroom


@pytest.fixture
def sandbox_state(tmp_path: Path) -> State:
    return State(tmp_path / "sandbox.db")


@pytest.fixture
def public(newsroom: Newsroom) -> Iterator[httpx.Client]:
    """What the public reaches."""
    listener = serve(public_app(newsroom.office), "127.0.0.1", 0)
    with httpx.Client(base_url=listener.address, trust_env=False) as client:
        yield client
    _leave(listener)


@pytest.fixture
def desk(newsroom: Newsroom, sandbox_state: State) -> Iterator[httpx.Client]:
    """What press officers reach."""
    listener = serve(desk_app(newsroom.office, sandbox_state), "127.0.0.1", 0)
    with httpx.Client(base_url=listener.address, trust_env=False) as client:
        yield client
    _leave(listener)


def _leave(listener: Listener) -> None:
    # A graceful end takes a fifth of a second; nobody waits for it here.
    Thread(target=listener.stop, daemon=True).start()
