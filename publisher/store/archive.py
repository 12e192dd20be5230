"""Announcements, their revisions and pictures, and what sources have shown: who may change a standing, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, literal, select, text, update

from publisher.domain.announcement import Audience, Dossier, Mark, Revision, Standing
from publisher.domain.errors import StoreError
from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.ports.store import Taking
from publisher.store.columns import Moment
from publisher.store.connection import Database, insert_into
from publisher.store.tables import (
    OPEN,
    UNCOMPOSED,
    announcements,
    deliveries,
    pictures,
    revisions,
    sightings,
)

NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class SqlArchive:
    """`publisher.ports.store.Archive` on a database."""

    database: Database

    def sightings(self, source: str) -> Mapping[str, Sighting]:
        with self.database.reading() as connection:
            rows = connection.execute(select(sightings).where(sightings.c.source == source))
            return {row.key: _sighting(row) for row in rows}

    def remember(self, source: str, sightings: Sequence[Sighting]) -> None:
        with self.database.writing() as connection:
            _remember(connection, [(source, sighting) for sighting in sightings])

    def take(self, takings: Sequence[Taking], now: datetime) -> list[Dossier]:
        with self.database.writing() as connection:
            numbered = _number(connection, takings)
            fresh = {taking.id for taking in takings if not taking.revises}
            newest = {taking.id: _announcement_row(taking, number, now) for taking, number in numbered}
            if new_rows := [newest[known] for known in newest if known in fresh]:
                connection.execute(announcements.insert(), new_rows)
            for known in newest.keys() - fresh:
                connection.execute(_revise(known, newest[known]))
            if numbered:
                connection.execute(revisions.insert(), [_revision_row(*pair, now) for pair in numbered])
            _remember(connection, [(taking.source, taking.sighting) for taking in takings])
            taken = {dossier.id: dossier for dossier in _dossiers_by_id(connection, list(newest))}
        return [taken[taking.id] for taking in takings]

    def dossier(self, id: str) -> Dossier | None:
        with self.database.reading() as connection:
            return _first(connection, _newest_revisions().where(announcements.c.id == id))

    def dossiers(self, *, limit: int = 200, before: datetime | None = None) -> list[Dossier]:
        query = _newest_revisions().order_by(announcements.c.taken_at.desc(), announcements.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(announcements.c.taken_at < before)
        with self.database.reading() as connection:
            return [_dossier(row) for row in connection.execute(query)]

    def open_dossiers(self) -> list[Dossier]:
        query = _newest_revisions().where(text(UNCOMPOSED)).order_by(announcements.c.taken_at, announcements.c.id)
        with self.database.reading() as connection:
            return [_dossier(row) for row in connection.execute(query)]

    def changed_since(self, moment: datetime) -> list[Dossier]:
        query = _newest_revisions().where(announcements.c.updated_at >= moment).order_by(announcements.c.updated_at)
        with self.database.reading() as connection:
            return [_dossier(row) for row in connection.execute(query)]

    def revisions(self, id: str) -> list[Revision]:
        query = select(revisions).where(revisions.c.announcement_id == id).order_by(revisions.c.number)
        with self.database.reading() as connection:
            return [_revision(row) for row in connection.execute(query)]

    def by_key(self, source: str, key: str) -> Dossier | None:
        named = (announcements.c.source == source) & (announcements.c.key == key)
        newest_first = (announcements.c.taken_at.desc(), announcements.c.id.desc())
        with self.database.reading() as connection:
            return _first(connection, _newest_revisions().where(named).order_by(*newest_first).limit(1))

    def approve(self, id: str, mark: Mark) -> None:
        self._say(id, mark.at, {"approved_by": mark.by, "approved_at": mark.at})

    def hold(self, id: str, mark: Mark) -> None:
        self._say(id, mark.at, {"held_by": mark.by, "held_at": mark.at})

    def release(self, id: str, mark: Mark) -> None:
        released = {"released_by": mark.by, "released_at": mark.at}
        self._say(id, mark.at, {"held_by": None, "held_at": None} | released)

    def retract(self, id: str, mark: Mark) -> None:
        still_open = (deliveries.c.announcement_id == id) & text(OPEN)
        with self.database.writing() as connection:
            # The announcement first: compose locks in the same order.
            _stand(connection, id, mark.at, {"retracted_by": mark.by, "retracted_at": mark.at})
            connection.execute(update(deliveries).where(still_open).values(cancelled("retracted", mark.at)))

    def composed_since(self, moment: datetime, sources: Sequence[str]) -> list[datetime]:
        composed_at = announcements.c.composed_at
        query = select(composed_at).where(composed_at >= moment, announcements.c.source.in_(sources))
        with self.database.reading() as connection:
            return list(connection.scalars(query.order_by(composed_at)))

    def published(self, *, limit: int = 50, before: datetime | None = None) -> list[tuple[Dossier, datetime]]:
        """As the port says; each dossier's `current` is the newest revision that was sent, not one still held."""
        when = announcements.c.published_at
        query = (
            _dossier_query(announcements.c.published)
            .add_columns(when)
            .where(when.is_not(None), announcements.c.retracted_at.is_(None))
            .where(revisions.c.audience == Audience.PUBLIC)
            .order_by(when.desc(), announcements.c.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(when < before)
        with self.database.reading() as connection:
            return [(_dossier(row), row.published_at) for row in connection.execute(query)]

    def keep_picture(self, sha256: str, media_type: str, data: bytes) -> None:
        with self.database.writing() as connection:
            keep = insert_into(connection, pictures).values(sha256=sha256, media_type=media_type, data=data)
            connection.execute(keep.on_conflict_do_nothing())

    def picture(self, sha256: str) -> tuple[str, bytes] | None:
        query = select(pictures.c.media_type, pictures.c.data).where(pictures.c.sha256 == sha256)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.media_type, bytes(row.data))

    def _say(self, id: str, at: datetime, values: Mapping[str, Any]) -> None:
        with self.database.writing() as connection:
            _stand(connection, id, at, values)


def cancelled(code: str, at: datetime) -> dict[str, Any]:
    """What a delivery becomes that must not go out any more."""
    return {"state": "cancelled", "settled_at": at, "reason": code, "reason_detail": ""} | NO_LEASE


def touch(connection: Connection, announcement_ids: Sequence[str], now: datetime) -> None:
    """Say that deliveries of these announcements changed, for `changed_since`."""
    if announcement_ids:
        changed = announcements.c.id.in_(announcement_ids)
        connection.execute(update(announcements).where(changed).values(updated_at=later(now)))


def later(now: datetime) -> ColumnElement[datetime]:
    """`updated_at` never goes back: a late writer's older moment must not hide a change from `changed_since`."""
    standing = announcements.c.updated_at
    return case((standing > now, standing), else_=literal(now, Moment()))


def _stand(connection: Connection, id: str, at: datetime, values: Mapping[str, Any]) -> None:
    said = update(announcements).where(announcements.c.id == id).values({"updated_at": later(at)} | dict(values))
    if not connection.execute(said).rowcount:
        raise StoreError("announcement-unknown", id=id)


def _number(connection: Connection, takings: Sequence[Taking]) -> list[tuple[Taking, int]]:
    """Each taking with the number of the revision it makes. Raises StoreError when a revised one is unknown."""
    revised = sorted({taking.id for taking in takings if taking.revises})
    known = select(announcements.c.id, announcements.c.revision).where(announcements.c.id.in_(revised))
    # Locked in the order of their IDs, so that two takers never wait for each other.
    rows = connection.execute(known.order_by(announcements.c.id).with_for_update())
    latest: dict[str, int] = {row.id: row.revision for row in rows}
    numbered: list[tuple[Taking, int]] = []
    for taking in takings:
        if taking.revises and taking.id not in latest:
            raise StoreError("announcement-unknown", id=taking.id)
        latest[taking.id] = latest.get(taking.id, 0) + 1
        numbered.append((taking, latest[taking.id]))
    return numbered


def _announcement_row(taking: Taking, number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": taking.id,
        "source": taking.source,
        "key": taking.sighting.item.key,
        "taken_at": now,
        "updated_at": now,
        "revision": number,
        "needs_approval": taking.needs_approval,
        "urgent": taking.urgent,
    }


def _revise(id: str, row: Mapping[str, Any]) -> Any:
    """A new revision: other words, so neither approval nor hold counts for them."""
    changed = {name: row[name] for name in ("updated_at", "revision", "needs_approval", "urgent")}
    cleared = dict.fromkeys(("approved_by", "approved_at", "held_by", "held_at"))
    return update(announcements).where(announcements.c.id == id).values(changed | cleared)


def _revision_row(taking: Taking, number: int, now: datetime) -> dict[str, Any]:
    return {
        "announcement_id": taking.id,
        "number": number,
        "audience": taking.announcement.audience,
        "content": taking.announcement,
        "findings": taking.findings,
        "made_at": now,
    }


def _remember(connection: Connection, seen: Sequence[tuple[str, Sighting]]) -> None:
    if not seen:
        return
    upsert = insert_into(connection, sightings)
    names = ("fingerprint", "payload", "state", "first_seen", "changed_at", "announcement_id")
    fresh = {name: upsert.excluded[name] for name in names}
    rows = [_sighting_row(source, sighting) for source, sighting in seen]
    connection.execute(upsert.on_conflict_do_update(index_elements=["source", "key"], set_=fresh), rows)


def _sighting_row(source: str, sighting: Sighting) -> dict[str, Any]:
    return {
        "source": source,
        "key": sighting.item.key,
        "fingerprint": sighting.item.fingerprint,
        "payload": sighting.item.payload,
        "state": sighting.state,
        "first_seen": sighting.first_seen,
        "changed_at": sighting.changed_at,
        "announcement_id": sighting.announcement_id,
    }


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        item=Item(key=row.key, fingerprint=row.fingerprint, payload=row.payload),
        state=SightingState(row.state),
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        announcement_id=row.announcement_id,
    )


