"""What is kept no longer than it is needed: sign-ups, who got which issue, and what came back."""

import structlog

from publisher.ports.channels import MailChannel
from publisher.workflow.audience.returns import WINDOW
from publisher.workflow.audience.signing_up import forget_unconfirmed
from publisher.workflow.office import Office

log = structlog.get_logger()


def forget_what_is_old(office: Office) -> None:
    """Forget whatever has had its time. Harmless to repeat."""
    forget_unconfirmed(office)
    forget_recipients(office)
    forget_bounces(office)


def forget_recipients(office: Office) -> int:
    """Turn copies into counts where a channel's time is over; answers of how many issues."""
    now = office.clock.now()
    forgotten = 0
    for channel in office.channels.values():
        if isinstance(channel, MailChannel):
            forgotten += office.store.mailroom.forget_copies(channel.name, now - channel.keep_recipients)
    if forgotten:
        log.info("recipients forgotten", issues=forgotten)
    return forgotten


def forget_bounces(office: Office) -> int:
    """Delete bounces that count no longer; answers how many."""
    forgotten = office.store.returns.forget_bounces(office.clock.now() - WINDOW)
    if forgotten:
        log.info("bounces forgotten", bounces=forgotten)
    return forgotten
