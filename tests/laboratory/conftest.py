"""One laboratory for all its tests: its workers' process and its PostgreSQL are started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laboratory.scenarios import Laboratory
from tests.laboratory.stable import open_stable


@pytest.fixture(scope="session")
def laboratory(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """The short form of everything; skipped where no PostgreSQL is installed."""
    with open_stable() as stable:
        yield Laboratory(Path(tmp_path_factory.mktemp("laboratory")), stable, postgres_server)
