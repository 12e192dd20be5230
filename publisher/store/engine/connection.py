"""Connections and transactions, and what SQLite and PostgreSQL need to be told at the start of each."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError

from publisher.domain.errors import ConfigError, StoreError
from publisher.store.engine.faults import told_plainly
from publisher.store.engine.workers import Workers

if TYPE_CHECKING:
    import psycopg  # the driver, seven megabytes that an office on SQLite does without

log = structlog.get_logger()

BUSY_SECONDS = 30
WIPE_SECONDS = 3
"""How long emptying the log waits for readers: meanwhile nobody can write."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # Freed bytes are zeroed: an erased address must be in no byte of the file.
    "PRAGMA secure_delete = ON",
)


SESSION = (
    f"SET lock_timeout = '{BUSY_SECONDS}s'",
    # A worker frozen in the middle of a transaction would hold its rows for ever: the server ends its session. Ours last
    # milliseconds, and none waits for anything outside.
    "SET idle_in_transaction_session_timeout = '10s'",
)


@dataclass(frozen=True)
class Database:
    """An engine, the clock that rows are dated by, and who else works on it."""

    engine: Engine
    now: Callable[[], datetime]
    workers: Workers

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads: a single moment's view. Raises StoreError."""
        with told_plainly(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes, all or nothing; on SQLite the only one at its time. Raises StoreError."""
        with told_plainly(), self._engine_for_writing.begin() as connection:
            yield connection

    @cached_property
    def _engine_for_writing(self) -> Engine:
        return self.engine.execution_options(begin="BEGIN IMMEDIATE")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def wipe_log(self) -> bool:
        """Empty SQLite's write-ahead log, in which deleted rows still stand as they were; False if somebody is still
        reading them. Raises StoreError."""
        if not self.is_sqlite:
            return True
        with told_plainly(), self.engine.connect() as bare:
            connection = bare.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {WIPE_SECONDS * 1000}")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if busy:
            log.warning("write-ahead log is in use, erased data leaves it with the next checkpoint")
        return not busy


def insert_into(connection: Connection, table: Table) -> SqliteInsert | PostgresInsert:
    """An INSERT that knows ON CONFLICT: both databases do, each by its own name."""
    return sqlite_insert(table) if connection.dialect.name == "sqlite" else postgres_insert(table)


def connect(url: str, folder: Path) -> Engine:
    """An engine for `sqlite:///path` (relative to `folder`) or `postgresql://…`. Raises ConfigError, StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError("database-url-unknown") from None
    match parsed.drivername.split("+")[0]:
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return _sqlite((folder / parsed.database).resolve())
        case "postgresql" | "postgres":
            return _postgresql(parsed)
        case _:
            raise ConfigError("database-url-unknown")


def _sqlite(file: Path) -> Engine:
    try:
        # Subscribers live here: a folder that we make is the office's own.
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise StoreError("store-not-opened") from None
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
        pool_size=5,
        max_overflow=20,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    # The driver's own idea of when a transaction begins is switched off; `_begin_sqlite` begins them.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Another process is just switching this new file over: SQLite does not wait for that, and once is enough.
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    for statement in options.get("before_begin", ()):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(options.get("begin", "BEGIN"))


def _postgresql(parsed: URL) -> Engine:
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": "publisher"}
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args={name: value for name, value in options.items() if name not in parsed.query},
        hide_parameters=True,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: "psycopg.Connection[Any]", record: object) -> None:
    for setting in SESSION:
        connection.execute(setting)
    connection.commit()
