"""Digests: made when they are due, once; worded by whoever sends them; and what drops out meanwhile is told to nobody."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.announcement import Announcement, Dossier
from publisher.domain.digest import LOOK_BACK, SPAN, Digest, DigestClaim, Gathered, Schedule, gone_for_good, told_of
from publisher.domain.errors import ConfigError, InvalidAnnouncement
from publisher.domain.gate import LOOK_AGAIN
from publisher.domain.issue import Entry, RecipientState
from publisher.domain.subscriber import Rhythm
from publisher.domain.timing import after_quiet_hours
from publisher.domain.variant import Variant
from publisher.ports.channels import MailChannel
from publisher.workflow.compose.mails import word_digest
from publisher.workflow.compose.subject import Subject, originals_of
from publisher.workflow.dispatch.lane import LEASE, is_suspended, may_work
from publisher.workflow.mailing.issues import Run, close, open_until, send_copies
from publisher.workflow.office import Office

log = structlog.get_logger()


def make_due_digests(office: Office) -> int:
    """Make the digests whose moment has come, each once whoever asks first; answers how many were made."""
    now, zone = office.clock.now(), office.config.office.timezone
    made = 0
    for channel in newsletters(office):
        for schedule in channel.digests:
            moment = schedule.latest(now, zone)
            made += _make(office, channel, _digest(office, channel, schedule, moment), now)
    return made


def make_digest_now(office: Office, channel: MailChannel, rhythm: Rhythm) -> Digest | None:
    """Make the digest that is due, once more if part of it was taken back, else the next one before its time; None if
    there is nothing to tell.

    Raises InvalidAnnouncement for a newsletter without digests of this rhythm.
    """
    now, zone = office.clock.now(), office.config.office.timezone
    schedule = next((each for each in channel.digests if each.rhythm is rhythm), None)
    if schedule is None:
        raise InvalidAnnouncement("newsletter-no-digests", channel=channel.name)
    due = _digest(office, channel, schedule, schedule.latest(now, zone))
    if not office.store.digests.is_made(due.channel, due.rhythm, due.day):
        return due if _make(office, channel, due, now) else None
    day = schedule.following(now, zone).astimezone(zone).date()
    again, early = replace(due, moment=now), Digest(channel=channel.name, rhythm=rhythm, day=day, moment=now)
    gathering = untold(office, channel, rhythm)
    places = (again, early) if gathering else ()
    return next((each for each in places if office.store.digests.make(each, gathering, now, now)), None)


def untold(office: Office, channel: MailChannel, rhythm: Rhythm) -> list[Gathered]:
    """What the next digest of this rhythm will tell, as things stand."""
    now = office.clock.now()
    return list(_gather(office, channel, rhythm, now, now))


def newsletters(office: Office) -> Iterator[MailChannel]:
    """The newsletters that anybody may subscribe to."""
    for channel in office.channels.values():
        if isinstance(channel, MailChannel) and not channel.closed:
            yield channel


def _digest(office: Office, channel: MailChannel, schedule: Schedule, moment: datetime) -> Digest:
    day = moment.astimezone(office.config.office.timezone).date()
    return Digest(channel=channel.name, rhythm=schedule.rhythm, day=day, moment=moment)


def _make(office: Office, channel: MailChannel, digest: Digest, now: datetime) -> bool:
    """Make a digest that is due; True if it has something to tell. One that comes too late is only noted as missed: what
    it would have told waits for the next."""
    digests = office.store.digests
    if digests.is_made(digest.channel, digest.rhythm, digest.day):
        return False
    gathering = list(_gather(office, channel, digest.rhythm, digest.moment, now))
    missed = bool(gathering) and digest.moment + office.config.publishing.stale_after < now
    rules = office.config.publishing
    leaves = after_quiet_hours(now, rules.quiet_hours, office.config.office.timezone)
    if not digests.make(digest, gathering, leaves, now, missed=missed):
        return False
    if missed:
        log.error("digest missed", channel=digest.channel, rhythm=digest.rhythm, day=str(digest.day))
        subject = f"digest {digest.channel} {digest.rhythm} {digest.day}"
        values = {"channel": digest.channel, "day": str(digest.day)}
        office.store.alarms.raise_once(
            Concern(subject=subject, code="alarm-digest-missed", values=values, lasting=False), office.clock.now()
        )
    return bool(gathering) and not missed


def _gather(
    office: Office, channel: MailChannel, rhythm: Rhythm, moment: datetime, now: datetime
) -> Iterator[Gathered]:
    """What was sent out by itself and in no digest of this rhythm yet. What waits for a person waits for the next."""
    first = office.store.digests.first(channel.name, rhythm) or moment
    since = max(first - SPAN[rhythm], moment - LOOK_BACK)
    for announcement_id, sent_at in office.store.digests.untold(channel.name, rhythm, since).items():
        dossier = office.store.archive.dossier(announcement_id)
        told = None if dossier is None else told_words(office, dossier)
        if dossier is not None and told is not None and told_of(dossier, told, now):
            entry = Entry(announcement_id=dossier.id, revision=dossier.standing.composed)
            yield Gathered(entry=entry, topics=told.topics, sent_at=sent_at)


def told_words(office: Office, dossier: Dossier) -> Announcement | None:
    """The words that are out: those of the revision that was composed last, not of one that still waits."""
    if dossier.current.number == dossier.standing.composed:
        return dossier.announcement
    revisions = office.store.archive.revisions(dossier.id)
    return next((each.announcement for each in revisions if each.number == dossier.standing.composed), None)


def mail_digests(office: Office, channel: MailChannel, *, at_once: bool = False) -> int:
    """Word and send what is due of a newsletter's digests; answers how many issues were worked on. `at_once`: without
    the time that a person has to take one back."""
    worked = 0
    while may_work(office, channel.name) and office.store.outbox.stop() is None:
        now = office.clock.now()
        if office.store.outbox.urgent_waits(channel.name, now):
            break
        claim = office.store.digests.claim(channel.name, now, LEASE, office.worker)
        if claim is None:
            break
        worked += 1
        _mail(office, channel, claim, timedelta(0) if at_once else channel.undo)
    return worked


def _mail(office: Office, channel: MailChannel, claim: DigestClaim, undo: timedelta) -> None:
    now = office.clock.now()
    rules = office.config.publishing
    if claim.digest.moment + rules.stale_after < now:
        _end(office, claim, RecipientState.MISSED, "stale", now)
        return
    wake = after_quiet_hours(now, rules.quiet_hours, office.config.office.timezone)
    if wake > now:
        office.store.digests.put_off(claim, wake, "quiet-hours")
        return
    stories = stories_of(office, claim.entries, now)
    if len(stories) < len(claim.entries):
        _leave_out(office, claim, stories, now)
        return
    variant = claim.variant or _worded(office, channel, claim, stories, now)
    if variant is not None and claim.variant is None and undo:
        office.store.digests.put_off(claim, now + undo, "undo")
    elif variant is not None:
        _send(office, channel, claim, variant)


def stories_of(office: Office, entries: Iterable[Entry], now: datetime) -> Mapping[Entry, Subject]:
    """What of an issue may be told right now, with its words."""
    stories: dict[Entry, Subject] = {}
    for entry in entries:
        dossier = office.store.archive.dossier(entry.announcement_id)
        told = None if dossier is None else told_words(office, dossier)
        if dossier is not None and told is not None and told_of(dossier, told, now):
            stories[entry] = Subject(dossier.id, told, originals_of(office, told))
    return stories


def _leave_out(office: Office, claim: DigestClaim, stories: Mapping[Entry, Subject], now: datetime) -> None:
    gone = [entry for entry in claim.entries if entry not in stories]
    later = [entry for entry in gone if not _gone_for_good(office, entry, now)]
    if office.store.digests.leave_out(claim, gone, later, now):
        log.info("left out of a digest", issue=claim.issue.id, entries=len(gone), for_later=len(later))
        if not office.store.mailroom.tally(claim.issue.id).open:
            close(office, claim.issue, now)


def _gone_for_good(office: Office, entry: Entry, now: datetime) -> bool:
    dossier = office.store.archive.dossier(entry.announcement_id)
    return dossier is None or gone_for_good(dossier, now)


def _worded(
    office: Office, channel: MailChannel, claim: DigestClaim, stories: Mapping[Entry, Subject], now: datetime
) -> Variant | None:
    """The issue's words, frozen from here on; None if a template is broken or the claim was lost."""
    try:
        words = word_digest(office, channel, claim.digest, list(stories.values()), now)
    except ConfigError as error:
        log.error("template broken, digest waits", issue=claim.issue.id, reason=str(error))
        office.store.digests.put_off(claim, now + LOOK_AGAIN, error.code)
        return None
    for name, read in words.pictures.items():
        office.store.archive.keep_picture(name, read.media_type, read.data)
    return words.variant if office.store.digests.word(claim, words.variant) else None


