"""Look before it is queued: what check and preview say of a file or an announcement, without keeping anything."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from publisher.domain.announcement import Announcement
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding
from publisher.ports.channels import Channel
from publisher.ports.sources import SourceRules
from publisher.workflow.compose.subject import Subject, Worded, originals_of
from publisher.workflow.compose.variants import suits
from publisher.workflow.compose.wording import word
from publisher.workflow.editorial.decisions import require
from publisher.workflow.intake.examining import examine_draft
from publisher.workflow.intake.links import add_link_findings, link_findings, may_look, were_looked_at
from publisher.workflow.intake.recent import recent_announcements
from publisher.workflow.office import Office

# What a file outside every queue is judged by: as strictly as the queue folder does.
LOOSE_FILE = SourceRules(
    every=timedelta(0),
    settle=timedelta(0),
    needs_approval=False,
    may_be_urgent=True,
    braked=False,
    backlog=None,
    pictures_need_alt=True,
)
UNTAKEN = "2026-01-01-entwurf"
"""Stands for the ID that a file will only get when it is taken in: as long as a real one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An announcement as it would be taken in, from its file or the archive."""

    subject: Subject
    source: str
    findings: tuple[Finding, ...]

    @property
    def announcement(self) -> Announcement:
        return self.subject.announcement


def try_out(office: Office, file_or_id: str) -> Tried:
    """Read a file as the queue would, or fetch an announcement by ID.

    Raises InvalidAnnouncement if the file cannot be used or the ID is unknown.
    """
    path = Path(file_or_id)
    if not path.exists():
        return try_known(office, file_or_id)
    draft, now = office.read_file(path), office.clock.now()
    examined = examine_draft(office, draft, LOOSE_FILE, now, recent_announcements(office, now), draft.revises)
    originals = {picture.sha256: data for picture, data in examined.pictures}
    return Tried(Subject(UNTAKEN, examined.announcement, originals), "", examined.findings)


def try_known(office: Office, id: str) -> Tried:
    """An announcement of the archive. Raises InvalidAnnouncement for an unknown ID."""
    dossier = require(office, id)
    subject = Subject(dossier.id, dossier.announcement, originals_of(office, dossier.announcement))
    return Tried(subject, dossier.standing.source, dossier.current.findings)


def try_links(office: Office, tried: Tried) -> tuple[Finding, ...]:
    """What its links show, in at most five seconds; nothing before its embargo. Kept, if it is an announcement's."""
    now = office.clock.now()
    if tried.subject.id == UNTAKEN:
        return link_findings(office, tried.announcement, now) if may_look(office, tried.announcement, now) else ()
    if not were_looked_at(office, require(office, tried.subject.id), now):
        add_link_findings(office, require(office, tried.subject.id))
    return require(office, tried.subject.id).current.findings


def try_words(office: Office, tried: Tried, channel: str | None = None) -> list[Worded]:
    """Every variant as it would be sent, or that of one channel. Offline: with the last known limits.

    Raises ConfigError for a broken template, InvalidAnnouncement (channel-unknown) for a channel that is not configured.
    """
    now = office.clock.now()
    return [word(office, wanted, tried.subject, now, ask=False) for wanted in _wanted(office, tried, channel)]


def _wanted(office: Office, tried: Tried, channel: str | None) -> list[Channel]:
    if channel is None:
        return [found for found in office.channels.values() if suits(found, tried.announcement, tried.source)]
    if channel not in office.channels:
        raise InvalidAnnouncement("channel-unknown", channel=channel, known=", ".join(office.channels))
    return [office.channels[channel]]