def _dossier_query(number: ColumnElement[int]) -> Select[Any]:
    """Announcements, each with its revision of this number."""
    columns = [column for column in announcements.c if column.name not in ("updated_at", "published", "published_at")]
    pair = (revisions.c.announcement_id == announcements.c.id) & (revisions.c.number == number)
    content = (revisions.c.number, revisions.c.content, revisions.c.findings, revisions.c.made_at)
    return select(*columns, *content).join_from(announcements, revisions, pair)


def _newest_revisions() -> Select[Any]:
    return _dossier_query(announcements.c.revision)


def _dossiers_by_id(connection: Connection, ids: Sequence[str]) -> list[Dossier]:
    return [_dossier(row) for row in connection.execute(_newest_revisions().where(announcements.c.id.in_(ids)))]


def _first(connection: Connection, query: Select[Any]) -> Dossier | None:
    row = connection.execute(query).first()
    return None if row is None else _dossier(row)


def _dossier(row: Row[Any]) -> Dossier:
    standing = Standing(
        id=row.id,
        source=row.source,
        key=row.key,
        taken_at=row.taken_at,
        revision=row.revision,
        composed=row.composed,
        needs_approval=row.needs_approval,
        urgent=row.urgent,
        approved=_mark(row.approved_by, row.approved_at),
        held=_mark(row.held_by, row.held_at),
        retracted=_mark(row.retracted_by, row.retracted_at),
        released=_mark(row.released_by, row.released_at),
    )
    return Dossier(standing=standing, current=_revision(row))


def _mark(by: str | None, at: datetime | None) -> Mark | None:
    return None if by is None or at is None else Mark(by, at)


def _revision(row: Row[Any]) -> Revision:
    return Revision(number=row.number, announcement=row.content, findings=row.findings, made_at=row.made_at)