def _send(office: Office, channel: MailChannel, claim: DigestClaim, variant: Variant) -> None:
    run = Run(
        office=office,
        issue=claim.issue,
        may_leave=lambda: office.store.mailroom.intact(claim.issue.id),
        renew=lambda until: office.store.digests.renew(claim, until),
    )
    error = send_copies(channel, run, variant)
    now = office.clock.now()
    if error is not None:
        pause = getattr(error, "retry_after", None) or LOOK_AGAIN
        office.store.digests.put_off(claim, now + max(pause, timedelta(seconds=1)), error.code)
        return
    due = open_until(office, claim.issue, now)
    if due is not None:
        office.store.digests.put_off(claim, due, "copies-open")
        return
    tally = close(office, claim.issue, now)
    office.store.digests.settle(claim, RecipientState.SENT, "")
    if tally.reached_nobody:
        values = {"issue": claim.issue.id, "channel": channel.name}
        concern = Concern(subject=f"issue {claim.issue.id}", code="alarm-digest-refused", values=values, lasting=False)
        office.store.alarms.raise_once(concern, now)
    log.info("digest sent", channel=channel.name, issue=claim.issue.id, sent=tally.sent, failed=tally.failed)


def _end(office: Office, claim: DigestClaim, state: RecipientState, code: str, now: datetime) -> None:
    office.store.mailroom.end_copies(claim.issue.id, state, now)
    office.store.digests.settle(claim, state, code)
    close(office, claim.issue, now)


def next_digest(office: Office) -> datetime | None:
    """When something of a digest is next to be sent; what a suspended channel holds back waits for people."""
    if all(is_suspended(office, channel.name) for channel in newsletters(office)):
        return None
    return office.store.digests.next_due(office.clock.now())
