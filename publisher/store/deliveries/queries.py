"""How deliveries stand: questions that change nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select, text

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Delivery, SentPart
from publisher.domain.errors import StoreError
from publisher.domain.stop import Stop
from publisher.domain.variant import JsonObject, Variant
from publisher.store.deliveries.rows import FIELDS, FREE_TO_LEAVE, delivery_of, with_announcement
from publisher.store.deliveries.threads import parts_of
from publisher.store.engine.connection import Database
from publisher.store.schema.constraints import FAILED, OPEN, SENDING, UNCERTAIN
from publisher.store.schema.desk import announcements, attempts, deliveries, parts, steps, stops, variants


@dataclass(frozen=True, slots=True)
class DeliveryQueries:
    """The asking half of `publisher.ports.outbox.Outbox`."""

    database: Database

    def urgent_waits(self, channel: str, now: datetime) -> bool:
        free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
        due = and_(
            text(OPEN), deliveries.c.channel == channel, deliveries.c.urgent.is_(True), deliveries.c.due_at <= now
        )
        joined = select(deliveries.c.id).join_from(
            deliveries, announcements, deliveries.c.announcement_id == announcements.c.id
        )
        with self.database.reading() as connection:
            return connection.execute(joined.where(due, free, FREE_TO_LEAVE).limit(1)).first() is not None

    def steps(self, delivery_id: str) -> Mapping[str, JsonObject]:
        query = select(steps.c.name, steps.c.result).where(steps.c.delivery_id == delivery_id)
        with self.database.reading() as connection:
            return {row.name: row.result for row in connection.execute(query)}

    def parts(self, delivery_id: str) -> list[SentPart]:
        with self.database.reading() as connection:
            return parts_of(connection, delivery_id)

    def first_attempt_at(self, delivery_id: str) -> datetime | None:
        part_before = select(func.max(parts.c.sent_at)).where(parts.c.delivery_id == delivery_id).scalar_subquery()
        of_this_part = or_(part_before.is_(None), attempts.c.began_at >= part_before)
        query = select(func.min(attempts.c.began_at)).where(attempts.c.delivery_id == delivery_id, of_this_part)
        with self.database.reading() as connection:
            first: datetime | None = connection.scalar(query)
        return first

    def variant(self, delivery_id: str) -> Variant:
        query = select(variants.c.content).where(variants.c.delivery_id == delivery_id)
        with self.database.reading() as connection:
            found = connection.scalar(query)
        if not isinstance(found, Variant):
            raise StoreError("delivery-unknown", id=delivery_id)
        return found

    def delivery(self, delivery_id: str) -> Delivery | None:
        with self.database.reading() as connection:
            row = connection.execute(select(*FIELDS).where(deliveries.c.id == delivery_id)).first()
            return None if row is None else delivery_of(row)

    def deliveries(self, announcement_ids: Sequence[str]) -> Mapping[str, list[Delivery]]:
        current = or_(deliveries.c.revision == announcements.c.composed, deliveries.c.state != "cancelled")
        query = with_announcement().where(deliveries.c.announcement_id.in_(announcement_ids), current)
        found: dict[str, list[Delivery]] = {announcement_id: [] for announcement_id in announcement_ids}
        with self.database.reading() as connection:
            for row in connection.execute(query.order_by(deliveries.c.revision, deliveries.c.channel)):
                found[row.announcement_id].append(delivery_of(row))
        return found

    def deliveries_of(self, announcement_id: str) -> list[Delivery]:
        return self.deliveries([announcement_id])[announcement_id]

    def open_deliveries(self) -> list[Delivery]:
        unsettled = select(*FIELDS).where(or_(text(OPEN), text(SENDING), text(UNCERTAIN)))
        with self.database.reading() as connection:
            rows = connection.execute(unsettled.order_by(deliveries.c.due_at, deliveries.c.id))
            return [delivery_of(row) for row in rows]

    def troubled(self) -> list[Delivery]:
        current = and_(announcements.c.retracted_at.is_(None), deliveries.c.revision == announcements.c.composed)
        query = with_announcement().where(or_(text(FAILED), text(UNCERTAIN)), current).order_by(deliveries.c.id)
        with self.database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def next_due(self, now: datetime) -> datetime | None:
        free_from = case(
            (deliveries.c.lease_until > deliveries.c.due_at, deliveries.c.lease_until), else_=deliveries.c.due_at
        )
        joined = select(func.min(free_from)).join_from(
            deliveries, announcements, deliveries.c.announcement_id == announcements.c.id
        )
        with self.database.reading() as connection:
            moments = [
                connection.scalar(joined.where(text(OPEN), FREE_TO_LEAVE)),
                connection.scalar(select(func.min(deliveries.c.lease_until)).where(text(SENDING))),
                connection.scalar(select(func.min(free_from)).where(text(UNCERTAIN))),
            ]
        return min((moment for moment in moments if moment is not None), default=None)

    def stop(self) -> Stop | None:
        with self.database.reading() as connection:
            row = connection.execute(select(stops)).first()
        return None if row is None else Stop(mark=Mark(row.by, row.at), reason=row.reason, everything=row.everything)
