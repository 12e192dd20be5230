"""When something may leave: embargo, publish time, undo and the office's quiet hours, in office time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from publisher.domain.announcement import Announcement, Dossier


def release_moment(announcement: Announcement, earliest: datetime, *, ahead: bool = False) -> datetime:
    """The first moment at which anything of it may leave: embargo and publish time, never before `earliest`.

    `ahead`: for newsrooms, who are told before the embargo ends.
    """
    moments = [earliest, None if ahead else announcement.embargo, announcement.publish]
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
    A begin that comes twice counts the first time, an end the last time, so that no night is broken in two; one that
    the change to summer time skips is the first moment after the gap.
    """
    if quiet is None:
        return moment
    begin, end = quiet
    today = moment.astimezone(zone).date()
    for evening in (today - timedelta(days=1), today):
        morning = evening + timedelta(days=1 if end < begin else 0)
        asleep, awake = _at(evening, begin, zone, fold=0), _at(morning, end, zone, fold=1)
        if asleep <= moment < awake:
            return awake
    return moment


def _at(day: date, minute: int, zone: tzinfo, *, fold: int) -> datetime:
    """That minute of an office day, as UTC."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    first, last = (wall.replace(fold=pass_).astimezone(UTC) for pass_ in (0, 1))
    if last >= first:
        return last if fold else first
    # In the gap, the later pass reads a moment before it (PEP 495): from there on to where the clocks change.
    moment, before = last, last.astimezone(zone).utcoffset()
    while moment.astimezone(zone).utcoffset() == before:
        moment += timedelta(minutes=1)
    return moment


def in_periods(moment: datetime, periods: Iterable[tuple[date, date]], zone: tzinfo) -> bool:
    """Whether the office day of the moment lies in one of the periods (first and last day included)."""
    today = moment.astimezone(zone).date()
    return any(begin <= today <= end for begin, end in periods)
