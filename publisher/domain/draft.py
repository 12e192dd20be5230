"""What a source has read, before intake gives it a place: the raw side of an announcement."""

from dataclasses import dataclass
from datetime import datetime

from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPicture:
    """The bytes of a picture as they came, not yet looked at: hostile until read."""

    data: bytes
    name: str
    alt: str = ""
    credit: str = ""
    caption: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An announcement as a source read it.

    `announcement.pictures` is empty here: intake reads `pictures` and fills it.
    `revises`: the ID of an announcement that this one says it is a new revision of, "" if it says nothing.
    `findings`: what was noticed while reading (leftovers taken away, tracked changes, a picture not found).
    """

    announcement: Announcement
    pictures: tuple[RawPicture, ...] = ()
    revises: str = ""
    findings: tuple[Finding, ...] = ()
