"""One laboratory for all its tests: its workers' process and its PostgreSQL are started once."""

from collections.abc import Iterator

import pytest

from tests.laboratory.platforms import open_street
from tests.laboratory.scenarios import Laboratory
from tests.laboratory.stable import open_stable


@pytest.fixture(scope="session")
def laboratory(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """The short form of everything; skipped where no PostgreSQL is installed."""
    with open_stable() as stable, open_street() as street:
        yield Laboratory(tmp_path_factory.mktemp("laboratory"), street, stable, postgres_server)
