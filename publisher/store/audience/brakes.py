"""Counts what must not happen too often, under names that tell nobody who or where it was."""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import Connection, case, delete, select

from publisher.domain.sign_up import ADDRESS_BRAKES, NETWORK_BRAKE, OVERALL_BRAKE, Brake, Verdict
from publisher.store.engine.connection import insert_into
from publisher.store.schema.desk import notes
from publisher.store.schema.sign_ups import brakes

DAILY_KEY = {"scope": "keys", "name": "networks"}


def press_brakes(connection: Connection, address: str, network: str, now: datetime) -> Verdict:
    """Count one sign-up; what is braked counts no further.

    `address`: a keyed hash. `network`: as in 192.0.2.0/24, "" for one that is not known and therefore not braked.
    """
    hashed = _hashed_today(connection, network, now)
    if network and _too_often(connection, f"network {hashed}", NETWORK_BRAKE, now):
        return Verdict.NETWORK_BRAKED
    for number, brake in enumerate(ADDRESS_BRAKES):
        if _too_often(connection, f"address {number} {address}", brake, now):
            return Verdict.ADDRESS_BRAKED
    if _too_often(connection, "overall", OVERALL_BRAKE, now):
        return Verdict.OVERALL_BRAKED
    return Verdict.TAKEN


def forget_brakes(connection: Connection, now: datetime) -> None:
    """Delete what no longer counts."""
    connection.execute(delete(brakes).where(brakes.c.until <= now))


def overall_braked_until(connection: Connection, now: datetime) -> datetime | None:
    """When sign-ups will be taken again, None if they are taken now."""
    full = (brakes.c.name == "overall") & (brakes.c.until > now) & (brakes.c.count > OVERALL_BRAKE.most)
    until: datetime | None = connection.scalar(select(brakes.c.until).where(full))
    return until


def _too_often(connection: Connection, name: str, brake: Brake, now: datetime) -> bool:
    over = brakes.c.until <= now
    fresh = insert_into(connection, brakes).values(name=name, until=now + brake.span, count=1)
    counted = fresh.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "count": case((over, 1), else_=brakes.c.count + 1),
            "until": case((over, fresh.excluded.until), else_=brakes.c.until),
        },
    )
    count: int = connection.execute(counted.returning(brakes.c.count)).scalar_one()
    return count > brake.most


def _hashed_today(connection: Connection, network: str, now: datetime) -> str:
    """Under a key that is overwritten when the day changes: yesterday's visitors cannot be recognised by anybody."""
    place = (notes.c.scope == DAILY_KEY["scope"]) & (notes.c.name == DAILY_KEY["name"])
    kept = connection.scalar(select(notes.c.value).where(place))
    today = now.date().isoformat()
    if kept is None or kept["day"] != today:
        kept = {"day": today, "key": secrets.token_hex(32)}
        fresh = insert_into(connection, notes).values({**DAILY_KEY, "value": kept})
        connection.execute(fresh.on_conflict_do_update(index_elements=["scope", "name"], set_={"value": kept}))
    return hmac.new(bytes.fromhex(str(kept["key"])), network.encode(), hashlib.sha256).hexdigest()
