"""Rows of announcements, revisions and sightings: how they are written, and read back as the domain's frozen data."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Update, case, select, update

from publisher.domain.announcement import Dossier, Mark, Revision, Standing
from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.ports.archive import Taking
from publisher.store.engine.connection import insert_into
from publisher.store.schema.desk import announcements, revisions, sightings


def announcement_row(taking: Taking, number: int, now: datetime) -> dict[str, Any]:
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


def revised(id: str, row: Mapping[str, Any]) -> Update:
    """A new revision: other words, so no approval counts for them; a hold is the announcement's, and stays.

    Its file is where its status is told, unless it comes from another source: channels that are for some sources only
    would lose the announcement.
    """
    changed = {name: row[name] for name in ("updated_at", "revision", "needs_approval", "urgent")}
    cleared = dict.fromkeys(("approved_by", "approved_at"))
    file = case((announcements.c.source == row["source"], row["key"]), else_=announcements.c.key)
    return update(announcements).where(announcements.c.id == id).values(changed | cleared | {"key": file})


def revision_row(taking: Taking, number: int, now: datetime) -> dict[str, Any]:
    return {
        "announcement_id": taking.id,
        "number": number,
        "audience": taking.announcement.audience,
        "content": taking.announcement,
        "findings": taking.findings,
        "made_at": now,
    }


def keep_sightings(connection: Connection, seen: Sequence[tuple[str, Sighting]]) -> None:
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


def sighting_of(row: Row[Any]) -> Sighting:
    return Sighting(
        item=Item(key=row.key, fingerprint=row.fingerprint, payload=row.payload),
        state=SightingState(row.state),
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        announcement_id=row.announcement_id,
    )


def with_revision(number: ColumnElement[int]) -> Select[Any]:
    """Announcements, each with its revision of this number."""
    columns = [column for column in announcements.c if column.name not in ("updated_at", "published", "published_at")]
    pair = (revisions.c.announcement_id == announcements.c.id) & (revisions.c.number == number)
    content = (revisions.c.number, revisions.c.content, revisions.c.findings, revisions.c.made_at)
    return select(*columns, *content).join_from(announcements, revisions, pair)


def newest_revisions() -> Select[Any]:
    return with_revision(announcements.c.revision)


def dossiers_by_id(connection: Connection, ids: Sequence[str]) -> list[Dossier]:
    return [dossier_of(row) for row in connection.execute(newest_revisions().where(announcements.c.id.in_(ids)))]


def first_dossier(connection: Connection, query: Select[Any]) -> Dossier | None:
    row = connection.execute(query).first()
    return None if row is None else dossier_of(row)


def dossier_of(row: Row[Any]) -> Dossier:
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
    return Dossier(standing=standing, current=revision_of(row))


def _mark(by: str | None, at: datetime | None) -> Mark | None:
    return None if by is None or at is None else Mark(by, at)


def revision_of(row: Row[Any]) -> Revision:
    return Revision(number=row.number, announcement=row.content, findings=row.findings, made_at=row.made_at)
