"""What is to be worded: an announcement with the bytes of its pictures, and what becomes of them on the way to a channel."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from publisher.domain.announcement import Announcement, Picture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding, Severity, remark_on
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.domain.variant import PreparedPicture, Variant
from publisher.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Worded:
    """A variant, and the bytes of its prepared pictures by their hash."""

    variant: Variant
    pictures: Mapping[str, ReadPicture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be worded: an announcement under its ID, with the bytes of its pictures by their hash."""

    id: str
    announcement: Announcement
    originals: Mapping[str, bytes]

    def link(self, office: Office) -> str:
        """The announcement's own address, or its public page."""
        return self.announcement.link or office.config.web.page_of(self.id)


def shown_of(announcement: Announcement, now: datetime, most: int | None) -> tuple[list[Picture], tuple[Finding, ...]]:
    """The pictures that may go along: with alt text, within their rights, as many as the platform takes."""
    fit = [p for p in announcement.pictures if p.alt and (p.until is None or p.until > now)]
    if most is None or len(fit) <= most:
        return fit, ()
    values = {"most": str(most)}
    extra = Finding(code="pictures-left-out", severity=Severity.WARNING, excerpt=fit[most].name, values=values)
    return fit[:most], (extra,)


def prepare_each(
    office: Office, subject: Subject, shown: Sequence[Picture], room: PictureRoom
) -> tuple[list[tuple[Picture, ReadPicture]], tuple[Finding, ...]]:
    """Each picture made fit for the room, and a finding for each that cannot be."""
    prepared: list[tuple[Picture, ReadPicture]] = []
    findings: list[Finding] = []
    for picture in shown:
        try:
            prepared.append((picture, office.studio.prepare(subject.originals[picture.sha256], room)))
        except InvalidAnnouncement as error:
            findings.append(remark_on(error, picture.name))
    return prepared, tuple(findings)


def prepared_of(read: ReadPicture, alt: str) -> PreparedPicture:
    """A made picture as a variant names it."""
    return PreparedPicture(
        sha256=sha256(read.data).hexdigest(),
        media_type=read.media_type,
        width=read.width,
        height=read.height,
        size=len(read.data),
        alt=alt,
    )


def originals_of(office: Office, announcement: Announcement) -> Mapping[str, bytes]:
    """The bytes of an archived announcement's pictures, by hash."""
    return dict(_kept(office, announcement.pictures))


def _kept(office: Office, pictures: Sequence[Picture]) -> Iterator[tuple[str, bytes]]:
    for picture in pictures:
        kept = office.store.archive.picture(picture.sha256)
        if kept is not None:
            yield picture.sha256, kept[1]
