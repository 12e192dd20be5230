"""Other processes, for tests of what happens when several work on one database."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest


@pytest.fixture(scope="session")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Five processes beside this one; what they need is imported once for all of them."""
    clean = multiprocessing.get_context("forkserver")
    clean.set_forkserver_preload(["alembic.command", "publisher.store.database", "psycopg", "tests.store.press"])
    with ProcessPoolExecutor(5, mp_context=clean) as pool:
        yield pool
