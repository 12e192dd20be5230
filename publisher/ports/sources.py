"""Where announcements come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable

from publisher.domain.draft import Draft, RawPicture
from publisher.domain.link import LinkAnswer
from publisher.domain.sighting import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRules:
    """What intake must know of a source: the office's settings for it, not how it works."""

    every: timedelta
    settle: timedelta
    needs_approval: bool
    may_be_urgent: bool
    braked: bool
    """Whether the flood brake counts its items (feeds)."""
    backlog: int | None
    """How many of the newest items to take on first contact; None: all (the queue folder)."""
    wait_for_link: bool = False
    """Whether its announcements wait until their own link answers."""
    pictures_need_alt: bool
    """A picture without alt text holds the announcement (queue); else the picture is left out (feeds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a source showed.

    `items`: newest first; None if the source said that nothing changed since the last look.
    `memory`: to be handed in at the next look (ETag, Last-Modified).
    """

    items: tuple[Item, ...] | None
    memory: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Called by intake, from one thread at a time."""

    @property
    def name(self) -> str: ...
    @property
    def rules(self) -> SourceRules: ...

    def look(self, memory: Mapping[str, str]) -> Look:
        """Show what is there now. Raises TemporaryFailure when the source cannot be reached or makes no sense."""

    def read(self, item: Item) -> Draft:
        """Read one item whole. Raises InvalidAnnouncement if no announcement can be made of it."""


@runtime_checkable
class Keeper(Protocol):
    """A source that is also a place where people look what became of their files: the queue folder."""

    def take(self, item: Item, status: str) -> None:
        """Move the item to where the taken ones lie, its status file with it. Harmless if it has moved already."""

    def refuse(self, item: Item, status: str) -> None:
        """Move the item to where the refused ones lie, with the reason as its status. Harmless to repeat."""

    def report(self, key: str, status: str) -> None:
        """Write the status file of an item, wherever the item lies now; leave it alone if it says so already."""


class Pages(Protocol):
    """Pages of the web that announcements link to, fetched under guard (publisher.net)."""

    def preview_picture(self, url: str) -> RawPicture | None:
        """The picture that the page itself offers for link previews (og:image), None if there is none to be had."""

    def look(self, url: str) -> LinkAnswer:
        """What stands behind a link, within 5 seconds; raises nothing. Safe for several threads."""

    def answers(self, url: str) -> bool:
        """Whether the page is there: it answers 200 within 15 seconds."""
