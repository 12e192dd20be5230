"""What every lane needs around a call: the gate, the lease, a suspended channel, and errors turned into outcomes."""

from datetime import datetime, timedelta

import structlog

from publisher.domain.delivery import SUSPENDED, Claim, Delivery, Never, NotYet, Outcome, Unknown, retry_pause
from publisher.domain.errors import (
    ChannelSuspended,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from publisher.domain.gate import Drop, GateRules, Verdict, Wait, may_leave
from publisher.messages import tell
from publisher.ports.channels import is_press_list
from publisher.ports.ledger import Deed
from publisher.workflow.dispatch.awaiting import ask_for_link, link_is_there
from publisher.workflow.dispatch.pacing import brake
from publisher.workflow.office import Office

log = structlog.get_logger()

LEASE = timedelta(seconds=30)


def may_work(office: Office, channel: str) -> bool:
    """Whether a lane may claim another delivery: not while the process ends or the channel is suspended.

    What the stop holds back is never claimed: the outbox knows it.
    """
    return not office.closing.is_set() and not is_suspended(office, channel)


def verdict_on(office: Office, delivery: Delivery) -> Verdict:
    """Whether this delivery may leave now; reads the emergency stop and the announcement afresh."""
    dossier = office.store.archive.dossier(delivery.announcement_id)
    if dossier is None:
        raise LookupError(delivery.announcement_id)
    there = link_is_there(office, dossier)
    stop = office.store.outbox.stop()
    ahead = for_newsrooms(office, delivery.channel)
    now = office.clock.now()
    return may_leave(dossier, delivery.revision, stop, now, gate_rules(office), link_answers=there, ahead=ahead)


def for_newsrooms(office: Office, channel: str) -> bool:
    """Whether the channel of this name is the press list."""
    return is_press_list(office.channels.get(channel))


def gate_rules(office: Office) -> GateRules:
    """The office's rules, as config.toml gives them."""
    rules = office.config.publishing
    return GateRules(
        stale_after=rules.stale_after,
        zone=office.config.office.timezone,
        quiet=rules.quiet_hours,
        approval_periods=rules.approval_periods,
    )


def turn_away(office: Office, claim: Claim, verdict: Wait | Drop) -> None:
    """Give a claimed delivery back, or end it, as the gate says. Nothing was attempted."""
    now = office.clock.now()
    if isinstance(verdict, Wait):
        _give_back(office, claim, verdict)
    else:
        office.store.outbox.drop(claim, verdict.state, verdict.code, now)
        log.info("delivery ended", delivery=claim.delivery.id, state=verdict.state, reason=verdict.code)


def _give_back(office: Office, claim: Claim, verdict: Wait) -> None:
    due, code = verdict.until, ""
    if verdict.code == "link-not-there":
        dossier = office.store.archive.dossier(claim.delivery.announcement_id)
        due, code = (ask_for_link(office, dossier) if dossier else due), verdict.code
    office.store.outbox.unclaim(claim, due, code)


def outcome_of(error: Exception, delivery: Delivery, now: datetime, language: str) -> Outcome:
    """What a failed call means. `delivery.attempts` counts this attempt too."""
    if not isinstance(error, SendFailure):
        # A fault of our own after the attempt was written: bytes may have left.
        return Unknown("unexpected-error", type(error).__name__)
    words = tell(error, language)
    pause = retry_pause(max(1, delivery.attempts))
    match error:
        case PermanentFailure():
            return Never(error.code, words)
        case UncertainOutcome():
            return Unknown(error.code, words)
        case ChannelSuspended():
            return NotYet(SUSPENDED, now + pause, words)
        case TemporaryFailure(retry_after=after) if after is not None:
            return NotYet(error.code, now + max(after, timedelta(seconds=1)), words)
        case _:
            return NotYet(error.code, now + pause, words)


def suspend(office: Office, channel: str, error: ChannelSuspended) -> None:
    """Stop a channel whose credentials were refused; its deliveries are kept until `channels --test` works again."""
    now = office.clock.now()
    if not is_suspended(office, channel):
        log.error("channel suspended", channel=channel, reason=error.code)
        office.store.ledger.note(Deed(at=now, who="publisher", what="channel-suspended", subject=channel))
    words = tell(error, office.config.office.language)
    office.store.notebook.write("suspended", channel, {"at": now.isoformat(), "reason": words})


def is_suspended(office: Office, channel: str) -> bool:
    """Whether the channel waits for a person to mend its credentials."""
    return office.store.notebook.read("suspended", channel) is not None


def resume_channel(office: Office, channel: str) -> None:
    """The credentials work again: what waited goes out under the flood brake."""
    if is_suspended(office, channel):
        brake(office, channel)
        office.store.notebook.write("suspended", channel, None)
        office.store.ledger.note(Deed(at=office.clock.now(), who="publisher", what="channel-resumed", subject=channel))
