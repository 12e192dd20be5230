"""The audit trail: rows are added, and nothing here can change or delete one."""

from dataclasses import dataclass

from sqlalchemy import select

from publisher.ports.ledger import Deed
from publisher.store.engine.connection import Database
from publisher.store.schema.desk import deeds


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """`publisher.ports.ledger.Ledger` on a database."""

    database: Database

    def note(self, *done: Deed) -> None:
        rows = [{"at": d.at, "who": d.who, "what": d.what, "subject": d.subject, "detail": d.detail} for d in done]
        if rows:
            with self.database.writing() as connection:
                connection.execute(deeds.insert(), rows)

    def deeds(self, subject: str = "") -> list[Deed]:
        """Oldest first; all of them without a subject."""
        query = select(deeds).order_by(deeds.c.id)
        if subject:
            query = query.where(deeds.c.subject == subject)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        return [Deed(at=row.at, who=row.who, what=row.what, subject=row.subject, detail=row.detail) for row in rows]
