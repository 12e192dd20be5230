"""Small things to remember, and the leases for what only one worker may do at a time."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from publisher.domain.variant import JsonObject
from publisher.store.engine.connection import Database, insert_into
from publisher.store.schema.desk import leases, notes


@dataclass(frozen=True, slots=True)
class SqlNotebook:
    """`publisher.ports.ledger.Notebook` on a database."""

    database: Database

    def read(self, scope: str, name: str) -> JsonObject | None:
        query = select(notes.c.value).where(notes.c.scope == scope, notes.c.name == name)
        with self.database.reading() as connection:
            value: JsonObject | None = connection.scalar(query)
        return value

    def keep(self, scope: str, name: str, value: JsonObject) -> JsonObject:
        with self.database.writing() as connection:
            fresh = insert_into(connection, notes).values(scope=scope, name=name, value=value)
            connection.execute(fresh.on_conflict_do_nothing())
            query = select(notes.c.value).where(notes.c.scope == scope, notes.c.name == name)
            kept: JsonObject = connection.execute(query).scalar_one()
        return kept

    def change(self, scope: str, name: str, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        place = (notes.c.scope == scope) & (notes.c.name == name)
        with self.database.writing() as connection:
            empty = insert_into(connection, notes).values(scope=scope, name=name, value={})
            connection.execute(empty.on_conflict_do_nothing())
            value: JsonObject = connection.execute(select(notes.c.value).where(place).with_for_update()).scalar_one()
            changed = change(value)
            connection.execute(update(notes).where(place).values(value=changed))
        return changed

    def write(self, scope: str, name: str, value: JsonObject | None) -> None:
        """Remember a value, or (None) forget it."""
        with self.database.writing() as connection:
            if value is None:
                connection.execute(delete(notes).where(notes.c.scope == scope, notes.c.name == name))
                return
            upsert = insert_into(connection, notes).values(scope=scope, name=name, value=value)
            fresh = {"value": upsert.excluded.value}
            connection.execute(upsert.on_conflict_do_update(index_elements=["scope", "name"], set_=fresh))


@contextmanager
def exclusively(database: Database, name: str, owner: str, now: datetime, lease: timedelta) -> Iterator[bool]:
    """Hold the lease row of this name for the length of the block: True if it was free, had run out or was a dead one's."""
    token = secrets.token_urlsafe(18)
    if not _take(database, name, owner, token, now, now + lease):
        yield False
        return
    try:
        yield True
    finally:
        with database.writing() as connection:
            connection.execute(delete(leases).where(leases.c.name == name, leases.c.token == token))


def _take(database: Database, name: str, owner: str, token: str, now: datetime, until: datetime) -> bool:
    mine = {"owner": owner, "token": token, "until": until}
    database.workers.attest(owner)
    with database.reading() as connection:
        holders = list(connection.scalars(select(leases.c.owner).where(leases.c.name == name)))
    free = or_(leases.c.until <= now, leases.c.owner.in_(database.workers.dead(holders)))
    with database.writing() as connection:
        upsert = insert_into(connection, leases).values({"name": name} | mine)
        taken = upsert.on_conflict_do_update(index_elements=["name"], set_=mine, where=free)
        return connection.execute(taken.returning(leases.c.token)).first() is not None
