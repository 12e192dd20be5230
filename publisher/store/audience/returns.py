"""What came back from readers' mailboxes: bounces, suspensions, and answers that wait for a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, select

from publisher.domain.returned import Answer, Cause, NotedBounce, Suspension, WaitingAnswer
from publisher.domain.subscriber import Subscriber
from publisher.store.audience.addresses import fold
from publisher.store.audience.subscribers import subscriber_of
from publisher.store.engine.connection import Database, insert_into
from publisher.store.mailing.mailroom import suppress_copies_of
from publisher.store.schema.mail import subscribers
from publisher.store.schema.returns import answers, bounces, suspensions


@dataclass(frozen=True, slots=True)
class SqlReturns:
    """`publisher.ports.mailbox.ReturnBook` on a database."""

    database: Database

    def reader(self, subscriber_id: int) -> Subscriber | None:
        query = select(subscribers).where(subscribers.c.id == subscriber_id)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else subscriber_of(row)

    def note(self, bounce: NotedBounce) -> list[NotedBounce]:
        with self.database.writing() as connection:
            if not _is_there(connection, bounce.subscriber_id):
                return []
            fresh = insert_into(connection, bounces).values(_row(bounce))
            graver = {name: case((bounces.c.hard, bounces.c[name]), else_=fresh.excluded[name]) for name in GRAVER}
            connection.execute(fresh.on_conflict_do_update(index_elements=["subscriber_id", "copy_id"], set_=graver))
            theirs = select(bounces).where(bounces.c.subscriber_id == bounce.subscriber_id)
            return [_bounce(row) for row in connection.execute(theirs.order_by(bounces.c.at, bounces.c.copy_id))]

    def suspend(self, subscriber_id: int, suspension: Suspension) -> bool:
        fresh = {
            "subscriber_id": subscriber_id,
            "at": suspension.at,
            "cause": suspension.cause,
            "repeated": suspension.repeated,
            "words": suspension.words,
        }
        with self.database.writing() as connection:
            if not _is_there(connection, subscriber_id):
                return False
            made = insert_into(connection, suspensions).values(fresh).on_conflict_do_nothing()
            is_new = connection.execute(made.returning(suspensions.c.subscriber_id)).first() is not None
            if is_new:
                suppress_copies_of(connection, subscriber_id)
            return is_new

    def restore(self, channel: str, address: str) -> bool:
        theirs = select(subscribers.c.id).where(subscribers.c.channel == channel, subscribers.c.folded == fold(address))
        with self.database.writing() as connection:
            ended = connection.execute(delete(suspensions).where(suspensions.c.subscriber_id.in_(theirs))).rowcount
            connection.execute(delete(bounces).where(bounces.c.subscriber_id.in_(theirs)))
        return ended > 0

    def suspended(
        self, channel: str, most: int, behind: tuple[Subscriber, Suspension] | None = None
    ) -> list[tuple[Subscriber, Suspension]]:
        both = select(subscribers, *(suspensions.c[name].label(f"suspension_{name}") for name in SUSPENSION))
        query = both.join(suspensions, suspensions.c.subscriber_id == subscribers.c.id)
        query = query.where(subscribers.c.channel == channel)
        if behind is not None:
            reader, known = behind
            same = (suspensions.c.at == known.at) & (suspensions.c.subscriber_id > reader.id)
            query = query.where((suspensions.c.at < known.at) | same)
        newest_first = query.order_by(suspensions.c.at.desc(), suspensions.c.subscriber_id).limit(most)
        with self.database.reading() as connection:
            return [(subscriber_of(row), _suspension(row)) for row in connection.execute(newest_first)]

    def count_suspended(self, channel: str) -> int:
        theirs = select(func.count()).select_from(suspensions.join(subscribers)).where(subscribers.c.channel == channel)
        with self.database.reading() as connection:
            return connection.scalar(theirs) or 0

    def suspended_since(self, channel: str, moment: datetime) -> int:
        both = select(func.count()).select_from(suspensions.join(subscribers))
        recent = both.where(subscribers.c.channel == channel, suspensions.c.at >= moment, ~suspensions.c.repeated)
        with self.database.reading() as connection:
            return connection.scalar(recent) or 0

    def forget_bounces(self, before: datetime) -> int:
        with self.database.writing() as connection:
            return connection.execute(delete(bounces).where(bounces.c.at < before)).rowcount

    def keep_answer(self, waiting: WaitingAnswer, subscriber_id: int | None) -> bool:
        answer = waiting.answer
        fresh = {
            "id": waiting.id,
            "channel": waiting.channel,
            "at": waiting.at,
            "sender": answer.sender,
            "folded": fold(answer.sender),
            "subject": answer.subject,
            "excerpt": answer.excerpt,
            "wish": answer.wish,
        }
        with self.database.writing() as connection:
            known = subscriber_id is not None and _is_there(connection, subscriber_id)
            row = fresh | {"subscriber_id": subscriber_id if known else None}
            made = insert_into(connection, answers).values(row).on_conflict_do_nothing()
            return connection.execute(made.returning(answers.c.id)).first() is not None

    def answers(self, channel: str) -> list[WaitingAnswer]:
        query = select(answers, subscribers.c.address).outerjoin(
            subscribers, subscribers.c.id == answers.c.subscriber_id
        )
        oldest_first = query.where(answers.c.channel == channel).order_by(answers.c.at, answers.c.id)
        with self.database.reading() as connection:
            return [_waiting(row) for row in connection.execute(oldest_first)]

    def drop_answer(self, channel: str, id: str) -> bool:
        with self.database.writing() as connection:
            return (
                connection.execute(delete(answers).where(answers.c.channel == channel, answers.c.id == id)).rowcount > 0
            )


GRAVER = ("cause", "hard", "status", "words")
SUSPENSION = ("at", "cause", "repeated", "words")


def _is_there(connection: Connection, subscriber_id: int) -> bool:
    mine = select(subscribers.c.id).where(subscribers.c.id == subscriber_id).with_for_update()
    return connection.execute(mine).first() is not None


def _row(bounce: NotedBounce) -> dict[str, Any]:
    names = ("subscriber_id", "copy_id", "at", "cause", "hard", "status", "words")
    return {name: getattr(bounce, name) for name in names}


def _bounce(row: Row[Any]) -> NotedBounce:
    return NotedBounce(
        copy_id=row.copy_id,
        subscriber_id=row.subscriber_id,
        at=row.at,
        cause=Cause(row.cause),
        hard=row.hard,
        status=row.status,
        words=row.words,
    )


def _suspension(row: Row[Any]) -> Suspension:
    return Suspension(
        at=row.suspension_at,
        cause=Cause(row.suspension_cause),
        repeated=row.suspension_repeated,
        words=row.suspension_words,
    )


def _waiting(row: Row[Any]) -> WaitingAnswer:
    answer = Answer(sender=row.sender, subject=row.subject, excerpt=row.excerpt, wish=row.wish)
    return WaitingAnswer(id=row.id, channel=row.channel, at=row.at, answer=answer, subscriber=row.address or "")
