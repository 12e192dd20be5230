"""Subscribers, and the memory of those who left: a keyed hash that keeps them out and tells nobody who they were."""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from publisher.domain.errors import StoreError
from publisher.domain.issue import RecipientState
from publisher.domain.subscriber import Copy, Rhythm, Subscriber, SubscriberEntry, Troubles
from publisher.store.audience.addresses import fold, tidy
from publisher.store.engine.connection import Database, insert_into
from publisher.store.mailing.former_rhythms import remember_rhythm
from publisher.store.mailing.mailroom import suppress_copies_of
from publisher.store.schema.desk import notes
from publisher.store.schema.mail import former_rhythms, issues, recipients, subscribers, suppressions
from publisher.store.schema.returns import IS_SUSPENDED, answers, bounces, suspensions
from publisher.store.schema.sign_ups import former_tokens, sign_ups

CHUNK = 1_000

KEY_PLACE = {"scope": "keys", "name": "suppressions"}


@dataclass(frozen=True, slots=True)
class SqlAudience:
    """`publisher.ports.store.AudienceBook` on a database."""

    database: Database

    def add(self, channel: str, entries: Sequence[SubscriberEntry]) -> Mapping[str, int]:
        counts = Counter(imported=0, known=0, suppressed=0)
        with self.database.writing() as connection:
            key = suppression_key(connection)
            for chunk in _chunks(entries, CHUNK):
                counts.update(_enter(connection, key, channel, chunk))
        return counts

    def leave(self, token: str, now: datetime) -> bool:
        with self.database.writing() as connection:
            row = find_by_token(connection, token, lock=True)
            if row is not None:
                _forget(connection, row, "left", now)
                return True
            left = suppressions.c.token_hash == hash_of(token)
            return connection.execute(select(suppressions.c.channel).where(left)).first() is not None

    def by_token(self, token: str) -> Subscriber | None:
        with self.database.reading() as connection:
            row = find_by_token(connection, token)
        return None if row is None else subscriber_of(row)

    def change(self, token: str, topics: Sequence[str], rhythm: Rhythm, now: datetime) -> Subscriber | None:
        with self.database.writing() as connection:
            row = find_by_token(connection, token, lock=True)
            if row is None:
                return None
            remember_rhythm(connection, subscribers.c.id == row.id, rhythm, now)
            chosen = update(subscribers).where(subscribers.c.id == row.id).values(topics=tuple(topics), rhythm=rhythm)
            return subscriber_of(connection.execute(chosen.returning(subscribers)).one())

    def former_rhythms(self, subscriber_id: int) -> Mapping[Rhythm, datetime]:
        theirs = select(former_rhythms).where(former_rhythms.c.subscriber_id == subscriber_id)
        with self.database.reading() as connection:
            return {Rhythm(row.rhythm): row.until for row in connection.execute(theirs)}

    def copies(self, subscriber_id: int) -> list[Copy]:
        query = (
            select(issues.c.dated, recipients.c.state, recipients.c.last_attempt_at)
            .join(issues, issues.c.id == recipients.c.issue_id)
            .where(recipients.c.subscriber_id == subscriber_id)
            .order_by(issues.c.dated, recipients.c.id)
        )
        with self.database.reading() as connection:
            return [
                Copy(row.dated, RecipientState(row.state), row.last_attempt_at) for row in connection.execute(query)
            ]

    def troubles(self, subscriber_id: int) -> Troubles:
        came_back = select(bounces.c.at, bounces.c.cause).where(bounces.c.subscriber_id == subscriber_id)
        since = select(suspensions.c.at).where(suspensions.c.subscriber_id == subscriber_id)
        with self.database.reading() as connection:
            found = tuple((row.at, row.cause) for row in connection.execute(came_back.order_by(bounces.c.at)))
            return Troubles(bounces=found, suspended_at=connection.scalar(since))

    def erase(self, channel: str, address: str) -> bool:
        now = self.database.now()
        folded = fold(address)
        with self.database.writing() as connection:
            theirs = (subscribers.c.channel == channel) & (subscribers.c.folded == folded)
            row = connection.execute(select(subscribers).where(theirs).with_for_update()).first()
            if row is not None:
                _forget(connection, row, "erased", now)
                known = True
            else:
                known = forget_sign_up(connection, channel, folded)
                _suppress(connection, channel, folded, None, "erased", now)
        return known

    def wipe(self) -> None:
        if not self.database.wipe_log():
            raise StoreError("store-log-held")

    def subscriptions(self, address: str) -> list[Subscriber]:
        theirs = select(subscribers).where(subscribers.c.folded == fold(address)).order_by(subscribers.c.channel)
        with self.database.reading() as connection:
            return [subscriber_of(row) for row in connection.execute(theirs)]

    def subscribers(self, channel: str, after: str = "") -> list[Subscriber]:
        # The order of the index on channel and address: by their ids, SQLite would sort the whole channel for each call.
        behind = select(subscribers).where(subscribers.c.channel == channel, subscribers.c.folded > fold(after))
        with self.database.reading() as connection:
            rows = connection.execute(behind.order_by(subscribers.c.folded).limit(CHUNK))
            return [subscriber_of(row) for row in rows]

    def topics(self, channel: str) -> Mapping[str, int]:
        chosen = select(subscribers.c.topics, func.count()).where(subscribers.c.channel == channel)
        counts: Counter[str] = Counter()
        with self.database.reading() as connection:
            for topics, count in connection.execute(chosen.group_by(subscribers.c.topics)):
                counts.update(dict.fromkeys(topics, count))
        return counts

    def stats(self, channel: str) -> Mapping[str, int]:
        of_channel = subscribers.c.channel == channel
        rhythms = select(subscribers.c.rhythm, func.count()).where(of_channel, ~IS_SUSPENDED)
        resting = select(func.count()).select_from(suspensions.join(subscribers)).where(of_channel)
        gone = select(func.count()).select_from(suppressions).where(suppressions.c.channel == channel)
        with self.database.reading() as connection:
            counts: dict[str, int] = dict(connection.execute(rhythms.group_by(subscribers.c.rhythm)).all())
            apart = {"suspended": connection.scalar(resting) or 0, "suppressed": connection.scalar(gone) or 0}
        by_rhythm = {rhythm.value: counts.get(rhythm.value, 0) for rhythm in Rhythm}
        return {"active": sum(by_rhythm.values()), **by_rhythm, **apart}


