"""A digest's issues: readers sorted by what each still has to be told, and told anew when something drops out."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, delete, or_, select, text, update

from publisher.domain.digest import Digest, DigestClaim, Gathered
from publisher.domain.issue import Entry
from publisher.store.mailing.former_rhythms import readers_of
from publisher.store.schema.constraints import OPEN, SENDING
from publisher.store.schema.mail import digest_issues, entries, gathered, issues, recipients, subscribers
from publisher.store.schema.returns import IS_SUSPENDED

READERS_AT_ONCE = 2_000

Key: TypeAlias = tuple[str, int]


@dataclass
class Sorting:
    """The readers of a digest, sorted by what each of them still has to be told: one issue per distinct set."""

    connection: Connection
    digest_id: str
    digest: Digest
    gathering: Sequence[Gathered]
    due_at: datetime
    now: datetime
    made: dict[frozenset[Key], str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def sort(self) -> None:
        """Make the issues and their copies."""
        for readers in self._readers():
            had = self._had(readers[0].id, readers[-1].id)
            copies: list[dict[str, Any]] = []
            for reader in readers:
                until = None if reader.rhythm == self.digest.rhythm else reader.until
                wanted = frozenset(key(each.entry) for each in self.gathering if each.suits(reader.topics, until))
                if untold := wanted - had.get(reader.id, frozenset()):
                    copies.append(self._copy(untold, reader.id))
            if copies:
                self.connection.execute(recipients.insert(), copies)
        for issue_id, size in self.sizes.items():
            self.connection.execute(update(issues).where(issues.c.id == issue_id).values(candidates=size))

    def _readers(self) -> Iterator[Sequence[Any]]:
        """In the order of their numbers, some at a time: a million of them take no memory."""
        after = 0
        query = readers_of(self.digest).where(~IS_SUSPENDED).order_by(subscribers.c.id)
        while rows := self.connection.execute(query.where(subscribers.c.id > after).limit(READERS_AT_ONCE)).all():
            yield rows
            after = rows[-1].id

    def _had(self, first: int, last: int) -> dict[int, frozenset[Key]]:
        """What these readers were sent already, in whatever issue."""
        ids = {each.entry.announcement_id for each in self.gathering}
        query = (
            select(recipients.c.subscriber_id, entries.c.announcement_id, entries.c.revision)
            .join_from(recipients, entries, recipients.c.issue_id == entries.c.issue_id)
            .where(recipients.c.subscriber_id.between(first, last), recipients.c.state != "cancelled")
            .where(entries.c.announcement_id.in_(ids))
        )
        had: dict[int, frozenset[Key]] = {}
        for row in self.connection.execute(query):
            had[row.subscriber_id] = had.get(row.subscriber_id, frozenset()) | {(row.announcement_id, row.revision)}
        return had

    def _copy(self, untold: frozenset[Key], reader: int) -> dict[str, Any]:
        if untold not in self.made:
            told = [each.entry for each in self.gathering if key(each.entry) in untold]
            self.made[untold] = _new_issue(self.connection, self.digest_id, self.digest, told, self.due_at, self.now)
        issue_id = self.made[untold]
        self.sizes[issue_id] = self.sizes.get(issue_id, 0) + 1
        return {"issue_id": issue_id, "subscriber_id": reader, "state": "queued", "due_at": self.now}


def _new_issue(
    connection: Connection, digest_id: str, digest: Digest, told: Sequence[Entry], due_at: datetime, now: datetime
) -> str:
    issue_id = secrets.token_hex(8)
    row = {"id": issue_id, "channel": digest.channel, "dated": now, "kind": digest.rhythm}
    connection.execute(issues.insert(), row)
    connection.execute(digest_issues.insert(), {"issue_id": issue_id, "digest_id": digest_id, "due_at": due_at})
    _tell(connection, issue_id, told)
    return issue_id


def rewrite(connection: Connection, claim: DigestClaim, digest_id: str, left: Sequence[Entry], now: datetime) -> None:
    """Whoever has no copy yet gets one of what is left. What was sent stays on record as it was sent."""
    issue_id = claim.issue.id
    waiting = and_(recipients.c.issue_id == issue_id, text(OPEN))
    if not left:
        call_off(connection, issue_id, "retracted")
        return
    sent = and_(recipients.c.issue_id == issue_id, recipients.c.attempts > 0)
    if connection.scalar(select(recipients.c.id).where(sent).limit(1)) is None:
        connection.execute(delete(entries).where(entries.c.issue_id == issue_id))
        _tell(connection, issue_id, left)
        connection.execute(update(digest_issues).where(digest_issues.c.issue_id == issue_id).values(content=None))
        return
    _doubt(connection, issue_id)
    if connection.scalar(select(recipients.c.id).where(waiting).limit(1)) is not None:
        fresh = _new_issue(connection, digest_id, claim.digest, left, now, now)
        moved = connection.execute(update(recipients).where(waiting).values(issue_id=fresh)).rowcount
        for one, by in ((issue_id, -moved), (fresh, moved)):
            connection.execute(update(issues).where(issues.c.id == one).values(candidates=issues.c.candidates + by))
    _end(connection, issue_id, "sent", "")


def call_off(connection: Connection, issue_id: str, code: str) -> None:
    """Whoever has no copy yet gets none."""
    _doubt(connection, issue_id)
    _end(connection, issue_id, "cancelled", code)
    waiting = and_(recipients.c.issue_id == issue_id, text(OPEN))
    connection.execute(update(recipients).where(waiting).values(state="cancelled", lease_owner=None, lease_until=None))


def _doubt(connection: Connection, issue_id: str) -> None:
    """A copy that may be out already keeps its issue and Message-ID, and is not sent again with other words. That it was
    sent still counts, should its sender say so."""
    perhaps_out = or_(text(SENDING), and_(text(OPEN), recipients.c.doubts > 0))
    doubted = update(recipients).where(recipients.c.issue_id == issue_id, perhaps_out)
    connection.execute(doubted.values(state="uncertain", lease_owner=None, lease_until=None))


def _end(connection: Connection, issue_id: str, settled_as: str, code: str) -> None:
    over = {"settled_as": settled_as, "reason": code}
    connection.execute(update(digest_issues).where(digest_issues.c.issue_id == issue_id).values(over))


def let_go(connection: Connection, digest_id: str, told: Collection[Entry]) -> None:
    """Let the next digest of the rhythm take these up."""
    for entry in told:
        these = and_(gathered.c.announcement_id == entry.announcement_id, gathered.c.revision == entry.revision)
        connection.execute(delete(gathered).where(gathered.c.digest_id == digest_id, these))


def _tell(connection: Connection, issue_id: str, told: Sequence[Entry]) -> None:
    rows = [{"issue_id": issue_id, **named(entry), "place": place} for place, entry in enumerate(told)]
    connection.execute(entries.insert(), rows)


def key(entry: Entry) -> Key:
    return entry.announcement_id, entry.revision


def named(entry: Entry) -> dict[str, Any]:
    return {"announcement_id": entry.announcement_id, "revision": entry.revision}
