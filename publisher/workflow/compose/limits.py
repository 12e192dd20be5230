"""What each platform takes right now: asked at run time, remembered, and good enough when nobody answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from pydantic import TypeAdapter

from publisher.domain.errors import SendFailure
from publisher.domain.variant import Limits
from publisher.ports.channels import PostChannel
from publisher.workflow.office import Office

log = structlog.get_logger()

FRESH = timedelta(hours=6)
ASK_AGAIN = timedelta(minutes=5)
SHAPE = TypeAdapter(Limits)


def limits_of(office: Office, channel: PostChannel, *, ask: bool = True) -> Limits:
    """The channel's limits: remembered ones while fresh, else the platform's answer, else the last known, else as
    documented. `ask=False` makes no call."""
    now = office.clock.now()
    known = _remembered(office, channel)
    if not ask or (known is not None and _is_fresh(known, now)):
        return known or channel.documented_limits()
    if _failed_lately(office, channel, now):
        return known or channel.documented_limits()
    try:
        read = replace(channel.read_limits(), read_at=now)
    except SendFailure as error:
        log.warning("limits not read", channel=channel.name, reason=error.code)
        office.store.notebook.write("limits-missed", channel.name, {"at": now.isoformat()})
        return known or channel.documented_limits()
    office.store.notebook.write("limits", channel.name, SHAPE.dump_python(read, mode="json"))
    return read


def _failed_lately(office: Office, channel: PostChannel, now: datetime) -> bool:
    """A platform that hangs is not asked again for each announcement: wording would wait for it every time."""
    missed = office.store.notebook.read("limits-missed", channel.name)
    return missed is not None and now - datetime.fromisoformat(str(missed["at"])) < ASK_AGAIN


def _remembered(office: Office, channel: PostChannel) -> Limits | None:
    told = office.store.notebook.read("limits", channel.name)
    return None if told is None else SHAPE.validate_python(told)


def _is_fresh(limits: Limits, now: datetime) -> bool:
    return limits.read_at is not None and now - limits.read_at < FRESH
