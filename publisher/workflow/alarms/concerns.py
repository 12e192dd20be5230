"""What needs a person right now, read from what is kept: names and IDs only, never a word of an announcement."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from publisher.domain.alarm import Concern
from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.finding import holds
from publisher.domain.gate import Go
from publisher.domain.standing import holding_findings
from publisher.domain.timing import in_periods
from publisher.workflow.audience.returns import return_concerns
from publisher.workflow.audience.signing_up import sign_up_concerns
from publisher.workflow.dispatch.awaiting import waits_too_long
from publisher.workflow.dispatch.lane import is_suspended, verdict_on
from publisher.workflow.intake.looking import TROUBLE
from publisher.workflow.office import Office
from publisher.workflow.trouble import SILENCE, trouble_since

PATIENCE = timedelta(minutes=5)
"""How long reconcile may ask by itself before people hear of it."""
NOBODY_CAN_TELL = frozenset({"nobody-can-tell", "post-not-among-recent"})
STUCK, STUCK_URGENT = timedelta(minutes=15), timedelta(minutes=2)
"""How long a channel may fail to take a delivery before people hear of it."""


def concerns(office: Office) -> list[Concern]:
    """Everything that lasts and needs a person. Makes no call to the outside. Raises StoreError."""
    about_announcements = [*_deliveries(office), *_announcements(office), *_links(office)]
    about_readers = [*sign_up_concerns(office), *return_concerns(office)]
    return [*about_announcements, *_channels(office), *_sources(office), *about_readers]


def _deliveries(office: Office) -> Iterator[Concern]:
    now = office.clock.now()
    for delivery in office.store.outbox.troubled():
        values = {"id": delivery.id, "channel": delivery.channel, "announcement": delivery.announcement_id}
        if delivery.state is DeliveryState.FAILED:
            yield Concern(subject=f"delivery {delivery.id}", code="alarm-failed", values=values)
        elif needs_a_word(delivery, now):
            yield Concern(subject=f"delivery {delivery.id}", code="alarm-uncertain", values=values)


def needs_a_word(delivery: Delivery, now: datetime) -> bool:
    """Whether an uncertain delivery waits for a person: nobody else can tell, or asking has led nowhere for minutes."""
    if delivery.state is not DeliveryState.UNCERTAIN:
        return False
    tried = delivery.last_attempt_at
    return delivery.reason in NOBODY_CAN_TELL or tried is None or now - tried >= PATIENCE


def _channels(office: Office) -> Iterator[Concern]:
    stuck = _stuck(office)
    for name in office.channels:
        if is_suspended(office, name):
            yield Concern(subject=f"channel {name}", code="alarm-suspended", values={"channel": name})
        elif name in stuck:
            values = {"channel": name, "minutes": str(stuck[name] // timedelta(minutes=1))}
            yield Concern(subject=f"channel {name}", code="alarm-stuck", values=values)


def _stuck(office: Office) -> Mapping[str, timedelta]:
    """Channels that have not taken something for too long, and the shortest patience that has come to its end."""
    now = office.clock.now()
    stuck: dict[str, timedelta] = {}
    for delivery in office.store.outbox.open_deliveries():
        patience = STUCK_URGENT if delivery.urgent else STUCK
        since = office.store.outbox.first_attempt_at(delivery.id) if _keeps_failing(delivery) else None
        if since is not None and now - since >= patience and _could_leave(office, delivery):
            stuck[delivery.channel] = min(patience, stuck.get(delivery.channel, patience))
    return stuck


def _keeps_failing(delivery: Delivery) -> bool:
    again = delivery.state is DeliveryState.SENDING and delivery.attempts > 1
    return again or delivery.state is DeliveryState.DEFERRED


def _could_leave(office: Office, delivery: Delivery) -> bool:
    """No gate holds it, and nothing of it is out: a few readers' mail servers may take days over their copies."""
    issue = office.store.mailroom.issue_of(delivery.id)
    is_leaving = issue is not None and office.store.mailroom.any_sent(issue.id)
    return not is_leaving and isinstance(verdict_on(office, delivery), Go)


def _announcements(office: Office) -> Iterator[Concern]:
    for dossier in [*office.store.archive.open_dossiers(), *_caught_by_a_period(office)]:
        code = _why_held(dossier)
        if code:
            yield Concern(subject=f"announcement {dossier.id}", code=code, values={"announcement": dossier.id})


def _caught_by_a_period(office: Office) -> Iterator[Dossier]:
    """In an approval period: what was queued before it began."""
    rules, zone = office.config.publishing, office.config.office.timezone
    if in_periods(office.clock.now(), rules.approval_periods, zone):
        queued = {delivery.announcement_id for delivery in office.store.outbox.open_deliveries()}
        found = (office.store.archive.dossier(known) for known in sorted(queued))
        yield from (dossier for dossier in found if dossier is not None)


def _why_held(dossier: Dossier) -> str:
    """A hold that a person placed needs no alarm: somebody knows."""
    if holds(holding_findings(dossier)):
        return "alarm-held-findings"
    standing = dossier.standing
    return "alarm-held-approval" if standing.needs_approval and standing.approved is None else ""


def _links(office: Office) -> Iterator[Concern]:
    waiting = {d.announcement_id for d in office.store.outbox.open_deliveries() if d.reason == "link-not-there"}
    for known in sorted(waiting):
        dossier = office.store.archive.dossier(known)
        if dossier is not None and waits_too_long(office, dossier):
            yield Concern(subject=f"link {known}", code="alarm-link", values={"announcement": known})


def _sources(office: Office) -> Iterator[Concern]:
    now = office.clock.now()
    for source in office.sources.values():
        since = trouble_since(office, TROUBLE, source.name)
        if since is not None and now - since >= max(SILENCE, 3 * source.rules.every):
            yield Concern(subject=f"source {source.name}", code="alarm-unreachable", values={"source": source.name})
