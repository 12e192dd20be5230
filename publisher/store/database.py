"""The door of this room: a URL in, a migrated Store out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.store.announcements.archive import SqlArchive
from publisher.store.audience.returns import SqlReturns
from publisher.store.audience.sign_ups import SqlSignUps
from publisher.store.audience.subscribers import SqlAudience
from publisher.store.deliveries.outbox import SqlOutbox
from publisher.store.engine.connection import Database, connect
from publisher.store.engine.workers import Workers, locks_of
from publisher.store.mailing.digests import SqlDigests
from publisher.store.mailing.mailroom import SqlMailroom
from publisher.store.migrate import migrate
from publisher.store.office.alarms import SqlAlarms
from publisher.store.office.ledger import SqlLedger
from publisher.store.office.notebook import SqlNotebook, exclusively


@dataclass(frozen=True, slots=True)
class SqlStore:
    """`publisher.ports.store.Store` on one database. Safe for several threads; each process opens its own."""

    database: Database
    archive: SqlArchive
    outbox: SqlOutbox
    mailroom: SqlMailroom
    digests: SqlDigests
    audience: SqlAudience
    sign_ups: SqlSignUps
    returns: SqlReturns
    ledger: SqlLedger
    notebook: SqlNotebook
    alarms: SqlAlarms

    def exclusive(self, name: str, owner: str, now: datetime, lease: timedelta) -> AbstractContextManager[bool]:
        return exclusively(self.database, name, owner, now, lease)

    @property
    def worker(self) -> str:
        return self.database.workers.me

    def close(self) -> None:
        """Give the connections back; whatever this process still had a lease on is free for others."""
        self.database.workers.resign()
        self.database.engine.dispose()


def present() -> datetime:
    """The present, aware UTC."""
    return datetime.now(UTC)


def open_store(url: str, folder: Path, now: Callable[[], datetime] = present) -> SqlStore:
    """Open a database and bring it to this program's revision; a new one is made.

    `url`: `sqlite:///path`, relative to `folder`, or `postgresql://…`. `now`: the clock's, it dates the writes whose
    callers hand in no time. Raises ConfigError for a URL of another kind, StoreError when the database is away, refuses
    or is newer than this program.
    """
    engine = connect(url, folder)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    database = Database(engine, now, Workers(locks_of(engine)))
    return SqlStore(
        database=database,
        archive=SqlArchive(database),
        outbox=SqlOutbox(database),
        mailroom=SqlMailroom(database),
        digests=SqlDigests(database),
        audience=SqlAudience(database),
        sign_ups=SqlSignUps(database),
        returns=SqlReturns(database),
        ledger=SqlLedger(database),
        notebook=SqlNotebook(database),
        alarms=SqlAlarms(database),
    )
