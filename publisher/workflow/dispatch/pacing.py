"""A channel near its rate limit slows down before it hits it, and one that comes back does not pour out what waited."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from publisher.config.tables import Publishing
from publisher.domain.delivery import NotYet, Outcome
from publisher.ports.channels import PostChannel
from publisher.ports.pacing import Allowance, Paced
from publisher.workflow.office import Office

log = structlog.get_logger()

SCOPE = "pace"
LOW = 5
"""Below one in five of the window's calls left, sends are spaced."""
LONGEST = timedelta(hours=1)
FULL = "platform-busy"
"""The code by which channels say that the platform told us to wait (429)."""


def pause_for(allowance: Allowance, now: datetime) -> timedelta:
    """How long to wait before the next routine send: what is left of the window, shared out among what is left to send."""
    left = allowance.reset - now
    if left <= timedelta(0) or allowance.remaining * LOW >= allowance.limit:
        return timedelta(0)
    return min(left / max(1, allowance.remaining), LONGEST)


def slow_down(office: Office, channel: PostChannel, outcome: Outcome) -> None:
    """Note after a send when the next routine one may follow; nothing is noted while there is plenty."""
    now = office.clock.now()
    allowance = channel.allowance() if isinstance(channel, Paced) else None
    pause = pause_for(allowance, now) if allowance else timedelta(0)
    if isinstance(outcome, NotYet) and outcome.code == FULL:
        pause = outcome.due - now  # the same answer waits for every other post
    if pause > timedelta(0):
        log.info("slowing down", channel=channel.name, seconds=round(pause.total_seconds()))
        office.store.notebook.write(SCOPE, channel.name, {"until": (now + pause).isoformat()})


def slowed_until(office: Office, channel: str) -> datetime | None:
    """When the next routine send may follow, None if nothing was noted."""
    noted = office.store.notebook.read(SCOPE, channel)
    return datetime.fromisoformat(str(noted["until"])) if noted else None


def is_slowed(office: Office, channel: str, now: datetime) -> bool:
    """Whether only urgent work may be claimed on this channel just now."""
    until = slowed_until(office, channel)
    return until is not None and now < until


def in_waves(count: int, rules: Publishing) -> Iterator[timedelta]:
    """When each of `count` waiting deliveries may go, under the flood brake: per run (a minute), per hour, per day."""
    for number in range(count):
        day, of_day = divmod(number, rules.most_per_day)
        hour, of_hour = divmod(of_day, rules.most_per_hour)
        yield timedelta(days=day, hours=hour, minutes=of_hour // rules.most_per_run)


def brake(office: Office, channel: str) -> None:
    """Share out over time what waits on a channel that works again: urgent first and at once, the routine in waves."""
    now = office.clock.now()
    waiting = [d for d in office.store.outbox.open_deliveries() if d.channel == channel and not d.urgent]
    due = [delivery for delivery in waiting if delivery.due_at <= now]
    for delivery, wave in zip(due, in_waves(len(due), office.config.publishing), strict=True):
        office.store.outbox.delay(delivery.id, now + wave)
