"""Digests: one per newsletter, rhythm and day; what each takes up, and its issues, one per distinct set of announcements."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, and_, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from publisher.domain.digest import Digest, DigestClaim, DigestIssue, Gathered
from publisher.domain.issue import Entry, RecipientState
from publisher.domain.subscriber import Rhythm
from publisher.domain.variant import Variant
from publisher.store.engine.connection import Database, insert_into
from publisher.store.mailing.editions import Sorting, call_off, let_go, named, rewrite
from publisher.store.mailing.former_rhythms import forget_rhythms
from publisher.store.mailing.mailroom import issue_from
from publisher.store.schema.constraints import UNSETTLED_DIGEST
from publisher.store.schema.desk import deliveries
from publisher.store.schema.mail import (
    digest_issues,
    digests,
    entries,
    gathered,
    issues,
)

TAKEN_BACK = "taken-back"
NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class SqlDigests:
    """`publisher.ports.mailroom.DigestBook` on a database."""

    database: Database

    def is_made(self, channel: str, rhythm: Rhythm, day: date) -> bool:
        this = and_(digests.c.channel == channel, digests.c.rhythm == rhythm, digests.c.day == day)
        with self.database.reading() as connection:
            return connection.scalar(select(digests.c.id).where(this)) is not None

    def first(self, channel: str, rhythm: Rhythm) -> datetime | None:
        made = and_(digests.c.channel == channel, digests.c.rhythm == rhythm)
        with self.database.reading() as connection:
            moment: datetime | None = connection.scalar(select(func.min(digests.c.moment)).where(made))
        return moment

    def untold(self, channel: str, rhythm: Rhythm, since: datetime) -> Mapping[str, datetime]:
        told = (
            select(gathered.c.announcement_id)
            .join_from(gathered, digests, gathered.c.digest_id == digests.c.id)
            .where(digests.c.channel == channel, digests.c.rhythm == rhythm)
            .where(gathered.c.announcement_id == entries.c.announcement_id, gathered.c.revision >= entries.c.revision)
        )
        query = (
            select(entries.c.announcement_id, func.min(issues.c.dated).label("sent_at"))
            .join_from(entries, issues, entries.c.issue_id == issues.c.id)
            .join(deliveries, deliveries.c.id == issues.c.delivery_id)
            .where(
                issues.c.channel == channel, issues.c.dated > since, deliveries.c.state != "cancelled", ~told.exists()
            )
            .group_by(entries.c.announcement_id)
            .order_by(func.min(issues.c.dated), entries.c.announcement_id)
        )
        with self.database.reading() as connection:
            return {row.announcement_id: row.sent_at for row in connection.execute(query)}

    def make(
        self, digest: Digest, gathering: Sequence[Gathered], due_at: datetime, now: datetime, *, missed: bool = False
    ) -> bool:
        outcome = "missed" if missed else "made" if gathering else "empty"
        row = {"channel": digest.channel, "rhythm": digest.rhythm, "day": digest.day, "moment": digest.moment}
        fresh = {"id": secrets.token_hex(8), **row, "made_at": now, "outcome": outcome}
        with self.database.writing() as connection:
            self._one_at_a_time(connection)
            forget_rhythms(connection, digest)
            digest_id = connection.scalar(_made_or_again(insert_into(connection, digests).values(fresh)))
            if digest_id is None:
                return False
            if gathering and not missed:
                taken = [{"digest_id": digest_id, **named(each.entry)} for each in gathering]
                connection.execute(gathered.insert(), taken)
                Sorting(connection, digest_id, digest, gathering, due_at, now).sort()
            return True

    def claim(self, channel: str, now: datetime, lease: timedelta, owner: str) -> DigestClaim | None:
        free = or_(
            digest_issues.c.lease_until.is_(None),
            digest_issues.c.lease_until <= now,
            digest_issues.c.lease_owner.in_(self._dead_owners(now)),
        )
        picked = (
            select(digest_issues.c.issue_id)
            .join_from(digest_issues, issues, digest_issues.c.issue_id == issues.c.id)
            .where(text(UNSETTLED_DIGEST), issues.c.channel == channel, digest_issues.c.due_at <= now, free)
            .order_by(digest_issues.c.due_at, digest_issues.c.issue_id)
            .limit(1)
            .with_for_update(of=digest_issues, skip_locked=True)
            .cte("picked")
            .prefix_with("MATERIALIZED")
        )
        token = secrets.token_urlsafe(18)
        leased = {"lease_owner": owner, "lease_token": token, "lease_until": now + lease}
        take = update(digest_issues).where(digest_issues.c.issue_id == picked.c.issue_id).values(leased)
        self.database.workers.attest(owner)
        with self.database.writing() as connection:
            issue_id = connection.scalar(take.returning(digest_issues.c.issue_id))
            return None if issue_id is None else _claim_of(connection, issue_id, token)

    def renew(self, claim: DigestClaim, until: datetime) -> bool:
        return self._write(_under(claim).values(lease_until=until))

    def word(self, claim: DigestClaim, variant: Variant) -> bool:
        return self._write(_under(claim).values(content=variant))

    def put_off(self, claim: DigestClaim, due_at: datetime, code: str) -> bool:
        return self._write(_under(claim).values(due_at=due_at, reason=code, **NO_LEASE))

    def settle(self, claim: DigestClaim, settled_as: RecipientState, code: str) -> bool:
        return self._write(_under(claim).values(settled_as=settled_as, reason=code, **NO_LEASE))

    def leave_out(
        self, claim: DigestClaim, gone: Collection[Entry], for_later: Collection[Entry], now: datetime
    ) -> bool:
        left = [entry for entry in claim.entries if entry not in gone]
        with self.database.writing() as connection:
            if not connection.execute(_under(claim).values(due_at=now, reason="", **NO_LEASE)).rowcount:
                return False
            digest_id = _digest_of(connection, claim.issue.id)
            let_go(connection, digest_id, for_later)
            rewrite(connection, claim, digest_id, left, now)
            return True

    def take_back(self, issue_id: str, now: datetime) -> bool:
        open_still = and_(digest_issues.c.issue_id == issue_id, text(UNSETTLED_DIGEST))
        with self.database.writing() as connection:
            if not connection.execute(update(digest_issues).where(open_still).values(due_at=now, **NO_LEASE)).rowcount:
                return False
            stands = _issue_of(connection, _row_of(connection, issue_id))
            let_go(connection, _digest_of(connection, issue_id), stands.entries)
            call_off(connection, issue_id, TAKEN_BACK)
            return True

    def next_due(self, now: datetime) -> datetime | None:
        """As the port says; a lease that runs is waited for, unless its owner's process is gone."""
        dead = self._dead_owners(now)
        query = select(digest_issues.c.due_at, digest_issues.c.lease_until, digest_issues.c.lease_owner)
        with self.database.reading() as connection:
            rows = connection.execute(query.where(text(UNSETTLED_DIGEST))).all()
        return min((_free_at(row.due_at, row.lease_until, row.lease_owner, dead) for row in rows), default=None)

    def issues(self, *, limit: int = 50) -> list[DigestIssue]:
        newest = _rows().order_by(issues.c.dated.desc(), issues.c.id).limit(limit)
        with self.database.reading() as connection:
            return [_issue_of(connection, row) for row in connection.execute(newest).all()]

    def open_issues(self) -> list[DigestIssue]:
        with self.database.reading() as connection:
            rows = connection.execute(_rows().where(text(UNSETTLED_DIGEST))).all()
            return [_issue_of(connection, row) for row in rows]

    def issue(self, issue_id: str) -> DigestIssue | None:
        with self.database.reading() as connection:
            row = connection.execute(_rows().where(issues.c.id == issue_id)).first()
            return None if row is None else _issue_of(connection, row)

    def _one_at_a_time(self, connection: Connection) -> None:
        """Who changed the rhythm reads two of them: the later digest must see what the earlier one brings. SQLite has one
        writer anyway."""
        if not self.database.is_sqlite:
            connection.execute(text("LOCK TABLE digests IN SHARE ROW EXCLUSIVE MODE"))

    def _dead_owners(self, now: datetime) -> Collection[str]:
        leased = and_(text(UNSETTLED_DIGEST), digest_issues.c.lease_until > now)
        with self.database.reading() as connection:
            owners = list(connection.scalars(select(digest_issues.c.lease_owner).where(leased).distinct()))
        return self.database.workers.dead(owners)

    def _write(self, statement: Update) -> bool:
        with self.database.writing() as connection:
            return connection.execute(statement).rowcount == 1


