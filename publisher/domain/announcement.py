"""An announcement: the words and pictures of one revision, and how far the office has let it go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from publisher.domain.finding import Finding


class Audience(StrEnum):
    """Whom an announcement is for: everybody, or newsrooms only."""

    PUBLIC = "public"
    PRESS = "press"


class Grade(StrEnum):
    """What kind of change a later revision is."""

    QUIET = "quiet"
    CORRECTION = "correction"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was read and is kept in the archive under the SHA-256 of its bytes."""

    sha256: str
    media_type: str
    width: int
    height: int
    name: str = ""
    alt: str = ""
    credit: str = ""
    caption: str = ""
    until: datetime | None = None
    """The end of the rights to use it (aware UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The content of one revision. Frozen: a change is a new revision.

    All texts are NFC without control characters; `headline` is one line. Times are aware UTC.
    """

    headline: str
    lead: str = ""
    """Plain text, one paragraph."""
    body: str = ""
    """Plain text, paragraphs parted by an empty line; list items are paragraphs that begin with "– "."""
    html: str = ""
    """The body once more as clean HTML (p, h2 to h4, ul, ol, li, a, strong, em, blockquote, table, br), links absolute."""
    short: Mapping[str, str] = field(default_factory=dict)
    """An editor's own words for posts: by channel name or kind, "" for all."""
    must: str = ""
    """A sentence that no post may go without."""
    link: str = ""
    """Absolute http(s) address of the original, "" if it has none of its own."""
    language: str = "de"
    """BCP 47, or "de-simple" for Leichte Sprache."""
    embargo: datetime | None = None
    publish: datetime | None = None
    expires: datetime | None = None
    urgent: bool = False
    wait_for_link: bool = False
    """Nothing leaves until its own link answers."""
    audience: Audience = Audience.PUBLIC
    topics: tuple[str, ...] = ()
    """Keys of the newsletter's topics."""
    tags: tuple[str, ...] = ()
    """Keywords as the source wrote them, without "#"."""
    pictures: tuple[Picture, ...] = ()
    contact: str = ""
    channels: tuple[str, ...] = ()
    """Names of the channels it is for; empty means all that fit."""
    follows: str = ""
    version_of: str = ""
    """ID of the announcement that this one is another language's version of."""
    grade: Grade | None = None


def short_for(announcement: Announcement, channel: str, kind: str) -> str:
    """The editor's own words for this channel: by its name, else its kind, else for all, else ""."""
    words = announcement.short
    return words.get(channel) or words.get(kind) or words.get("", "")


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did something, and when (aware UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of an announcement's content, with what the checks said of it."""

    number: int
    announcement: Announcement
    findings: tuple[Finding, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the office has said about an announcement: the row that outlives its revisions."""

    id: str
    source: str
    key: str
    """The source's own name for it: a path in the folder, a GUID in the feed."""
    taken_at: datetime
    revision: int
    """Number of the newest revision, from 1."""
    composed: int
    """Number of the revision whose variants stand in the outbox, 0 for none."""
    needs_approval: bool
    urgent: bool
    """Urgent, and the source may say so."""
    approved: Mark | None = None
    held: Mark | None = None
    retracted: Mark | None = None
    """Taken back by a person, or withdrawn by its source before it was published."""
    released: Mark | None = None
    """When a person undid a hold: from here `stale_after` counts again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An announcement as the archive holds it: its standing and its newest revision."""

    standing: Standing
    current: Revision

    @property
    def id(self) -> str:
        return self.standing.id

    @property
    def announcement(self) -> Announcement:
        return self.current.announcement
