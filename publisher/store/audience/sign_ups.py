"""Sign-ups until they are confirmed or forgotten: each mail written down before it leaves, each proof kept with its reader."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, exists, func, select, text, update

from publisher.domain.sign_up import KEPT_UNCONFIRMED, Asked, NoticeClaim, NoticeState, SignUp, Verdict
from publisher.domain.subscriber import Rhythm, Subscriber
from publisher.store.audience.addresses import fold, mailbox_of, tidy
from publisher.store.audience.brakes import forget_brakes, overall_braked_until, press_brakes
from publisher.store.audience.subscribers import (
    find_by_token,
    fingerprint,
    hash_of,
    subscriber_of,
    suppression_key,
)
from publisher.store.engine.connection import Database, insert_into
from publisher.store.mailing.former_rhythms import remember_rhythm
from publisher.store.schema.mail import subscribers, suppressions
from publisher.store.schema.returns import bounces, suspensions
from publisher.store.schema.sign_ups import WAITING, former_tokens, sign_ups

DOUBT_PAUSE = timedelta(seconds=5)
"""How long to wait before an uncertain mail is sent once more, with the same Message-ID."""

# A mail that may have been accepted goes out once more, with the same Message-ID; then it is left alone.
DOUBTED = case((sign_ups.c.doubts == 0, "due"), else_="uncertain")


@dataclass(frozen=True, slots=True)
class SqlSignUps:
    """`publisher.ports.audience.SignUpBook` on a database."""

    database: Database

    def ask(self, asked: Asked, network: str, now: datetime) -> Verdict:
        folded = fold(asked.address)
        with self.database.writing() as connection:
            hashed = fingerprint(suppression_key(connection), f"{asked.channel} {mailbox_of(folded)}")
            verdict = press_brakes(connection, hashed, network, now)
            if verdict is Verdict.TAKEN:
                _keep(connection, asked, folded, now)
        return verdict

    def waiting(self, token: str, now: datetime) -> SignUp | None:
        query = select(sign_ups).where(sign_ups.c.token == token, sign_ups.c.asked_at > now - KEPT_UNCONFIRMED)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _sign_up(row)

    def confirm(self, token: str, evidence: str, now: datetime) -> Subscriber | None:
        valid = (sign_ups.c.token == token) & (sign_ups.c.asked_at > now - KEPT_UNCONFIRMED)
        with self.database.writing() as connection:
            row = connection.execute(select(sign_ups).where(valid).with_for_update()).first()
            reader = find_by_token(connection, token) if row is None else _enter(connection, row, evidence, now)
        return None if reader is None else subscriber_of(reader)

    def claim_notice(self, channels: Collection[str], now: datetime, lease: timedelta) -> NoticeClaim | None:
        with self.database.writing() as connection:
            _recover(connection, now)
            picked = (
                select(sign_ups.c.id)
                .where(sign_ups.c.notice == "due", sign_ups.c.due_at <= now, sign_ups.c.channel.in_(channels))
                .where(sign_ups.c.asked_at > now - KEPT_UNCONFIRMED)
                .order_by(sign_ups.c.due_at, sign_ups.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            taken = {"notice": "sending", "attempts": sign_ups.c.attempts + 1, "due_at": now + lease}
            claim = update(sign_ups).where(sign_ups.c.id == picked.scalar_subquery()).values(taken).returning(sign_ups)
            row = connection.execute(claim).first()
            if row is None:
                return None
            known = _token_of_reader(connection, row)
        return NoticeClaim(
            id=row.id, notice_id=row.notice_id, sign_up=_sign_up(row), known=known, attempts=row.attempts
        )

    def settle_notice(self, claim: NoticeClaim, state: NoticeState, due_at: datetime) -> bool:
        mine = (sign_ups.c.notice_id == claim.notice_id) & (sign_ups.c.attempts == claim.attempts)
        mine &= sign_ups.c.notice == "sending"
        settled: dict[str, Any] = {"notice": state, "due_at": due_at}
        if state is NoticeState.UNCERTAIN:
            settled = {"notice": DOUBTED, "doubts": sign_ups.c.doubts + 1, "due_at": due_at + DOUBT_PAUSE}
        with self.database.writing() as connection:
            if state is NoticeState.SENT and claim.known:
                # Who is a reader already has nothing to confirm: their address stands with their subscription.
                return connection.execute(delete(sign_ups).where(mine)).rowcount == 1
            return connection.execute(update(sign_ups).where(mine).values(settled)).rowcount == 1

    def next_notice(self, channels: Collection[str]) -> datetime | None:
        query = select(func.min(sign_ups.c.due_at)).where(text(WAITING), sign_ups.c.channel.in_(channels))
        with self.database.reading() as connection:
            due: datetime | None = connection.scalar(query)
        return due

    def braked_until(self, now: datetime) -> datetime | None:
        with self.database.reading() as connection:
            return overall_braked_until(connection, now)

    def forget(self, now: datetime) -> int:
        old = delete(sign_ups).where(sign_ups.c.asked_at <= now - KEPT_UNCONFIRMED)
        with self.database.writing() as connection:
            forgotten = connection.execute(old).rowcount
            forget_brakes(connection, now)
        if forgotten:
            self.database.wipe_log()
        return forgotten


def _keep(connection: Connection, asked: Asked, folded: str, now: datetime) -> None:
    words = {
        "topics": asked.topics,
        "rhythm": asked.rhythm,
        "language": asked.language,
        "wording": asked.wording,
        "form": asked.form,
        "ip": asked.ip,
        "asked_at": now,
        "notice": "due",
        "notice_id": secrets.token_hex(8),
        "due_at": now,
        "attempts": 0,
        "doubts": 0,
    }
    names = {
        "channel": asked.channel,
        "address": tidy(asked.address),
        "folded": folded,
        "token": secrets.token_urlsafe(24),
    }
    fresh = insert_into(connection, sign_ups).values(names | words)
    connection.execute(fresh.on_conflict_do_update(index_elements=["channel", "folded"], set_=words))


def _token_of_reader(connection: Connection, row: Row[Any]) -> str:
    """The token of whoever gets mails at this address already; "" also for those whose mails came back."""
    theirs = (subscribers.c.channel == row.channel) & (subscribers.c.folded == row.folded)
    resting = exists().where(suspensions.c.subscriber_id == subscribers.c.id)
    return connection.scalar(select(subscribers.c.token).where(theirs, ~resting)) or ""


def _recover(connection: Connection, now: datetime) -> None:
    """A worker that died in the middle of a mail: nobody knows whether it was accepted."""
    lapsed = (sign_ups.c.notice == "sending") & (sign_ups.c.due_at <= now)
    doubted = {"notice": DOUBTED, "doubts": sign_ups.c.doubts + 1, "due_at": now}
    connection.execute(update(sign_ups).where(lapsed).values(doubted))


def _enter(connection: Connection, row: Row[Any], evidence: str, now: datetime) -> Row[Any]:
    """Make the subscriber, also one who had left: this is their own word."""
    chosen = {
        "topics": row.topics,
        "rhythm": row.rhythm,
        "language": row.language,
        "confirmed_at": now,
        "evidence": evidence,
    }
    names = {"channel": row.channel, "address": row.address, "folded": row.folded, "token": row.token}
    known = and_(subscribers.c.channel == row.channel, subscribers.c.folded == row.folded)
    remember_rhythm(connection, known, Rhythm(row.rhythm), now)
    fresh = insert_into(connection, subscribers).values(names | chosen)
    enter = fresh.on_conflict_do_update(index_elements=["channel", "folded"], set_=chosen)
    reader = connection.execute(enter.returning(subscribers)).one()
    # The confirmation arrived: whatever came back before no longer counts.
    for table in (suspensions, bounces):
        connection.execute(delete(table).where(table.c.subscriber_id == reader.id))
    hashes = {_lift_suppression(connection, row), hash_of(row.token)} - {None, hash_of(reader.token)}
    for hashed in hashes:
        former = insert_into(connection, former_tokens).values(token_hash=hashed, subscriber_id=reader.id)
        connection.execute(former.on_conflict_do_nothing())
    connection.execute(delete(sign_ups).where(sign_ups.c.id == row.id))
    return reader


def _lift_suppression(connection: Connection, row: Row[Any]) -> str | None:
    """Answers the hash of the token that they had before, if they had one."""
    hashed = fingerprint(suppression_key(connection), row.folded)
    theirs = (suppressions.c.channel == row.channel) & (suppressions.c.fingerprint == hashed)
    lifted = connection.execute(delete(suppressions).where(theirs).returning(suppressions.c.token_hash)).first()
    return None if lifted is None else lifted.token_hash


def _sign_up(row: Row[Any]) -> SignUp:
    asked = Asked(
        channel=row.channel,
        address=row.address,
        topics=row.topics,
        rhythm=Rhythm(row.rhythm),
        language=row.language,
        wording=row.wording,
        form=row.form,
        ip=row.ip,
    )
    return SignUp(token=row.token, asked=asked, asked_at=row.asked_at)
