"""When something may leave: embargo, publish time, undo and the office's quiet hours, in office time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from publisher.domain.announcement import Announcement, Dossier

MINUTES_A_DAY = 24 * 60


def release_moment(announcement: Announcement, earliest: datetime) -> datetime:
    """The first moment at which anything of it may leave: embargo and publish time, never before `earliest`."""
    moments = [earliest, announcement.embargo, announcement.publish]
    return max(moment for moment in moments if moment is not None)


def due_since(dossier: Dossier) -> datetime:
    """From when `stale_after` counts: the latest of the revision's intake, approval, a person's release, embargo and
    publish time."""
    standing = dossier.standing
    said = [mark.at for mark in (standing.approved, standing.released) if mark is not None]
    return release_moment(dossier.announcement, max([dossier.current.made_at, *said]))


def after_quiet_hours(moment: datetime, quiet: tuple[int, int] | None, zone: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into.

    `quiet`: begin and end as minutes since midnight, office time; an end before the begin lies on the next day.
    Wall clock times that the change to summer time skips are read as the first moment after it.
    """
    if quiet is None:
        return moment
    begin, end = quiet
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if (minute - begin) % MINUTES_A_DAY >= (end - begin) % MINUTES_A_DAY:
        return moment
    day = local.date() + timedelta(days=1 if minute > end else 0)
    wake = datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=zone)
    return wake.astimezone(UTC)


def in_periods(moment: datetime, periods: Iterable[tuple[date, date]], zone: tzinfo) -> bool:
    """Whether the office day of the moment lies in one of the periods (first and last day included)."""
    today = moment.astimezone(zone).date()
    return any(begin <= today <= end for begin, end in periods)
