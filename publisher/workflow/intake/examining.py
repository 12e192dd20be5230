"""From what a source read to what the archive keeps: pictures decoded, findings gathered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from publisher.checks import channels
from publisher.checks.desk import Examination, examine
from publisher.checks.sketches import Recent
from publisher.domain.announcement import Announcement, Picture
from publisher.domain.draft import Draft, RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding, Severity, remark_on, with_severities
from publisher.domain.picture import ReadPicture
from publisher.domain.variant import Variant
from publisher.ports.sources import SourceRules
from publisher.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft that was looked at: its announcement with pictures, what is to be kept of them, and all findings."""

    announcement: Announcement
    pictures: tuple[tuple[Picture, bytes], ...]
    findings: tuple[Finding, ...]


def examine_draft(
    office: Office, draft: Draft, rules: SourceRules, now: datetime, recent: Sequence[Recent] = (), itself: str = ""
) -> Examined:
    """Look at a draft as an editor would. Pure but for the time it takes; nothing is kept yet.

    `recent`: what was announced lately. `itself`: the ID of the announcement that this is a new revision of.
    """
    pictures, spoiled = _read_pictures(office, draft.pictures)
    announcement = replace(
        draft.announcement,
        pictures=tuple(picture for picture, _ in pictures),
        urgent=draft.announcement.urgent and rules.may_be_urgent,
        wait_for_link=draft.announcement.wait_for_link or rules.wait_for_link,
    )
    kin = {itself, announcement.follows, announcement.version_of}
    about = Examination(
        now=now,
        zone=office.config.office.timezone,
        pictures_need_alt=rules.pictures_need_alt,
        contact_expected=not rules.braked,
        removed=tuple(finding.excerpt for finding in draft.findings if finding.code == "repeated-headline"),
        recent=tuple(one for one in recent if one.id not in kin),
        versions_wanted=_versions_wanted(office),
        versions=frozenset(one.language for one in recent if itself and one.version_of == itself),
    )
    remarks = [*draft.findings, *spoiled, *examine(announcement, about), *_refused_wishes(office, draft, rules)]
    once = [remark for place, remark in enumerate(remarks) if remark not in remarks[:place]]
    return Examined(announcement, tuple(pictures), with_severities(once, office.config.checks))


def _versions_wanted(office: Office) -> frozenset[str]:
    """The languages that channels ask for, the office's own aside."""
    asked = {str(table.get("language") or "") for table in office.config.enabled_channels.values()}
    return frozenset(asked - {"", office.config.office.language})


def losses(office: Office, announcement: Announcement, variants: Iterable[Variant]) -> tuple[Finding, ...]:
    """What channels will lose of an announcement, as its variants show."""
    about = Examination(
        now=office.clock.now(),
        zone=office.config.office.timezone,
        pictures_need_alt=False,
        variants=tuple(variants),
    )
    return with_severities(channels.check(announcement, about), office.config.checks)


def keep_pictures(office: Office, examined: Examined) -> None:
    """Put the pictures into the archive. Raises StoreError."""
    for picture, data in examined.pictures:
        office.store.archive.keep_picture(picture.sha256, picture.media_type, data)


def _read_pictures(office: Office, raws: Sequence[RawPicture]) -> tuple[list[tuple[Picture, bytes]], list[Finding]]:
    pictures: list[tuple[Picture, bytes]] = []
    findings: list[Finding] = []
    for raw in raws:
        try:
            read = office.studio.read(raw)
        except InvalidAnnouncement as error:
            findings.append(remark_on(error, raw.name))
        else:
            pictures.append((_picture(raw, read), read.data))
    return pictures, findings


def _picture(raw: RawPicture, read: ReadPicture) -> Picture:
    return Picture(
        sha256=sha256(read.data).hexdigest(),
        media_type=read.media_type,
        width=read.width,
        height=read.height,
        name=raw.name,
        alt=raw.alt,
        credit=raw.credit,
        caption=raw.caption,
        until=raw.until,
    )


def _refused_wishes(office: Office, draft: Draft, rules: SourceRules) -> Iterable[Finding]:
    """What the file asks for and this desk does not grant: said, never silently ignored."""
    wanted = draft.announcement
    if wanted.urgent and not rules.may_be_urgent:
        yield Finding(code="urgent-not-allowed", severity=Severity.WARNING)
    if wanted.wait_for_link and not wanted.link:
        yield Finding(code="no-link-to-wait-for", severity=Severity.WARNING)
    known = {key for channel in office.config.channels.values() for key in channel.get("topics", ())}
    for topic in wanted.topics:
        if known and topic not in known:
            yield Finding(code="unknown-topic", severity=Severity.WARNING, excerpt=topic)
