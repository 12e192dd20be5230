"""Issues and their frozen audiences: which copy may leave, and what became of it. No address stands here."""

import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.sql.selectable import Exists

from publisher.domain.delivery import Delivery
from publisher.domain.issue import Issue, IssueKind, Mailed, Recipient, RecipientState, Tally
from publisher.domain.subscriber import Rhythm
from publisher.store.columns import Moment, written
from publisher.store.connection import Database, insert_into
from publisher.store.constraints import OPEN, SENDING, UNENDED
from publisher.store.mail_tables import digest_issues, entries, issues, recipients, subscribers
from publisher.store.return_tables import IS_SUSPENDED
from publisher.store.tables import announcements, deliveries, stops

DOUBT_PAUSE = timedelta(seconds=5)
"""How long to wait before an uncertain copy is sent once more, with the same Message-ID."""

ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")

Rows: TypeAlias = "dict[str, Any] | list[dict[str, Any]]"

SENT, UNCERTAIN = RecipientState.SENT, RecipientState.UNCERTAIN

NO_LEASE = {"lease_owner": None, "lease_until": None}

# The hot path: statements that are built once and run for every few copies.

LOST = select(
    or_(
        exists().where(
            entries.c.issue_id == bindparam("issue"),
            announcements.c.id == entries.c.announcement_id,
            or_(announcements.c.retracted_at.is_not(None), announcements.c.held_at.is_not(None)),
        ),
        exists().where(stops.c.id == 1),
    )
)

STILL_THERE: Exists = exists().where(subscribers.c.id == recipients.c.subscriber_id)

COPY: ColumnElement[int] = recipients.c.id
COPIES: BindParameter[Any] = bindparam("copies", expanding=True)

NOW = bindparam("now", type_=Moment())

OWNER = bindparam("owner", type_=String())
OWN = or_(OWNER == "", recipients.c.lease_owner == OWNER)
"""A copy whose lease is still its worker's: one that was frozen must not write over what another has begun since."""

BEGIN = (
    update(recipients)
    .where(COPY.in_(COPIES), text(OPEN), recipients.c.lease_until > NOW, OWN, STILL_THERE)
    .values(state="sending", attempts=recipients.c.attempts + 1, last_attempt_at=NOW)
    .returning(COPY)
)

BEGIN_INTACT = BEGIN.where(~LOST.scalar_subquery())

SETTLE = (
    update(recipients)
    .where(recipients.c.id == bindparam("copy"), or_(text(OPEN), text(SENDING)), OWN)
    .values(
        state=bindparam("became"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("due", type_=Moment()), recipients.c.due_at),
        # A server may refuse a copy by its envelope alone, before it was begun: that was an attempt, too.
        attempts=recipients.c.attempts + case((text(OPEN), 1), else_=0),
        last_attempt_at=case((text(OPEN), NOW), else_=recipients.c.last_attempt_at),
        **NO_LEASE,
    )
)

# An uncertain copy goes out once more, with the same Message-ID: skipping a reader is worse than a repeat.
DOUBTED = update(recipients).values(
    state=case((recipients.c.doubts == 0, "queued"), else_="uncertain"), doubts=recipients.c.doubts + 1, **NO_LEASE
)

SETTLE_DOUBTED = DOUBTED.where(recipients.c.id == bindparam("copy"), text(SENDING), OWN).values(
    reason=bindparam("why"), due_at=bindparam("due", type_=Moment())
)

