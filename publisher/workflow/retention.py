"""What is kept no longer than it is needed: who got which issue becomes how many did."""

import structlog

from publisher.ports.channels import MailChannel
from publisher.workflow.office import Office

log = structlog.get_logger()


def forget_recipients(office: Office) -> int:
    """Turn copies into counts where a channel's time is over; answers of how many issues. Harmless to repeat."""
    now = office.clock.now()
    forgotten = 0
    for channel in office.channels.values():
        if isinstance(channel, MailChannel):
            forgotten += office.store.mailroom.forget_copies(channel.name, now - channel.keep_recipients)
    if forgotten:
        log.info("recipients forgotten", issues=forgotten)
    return forgotten
