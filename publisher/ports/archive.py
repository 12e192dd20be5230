"""Announcements, their revisions and pictures, and what sources have shown.

Each method is one transaction; all raise StoreError.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publisher.domain.announcement import Announcement, Dossier, Mark, Revision
from publisher.domain.finding import Finding
from publisher.domain.sighting import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One item to be taken in: a new announcement, or (`revises` an ID) a new revision of a known one."""

    id: str
    """Of the announcement: minted by intake, or that of the revised one."""
    source: str
    sighting: Sighting
    """As it is to stand afterwards: state `taken`, with the announcement's ID."""
    announcement: Announcement
    findings: tuple[Finding, ...]
    needs_approval: bool
    urgent: bool
    revises: bool


class Archive(Protocol):
    """Announcements, their revisions and pictures, and what sources have shown."""

    def sightings(self, source: str, keys: Collection[str] = ()) -> Mapping[str, Sighting]:
        """What is remembered of a source under these keys, and whatever of it is still waiting or taken, by key.

        So that looking costs what is shown, not what was ever seen.
        """

    def remember(self, source: str, sightings: Sequence[Sighting]) -> None:
        """Insert or overwrite sightings."""

    def take(self, takings: Sequence[Taking], now: datetime) -> list[Dossier]:
        """Take items in, all or none: announcement or revision, findings and sighting together.

        A new revision clears an approval, since it was given to other words. A person's hold lasts until the release.
        """

    def dossier(self, id: str) -> Dossier | None:
        """One announcement with its newest revision."""

    def these(self, ids: Collection[str]) -> Mapping[str, Dossier]:
        """Several announcements at once, by ID; unknown IDs are left out."""

    def dossiers(self, *, limit: int = 200, before: datetime | None = None) -> list[Dossier]:
        """Newest first by `taken_at`; `before` pages on."""

    def open_dossiers(self) -> list[Dossier]:
        """Those that compose still has to look at: not retracted, newest revision not composed; oldest first."""

    def changed_since(self, moment: datetime) -> list[Dossier]:
        """Those whose standing, revision or deliveries changed at or after the moment."""

    def revisions(self, id: str) -> list[Revision]:
        """Every revision, oldest first."""

    def by_key(self, source: str, key: str) -> Dossier | None:
        """The newest announcement taken under this key of a source."""

    def approve(self, id: str, mark: Mark) -> None: ...
    def hold(self, id: str, mark: Mark) -> None: ...
    def release(self, id: str, mark: Mark) -> None:
        """Undo `hold`."""

    def retract(self, id: str, mark: Mark) -> None:
        """Mark as taken back and cancel what is still queued or deferred, together."""

    def require_approval(self, now: datetime) -> list[str]:
        """Let everything of which something has still to leave wait for a person, unless one approved it: IDs of those."""

    def composed_since(self, moment: datetime, sources: Sequence[str]) -> list[datetime]:
        """When announcements of these sources were composed at or after the moment: what the flood brake counts."""

    def published(
        self, *, limit: int = 50, before: datetime | None = None, words: Sequence[str] = ()
    ) -> list[tuple[Dossier, datetime]]:
        """Announcements for the public with at least one delivery `sent`, not retracted, newest first, each with when.

        `words`: only those whose headline, lead and body hold all of these, as parts of words and whatever their case.
        `current` is here the newest revision that was sent: a later one may still be held or under embargo.
        """

    def taken_since(self, moment: datetime, *, limit: int) -> list[tuple[str, int]]:
        """ID and newest revision of what was taken in at or after the moment and not retracted, newest first.

        Reads no contents.
        """

    def amend_findings(
        self, id: str, revision: int, *, add: Sequence[Finding], drop: Collection[tuple[str, str]], now: datetime
    ) -> None:
        """Add to a revision's findings what is not among them, and drop those of these codes and excerpts."""

    def keep_picture(self, sha256: str, media_type: str, data: bytes) -> None:
        """Keep bytes under their hash; harmless to repeat."""

    def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """Media type and bytes."""
