"""A delivery: one variant on its way to one channel, and what is known of each attempt."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from publisher.domain.variant import JsonObject


class DeliveryState(StrEnum):
    """The states of part 2.4 of the contract."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    MISSED = "missed"
    SUPPRESSED = "suppressed"

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self not in (
            DeliveryState.QUEUED,
            DeliveryState.SENDING,
            DeliveryState.DEFERRED,
            DeliveryState.UNCERTAIN,
        )


SUSPENDED = "channel-suspended"
"""Why a delivery waits whose channel had its credentials refused; the detail is what the platform said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that the platform took it. `ref` is the platform's own name for the post (a status id, an AT URI)."""

    ref: str
    url: str = ""
    details: JsonObject = field(default_factory=dict)
    private: bool = False
    """It went to newsrooms only: nothing is published by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """A part of a thread that is out. `number` from 1; `request`: as it was sent."""

    number: int
    request: JsonObject
    receipt: Receipt


# The outcome of an attempt is exactly one of these four.


@dataclass(frozen=True, slots=True)
class Happened:
    """The platform took it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NotYet:
    """It did not happen; try again at `due`. `detail`: the reason in words."""

    code: str
    due: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """It did not happen and never will; `detail` says why in words."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows. Only reconcile, or a person, leads on from here. `detail`: the reason in words."""

    code: str
    detail: str = ""


Outcome: TypeAlias = Happened | NotYet | Never | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the outbox."""

    id: str
    announcement_id: str
    revision: int
    channel: str
    state: DeliveryState
    urgent: bool
    due_at: datetime
    attempts: int = 0
    last_attempt_at: datetime | None = None
    settled_at: datetime | None = None
    """When it reached a state that nothing leads on from by itself (sent, failed, ...); None while it is open."""
    request: JsonObject | None = None
    """The exact final request, stored before its first byte went out; a repeat sends these words."""
    receipt: Receipt | None = None
    reason: str = ""
    """Code of a sentence in the catalogue: why it is deferred, failed, uncertain, missed or cancelled."""
    reason_detail: str = ""
    """The same in words, in the office's language, filled when it happened; "" where the code alone says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery taken by one worker for the length of a lease. Every write made under it names `token`."""

    delivery: Delivery
    token: str
    until: datetime


RETRY_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 30, 120, 600, 1800, 3600))


def retry_pause(attempts: int) -> timedelta:
    """How long to wait after the given number of attempts (at least 1) that are known not to have happened."""
    return RETRY_PAUSES[min(attempts, len(RETRY_PAUSES)) - 1]
