"""Deliveries: who may take one, and which late writes still count. The promise "once" is kept here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, and_, delete, func, or_, select, text, update

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Claim, Delivery, Happened, Outcome, Receipt, SentPart
from publisher.domain.errors import StoreError
from publisher.domain.stop import Stop
from publisher.domain.variant import JsonObject
from publisher.ports.outbox import Planned
from publisher.store.deliveries.queries import DeliveryQueries
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
)
from publisher.store.deliveries.threads import keep_part
from publisher.store.engine.connection import insert_into
from publisher.store.schema.constraints import OPEN, SENDING, UNCERTAIN
from publisher.store.schema.desk import announcements, attempts, deliveries, steps, stops


@dataclass(frozen=True, slots=True)
class SqlOutbox(DeliveryQueries):
    """`publisher.ports.outbox.Outbox` on a database."""

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
