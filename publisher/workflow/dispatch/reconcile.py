"""Uncertain deliveries, settled by asking the platform; a stored request is repeated only where that is harmless."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

import structlog

from publisher.domain.delivery import SUSPENDED, Claim, Delivery, DeliveryState, NotYet, retry_pause
from publisher.domain.errors import ChannelSuspended, SendFailure
from publisher.domain.gate import Go
from publisher.domain.variant import JsonObject
from publisher.messages import tell
from publisher.ports.channels import MailChannel, PostChannel, Reconcilable
from publisher.workflow.compose.limits import limits_of
from publisher.workflow.compose.threads import arrived
from publisher.workflow.dispatch.lane import LEASE, is_suspended, suspend, verdict_on
from publisher.workflow.dispatch.posts import send_begun
from publisher.workflow.intake.reporting import report_changes
from publisher.workflow.office import Office

log = structlog.get_logger()

SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


@runtime_checkable
class ReconcilablePosts(PostChannel, Reconcilable, Protocol):
    """A channel of posts that can be asked."""


def end_abandoned(office: Office) -> None:
    """Turn attempts uncertain whose worker is gone, or was silent for longer than its lease."""
    outbox = office.store.outbox
    outbox.release_dead(office.clock.now())
    for delivery in outbox.expire_leases(office.clock.now()):
        log.warning("attempt left open", delivery=delivery.id, channel=delivery.channel)


def reconcile_channel(office: Office, channel: str) -> int:
    """Look after one channel's uncertain deliveries, in its own lane: a platform that hangs holds up no other."""
    return _look_after(office, channel=channel)


def reconcile_strays(office: Office) -> int:
    """Look after those of channels that config.toml no longer has: only a person can settle them."""
    return _look_after(office, besides=tuple(office.channels))


def _look_after(office: Office, *, channel: str = "", besides: Collection[str] = ()) -> int:
    looked = 0
    while not (office.closing.is_set() or _all_stopped(office)):
        now = office.clock.now()
        claim = office.store.outbox.claim_uncertain(now, LEASE, office.worker, channel=channel, besides=besides)
        if claim is None:
            break
        looked += 1
        _reconcile(office, claim)
    return looked


def _all_stopped(office: Office) -> bool:
    """Reading back is no publishing: only a stop of everything forbids it. A repeat passes the gate like every call."""
    stop = office.store.outbox.stop()
    return stop is not None and stop.everything


def reconcile_now(office: Office) -> int:
    """Look after every uncertain delivery, whenever it would be due; answers how many were looked at."""
    begun = office.clock.now()
    for delivery in office.store.outbox.open_deliveries():
        if delivery.state is DeliveryState.UNCERTAIN:
            office.store.outbox.hasten(delivery.id, begun)
    end_abandoned(office)
    looked = _look_after(office)
    report_changes(office, begun)
    return looked


def _reconcile(office: Office, claim: Claim) -> None:
    channel = office.channels.get(claim.delivery.channel)
    if isinstance(channel, MailChannel):
        # The copies know for themselves what is open: the run is simply taken up again.
        now = office.clock.now()
        office.store.outbox.settle(claim, NotYet("run-interrupted", now), now)
    elif isinstance(channel, ReconcilablePosts) and claim.delivery.request is not None:
        if is_suspended(office, channel.name):
            _postpone(office, claim, SUSPENDED, "")
        else:
            _ask(office, channel, claim, claim.delivery.request)
    else:
        _postpone(office, claim, "nobody-can-tell", "")


def _ask(office: Office, channel: ReconcilablePosts, claim: Claim, request: JsonObject) -> None:
    """Read back first; repeat only then, and only what may be repeated."""
    try:
        receipt = channel.find(request)
    except SendFailure as error:
        if isinstance(error, ChannelSuspended):
            suspend(office, channel.name, error)
        _postpone(office, claim, error.code, tell(error, office.config.office.language))
        return
    now = office.clock.now()
    if receipt is not None:
        log.info("settled by asking", channel=channel.name, delivery=claim.delivery.id)
        if arrived(office, channel, claim, request, receipt) is not None:
            office.store.outbox.unclaim(claim, now)  # its lane goes on with the thread
    elif not isinstance(verdict_on(office, claim.delivery), Go):
        _postpone(office, claim, "not-found-may-not-leave", "")
    elif (again := _rested(claim.delivery)) > now:
        office.store.outbox.postpone(claim, again, claim.delivery.reason, claim.delivery.reason_detail)
    elif _may_repeat(office, channel, claim, now) and office.store.outbox.begin(claim, request, now):
        send_begun(office, channel, claim, request)
    else:
        _postpone(office, claim, "not-found-not-repeatable", "")


def _rested(delivery: Delivery) -> datetime:
    """From when a request may be repeated: the first time at once, then ever later, for a platform that is down."""
    last = delivery.last_attempt_at or datetime.min.replace(tzinfo=UTC)
    return last + retry_pause(delivery.attempts - 1) if delivery.attempts > 1 else last


def _may_repeat(office: Office, channel: ReconcilablePosts, claim: Claim, now: datetime) -> bool:
    last = claim.delivery.last_attempt_at
    first = office.store.outbox.first_attempt_at(claim.delivery.id)
    if last is None or first is None:
        return False
    return channel.may_repeat(last, first, now, limits_of(office, channel, ask=False))


def _postpone(office: Office, claim: Claim, code: str, detail: str) -> None:
    """Ask again after as long as the attempt lies back already: the pauses double, from 5 s to an hour."""
    now = office.clock.now()
    since = now - (claim.delivery.last_attempt_at or now)
    pause = min(max(since, SHORTEST), LONGEST)
    office.store.outbox.postpone(claim, now + pause, code, detail)