def _chunks(entries: Iterable[SubscriberEntry], size: int) -> Iterator[list[SubscriberEntry]]:
    rest = iter(entries)
    while chunk := list(islice(rest, size)):
        yield chunk


def _enter(connection: Connection, key: bytes, channel: str, entries: Sequence[SubscriberEntry]) -> Mapping[str, int]:
    by_folded: dict[str, SubscriberEntry] = {}
    for entry in entries:
        by_folded.setdefault(fold(entry.address), entry)
    suppressed = _suppressed(connection, key, channel, by_folded)
    rows = [_row(channel, folded, entry) for folded, entry in by_folded.items() if folded not in suppressed]
    imported: dict[str, int] = {}
    if rows:
        # Who is there already is told by the row that was not made: asking beforehand for a thousand addresses at a time
        # costs PostgreSQL minutes.
        fresh = insert_into(connection, subscribers).on_conflict_do_nothing()
        made = connection.execute(fresh.returning(subscribers.c.folded, subscribers.c.id), rows).all()
        imported = {row.folded: row.id for row in made}
    # Somebody who left in this very moment made room for a row of their own.
    left = _suppressed(connection, key, channel, imported)
    if left:
        theirs = subscribers.c.id.in_([imported.pop(folded) for folded in left])
        connection.execute(delete(subscribers).where(theirs))
    kept_out = len(suppressed) + len(left)
    return {"imported": len(imported), "suppressed": kept_out, "known": len(entries) - len(imported) - kept_out}


