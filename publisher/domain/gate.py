"""The gate: whether a delivery may leave at this very moment. Asked when work is claimed and right before each call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import DeliveryState
from publisher.domain.standing import is_held
from publisher.domain.stop import Stop
from publisher.domain.timing import due_since, release_moment


@dataclass(frozen=True, slots=True)
class Go:
    """It may leave."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: be due again at `until`."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Never again: it ends in this state."""

    code: str
    state: DeliveryState


Verdict: TypeAlias = Go | Wait | Drop

LOOK_AGAIN = timedelta(minutes=1)


def may_leave(dossier: Dossier, revision: int, stop: Stop | None, now: datetime, stale_after: timedelta) -> Verdict:
    """Judge a delivery of the given revision. What forbids for ever comes before what only delays."""
    standing, announcement = dossier.standing, dossier.announcement
    if standing.retracted is not None:
        return Drop("retracted", DeliveryState.CANCELLED)
    if revision != standing.composed:
        return Drop("newer-revision", DeliveryState.CANCELLED)
    if announcement.expires is not None and announcement.expires <= now:
        return Drop("expired", DeliveryState.MISSED)
    if due_since(dossier) + stale_after < now:
        return Drop("stale", DeliveryState.MISSED)
    if stop is not None:
        return Wait("stopped", now + LOOK_AGAIN)
    if is_held(dossier):
        return Wait("held", now + LOOK_AGAIN)
    opening = release_moment(announcement, now)
    if opening > now:
        return Wait("embargoed", opening)
    return Go()
