"""The gate: whether a delivery may leave at this very moment. Asked when work is claimed and right before each call."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeAlias

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import DeliveryState
from publisher.domain.standing import is_held, was_said
from publisher.domain.stop import Stop
from publisher.domain.timing import after_quiet_hours, due_since, in_periods, release_moment


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
LINK_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """The office's own rules for what leaves when. `zone`: its time; `quiet`: minutes since midnight."""

    stale_after: timedelta
    zone: tzinfo
    quiet: tuple[int, int] | None = None
    approval_periods: tuple[tuple[date, date], ...] = ()


def may_leave(
    dossier: Dossier,
    revision: int,
    stop: Stop | None,
    now: datetime,
    rules: GateRules,
    *,
    link_answers: bool = True,
    ahead: bool = False,
) -> Verdict:
    """Judge a delivery of the given revision. What forbids for ever comes before what only delays.

    `link_answers`: whether the announcement's own link is there, for one that waits for it. `ahead`: it goes to newsrooms,
    the only ones who are told before the embargo ends.
    """
    return (
        _for_ever(dossier, revision, now, rules)
        or _by_people(dossier, stop, now, rules)
        or _by_the_clock(dossier, now, rules, link_answers=link_answers or ahead, ahead=ahead)
        or Go()
    )


def passes_stop(dossier: Dossier, stop: Stop) -> bool:
    """Whether it leaves although the stop holds: urgent, and confirmed by a person after the routine was stopped."""
    return not stop.everything and dossier.standing.urgent and was_said(dossier, stop.mark.at)


def _for_ever(dossier: Dossier, revision: int, now: datetime, rules: GateRules) -> Drop | None:
    standing, announcement = dossier.standing, dossier.announcement
    if standing.retracted is not None:
        return Drop("retracted", DeliveryState.CANCELLED)
    if revision != standing.composed:
        return Drop("newer-revision", DeliveryState.CANCELLED)
    if announcement.expires is not None and announcement.expires <= now:
        return Drop("expired", DeliveryState.MISSED)
    if due_since(dossier) + rules.stale_after < now:
        return Drop("stale", DeliveryState.MISSED)
    return None


def _by_people(dossier: Dossier, stop: Stop | None, now: datetime, rules: GateRules) -> Wait | None:
    if stop is not None and not passes_stop(dossier, stop):
        return Wait("stopped", now + LOOK_AGAIN)
    unapproved = dossier.standing.approved is None and in_periods(now, rules.approval_periods, rules.zone)
    if unapproved or is_held(dossier):
        return Wait("held", now + LOOK_AGAIN)
    return None


def _by_the_clock(dossier: Dossier, now: datetime, rules: GateRules, *, link_answers: bool, ahead: bool) -> Wait | None:
    opening = release_moment(dossier.announcement, now, ahead=ahead)
    if opening > now:
        return Wait("embargoed", opening)
    if not dossier.standing.urgent and (wake := after_quiet_hours(now, rules.quiet, rules.zone)) > now:
        return Wait("quiet-hours", wake)
    if not link_answers:
        return Wait("link-not-there", now + LINK_PAUSE)
    return None
