"""Alarms: what is remembered of them, and where they ring: a mail address, a webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from publisher.domain.alarm import Alarm, AlarmNote, Concern


class Bell(Protocol):
    """One way to reach the people of the office. Called from one thread at a time, also while a stop holds."""

    @property
    def name(self) -> str:
        """For logs: "mail" or the host of a webhook; never an address."""

    def ring(self, note: AlarmNote) -> None:
        """Send one message, once. Raises SendFailure if it is not known to have arrived."""


class AlarmBook(Protocol):
    """What needs a person, one alarm per subject. Each method is one transaction; all raise StoreError."""

    def all(self) -> list[Alarm]:
        """Oldest first."""

    def keep(self, kept: Sequence[Alarm]) -> None:
        """Insert or overwrite."""

    def raise_once(self, concern: Concern, now: datetime) -> None:
        """Put down something that happened, to be told within a minute; while it is remembered, not again."""

    def forget(self, subjects: Sequence[str]) -> None: ...
