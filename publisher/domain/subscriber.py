"""Who reads the newsletter, what they asked for, and how the office can prove it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.domain.issue import RecipientState


class Rhythm(StrEnum):
    """How often a subscriber wants mail."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One address on one newsletter.

    `topics`: keys of the newsletter's topics, empty for all. `evidence`: how the office knows of the consent.
    """

    id: int
    channel: str
    address: str
    token: str
    """Random and opaque: the key to this subscriber's own pages, the unsubscribe link among them (RFC 8058, 3.1)."""
    topics: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.IMMEDIATE
    language: str = ""
    confirmed_at: datetime | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberEntry:
    """A subscriber as somebody enters or imports them, before there is a row. The address is already checked."""

    address: str
    topics: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.IMMEDIATE
    language: str = ""
    confirmed_at: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One issue as it went to one subscriber. `dated`: of the issue. `tried_at`: None while nothing was sent."""

    dated: datetime
    state: RecipientState
    tried_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What came back from a subscriber's mailbox. `bounces`: when, and what for. `suspended_at`: since when they get none."""

    bounces: tuple[tuple[datetime, str], ...] = ()
    suspended_at: datetime | None = None
