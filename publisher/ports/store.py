"""One database, seen from all its sides."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from publisher.ports.alarms import AlarmBook
from publisher.ports.archive import Archive
from publisher.ports.audience import AudienceBook, SignUpBook
from publisher.ports.ledger import Ledger, Notebook
from publisher.ports.mailbox import ReturnBook
from publisher.ports.mailroom import DigestBook, Mailroom
from publisher.ports.outbox import Outbox


class Store(Protocol):
    """One database, seen from all its sides."""

    @property
    def archive(self) -> Archive: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def mailroom(self) -> Mailroom: ...
    @property
    def digests(self) -> DigestBook: ...
    @property
    def audience(self) -> AudienceBook: ...
    @property
    def sign_ups(self) -> SignUpBook: ...
    @property
    def returns(self) -> ReturnBook: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def notebook(self) -> Notebook: ...
    @property
    def alarms(self) -> AlarmBook: ...

    @property
    def worker(self) -> str:
        """This process's own name for leases: they end at once when it is gone, however it went."""

    def close(self) -> None:
        """Let go of the database."""

    def exclusive(self, name: str, owner: str, now: datetime, lease: timedelta) -> AbstractContextManager[bool]:
        """A lease row for what only one worker may do at a time (polling one source): True if it was free."""
