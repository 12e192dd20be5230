"""From released announcements to the outbox: which channels, which words, when due, all in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.announcement import Announcement, Audience, Dossier
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.errors import ConfigError
from publisher.domain.finding import holds, remark_on
from publisher.domain.standing import is_held
from publisher.domain.timing import after_quiet_hours, in_periods, release_moment
from publisher.messages import remark
from publisher.ports.channels import Channel, MailChannel, is_press_list
from publisher.ports.ledger import Deed
from publisher.ports.outbox import Planned
from publisher.workflow.compose.subject import Subject, Worded, originals_of
from publisher.workflow.compose.wording import holding_finding, word
from publisher.workflow.intake.examining import losses
from publisher.workflow.intake.links import must_wait
from publisher.workflow.office import Office

log = structlog.get_logger()

# A channel in one of these states has the announcement, or may have it: later revisions are corrections.
REACHED = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNCERTAIN, DeliveryState.SUPPRESSED)


BROKEN = (("template-broken", ""),)
"""The remark of a broken template, as code and excerpt: gone once the template is mended."""


def compose_released(office: Office) -> int:
    """Word and queue every announcement that nothing holds back any more; answers how many.

    A template that breaks stops this announcement before anything of it is queued, and no other.
    """
    composed = 0
    _keep_approval_periods(office)
    brake = _Brake(office)
    for dossier in office.store.archive.open_dossiers():
        if is_held(dossier) or must_wait(office, dossier) or not brake.lets(dossier):
            continue
        try:
            composed += compose(office, dossier)
        except ConfigError as error:
            _tell_of_broken(office, dossier, error)
    return composed


def _tell_of_broken(office: Office, dossier: Dossier, error: ConfigError) -> None:
    """A template broke while the office was running: said once with the announcement, and to people."""
    broken = remark_on(error)
    if broken in dossier.current.findings:
        return
    log.error("template broken, nothing queued", announcement=dossier.id, reason=str(error))
    now, number = office.clock.now(), dossier.standing.revision
    office.store.archive.amend_findings(dossier.id, number, add=(broken,), drop=BROKEN, now=now)
    told = {name: broken.values.get(name, "") for name in ("file", "line")}
    subject = f"template {told['file']}"
    office.store.alarms.raise_once(
        Concern(subject=subject, code="alarm-template", values=told, lasting=False), office.clock.now()
    )


def _keep_approval_periods(office: Office) -> None:
    """When a period begins, what is already waiting waits for a person like everything that comes in during it."""
    now, periods = office.clock.now(), office.config.publishing.approval_periods
    if in_periods(now, periods, office.config.office.timezone):
        for caught in office.store.archive.require_approval(now):
            office.store.ledger.note(Deed(at=now, who="publisher", what="approval-required", subject=caught))


def compose(office: Office, dossier: Dossier) -> int:
    """Word one announcement for every channel that has not had it yet. Answers 1 if anything was queued, else 0."""
    now = office.clock.now()
    deliveries = office.store.outbox.deliveries_of(dossier.id)
    wanted = _still_wanted(office, channels_for(office, dossier), deliveries)
    if deliveries and not wanted:
        return 0  # Everybody has an earlier revision: this one is a correction, and waits for a person.
    subject = Subject(dossier.id, dossier.announcement, originals_of(office, dossier.announcement))
    ask = office.store.outbox.stop() is None
    worded = [(channel, word(office, channel, subject, now, ask=ask)) for channel in wanted]
    for _, words in worded:
        _keep_prepared(office, words)
    planned = [_planned(office, channel, dossier, words, now) for channel, words in worded]
    # What holds a variant stands with its delivery, and holds no other.
    lost = losses(office, dossier.announcement, (words.variant for _, words in worded))
    told = [finding for finding in lost if not holds((finding,))]
    mended = any(finding.code == BROKEN[0][0] for finding in dossier.current.findings)
    if told or mended:
        office.store.archive.amend_findings(dossier.id, dossier.standing.revision, add=told, drop=BROKEN, now=now)
    office.store.outbox.compose(dossier.id, dossier.standing.revision, planned, now)
    log.info("composed", announcement=dossier.id, revision=dossier.standing.revision, channels=len(planned))
    return 1


def _planned(office: Office, channel: Channel, dossier: Dossier, words: Worded, now: datetime) -> Planned:
    due, finding = due_at(office, channel, dossier, now), holding_finding(words.variant)
    if finding is None:
        return Planned(variant=words.variant, due_at=due)
    why = remark(finding, office.config.office.language)
    return Planned(variant=words.variant, due_at=due, held=finding.code, held_detail=why)


def channels_for(office: Office, dossier: Dossier) -> list[Channel]:
    """The channels that an announcement is for, in the order of config.toml."""
    return [
        channel for channel in office.channels.values() if suits(channel, dossier.announcement, dossier.standing.source)
    ]


def suits(channel: Channel, announcement: Announcement, source: str) -> bool:
    """Whether a channel takes an announcement: by the announcement's wish, and by the channel's own rules."""
    rules = channel.rules
    if announcement.audience is Audience.PRESS and not is_press_list(channel):
        return False  # No post, no newsletter.
    if announcement.channels and channel.name not in announcement.channels:
        return False
    if rules.sources and source and source not in rules.sources:
        return False
    if rules.topics and not set(rules.topics) & set(announcement.topics):
        return False
    if rules.language:
        return announcement.language == rules.language
    return not announcement.version_of


def due_at(office: Office, channel: Channel, dossier: Dossier, now: datetime) -> datetime:
    """When a channel's variant may leave: after embargo (newsrooms: ahead of it) and publish time, undo, and outside
    quiet hours. Urgent announcements wait for embargo and publish time only.
    """
    opening = release_moment(dossier.announcement, now, ahead=is_press_list(channel))
    if dossier.standing.urgent:
        return opening
    undo = channel.undo if isinstance(channel, MailChannel) else timedelta(0)
    return after_quiet_hours(
        max(opening, now + undo), office.config.publishing.quiet_hours, office.config.office.timezone
    )


def _still_wanted(office: Office, channels: Iterable[Channel], deliveries: Sequence[Delivery]) -> list[Channel]:
    reached = {delivery.channel for delivery in deliveries if delivery.state in REACHED or _begun(office, delivery)}
    return [channel for channel in channels if channel.name not in reached]


def _begun(office: Office, delivery: Delivery) -> bool:
    """Whether a thread's first parts are out."""
    return delivery.attempts > 0 and bool(office.store.outbox.parts(delivery.id))


def _keep_prepared(office: Office, words: Worded) -> None:
    for name, read in words.pictures.items():
        office.store.archive.keep_picture(name, read.media_type, read.data)


class _Brake:
    """The flood brake: how many feed items may still be composed in this pass, hour and day."""

    def __init__(self, office: Office) -> None:
        rules = office.config.publishing
        self.braked = [source.name for source in office.sources.values() if source.rules.braked]
        now = office.clock.now()
        day = office.store.archive.composed_since(now - timedelta(days=1), self.braked) if self.braked else []
        hour = sum(moment >= now - timedelta(hours=1) for moment in day)
        self.room = min(rules.most_per_run, rules.most_per_hour - hour, rules.most_per_day - len(day))

    def lets(self, dossier: Dossier) -> bool:
        """Whether one more may go, and count it."""
        if dossier.standing.source not in self.braked:
            return True
        self.room -= 1
        return self.room >= 0