def _claim_of(connection: Connection, issue_id: str, token: str) -> DigestClaim:
    stands = _issue_of(connection, _row_of(connection, issue_id))
    return DigestClaim(
        issue=stands.issue, digest=stands.digest, entries=stands.entries, variant=stands.variant, token=token
    )


def _row_of(connection: Connection, issue_id: str) -> Row[Any]:
    return connection.execute(_rows().where(issues.c.id == issue_id)).one()


def _rows() -> Select[Any]:
    own = [column for column in digest_issues.c if column.name != "issue_id"]
    about = (digests.c.rhythm, digests.c.day, digests.c.moment)
    joined = select(issues, *own, *about).join_from(issues, digest_issues, issues.c.id == digest_issues.c.issue_id)
    return joined.join(digests, digests.c.id == digest_issues.c.digest_id)


def _issue_of(connection: Connection, row: Row[Any]) -> DigestIssue:
    told = select(entries.c.announcement_id, entries.c.revision).where(entries.c.issue_id == row.id)
    return DigestIssue(
        issue=issue_from(row),
        digest=Digest(channel=row.channel, rhythm=Rhythm(row.rhythm), day=row.day, moment=row.moment),
        entries=tuple(Entry(**each._mapping) for each in connection.execute(told.order_by(entries.c.place))),
        due_at=row.due_at,
        settled_as=row.settled_as,
        reason=row.reason,
        variant=row.content,
    )


def _made_or_again(fresh: SqliteInsert | PostgresInsert) -> Any:
    """One digest per day; but where part of it was taken back, a person makes it anew."""
    taken_back = exists().where(digest_issues.c.digest_id == digests.c.id, digest_issues.c.reason == TAKEN_BACK)
    again = fresh.on_conflict_do_update(
        index_elements=["channel", "rhythm", "day"], set_={"moment": fresh.excluded.moment}, where=taken_back
    )
    return again.returning(digests.c.id)


def _under(claim: DigestClaim) -> Update:
    """A write that counts only while the claim's token stands in the row."""
    mine = and_(digest_issues.c.issue_id == claim.issue.id, digest_issues.c.lease_token == claim.token)
    return update(digest_issues).where(mine)


def _free_at(due_at: datetime, until: datetime | None, owner: str | None, dead: Collection[str]) -> datetime:
    return due_at if until is None or owner in dead else max(due_at, until)


def _digest_of(connection: Connection, issue_id: str) -> str:
    found: str = connection.execute(
        select(digest_issues.c.digest_id).where(digest_issues.c.issue_id == issue_id)
    ).scalar_one()
    return found
