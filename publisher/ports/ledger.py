"""The audit trail, and small things to remember.

Each method is one transaction; all raise StoreError.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publisher.domain.variant import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the audit trail: who did what when, to which announcement or delivery."""

    at: datetime
    who: str
    what: str
    subject: str = ""
    detail: str = ""


class Ledger(Protocol):
    """The audit trail: only ever added to."""

    def note(self, *done: Deed) -> None: ...
    def deeds(self, subject: str = "") -> list[Deed]: ...


class Notebook(Protocol):
    """Small things to remember, by scope and name: a feed's ETag, a channel's limits and session, the signing key."""

    def read(self, scope: str, name: str) -> JsonObject | None: ...
    def write(self, scope: str, name: str, value: JsonObject | None) -> None: ...
    def keep(self, scope: str, name: str, value: JsonObject) -> JsonObject:
        """Remember a value unless there is one; answers what stands. Two who do it at once get the same."""

    def change(self, scope: str, name: str, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        """Remember what the function makes of a value, {} where there is none; answers what stands now.

        One step: two who do it at once do it one after the other. The function itself uses nothing of the store.
        """
