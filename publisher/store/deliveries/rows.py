"""Rows of deliveries: how they are read, leased and ended. What the outbox and the archive both write to them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)

from publisher.domain.delivery import Claim, Delivery, DeliveryState, Happened, Never, NotYet, Outcome, Receipt, Unknown
from publisher.domain.variant import JsonObject
from publisher.ports.outbox import Planned
from publisher.store.engine.columns import Moment
from publisher.store.schema.constraints import OPEN
from publisher.store.schema.desk import announcements, deliveries, stops, variants

NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_token": None, "lease_until": None}

FIELDS = [
    deliveries.c[name]
    for name in (
        *("id", "announcement_id", "revision", "channel", "state", "urgent", "due_at", "attempts"),
        *("last_attempt_at", "settled_at", "request", "receipt", "reason", "reason_detail"),
    )
]

PASSES_STOP = or_(
    ~exists(select(stops.c.id)),
    and_(
        announcements.c.urgent.is_(True),
        exists(
            select(stops.c.id).where(
                stops.c.everything.is_(False),
                or_(announcements.c.approved_at > stops.c.at, announcements.c.released_at > stops.c.at),
            )
        ),
    ),
)
"""No stop, or urgent and confirmed by a person since the routine was stopped (domain.gate.passes_stop)."""

FREE_TO_LEAVE = and_(
    PASSES_STOP,
    announcements.c.held_at.is_(None),
    announcements.c.retracted_at.is_(None),
    or_(announcements.c.needs_approval.is_(False), announcements.c.approved_at.is_not(None)),
)
"""What of the gate a row can tell; the gate itself reads everything, right before each call."""


def take_next(
    connection: Connection, condition: Any, order: Sequence[Any], now: datetime, until: datetime, owner: str
) -> Claim | None:
    """Lease the first delivery that fits, in one statement on both databases.

    MATERIALIZED: else PostgreSQL may run the inner query twice and take two. SQLite has no row locks and needs none: its
    writers come one at a time.
    """
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    picked = (
        select(deliveries.c.id)
        .join_from(deliveries, announcements, deliveries.c.announcement_id == announcements.c.id)
        .where(condition, deliveries.c.due_at <= now, free)
        .order_by(*order)
        .limit(1)
        .with_for_update(of=deliveries, skip_locked=True)
        .cte("picked")
        .prefix_with("MATERIALIZED")
    )
    token = secrets.token_urlsafe(18)
    leased = {"lease_owner": owner, "lease_token": token, "lease_until": until}
    take = update(deliveries).where(deliveries.c.id == picked.c.id).values(leased).returning(*FIELDS)
    row = connection.execute(take).first()
    return None if row is None else Claim(delivery=delivery_of(row), token=token, until=until)


def lock_open(connection: Connection, announcement_id: str) -> None:
    """Wait for who is writing to an announcement's open deliveries, and keep others off until the end.

    Deliveries before announcements, always: two writers that lock in different orders wait for each other for ever.
    """
    theirs = and_(deliveries.c.announcement_id == announcement_id, text(OPEN))
    connection.execute(select(deliveries.c.id).where(theirs).order_by(deliveries.c.id).with_for_update())


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


def under(claim: Claim) -> Update:
    """A write that counts only while the claim's token stands in the row: nobody else has taken it since."""
    mine = (deliveries.c.id == claim.delivery.id) & (deliveries.c.lease_token == claim.token)
    return update(deliveries).where(mine)


def ended(claim: Claim, values: Mapping[str, Any]) -> Update:
    """Write these values under the claim and give the lease back with them."""
    return under(claim).values(dict(values) | NO_LEASE)


def as_json(request: JsonObject) -> ColumnElement[Any]:
    """A request as a bound value of the column's own type, for use inside a function."""
    return literal(request, deliveries.c.request.type)


def outcome_values(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What an attempt's outcome makes of its delivery."""
    match outcome:
        case Happened(receipt):
            return {"state": "sent", "settled_at": now, "receipt": receipt, "reason": "", "reason_detail": ""}
        case NotYet(code, due, detail):
            return {"state": "deferred", "due_at": due, "reason": code, "reason_detail": detail}
        case Never(code, detail):
            return {"state": "failed", "settled_at": now, "reason": code, "reason_detail": detail}
        case Unknown(code, detail):
            return {"state": "uncertain", "reason": code, "reason_detail": detail}


def resolution(receipt: Receipt | None, at: datetime) -> dict[str, Any]:
    """What a person's word makes of a delivery."""
    if receipt is None:
        return {"state": "queued", "settled_at": None, "due_at": at}
    return {"state": "sent", "settled_at": at, "receipt": receipt}


def publish(connection: Connection, id: str, revision: int, now: datetime) -> None:
    """Something of this revision is out: from its first receipt on, the announcement is published."""
    newest = case((announcements.c.published > revision, announcements.c.published), else_=revision)
    first = func.coalesce(announcements.c.published_at, literal(now, Moment()))
    values = {"published": newest, "published_at": first, "updated_at": later(now)}
    connection.execute(update(announcements).where(announcements.c.id == id).values(values))


def with_announcement() -> Select[Any]:
    """Deliveries, each beside its announcement."""
    return select(*FIELDS).join_from(deliveries, announcements, deliveries.c.announcement_id == announcements.c.id)


def delivery_of(row: Row[Any]) -> Delivery:
    """A row of FIELDS as the domain knows it."""
    return Delivery(**dict(row._mapping) | {"state": DeliveryState(row.state)})


def cancel_older(connection: Connection, id: str, revision: int, now: datetime) -> None:
    """Take back what older revisions have not sent yet."""
    older = and_(deliveries.c.announcement_id == id, deliveries.c.revision < revision, text(OPEN))
    connection.execute(update(deliveries).where(older).values(cancelled("newer-revision", now)))


def queue(connection: Connection, standing: Row[Any], planned: Sequence[Planned], now: datetime) -> None:
    """Freeze variants and queue their deliveries, for the newest revision of this announcement's row."""
    if not planned:
        return
    named = {secrets.token_hex(6): plan for plan in planned}
    rows = [
        {
            "id": fresh,
            "announcement_id": standing.id,
            "revision": standing.revision,
            "channel": plan.variant.channel,
            "state": "failed" if plan.held else "queued",
            "urgent": standing.urgent,
            "due_at": plan.due_at,
            "settled_at": now if plan.held else None,
            "reason": plan.held,
            "reason_detail": plan.held_detail,
        }
        for fresh, plan in named.items()
    ]
    connection.execute(deliveries.insert(), rows)
    connection.execute(variants.insert(), [{"delivery_id": fresh, "content": named[fresh].variant} for fresh in named])
