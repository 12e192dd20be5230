"""Brings a database to this program's revision: once, under a lock, whoever comes first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, text

from publisher.domain.errors import StoreError
from publisher.store.engine.faults import told_plainly

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every migration, oldest first: an unknown one means that a newer program was here."""

HERE = Path(__file__).parent / "migrations"
POSTGRES_LOCK = 7_218_054_391

_ALEMBIC_IS_GLOBAL = Lock()


def migrate(engine: Engine) -> None:
    """Make or migrate the tables, if need be. Raises StoreError, also for a database newer than this program."""
    with told_plainly(), engine.connect() as connection:
        current = stored_revision(connection)
    if current != REVISIONS[-1]:
        with told_plainly(), _alone(engine) as connection:
            _upgrade(connection)


def stored_revision(connection: Connection) -> str | None:
    """The revision that the database says it has, None for an empty one. Raises StoreError for an unknown one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in REVISIONS:
        raise StoreError("store-newer", revision=revision, known=REVISIONS[-1])
    return revision


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that no other migration, in this process or another, runs beside."""
    with _ALEMBIC_IS_GLOBAL, engine.connect() as bare:
        # SQLite rebuilds a table by dropping it: with foreign keys on, its dependents' rows would go along. The pragma
        # counts only outside a transaction, so this connection is not used again.
        connection = bare.execution_options(begin="BEGIN IMMEDIATE", before_begin=("PRAGMA foreign_keys = OFF",))
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": POSTGRES_LOCK})
            yield connection
        bare.invalidate()


def _upgrade(connection: Connection) -> None:
    if stored_revision(connection) == REVISIONS[-1]:
        return
    # Late, because it takes a third of a second and is hardly ever needed.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    command.upgrade(config, "head")
