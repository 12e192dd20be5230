"""Announcements, their revisions and pictures, and what sources have shown: who may change a standing, and how."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select, text, update

from publisher.domain.announcement import Audience, Dossier, Mark, Revision
from publisher.domain.errors import StoreError
from publisher.domain.finding import Finding
from publisher.domain.sighting import Sighting
from publisher.ports.archive import Taking
from publisher.store.announcements.dossiers import (
    announcement_row,
    dossier_of,
    dossiers_by_id,
    first_dossier,
    keep_sightings,
    newest_revisions,
    revised,
    revision_of,
    revision_row,
    sighting_of,
    with_revision,
)
from publisher.store.announcements.searching import holds, may_hold
from publisher.store.deliveries.rows import cancelled, later, lock_open
from publisher.store.engine.connection import Database, insert_into
from publisher.store.schema.constraints import OPEN, UNCOMPOSED
from publisher.store.schema.desk import announcements, deliveries, pictures, revisions, sightings


@dataclass(frozen=True, slots=True)
class SqlArchive:
    """`publisher.ports.archive.Archive` on a database."""

    database: Database

    def sightings(self, source: str, keys: Collection[str] = ()) -> Mapping[str, Sighting]:
        watched = sightings.c.state.in_(("waiting", "taken"))
        query = select(sightings).where(sightings.c.source == source, or_(watched, sightings.c.key.in_(list(keys))))
        with self.database.reading() as connection:
            return {row.key: sighting_of(row) for row in connection.execute(query)}

    def remember(self, source: str, sightings: Sequence[Sighting]) -> None:
        with self.database.writing() as connection:
            keep_sightings(connection, [(source, sighting) for sighting in sightings])

    def take(self, takings: Sequence[Taking], now: datetime) -> list[Dossier]:
        with self.database.writing() as connection:
            numbered = _number(connection, takings)
            fresh = {taking.id for taking in takings if not taking.revises}
            # A microsecond apart, so that what is taken in together keeps its order.
            newest = {
                taking.id: announcement_row(taking, number, now + place * timedelta.resolution)
                for place, (taking, number) in enumerate(numbered)
            }
            if new_rows := [newest[known] for known in newest if known in fresh]:
                connection.execute(announcements.insert(), new_rows)
            for known in newest.keys() - fresh:
                connection.execute(revised(known, newest[known]))
            if numbered:
                connection.execute(revisions.insert(), [revision_row(*pair, now) for pair in numbered])
            keep_sightings(connection, [(taking.source, taking.sighting) for taking in takings])
            taken = {dossier.id: dossier for dossier in dossiers_by_id(connection, list(newest))}
        return [taken[taking.id] for taking in takings]

    def dossier(self, id: str) -> Dossier | None:
        with self.database.reading() as connection:
            return first_dossier(connection, newest_revisions().where(announcements.c.id == id))

    def these(self, ids: Collection[str]) -> Mapping[str, Dossier]:
        with self.database.reading() as connection:
            return {dossier.id: dossier for dossier in dossiers_by_id(connection, list(ids))}

    def dossiers(self, *, limit: int = 200, before: datetime | None = None) -> list[Dossier]:
        query = newest_revisions().order_by(announcements.c.taken_at.desc(), announcements.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(announcements.c.taken_at < before)
        with self.database.reading() as connection:
            return [dossier_of(row) for row in connection.execute(query)]

    def open_dossiers(self) -> list[Dossier]:
        query = newest_revisions().where(text(UNCOMPOSED)).order_by(announcements.c.taken_at, announcements.c.id)
        with self.database.reading() as connection:
            return [dossier_of(row) for row in connection.execute(query)]

    def changed_since(self, moment: datetime) -> list[Dossier]:
        query = newest_revisions().where(announcements.c.updated_at >= moment).order_by(announcements.c.updated_at)
        with self.database.reading() as connection:
            return [dossier_of(row) for row in connection.execute(query)]

    def revisions(self, id: str) -> list[Revision]:
        query = select(revisions).where(revisions.c.announcement_id == id).order_by(revisions.c.number)
        with self.database.reading() as connection:
            return [revision_of(row) for row in connection.execute(query)]

    def by_key(self, source: str, key: str) -> Dossier | None:
        named = (announcements.c.source == source) & (announcements.c.key == key)
        newest_first = (announcements.c.taken_at.desc(), announcements.c.id.desc())
        with self.database.reading() as connection:
            return first_dossier(connection, newest_revisions().where(named).order_by(*newest_first).limit(1))

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
            lock_open(connection, id)
            _stand(connection, id, mark.at, {"retracted_by": mark.by, "retracted_at": mark.at})
            connection.execute(update(deliveries).where(still_open).values(cancelled("retracted", mark.at)))

    def require_approval(self, now: datetime) -> list[str]:
        opened = exists().where(deliveries.c.announcement_id == announcements.c.id, text(OPEN))
        unsaid = and_(announcements.c.needs_approval.is_(False), announcements.c.approved_at.is_(None))
        waits = and_(announcements.c.retracted_at.is_(None), or_(text(UNCOMPOSED), opened))
        flagged = update(announcements).where(unsaid, waits).values(needs_approval=True, updated_at=later(now))
        with self.database.writing() as connection:
            return list(connection.scalars(flagged.returning(announcements.c.id)))

    def composed_since(self, moment: datetime, sources: Sequence[str]) -> list[datetime]:
        composed_at = announcements.c.composed_at
        query = select(composed_at).where(composed_at >= moment, announcements.c.source.in_(sources))
        with self.database.reading() as connection:
            return list(connection.scalars(query.order_by(composed_at)))

    def published(
        self, *, limit: int = 50, before: datetime | None = None, words: Sequence[str] = ()
    ) -> list[tuple[Dossier, datetime]]:
        """As the port says; each dossier's `current` is the newest revision that was sent, not one still held."""
        when = announcements.c.published_at
        query = (
            with_revision(announcements.c.published)
            .add_columns(when)
            .where(when.is_not(None), announcements.c.retracted_at.is_(None))
            .where(revisions.c.audience == Audience.PUBLIC)
            .where(*map(may_hold, words))
            .order_by(when.desc(), announcements.c.id.desc())
        )
        if before is not None:
            query = query.where(when < before)
        with self.database.reading() as connection:
            rows = connection.execute(query if words else query.limit(limit)).yield_per(limit)
            found = ((dossier_of(row), row.published_at) for row in rows)
            return list(islice((each for each in found if holds(each[0].announcement, words)), limit))

    def taken_since(self, moment: datetime, *, limit: int) -> list[tuple[str, int]]:
        query = select(announcements.c.id, announcements.c.revision).where(
            announcements.c.taken_at >= moment, announcements.c.retracted_at.is_(None)
        )
        newest_first = query.order_by(announcements.c.taken_at.desc(), announcements.c.id.desc()).limit(limit)
        with self.database.reading() as connection:
            return [(row.id, row.revision) for row in connection.execute(newest_first)]

    def amend_findings(
        self, id: str, revision: int, *, add: Sequence[Finding], drop: Collection[tuple[str, str]], now: datetime
    ) -> None:
        one = (revisions.c.announcement_id == id) & (revisions.c.number == revision)
        with self.database.writing() as connection:
            found = connection.execute(select(revisions.c.findings).where(one).with_for_update()).one_or_none()
            if found is None:
                raise StoreError("announcement-unknown", id=id)
            kept = [finding for finding in found.findings if (finding.code, finding.excerpt) not in drop]
            amended = (*kept, *(finding for finding in add if finding not in kept))
            if amended != tuple(found.findings):
                connection.execute(update(revisions).where(one).values(findings=amended))
                _stand(connection, id, now, {})

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
