"""Digests: when one is due, what it gathers, and what of it may still be told. Pure; times of day are office time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from publisher.domain.announcement import Announcement, Dossier
from publisher.domain.issue import Entry, Issue
from publisher.domain.subscriber import Rhythm
from publisher.domain.variant import Variant

SPAN = {Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}
"""How far the very first digest of a rhythm looks back; later ones find what no earlier one has told."""

LOOK_BACK = timedelta(weeks=2)
"""How old that may be: what waited for a person, or for the program to run again. Copies are known for longer."""

OVERLAP = timedelta(hours=1)
"""What goes out while somebody changes the rhythm may reach them by neither: the old one brings it, too. Nobody is sent
twice what they have a copy of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the digest of a rhythm is due. `minute`: since midnight; `weekday`: 0 for Monday, None for every day."""

    rhythm: Rhythm
    minute: int
    weekday: int | None = None

    def latest(self, now: datetime, zone: tzinfo) -> datetime:
        """The last due moment that is not after `now`."""
        today = now.astimezone(zone).date()
        days = (today - timedelta(days=back) for back in range(9))
        return next(moment for day in days if self._fits(day) and (moment := self._on(day, zone)) <= now)

    def following(self, now: datetime, zone: tzinfo) -> datetime:
        """The first due moment after `now`."""
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(9))
        return next(moment for day in days if self._fits(day) and (moment := self._on(day, zone)) > now)

    def _fits(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday

    def _on(self, day: date, zone: tzinfo) -> datetime:
        return datetime.combine(day, time(self.minute // 60, self.minute % 60), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One digest of one newsletter: there is one only per channel, rhythm and office day of its due moment."""

    channel: str
    rhythm: Rhythm
    day: date
    moment: datetime
    """When it was due, or made by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """An announcement that a digest takes up, and whom it is for: the readers of one of `topics`, of any if empty.
    `sent_at`: when it went out to those who read at once."""

    entry: Entry
    topics: tuple[str, ...]
    sent_at: datetime

    def suits(self, topics: tuple[str, ...], until: datetime | None = None) -> bool:
        """Whether it is for a reader of these topics (none: of all). `until`: when they changed to another rhythm, which
        brings them all that goes out from then on."""
        if until is not None and self.sent_at > until + OVERLAP:
            return False
        return not self.topics or not topics or not set(self.topics).isdisjoint(topics)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestClaim:
    """One digest's issue, taken by one worker for the length of a lease. `variant` None: not worded yet."""

    issue: Issue
    digest: Digest
    entries: tuple[Entry, ...]
    """In the order in which they are told."""
    variant: Variant | None
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestIssue:
    """How one of a digest's issues stands. `settled_as` "": still open. `variant`: None while it is not worded."""

    issue: Issue
    digest: Digest
    entries: tuple[Entry, ...]
    due_at: datetime
    settled_as: str
    reason: str
    variant: Variant | None


def told_of(dossier: Dossier, told: Announcement, now: datetime) -> bool:
    """Whether a published announcement may be told in a digest right now, `told` being its words."""
    if dossier.standing.retracted is not None or dossier.standing.held is not None:
        return False
    bounds = [moment for moment in (told.embargo, told.publish) if moment is not None]
    return all(moment <= now for moment in bounds) and (told.expires is None or told.expires > now)


def gone_for_good(dossier: Dossier, now: datetime) -> bool:
    """Whether no later digest will tell of it either."""
    expires = dossier.announcement.expires
    return dossier.standing.retracted is not None or (expires is not None and expires <= now)
