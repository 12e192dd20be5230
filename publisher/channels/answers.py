"""What a platform's answer means for a post: exactly one of the four outcomes, by status and by what was asked.

A call that changes nothing anybody sees (reading, uploading) is harmless to repeat: where nobody knows whether it
happened, it counts as not having happened.
"""

from collections.abc import Container, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.domain.errors import (
    ChannelSuspended,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
)

LONGEST_WAIT = timedelta(hours=24)
UNKNOWN_WHETHER = (408, 409)
"""A gateway lost patience; the same request is still being worked on."""


def judge(
    status: int, said: str = "", *, wait: timedelta | None = None, harmless: bool = False, undone: Container[int] = ()
) -> SendFailure:
    """The failure that an answer with this HTTP status stands for.

    `said`: the platform's own words, for people only (they are localised, so nothing is decided by them). `wait`: how
    long it told us to wait. `undone`: server errors that on this platform mean that nothing happened.
    """
    detail = f"{status} {said}".strip()[:200]
    if status in (401, 403):
        return ChannelSuspended("platform-refuses-account", detail=detail)
    if status == 429:
        return TemporaryFailure("platform-busy", _sensible(wait), detail=detail)
    if 300 <= status < 400:
        return PermanentFailure("platform-moved", detail=detail)
    if 400 <= status < 500 and status not in UNKNOWN_WHETHER:
        return PermanentFailure("platform-refuses-post", detail=detail)
    if harmless or status in undone:
        return TemporaryFailure("platform-out-of-order", _sensible(wait), detail=detail)
    return UncertainOutcome("platform-unclear-answer", detail=detail)


def dated(headers: Mapping[str, str]) -> datetime | None:
    """The moment that an answer's Date names (RFC 9110, 6.6.1), None if it names none."""
    try:
        told = parsedate_to_datetime(headers.get("Date", ""))
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def unanswered(*, before: bool, harmless: bool = False) -> SendFailure:
    """The failure that a broken connection stands for. `before`: it broke before any byte of the request was sent."""
    if before:
        return TemporaryFailure("platform-unreachable")
    if harmless:
        return TemporaryFailure("platform-silent")
    return UncertainOutcome("platform-no-answer")


def garbled(*, harmless: bool = False) -> SendFailure:
    """The failure that an answer stands for which says "done" and cannot be read."""
    if harmless:
        return TemporaryFailure("platform-senseless")
    return UncertainOutcome("platform-unclear-answer", detail="")


def _sensible(wait: timedelta | None) -> timedelta | None:
    """A wait as a platform told it, unless its clock or its mind is wrong."""
    if wait is None:
        return None
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)
