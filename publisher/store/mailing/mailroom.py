"""Issues and their frozen audiences: which copy may leave, and what became of it. No address stands here."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    text,
    type_coerce,
    update,
)

from publisher.domain.delivery import Delivery
from publisher.domain.issue import Issue, IssueKind, Mailed, Recipient, RecipientState, Tally
from publisher.domain.subscriber import Rhythm
from publisher.store.engine.columns import Moment, written
from publisher.store.engine.connection import Database, insert_into
from publisher.store.mailing import copies as on_their_way
from publisher.store.mailing.copies import DOUBTED, LOST, NO_LEASE
from publisher.store.schema.constraints import OPEN, SENDING, UNENDED
from publisher.store.schema.desk import deliveries
from publisher.store.schema.mail import digest_issues, entries, issues, recipients, subscribers
from publisher.store.schema.returns import IS_SUSPENDED


@dataclass(frozen=True, slots=True)
class SqlMailroom:
    """`publisher.ports.store.Mailroom` on a database."""

    database: Database

    def open_issue(
        self, delivery: Delivery, topics: Sequence[str], now: datetime, *, whatever_rhythm: bool = False
    ) -> Issue:
        issue_id = secrets.token_hex(8)
        fresh = {"id": issue_id, "delivery_id": delivery.id, "channel": delivery.channel, "dated": now}
        told = {"issue_id": issue_id, "announcement_id": delivery.announcement_id, "revision": delivery.revision}
        with self.database.writing() as connection:
            made = insert_into(connection, issues).values(fresh).on_conflict_do_nothing(index_elements=["delivery_id"])
            if connection.execute(made.returning(issues.c.id)).first() is not None:
                connection.execute(entries.insert(), told)
                audience = _audience(delivery.channel, topics, whatever_rhythm=whatever_rhythm)
                audience = audience.where(_has_not(delivery.announcement_id))
                _freeze(connection, issue_id, audience, now)
            return issue_from(connection.execute(select(issues).where(issues.c.delivery_id == delivery.id)).one())

    def claim(self, issue_id: str, most: int, now: datetime, lease: timedelta, owner: str) -> list[Recipient]:
        self.database.workers.attest(owner)
        with self.database.writing() as connection:
            return on_their_way.lease(connection, issue_id, most, now, now + lease, owner)

    def begin(
        self,
        copies: Sequence[int],
        now: datetime,
        owner: str = "",
        *,
        settled: Sequence[Mailed] = (),
        while_intact: str = "",
    ) -> Collection[int]:
        with self.database.writing() as connection:
            on_their_way.settle(connection, settled, now, owner)
            return on_their_way.begin(connection, copies, now, owner, while_intact)

    def renew(self, issue_id: str, until: datetime, owner: str) -> None:
        in_hand = and_(recipients.c.lease_owner == owner, or_(text(OPEN), text(SENDING)))
        held = update(recipients).where(recipients.c.issue_id == issue_id, in_hand)
        with self.database.writing() as connection:
            connection.execute(held.values(lease_until=until))

    def intact(self, issue_id: str) -> bool:
        with self.database.reading() as connection:
            return not connection.scalar(select(LOST), {"issue": issue_id})

    def settle(self, mailed: Sequence[Mailed], now: datetime, owner: str = "") -> None:
        with self.database.writing() as connection:
            on_their_way.settle(connection, mailed, now, owner)

    def recover(self, issue_id: str, now: datetime) -> int:
        leased = and_(recipients.c.issue_id == issue_id, or_(text(OPEN), text(SENDING)), recipients.c.lease_until > now)
        with self.database.reading() as connection:
            owners = list(connection.scalars(select(recipients.c.lease_owner).where(leased).distinct()))
        theirs = and_(leased, recipients.c.lease_owner.in_(self.database.workers.dead(owners)))
        lapsed = and_(recipients.c.issue_id == issue_id, text(SENDING), recipients.c.lease_until <= now)
        with self.database.writing() as connection:
            connection.execute(update(recipients).where(theirs).values(lease_until=now))
            return connection.execute(DOUBTED.where(lapsed).values(due_at=now)).rowcount

    def unlease(self, issue_id: str, owner: str) -> None:
        mine = and_(recipients.c.issue_id == issue_id, recipients.c.lease_owner == owner, text(OPEN))
        with self.database.writing() as connection:
            connection.execute(update(recipients).where(mine).values(NO_LEASE))

    def tally(self, issue_id: str) -> Tally:
        kept = select(issues.c.counts, issues.c.copies_gone).where(issues.c.id == issue_id)
        with self.database.reading() as connection:
            counts, gone = connection.execute(kept).one_or_none() or (None, False)
            # Of a settled issue only what was uncertain may still turn out to have left: a million are not counted again.
            known: Tally | None = counts if counts and (gone or not counts.uncertain) else None
            return known or counted(connection, issue_id)

    def any_sent(self, issue_id: str) -> bool:
        sent = and_(recipients.c.issue_id == issue_id, recipients.c.state == "sent")
        with self.database.reading() as connection:
            return connection.execute(select(recipients.c.id).where(sent).limit(1)).first() is not None

    def commonest_reason(self, issue_id: str) -> str:
        told = and_(recipients.c.issue_id == issue_id, recipients.c.state.in_(("failed", "deferred")))
        query = select(recipients.c.reason).where(told, recipients.c.reason != "").group_by(recipients.c.reason)
        with self.database.reading() as connection:
            reason: str | None = connection.scalar(query.order_by(func.count().desc(), recipients.c.reason).limit(1))
        return reason or ""

    def close(self, issue_id: str, now: datetime) -> Tally:
        this = issues.c.id == issue_id
        with self.database.writing() as connection:
            tally = counted(connection, issue_id)
            settled = func.coalesce(issues.c.settled_at, literal(now, Moment()))
            connection.execute(update(issues).where(this).values(settled_at=settled, counts=tally))
        return tally

    def reopen(self, delivery_id: str, now: datetime) -> None:
        this = select(issues.c.id).where(issues.c.delivery_id == delivery_id, issues.c.copies_gone.is_(False))
        failed = and_(recipients.c.issue_id.in_(this), recipients.c.state == "failed")
        anew = {"state": "queued", "due_at": now, "attempts": 0, "last_attempt_at": None, "reason": ""}
        with self.database.writing() as connection:
            connection.execute(update(recipients).where(failed).values(anew))
            connection.execute(update(issues).where(issues.c.id.in_(this)).values(settled_at=None, counts=null()))

    def ended(self, channel: str) -> list[tuple[Issue, RecipientState]]:
        over = {
            "cancelled": RecipientState.CANCELLED,
            "missed": RecipientState.MISSED,
            "sent": RecipientState.CANCELLED,
        }
        query = (
            select(issues, deliveries.c.state)
            .join_from(issues, deliveries, issues.c.delivery_id == deliveries.c.id)
            .where(text(f"issues.{UNENDED}"), issues.c.channel == channel, deliveries.c.state.in_(list(over)))
        )
        digest = (
            select(issues)
            .join_from(issues, digest_issues, issues.c.id == digest_issues.c.issue_id)
            .where(text(f"issues.{UNENDED}"), issues.c.channel == channel, digest_issues.c.settled_as != "")
        )
        with self.database.reading() as connection:
            found = [(issue_from(row), over[row.state]) for row in connection.execute(query)]
            return found + [(issue_from(row), RecipientState.CANCELLED) for row in connection.execute(digest)]

    def end_copies(self, issue_id: str, state: RecipientState, now: datetime) -> int:
        forsaken = or_(text(OPEN), and_(text(SENDING), recipients.c.lease_until <= now))
        waiting = update(recipients).where(recipients.c.issue_id == issue_id, forsaken)
        # Nobody can say whether a copy that was under way has left.
        became = case((text(SENDING), "uncertain"), else_=state.value)
        with self.database.writing() as connection:
            return connection.execute(waiting.values(state=became, **NO_LEASE)).rowcount

    def forget_copies(self, channel: str, before: datetime) -> int:
        """As the port says; one transaction per issue, so that no long list holds up the senders."""
        old = select(issues.c.id).where(
            issues.c.channel == channel, issues.c.settled_at < before, issues.c.copies_gone.is_(False)
        )
        with self.database.reading() as connection:
            found = list(connection.scalars(old))
        for issue_id in found:
            with self.database.writing() as connection:
                final = {"counts": counted(connection, issue_id), "copies_gone": True}
                connection.execute(update(issues).where(issues.c.id == issue_id).values(final))
                connection.execute(delete(recipients).where(recipients.c.issue_id == issue_id))
        return len(found)

    def next_due(self, issue_id: str, now: datetime) -> datetime | None:
        busy = recipients.c.lease_until > recipients.c.due_at
        moment = case((busy, recipients.c.lease_until), else_=recipients.c.due_at)
        of_issue = recipients.c.issue_id == issue_id
        waiting = select(func.min(moment)).where(of_issue, text(OPEN))
        under_way = select(func.min(recipients.c.lease_until)).where(of_issue, text(SENDING))
        with self.database.reading() as connection:
            moments = [connection.scalar(waiting), connection.scalar(under_way)]
        return min((moment for moment in moments if moment is not None), default=None)

    def issue_of(self, delivery_id: str) -> Issue | None:
        with self.database.reading() as connection:
            row = connection.execute(select(issues).where(issues.c.delivery_id == delivery_id)).first()
        return None if row is None else issue_from(row)


def suppress_copies_of(connection: Connection, subscriber_id: int) -> None:
    """Keep back what is still open for someone who leaves, in the same transaction."""
    theirs = and_(recipients.c.subscriber_id == subscriber_id, text(OPEN))
    connection.execute(update(recipients).where(theirs).values(state="suppressed", **NO_LEASE))


def _audience(channel: str, topics: Sequence[str], *, whatever_rhythm: bool) -> Select[Any]:
    """The subscribers whom an announcement of these topics (none: of all) is for."""
    audience: Select[Any] = select(subscribers.c.id).where(subscribers.c.channel == channel, ~IS_SUSPENDED)
    if not whatever_rhythm:
        audience = audience.where(subscribers.c.rhythm == Rhythm.IMMEDIATE)
    if topics:
        wants = [subscribers.c.topics == (), *(_names(topic) for topic in topics)]
        audience = audience.where(or_(*wants))
    return audience


def _has_not(announcement_id: str) -> ColumnElement[bool]:
    """Whether nothing of an announcement has left for a subscriber: whoever had an earlier revision gets no other."""
    told = select(entries.c.issue_id).where(entries.c.announcement_id == announcement_id)
    left = and_(recipients.c.issue_id.in_(told), recipients.c.state.in_(("sent", "sending", "uncertain")))
    return subscribers.c.id.not_in(select(recipients.c.subscriber_id).where(left))


def _freeze(connection: Connection, issue_id: str, audience: Select[Any], now: datetime) -> None:
    copies = audience.with_only_columns(
        literal(issue_id), subscribers.c.id, literal("queued"), literal(now, Moment()), maintain_column_froms=True
    )
    connection.execute(recipients.insert().from_select(["issue_id", "subscriber_id", "state", "due_at"], copies))
    made = select(func.count()).where(recipients.c.issue_id == issue_id).scalar_subquery()
    connection.execute(update(issues).where(issues.c.id == issue_id).values(candidates=made))


def counted(connection: Connection, issue_id: str) -> Tally:
    """The copies of an issue that are there, by state."""
    query = select(recipients.c.state, func.count()).where(recipients.c.issue_id == issue_id)
    counts: dict[str, int] = dict(connection.execute(query.group_by(recipients.c.state)).all())
    return Tally(**counts)


def _names(topic: str) -> ColumnElement[bool]:
    """Whether a subscriber's topics, a JSON list of strings, hold this one."""
    return type_coerce(subscribers.c.topics, String).contains(written(topic), autoescape=True)


def issue_from(row: Row[Any]) -> Issue:
    """A row of the issues as the domain knows it."""
    return Issue(
        id=row.id,
        delivery_id=row.delivery_id or "",
        channel=row.channel,
        dated=row.dated,
        kind=IssueKind(row.kind),
        candidates=row.candidates,
    )
