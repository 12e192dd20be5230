"""Copies on their way: leased, marked right before they may leave, and marked again once their fate is known.

The hot path of a long run: a few copies at a time, a thousand times a second.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, bindparam, case, exists, func, or_, select, text, update

from publisher.domain.issue import Mailed, Recipient, RecipientState
from publisher.store.engine.columns import Moment
from publisher.store.engine.prepared import OneOf, Prepared
from publisher.store.schema.constraints import OPEN, SENDING
from publisher.store.schema.desk import announcements, stops
from publisher.store.schema.mail import entries, recipients, subscribers

DOUBT_PAUSE = timedelta(seconds=5)
"""How long to wait before an uncertain copy is sent once more, with the same Message-ID."""

ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")

NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}

THIS = recipients.c.id == bindparam("copy")
THESE = OneOf(recipients.c.id, "copies")
NOW = bindparam("now", type_=Moment())
OWNER = bindparam("owner", type_=String())
OWN = or_(OWNER == "", recipients.c.lease_owner == OWNER)
"""A copy whose lease is still its worker's: one that was frozen must not write over what another has begun since."""

LOST = or_(
    exists().where(
        entries.c.issue_id == bindparam("issue"),
        announcements.c.id == entries.c.announcement_id,
        or_(announcements.c.retracted_at.is_not(None), announcements.c.held_at.is_not(None)),
    ),
    exists().where(stops.c.id == 1),
)
"""Whether an issue must not go on: something that it tells was held or retracted, or everything is stopped."""


def _theirs(column: ColumnElement[str]) -> ColumnElement[str | None]:
    return select(column).where(subscribers.c.id == recipients.c.subscriber_id).scalar_subquery()


DUE = (
    select(recipients.c.id)
    .where(
        text(OPEN),
        recipients.c.issue_id == bindparam("issue"),
        recipients.c.due_at <= NOW,
        or_(recipients.c.lease_until.is_(None), recipients.c.lease_until <= NOW),
    )
    .order_by(recipients.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
    .prefix_with("MATERIALIZED")
)

LEASE = Prepared(
    update(recipients)
    .where(recipients.c.id == DUE.c.id)
    .values(lease_owner=OWNER, lease_until=bindparam("until", type_=Moment()))
    .returning(
        recipients.c.id,
        recipients.c.subscriber_id,
        recipients.c.attempts,
        _theirs(subscribers.c.address),
        _theirs(subscribers.c.token),
    )
)

SUPPRESS = Prepared(update(recipients).where(THESE).values(state="suppressed", **NO_LEASE))

_BEGIN = (
    update(recipients)
    .where(
        THESE,
        text(OPEN),
        recipients.c.lease_until > NOW,
        OWN,
        exists().where(subscribers.c.id == recipients.c.subscriber_id),
    )
    .values(state="sending", attempts=recipients.c.attempts + 1, last_attempt_at=NOW)
    .returning(recipients.c.id)
)
BEGIN = Prepared(_BEGIN)
BEGIN_INTACT = Prepared(_BEGIN.where(~LOST))

SETTLE_SENT = Prepared(
    update(recipients)
    .where(THESE, or_(text(OPEN), text(SENDING), recipients.c.state == "uncertain"))
    .values(state="sent", reason="", **NO_LEASE)
)
"""That a copy is out counts even when its lease was lost meanwhile: it must not go out again."""

# An uncertain copy goes out once more, with the same Message-ID: skipping a reader is worse than a repeat.
DOUBTED = update(recipients).values(
    state=case((recipients.c.doubts == 0, "queued"), else_="uncertain"), doubts=recipients.c.doubts + 1, **NO_LEASE
)

SETTLE_DOUBTED = Prepared(
    DOUBTED.where(THIS, text(SENDING), OWN).values(reason=bindparam("why"), due_at=bindparam("again", type_=Moment()))
)

SETTLE = Prepared(
    update(recipients)
    .where(THIS, or_(text(OPEN), text(SENDING)), OWN)
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


def lease(
    connection: Connection, issue_id: str, most: int, now: datetime, until: datetime, owner: str
) -> list[Recipient]:
    """Copies that are due, with their readers; whoever left in the very moment of the freezing gets none."""
    leased = LEASE.run(connection, issue=issue_id, most=most, now=now, until=until, owner=owner)
    gone = [copy for copy, _, _, address, _ in leased if address is None]
    if gone:
        SUPPRESS.run(connection, copies=gone)
    return [
        Recipient(id=copy, issue_id=issue_id, subscriber_id=reader, address=address, token=token, attempts=attempts)
        for copy, reader, attempts, address, token in sorted(leased)
        if address is not None
    ]


def begin(
    connection: Connection, copies: Sequence[int], now: datetime, owner: str, while_intact: str
) -> Collection[int]:
    """Mark these copies as leaving; answers which may."""
    values = {"copies": copies, "now": now, "owner": owner}
    begun = (
        BEGIN_INTACT.run(connection, issue=while_intact, **values) if while_intact else BEGIN.run(connection, **values)
    )
    return {copy for (copy,) in begun}


def settle(connection: Connection, mailed: Sequence[Mailed], now: datetime, owner: str) -> None:
    """Write down what became of copies."""
    sent = [one.recipient_id for one in mailed if one.state is RecipientState.SENT]
    if sent:
        SETTLE_SENT.run(connection, copies=sent)
    for one in mailed:
        # Mail servers like to quote the address that they refuse.
        told = {"copy": one.recipient_id, "why": ADDRESS.sub("…", one.reason), "owner": owner}
        match one.state:
            case RecipientState.SENT:
                pass
            case RecipientState.UNCERTAIN:
                SETTLE_DOUBTED.run(connection, again=now + DOUBT_PAUSE, **told)
            case became:
                SETTLE.run(connection, became=became.value, due=one.due_at, now=now, **told)