SETTLE_SENT = (
    update(recipients)
    .where(COPY.in_(COPIES), or_(text(OPEN), text(SENDING), recipients.c.state == "uncertain"))
    .values(state="sent", reason=bindparam("why"), **NO_LEASE)
)
"""That a copy is out counts even when its lease was lost meanwhile: it must not go out again."""


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
                _freeze(connection, issue_id, audience, now)
            return issue_from(connection.execute(select(issues).where(issues.c.delivery_id == delivery.id)).one())

    def claim(self, issue_id: str, most: int, now: datetime, lease: timedelta, owner: str) -> list[Recipient]:
        free = or_(recipients.c.lease_until.is_(None), recipients.c.lease_until <= now)
        picked = (
            select(recipients.c.id)
            .where(text(OPEN), recipients.c.issue_id == issue_id, recipients.c.due_at <= now, free)
            .order_by(recipients.c.due_at, recipients.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("picked")
            .prefix_with("MATERIALIZED")
        )
        columns = (recipients.c.id, recipients.c.subscriber_id, recipients.c.attempts)
        take = update(recipients).where(recipients.c.id == picked.c.id).returning(*columns)
        self.database.workers.attest(owner)
        with self.database.writing() as connection:
            leased = connection.execute(take.values(lease_owner=owner, lease_until=now + lease)).all()
            readers = _readers(connection, [row.subscriber_id for row in leased])
            _suppress(connection, [row.id for row in leased if row.subscriber_id not in readers])
        copies = [
            Recipient(
                id=row.id,
                issue_id=issue_id,
                subscriber_id=row.subscriber_id,
                address=readers[row.subscriber_id].address,
                token=readers[row.subscriber_id].token,
                attempts=row.attempts,
            )
            for row in leased
            if row.subscriber_id in readers
        ]
        return sorted(copies, key=lambda copy: copy.id)

    def begin(
        self,
        copies: Sequence[int],
        now: datetime,
        owner: str = "",
        *,
        settled: Sequence[Mailed] = (),
        while_intact: str = "",
    ) -> Collection[int]:
        statement, issue = (BEGIN_INTACT, {"issue": while_intact}) if while_intact else (BEGIN, {})
        with self.database.writing() as connection:
            _record(connection, settled, now, owner)
            return set(connection.scalars(statement, {"copies": copies, "now": now, "owner": owner, **issue}))

    def intact(self, issue_id: str) -> bool:
        with self.database.reading() as connection:
            return not connection.scalar(LOST, {"issue": issue_id})

    def settle(self, mailed: Sequence[Mailed], now: datetime, owner: str = "") -> None:
        with self.database.writing() as connection:
            _record(connection, mailed, now, owner)

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
        kept = select(issues.c.counts).where(issues.c.id == issue_id, issues.c.copies_gone)
        with self.database.reading() as connection:
            counts: Tally | None = connection.scalar(kept)
            return counts or counted(connection, issue_id)

    def close(self, issue_id: str, now: datetime) -> Tally:
        this = issues.c.id == issue_id
        with self.database.writing() as connection:
            tally = counted(connection, issue_id)
            settled = func.coalesce(issues.c.settled_at, literal(now, Moment()))
            connection.execute(update(issues).where(this).values(settled_at=settled, counts=tally))
        return tally

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


def _readers(connection: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    if not ids:
        return {}
    query: Select[Any] = select(subscribers.c.id, subscribers.c.address, subscribers.c.token)
    return {row.id: row for row in connection.execute(query.where(subscribers.c.id.in_(ids)))}


def _suppress(connection: Connection, ids: Sequence[int]) -> None:
    """Someone left in the very moment in which the audience was frozen."""
    if ids:
        gone = update(recipients).where(recipients.c.id.in_(ids))
        connection.execute(gone.values(state="suppressed", **NO_LEASE))


def _record(connection: Connection, mailed: Sequence[Mailed], now: datetime, owner: str) -> None:
    for statement, rows in _settling(mailed, now, owner):
        if rows:
            connection.execute(statement, rows)


def _settling(mailed: Sequence[Mailed], now: datetime, owner: str) -> Iterator[tuple[Update, Rows]]:
    """The statements that record what became of copies, each with its rows."""
    rows = [(one.state, _settled(one)) for one in mailed]
    again = now + DOUBT_PAUSE
    sent = [row for state, row in rows if state is SENT]
    for why in {row["why"] for row in sent}:
        yield SETTLE_SENT, {"copies": [row["copy"] for row in sent if row["why"] == why], "why": why}
    doubted = [{"copy": row["copy"], "why": row["why"]} for state, row in rows if state is UNCERTAIN]
    yield SETTLE_DOUBTED, [row | {"due": again, "owner": owner} for row in doubted]
    others = [row | {"became": state} for state, row in rows if state not in (SENT, UNCERTAIN)]
    yield SETTLE, [row | {"now": now, "owner": owner} for row in others]


def _settled(mailed: Mailed) -> dict[str, Any]:
    # Mail servers like to quote the address that they refuse.
    return {"copy": mailed.recipient_id, "why": ADDRESS.sub("…", mailed.reason), "due": mailed.due_at}


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
