"""An issue: one edition of a newsletter, its frozen audience, and what became of each mail."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RecipientState(StrEnum):
    """What is known of one subscriber's copy."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    MISSED = "missed"
    SUPPRESSED = "suppressed"


class IssueKind(StrEnum):
    """What called for an issue: one announcement, or the day or week that it gathers."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


UNSUBSCRIBE_SLOT = "https://slot.invalid/unsubscribe"
"""Stands in rendered issues where each copy gets its own unsubscribe address: a URL, so that HTML tools leave it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One edition. `id` is part of every Message-ID, `dated` is every copy's Date header: both stay on a repeat."""

    id: str
    delivery_id: str
    """The delivery it belongs to, "" for a digest's: it stands for itself."""
    channel: str
    dated: datetime
    kind: IssueKind = IssueKind.IMMEDIATE
    candidates: int = 0
    """How many copies its audience was frozen to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement as an issue tells it."""

    announcement_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that travels with every copy."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One subscriber's copy of an issue. A repeat after an uncertain attempt carries the same Message-ID."""

    id: int
    issue_id: str
    subscriber_id: int
    address: str
    token: str
    """The subscriber's token, for the unsubscribe link."""
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What became of one copy: its new state, and for `deferred` when to try again."""

    recipient_id: int
    state: RecipientState
    reason: str = ""
    """The mail server's answer or a catalogue code; never an address."""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many copies are in which state. Their sum is the frozen audience, always."""

    queued: int = 0
    sending: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    uncertain: int = 0
    cancelled: int = 0
    missed: int = 0
    suppressed: int = 0

    @property
    def open(self) -> int:
        """Copies that something will still happen to."""
        return self.queued + self.sending + self.deferred

    @property
    def candidates(self) -> int:
        """The audience as it was frozen."""
        return self.open + self.sent + self.failed + self.uncertain + self.cancelled + self.missed + self.suppressed

    @property
    def reached_nobody(self) -> bool:
        """Whether all who were to get it were refused."""
        return bool(self.failed) and not (self.open or self.sent or self.uncertain)

    def adds_up(self, candidates: int) -> bool:
        """Whether everybody of the frozen audience is accounted for, and nobody is still waiting."""
        return self.open == 0 and self.candidates == candidates
