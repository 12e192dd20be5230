"""One pass through the office: look, take in, word, publish, mail, reconcile; what `run --once` is and `run` repeats."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.errors import StoreError
from publisher.domain.finding import holds
from publisher.domain.standing import State, holding_findings, state_of
from publisher.ports.channels import Channel, MailChannel, PostChannel
from publisher.workflow.alarms.ringing import ring_alarms
from publisher.workflow.audience.retention import forget_what_is_old
from publisher.workflow.audience.returns import collect_all
from publisher.workflow.audience.signing_up import next_notice, send_notices
from publisher.workflow.compose.variants import compose_released
from publisher.workflow.dispatch.lane import is_suspended
from publisher.workflow.dispatch.pacing import slowed_until
from publisher.workflow.dispatch.posts import dispatch_due
from publisher.workflow.dispatch.reconcile import end_abandoned, reconcile_channel, reconcile_strays
from publisher.workflow.intake.links import links_decide, look_at_new_links
from publisher.workflow.intake.looking import look_at
from publisher.workflow.intake.reporting import report_changes
from publisher.workflow.intake.taking import Intake, take_settled
from publisher.workflow.intake.watching import settles_at
from publisher.workflow.mailing.digest import mail_digests, make_due_digests, next_digest
from publisher.workflow.mailing.issues import mail_due
from publisher.workflow.office import Office

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(seconds=5)
MOST_PAUSES = 20
"""A server that answers "in a second" for ever must not keep a pass alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did, since `begun`. `taken_in`, `published`, `held` count announcements, `failed`, `uncertain` deliveries.

    `held`: held at the end of the pass. `uncertain`: still uncertain then. `refused`: items that were refused.
    """

    begun: datetime
    taken_in: int
    published: int
    failed: int
    uncertain: int
    held: int
    refused: int
    needs_person: bool
    """A finding of severity error, a refused item, a failed or an uncertain delivery."""


def one_pass(office: Office) -> Pass:
    """Do everything that is due, waiting out short pauses; ends when nothing is due any more."""
    begun = office.clock.now()
    forget_what_is_old(office)
    for source in office.sources.values():
        look_at(office, source)
    collect_all(office)
    done = Intake()
    for _ in range(MOST_PAUSES):
        done += work_once(office)
        pause = _pause(office)
        if pause is None or office.closing.is_set():
            break
        office.clock.sleep(pause.total_seconds())
    report_changes(office, begun)
    ring_alarms(office, at_once=True)
    return _told(office, done, begun)


def work_once(office: Office) -> Intake:
    """Take in what has settled, word what is released, and send what is due, each channel in a lane of its own."""
    done = Intake()
    for source in office.sources.values():
        done += take_settled(office, source)
    if links_decide(office):
        look_at_new_links(office)
    compose_released(office)
    make_due_digests(office)
    end_abandoned(office)
    reconcile_strays(office)
    errands = [partial(send_notices, office), partial(look_at_new_links, office)]
    run_lanes([*errands, *(partial(work_lane, office, channel) for channel in office.channels.values())])
    return done


def work_lane(office: Office, channel: Channel) -> int:
    """Settle what is uncertain on one channel and send what is due; answers how many deliveries were worked on."""
    looked = reconcile_channel(office, channel.name)
    if isinstance(channel, MailChannel):
        return looked + mail_due(office, channel) + mail_digests(office, channel)
    if isinstance(channel, PostChannel):
        return looked + dispatch_due(office, channel)
    return looked


def run_lanes(lanes: Iterable[Callable[[], int]]) -> None:
    """Run lanes side by side to their ends: one that fails is told of and holds up no other."""
    with ThreadPoolExecutor(thread_name_prefix="lane") as pool:
        for future in [pool.submit(lane) for lane in lanes]:
            try:
                future.result()
            except StoreError as error:
                log.error("lane interrupted", reason=str(error))


def _pause(office: Office) -> timedelta | None:
    """How long to wait for the next thing, None if nothing is worth waiting for."""
    now = office.clock.now()
    dues = [
        settles_at(office.store.archive.sightings(source.name).values(), source.rules.settle)
        for source in office.sources.values()
    ]
    dues.append(next_notice(office))
    if office.store.outbox.stop() is None:
        dues += [_next_delivery(office), next_digest(office)]
    ahead = [due - now for due in dues if due is not None and due - now <= LONGEST_PAUSE]
    return max(min(ahead), timedelta(milliseconds=10)) if ahead else None


def _next_delivery(office: Office) -> datetime | None:
    """When the next open delivery that could leave is due; suspended channels and held announcements wait for people."""
    open_states = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN)
    suspended = {name for name in office.channels if is_suspended(office, name)}
    slowed = {name: slowed_until(office, name) for name in office.channels}
    return min(
        (
            max(delivery.due_at, slowed[delivery.channel] or delivery.due_at)
            for delivery in office.store.outbox.open_deliveries()
            if delivery.state in open_states and delivery.channel in office.channels.keys() - suspended
        ),
        default=None,
    )


def _told(office: Office, done: Intake, begun: datetime) -> Pass:
    now = office.clock.now()
    changed = office.store.archive.changed_since(begun)
    deliveries = office.store.outbox.deliveries([dossier.id for dossier in changed])
    fresh = [d for rows in deliveries.values() for d in rows if d.settled_at is not None and d.settled_at >= begun]
    failed = sum(delivery.state is DeliveryState.FAILED for delivery in fresh)
    uncertain = sum(d.state is DeliveryState.UNCERTAIN for d in office.store.outbox.open_deliveries())
    held = _held(office, now)
    faulty = any(holds(holding_findings(dossier)) for dossier in held)
    return Pass(
        begun=begun,
        taken_in=len({dossier.id for dossier in done.taken}),
        published=len({delivery.announcement_id for delivery in fresh if _is_publication(delivery)}),
        failed=failed,
        uncertain=uncertain,
        held=len(held),
        refused=done.refused,
        needs_person=bool(failed or uncertain or done.refused or faulty),
    )


def _is_publication(delivery: Delivery) -> bool:
    """Sent, and not to newsrooms only."""
    return delivery.state is DeliveryState.SENT and not (delivery.receipt and delivery.receipt.private)


def _held(office: Office, now: datetime) -> list[Dossier]:
    """What waits for a person: however old, where it is not worded or not settled; the rest among the newest."""
    archive, outbox = office.store.archive, office.store.outbox
    unsettled = archive.these({delivery.announcement_id for delivery in outbox.open_deliveries()})
    found = {each.id: each for each in [*archive.dossiers(), *archive.open_dossiers(), *unsettled.values()]}
    deliveries = outbox.deliveries(list(found))
    return [each for each in found.values() if state_of(each, deliveries.get(each.id, []), now) is State.HELD]
