"""Deliveries: who may take one, and which late writes still count. The promise "once" is kept here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, and_, case, delete, func, or_, select, text, update

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Claim, Delivery, Happened, Outcome, Receipt, SentPart
from publisher.domain.errors import StoreError
from publisher.domain.stop import Stop
from publisher.domain.variant import JsonObject, Variant
from publisher.ports.outbox import Planned
from publisher.store.deliveries.rows import (
    FIELDS,
    FREE_TO_LEAVE,
    NO_LEASE,
    as_json,
    cancel_older,
    delivery_of,
    ended,
    lock_open,
    outcome_values,
    publish,
    queue,
    resolution,
    take_next,
    touch,
    under,
    with_announcement,
)
from publisher.store.deliveries.threads import keep_part, parts_of
from publisher.store.engine.connection import Database, insert_into
from publisher.store.schema.constraints import FAILED, OPEN, SENDING, UNCERTAIN
from publisher.store.schema.desk import announcements, attempts, deliveries, parts, steps, stops, variants


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """`publisher.ports.outbox.Outbox` on a database."""

    database: Database

    def compose(self, id: str, revision: int, planned: Sequence[Planned], now: datetime) -> list[Delivery]:
        """As the port says. Composing a revision twice, or one that is no longer the newest, changes nothing."""
        with self.database.writing() as connection:
            lock_open(connection, id)
            standing = connection.execute(
                select(announcements).where(announcements.c.id == id).with_for_update()
            ).first()
            if standing is None:
                raise StoreError("announcement-unknown", id=id)
            if standing.revision == revision and standing.composed < revision and standing.retracted_at is None:
                cancel_older(connection, id, revision, now)
                queue(connection, standing, planned, now)
                composed = {"composed": revision, "composed_at": now, "updated_at": now}
                connection.execute(update(announcements).where(announcements.c.id == id).values(composed))
            made = (deliveries.c.announcement_id == id) & (deliveries.c.revision == revision)
            query = select(*FIELDS).where(made).order_by(deliveries.c.channel)
            return [delivery_of(row) for row in connection.execute(query)]

    def claim(
        self, channel: str, now: datetime, lease: timedelta, owner: str, *, urgent_only: bool = False
    ) -> Claim | None:
        due = and_(text(OPEN), deliveries.c.channel == channel, FREE_TO_LEAVE)
        if urgent_only:
            due = and_(due, deliveries.c.urgent.is_(True))
        order = (deliveries.c.urgent.desc(), deliveries.c.due_at, announcements.c.taken_at)
        self.database.workers.attest(owner)
        with self.database.writing() as connection:
            return take_next(connection, due, order, now, now + lease, owner)

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

    def claim_uncertain(
        self, now: datetime, lease: timedelta, owner: str, *, channel: str = "", besides: Collection[str] = ()
    ) -> Claim | None:
        theirs = deliveries.c.channel == channel if channel else deliveries.c.channel.not_in(besides)
        self.database.workers.attest(owner)
        with self.database.writing() as connection:
            return take_next(connection, and_(text(UNCERTAIN), theirs), (deliveries.c.due_at,), now, now + lease, owner)

    def renew(self, claim: Claim, until: datetime) -> bool:
        with self.database.writing() as connection:
            return connection.execute(under(claim).values(lease_until=until)).rowcount == 1

    def begin(self, claim: Claim, request: JsonObject, now: datetime) -> bool:
        begun = {
            "state": "sending",
            "attempts": deliveries.c.attempts + 1,
            "last_attempt_at": now,
            "reason": "",
            "reason_detail": "",
            "request": func.coalesce(deliveries.c.request, as_json(request)),
        }
        ready = and_(deliveries.c.lease_until > now, or_(text(OPEN), text(UNCERTAIN)))
        with self.database.writing() as connection:
            number = connection.scalar(under(claim).where(ready).values(begun).returning(deliveries.c.attempts))
            if number is None:
                return False
            attempt = {"delivery_id": claim.delivery.id, "number": number, "began_at": now}
            connection.execute(attempts.insert(), attempt)
            touch(connection, [claim.delivery.announcement_id], now)
            return True

    def step(self, claim: Claim, name: str, result: JsonObject) -> bool:
        with self.database.writing() as connection:
            # An update that changes nothing, for its lock: the claim must hold until the step is written.
            held = connection.execute(under(claim).values(lease_token=claim.token))
            if not held.rowcount:
                return False
            keep = insert_into(connection, steps).values(delivery_id=claim.delivery.id, name=name, result=result)
            fresh = {"result": keep.excluded.result}
            connection.execute(keep.on_conflict_do_update(index_elements=["delivery_id", "name"], set_=fresh))
            return True

    def steps(self, delivery_id: str) -> Mapping[str, JsonObject]:
        query = select(steps.c.name, steps.c.result).where(steps.c.delivery_id == delivery_id)
        with self.database.reading() as connection:
            return {row.name: row.result for row in connection.execute(query)}

    def remake(self, claim: Claim, request: JsonObject, step: str) -> bool:
        done = and_(steps.c.delivery_id == claim.delivery.id, steps.c.name == step)
        with self.database.writing() as connection:
            if not connection.execute(under(claim).where(text(OPEN)).values(request=request)).rowcount:
                return False
            connection.execute(update(steps).where(done).values(result={"done": True}))
            return True

    def settle(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        values = outcome_values(outcome, now)
        with self.database.writing() as connection:
            number = connection.scalar(ended(claim, values).returning(deliveries.c.attempts))
            if number is None:
                return False
            this = (attempts.c.delivery_id == claim.delivery.id) & (attempts.c.number == number)
            told = {"outcome": values["state"], "code": values["reason"], "detail": values["reason_detail"]}
            under_way = update(attempts).where(this, attempts.c.ended_at.is_(None))
            connection.execute(under_way.values(ended_at=now, **told))
            if isinstance(outcome, Happened) and not outcome.receipt.private:
                publish(connection, claim.delivery.announcement_id, claim.delivery.revision, now)
            else:
                touch(connection, [claim.delivery.announcement_id], now)
            return True

    def advance(self, claim: Claim, sent: SentPart, request: JsonObject, now: datetime) -> bool:
        with self.database.writing() as connection:
            return keep_part(connection, claim, sent, request, now)

    def parts(self, delivery_id: str) -> list[SentPart]:
        with self.database.reading() as connection:
            return parts_of(connection, delivery_id)

    def drop(self, claim: Claim, state: str, code: str, now: datetime) -> bool:
        values = {"state": state, "settled_at": now, "reason": code, "reason_detail": ""}
        return self._end(ended(claim, values), claim, now)

    def unclaim(self, claim: Claim, due_at: datetime, code: str = "") -> bool:
        values = {"due_at": due_at} | ({"reason": code, "reason_detail": ""} if code else {})
        return self._end(ended(claim, values), claim, self.database.now())

    def postpone(self, claim: Claim, due_at: datetime, code: str, detail: str) -> bool:
        values = {"due_at": due_at, "reason": code, "reason_detail": detail}
        return self._end(ended(claim, values).where(text(UNCERTAIN)), claim, self.database.now())

    def release_dead(self, now: datetime) -> int:
        running = and_(deliveries.c.lease_until > now, or_(text(OPEN), text(SENDING), text(UNCERTAIN)))
        with self.database.reading() as connection:
            owners = list(connection.scalars(select(deliveries.c.lease_owner).where(running).distinct()))
        dead = self.database.workers.dead(owners)
        if not dead:
            return 0
        theirs = update(deliveries).where(running, deliveries.c.lease_owner.in_(dead))
        with self.database.writing() as connection:
            return connection.execute(theirs.values(lease_until=now)).rowcount

    def expire_leases(self, now: datetime) -> list[Delivery]:
        lapsed = update(deliveries).where(text(SENDING), deliveries.c.lease_until <= now)
        values = {"state": "uncertain", "reason": "lease-ran-out", "reason_detail": ""} | NO_LEASE
        with self.database.writing() as connection:
            turned = [delivery_of(row) for row in connection.execute(lapsed.values(values).returning(*FIELDS))]
            if turned:
                open_attempts = and_(attempts.c.delivery_id.in_([d.id for d in turned]), attempts.c.ended_at.is_(None))
                told = {"ended_at": now, "outcome": "uncertain", "code": "lease-ran-out"}
                connection.execute(update(attempts).where(open_attempts).values(told))
                touch(connection, sorted({delivery.announcement_id for delivery in turned}), now)
            return turned

    def hasten(self, delivery_id: str, due_at: datetime) -> None:
        waits = and_(deliveries.c.id == delivery_id, deliveries.c.due_at > due_at, or_(text(OPEN), text(UNCERTAIN)))
        sooner = update(deliveries).where(waits).values(due_at=due_at).returning(deliveries.c.announcement_id)
        with self.database.writing() as connection:
            touch(connection, connection.scalars(sooner).all(), self.database.now())

    def delay(self, delivery_id: str, due_at: datetime) -> None:
        sooner = and_(deliveries.c.id == delivery_id, deliveries.c.due_at < due_at, text(OPEN))
        with self.database.writing() as connection:
            connection.execute(update(deliveries).where(sooner).values(due_at=due_at))

    def resolve(self, delivery_id: str, receipt: Receipt | None, mark: Mark) -> bool:
        doubtful = and_(deliveries.c.id == delivery_id, deliveries.c.state.in_(("uncertain", "failed")))
        said = {"reason": "", "reason_detail": "", "resolved_by": mark.by, "resolved_at": mark.at} | NO_LEASE
        told = update(deliveries).where(doubtful).values(said | resolution(receipt, mark.at))
        with self.database.writing() as connection:
            row = connection.execute(told.returning(deliveries.c.announcement_id, deliveries.c.revision)).first()
            if row is None:
                return False
            if receipt is None or receipt.private:
                touch(connection, [row.announcement_id], mark.at)
            else:
                publish(connection, row.announcement_id, row.revision, mark.at)
            return True

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

    def set_stop(self, stop: Stop | None) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(stops))
            if stop is not None:
                said = {"by": stop.mark.by, "at": stop.mark.at, "reason": stop.reason, "everything": stop.everything}
                connection.execute(stops.insert(), {"id": 1} | said)

    def _end(self, ended: Update, claim: Claim, now: datetime) -> bool:
        with self.database.writing() as connection:
            if not connection.execute(ended).rowcount:
                return False
            touch(connection, [claim.delivery.announcement_id], now)
            return True
