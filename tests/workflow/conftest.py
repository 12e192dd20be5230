"""An office with a real store, real words and real pictures; sources and platforms in memory."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher.config.tables import Config
from publisher.domain.errors import InvalidAnnouncement
from publisher.media.studio import Studio
from publisher.rendering.templates import Templates
from publisher.store.database import open_store
from publisher.workflow.office import Office
from tests.fakes import FakeBell, FakeClock, FakeFeed, FakeFolder, FakeNewsletter, FakePages, FakePlatform

OFFICE = {
    "name": "Stadt Musterstadt",
    "contact": "presse@musterstadt.example",
    "imprint": "https://musterstadt.example/impressum",
    "privacy": "https://musterstadt.example/datenschutz",
}


def read_nothing(path: Path) -> Any:
    raise InvalidAnnouncement("file-unreadable", name=path.name)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed()


@pytest.fixture
def folder() -> FakeFolder:
    return FakeFolder()


@pytest.fixture
def mastodon() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def bluesky() -> FakePlatform:
    return FakePlatform(name="bluesky", kind="bluesky")


@pytest.fixture
def newsletter() -> FakeNewsletter:
    return FakeNewsletter()


@pytest.fixture
def pages() -> FakePages:
    return FakePages()


@pytest.fixture
def bell() -> FakeBell:
    return FakeBell()


OpenOffice = Callable[..., Office]


@pytest.fixture
def open_office(
    tmp_path: Path,
    sqlite_model: Path,
    clock: FakeClock,
    feed: FakeFeed,
    folder: FakeFolder,
    mastodon: FakePlatform,
    bluesky: FakePlatform,
    newsletter: FakeNewsletter,
    pages: FakePages,
    bell: FakeBell,
) -> Iterator[OpenOffice]:
    """Makes the office; `publishing` are keys of that table of config.toml."""
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_model, tmp_path / "var" / "publisher.db")  # migrated once for all tests
    store = open_store("sqlite:///var/publisher.db", tmp_path, clock.now)

    def make(**publishing: object) -> Office:
        config = Config.model_validate({"folder": tmp_path, "office": OFFICE, "publishing": publishing})
        return Office(
            config=config,
            clock=clock,
            store=store,
            sources={feed.name: feed, folder.name: folder},
            channels={channel.name: channel for channel in (mastodon, bluesky, newsletter)},
            renderer=Templates(config.path("templates"), config.office, config.web),
            studio=Studio(),
            pages=pages,
            bells=lambda: [bell],
            read_file=read_nothing,
            worker="test",
        )

    yield make
    store.close()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office()
