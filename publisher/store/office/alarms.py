"""Alarms: one row per subject, so that five machines raise one and the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from publisher.domain.alarm import Alarm, Concern, Told
from publisher.store.engine.connection import Database, insert_into
from publisher.store.schema.desk import alarms


@dataclass(frozen=True, slots=True)
class SqlAlarms:
    """`publisher.ports.alarms.AlarmBook` on a database."""

    database: Database

    def all(self) -> list[Alarm]:
        with self.database.reading() as connection:
            return [_alarm_of(row) for row in connection.execute(select(alarms).order_by(alarms.c.since))]

    def keep(self, kept: Sequence[Alarm]) -> None:
        if not kept:
            return
        with self.database.writing() as connection:
            upsert = insert_into(connection, alarms)
            fresh = {name: upsert.excluded[name] for name in _row(kept[0]) if name != "subject"}
            rows = [_row(alarm) for alarm in kept]
            connection.execute(upsert.on_conflict_do_update(index_elements=["subject"], set_=fresh), rows)

    def raise_once(self, concern: Concern, now: datetime) -> None:
        with self.database.writing() as connection:
            fresh = insert_into(connection, alarms).values(_row(Alarm(concern=concern, since=now)))
            connection.execute(fresh.on_conflict_do_nothing())

    def forget(self, subjects: Sequence[str]) -> None:
        if not subjects:
            return
        with self.database.writing() as connection:
            connection.execute(delete(alarms).where(alarms.c.subject.in_(subjects)))


def _row(alarm: Alarm) -> dict[str, Any]:
    return {
        "subject": alarm.concern.subject,
        "code": alarm.concern.code,
        "told_values": dict(alarm.concern.values),
        "lasting": alarm.concern.lasting,
        "since": alarm.since,
        "over": alarm.over,
        "told": alarm.told,
        "told_at": alarm.told_at,
    }


def _alarm_of(row: Row[Any]) -> Alarm:
    concern = Concern(subject=row.subject, code=row.code, values=row.told_values, lasting=row.lasting)
    return Alarm(concern=concern, since=row.since, over=row.over, told=Told(row.told), told_at=row.told_at)
