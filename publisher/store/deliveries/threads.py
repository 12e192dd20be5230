"""Threads of posts: each part's receipt is kept before the next part is sent, so that a crash loses none."""

from datetime import datetime

from sqlalchemy import Connection, or_, select, text, update

from publisher.domain.delivery import Claim, SentPart
from publisher.domain.variant import JsonObject
from publisher.store.deliveries.rows import publish, under
from publisher.store.schema.constraints import SENDING, UNCERTAIN
from publisher.store.schema.desk import attempts, deliveries, parts


def keep_part(connection: Connection, claim: Claim, sent: SentPart, request: JsonObject, now: datetime) -> bool:
    """Keep a part's receipt and make the next part's request the delivery's own, under the same lease; False too late."""
    onward = {"state": "deferred", "due_at": now, "request": request, "reason": "thread-goes-on", "reason_detail": ""}
    doubtful = or_(text(SENDING), text(UNCERTAIN))
    turned = under(claim).where(doubtful).values(onward).returning(deliveries.c.attempts)
    number = connection.scalar(turned)
    if number is None:
        return False
    row = {"delivery_id": claim.delivery.id, "number": sent.number, "request": sent.request, "receipt": sent.receipt}
    connection.execute(parts.insert(), row | {"sent_at": now})
    this = (attempts.c.delivery_id == claim.delivery.id) & (attempts.c.number == number)
    ended = update(attempts).where(this, attempts.c.ended_at.is_(None)).values(ended_at=now, outcome="sent")
    connection.execute(ended)
    publish(connection, claim.delivery.announcement_id, claim.delivery.revision, now)
    return True


def parts_of(connection: Connection, delivery_id: str) -> list[SentPart]:
    """The parts that are out, in order."""
    query = select(parts).where(parts.c.delivery_id == delivery_id).order_by(parts.c.number)
    return [SentPart(number=row.number, request=row.request, receipt=row.receipt) for row in connection.execute(query)]
