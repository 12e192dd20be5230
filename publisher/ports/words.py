"""From an announcement to words: what the templates are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publisher.domain.announcement import Announcement
from publisher.domain.errors import ConfigError
from publisher.domain.finding import Finding
from publisher.domain.subscriber import Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOrder:
    """One post to be worded.

    `link`: the announcement's own or its public page. `credits`: of the pictures that go with it, in order.
    `limit` in the unit of `measure`. `most_tags`: hashtags that it may have, an editor's own ones counted; None for as
    many as fit.
    """

    template: str
    channel: str
    kind: str
    announcement: Announcement
    link: str
    credits: tuple[str, ...]
    limit: int
    measure: Callable[[str], int]
    most_tags: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWords:
    """A worded post. `findings`: what did not fit; an error if link, headline or the must sentence do not."""

    text: str
    length: int
    tags: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    more: tuple[str, ...] = ()
    """The further posts of a thread, each within the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePicture:
    """A picture in a mail: linked, never attached. `width` and `height` in pixels."""

    url: str
    width: int
    height: int
    alt: str
    credit: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntry:
    """One announcement in an issue."""

    announcement: Announcement
    link: str
    page: str
    """Its public page: "view in browser"; "" if it has none."""
    pictures: tuple[IssuePicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOrder:
    """One issue to be worded, in `language`, from the templates in the folder `template`.

    `digest`: "daily" or "weekly", "" for an announcement's own issue. `dated`: the day it is of.
    `embargo`: set while it lies ahead, for newsrooms. `enclosed`: names of the files that travel along.
    """

    template: str
    language: str
    entries: Sequence[IssueEntry]
    digest: str = ""
    dated: datetime | None = None
    embargo: datetime | None = None
    enclosed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWords:
    """A worded issue, complete in both parts; UNSUBSCRIBE_SLOT stands where each copy gets its own address."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOrder:
    """A mail to one person to be worded, in `language`, from templates/<template>.txt, .html and .subject.txt.

    `link`: where its reader acts; it must stand in both parts. `topics`: names, empty for all. `until`: how long the link
    is good, None for ever.
    """

    template: str
    language: str
    link: str
    topics: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.IMMEDIATE
    asked_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """A worded notice, complete in both parts."""

    subject: str
    text: str
    html: str


class Renderer(Protocol):
    """The templates. Called by compose, preview and doctor; safe for several threads."""

    def post(self, order: PostOrder) -> PostWords:
        """Word a post. Raises ConfigError with file, line and reason when the template is broken."""

    def issue(self, order: IssueOrder) -> IssueWords:
        """Word an issue. Raises ConfigError with file, line and reason when a template is broken."""

    def notice(self, order: NoticeOrder) -> NoticeWords:
        """Word a mail to one person. Raises ConfigError with file, line and reason when a template is broken."""

    def faults(self, templates: Sequence[str]) -> list[ConfigError]:
        """Try the named templates on made-up announcements: everything that is wrong with them, with file and line."""