def _suppressed(connection: Connection, key: bytes, channel: str, addresses: Collection[str]) -> Set[str]:
    """Which of these folded addresses stay out."""
    hashed = {fingerprint(key, folded): folded for folded in addresses}
    theirs = suppressions.c.channel == channel, suppressions.c.fingerprint.in_(hashed)
    return {hashed[found] for found in connection.scalars(select(suppressions.c.fingerprint).where(*theirs))}


def _row(channel: str, folded: str, entry: SubscriberEntry) -> dict[str, Any]:
    return {
        "channel": channel,
        "address": tidy(entry.address),
        "folded": folded,
        "token": secrets.token_urlsafe(24),
        "topics": entry.topics,
        "rhythm": entry.rhythm,
        "language": entry.language,
        "confirmed_at": entry.confirmed_at,
        "evidence": entry.evidence,
    }


def fingerprint(key: bytes, folded: str) -> str:
    """The keyed hash of an address: without the key, nobody can try addresses against it."""
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()


def hash_of(token: str) -> str:
    """What is kept of a token that is no longer anybody's."""
    # Tokens are random, so a bare hash tells nothing.
    return hashlib.sha256(token.encode()).hexdigest()


def suppression_key(connection: Connection) -> bytes:
    """The key of the fingerprints of this database; made at the first need."""
    fresh = {**KEY_PLACE, "value": {"key": secrets.token_hex(32)}}
    connection.execute(insert_into(connection, notes).values(fresh).on_conflict_do_nothing())
    place = (notes.c.scope == KEY_PLACE["scope"]) & (notes.c.name == KEY_PLACE["name"])
    return bytes.fromhex(connection.execute(select(notes.c.value).where(place)).scalar_one()["key"])


def forget_sign_up(connection: Connection, channel: str, folded: str) -> bool:
    """Delete what somebody may have asked for or answered under this address; whether there was any."""
    theirs = [
        delete(table).where(table.c.channel == channel, table.c.folded == folded) for table in (sign_ups, answers)
    ]
    return sum(connection.execute(each).rowcount for each in theirs) > 0


def _forget(connection: Connection, row: Row[Any], reason: str, now: datetime) -> None:
    connection.execute(delete(subscribers).where(subscribers.c.id == row.id))
    connection.execute(delete(former_tokens).where(former_tokens.c.subscriber_id == row.id))
    forget_sign_up(connection, row.channel, row.folded)
    suppress_copies_of(connection, row.id)
    _suppress(connection, row.channel, row.folded, row.token, reason, now)


def _suppress(connection: Connection, channel: str, folded: str, token: str | None, reason: str, now: datetime) -> None:
    upsert = insert_into(connection, suppressions).values(
        channel=channel,
        fingerprint=fingerprint(suppression_key(connection), folded),
        token_hash=None if token is None else hash_of(token),
        reason=reason,
        at=now,
    )
    fresh = {"reason": reason, "token_hash": func.coalesce(upsert.excluded.token_hash, suppressions.c.token_hash)}
    connection.execute(upsert.on_conflict_do_update(index_elements=["channel", "fingerprint"], set_=fresh))


def find_by_token(connection: Connection, token: str, *, lock: bool = False) -> Row[Any] | None:
    """The subscriber that a token belongs to, now or formerly."""
    former = select(former_tokens.c.subscriber_id).where(former_tokens.c.token_hash == hash_of(token))
    query = select(subscribers).where(or_(subscribers.c.token == token, subscribers.c.id == former.scalar_subquery()))
    return connection.execute(query.with_for_update() if lock else query).first()


def subscriber_of(row: Row[Any]) -> Subscriber:
    """A row as the domain's subscriber."""
    return Subscriber(
        id=row.id,
        channel=row.channel,
        address=row.address,
        token=row.token,
        topics=row.topics,
        rhythm=Rhythm(row.rhythm),
        language=row.language,
        confirmed_at=row.confirmed_at,
        evidence=row.evidence,
    )
