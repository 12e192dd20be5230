"""An embargo that stands in the text: it must be set, or the text goes out before its time."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from publisher.checks.embargo_words import asks_for_later, headline_asks, is_closed_road
from publisher.checks.examination import Examination, excerpt, lines, running_text
from publisher.checks.written_dates import WrittenDate, WrittenTime, written_dates, written_times
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

LONG_PAST = timedelta(days=2)
"""An embargo that ended longer ago than this before anybody read it has the wrong year, most likely."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`embargo-not-set` (error), `embargo-differs` (warning), `embargo-in-text` (notice) where both agree;
    `embargo-long-past` (error), `publish-long-past` (warning); `expires-first` (error; a warning for
    what is over when it comes in)."""
    yield from _long_past(announcement, about)
    yield from _never(announcement, about)
    opening = announcement.embargo or announcement.publish
    for line in _asking(announcement):
        told = excerpt(line)
        differs = opening is not None and _differs(line, announcement.language, opening, about.zone)
        if opening is None or (differs and opening <= about.now):
            yield Finding(code="embargo-not-set", severity=Severity.ERROR, excerpt=told)
        elif differs:
            values = {"set": _written(opening, about.zone)}
            yield Finding(code="embargo-differs", severity=Severity.WARNING, excerpt=told, values=values)
        else:
            yield Finding(code="embargo-in-text", severity=Severity.NOTICE, excerpt=told)


def _long_past(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    kinds = (("embargo-long-past", Severity.ERROR), ("publish-long-past", Severity.WARNING))
    for (code, severity), moment in zip(kinds, (announcement.embargo, announcement.publish), strict=True):
        if moment is not None and moment < about.now - LONG_PAST:
            yield Finding(code=code, severity=severity, excerpt=_written(moment, about.zone))


def _never(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """What ends before it may begin would wait, and then be missed. Only of what is over by now nobody expects more."""
    opens = max(moment for moment in (about.now, announcement.embargo, announcement.publish) if moment is not None)
    if announcement.expires is not None and announcement.expires <= opens:
        values = {"opens": _written(opens, about.zone)}
        told = _written(announcement.expires, about.zone)
        severity = Severity.ERROR if announcement.expires > about.now else Severity.WARNING
        yield Finding(code="expires-first", severity=severity, excerpt=told, values=values)


def _asking(announcement: Announcement) -> Iterator[str]:
    below = running_text(announcement)
    if headline_asks(announcement.headline, below):
        yield announcement.headline
    for line in lines(announcement):
        if asks_for_later(line) and not is_closed_road(line, f"{announcement.headline}\n{below}"):
            yield line


def _written(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%d.%m.%Y, %H:%M")


def _differs(line: str, language: str, opening: datetime, zone: tzinfo) -> bool:
    local = opening.astimezone(zone)
    days, times = list(written_dates(line, language)), list(written_times(line))
    wrong_day = bool(days) and not any(_same_day(day, local) for day in days)
    wrong_time = bool(times) and not any(_same_time(time, local) for time in times)
    return wrong_day or wrong_time


def _same_day(day: WrittenDate, local: datetime) -> bool:
    return (day.day, day.month) == (local.day, local.month) and day.year in (None, local.year)


def _same_time(time: WrittenTime, local: datetime) -> bool:
    return (time.hour % 24, time.minute) == (local.hour, local.minute)
