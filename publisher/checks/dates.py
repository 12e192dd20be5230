"""Dates and times that cannot be: days that no month has, hours that no day has, weekdays of another date."""

from collections.abc import Iterator
from datetime import date

from publisher.checks.examination import Examination, lines
from publisher.checks.written_dates import WEEKDAYS, WrittenDate, written_dates, written_times
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

LEAP_YEAR = 2024
"""Where no year is written, 29 February is let pass."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """An impossible date or time; a weekday that is wrong for its date."""
    this_year = about.now.astimezone(about.zone).year
    for line in lines(announcement):
        for written in written_dates(line, announcement.language):
            yield from _judge(written, announcement.language, this_year)
        for time in written_times(line):
            if time.minute > 59 or time.hour > 24 or (time.hour == 24 and time.minute):
                yield Finding(code="impossible-time", severity=Severity.ERROR, excerpt=time.text)


def _judge(written: WrittenDate, language: str, this_year: int) -> Iterator[Finding]:
    if _day(written, written.year or LEAP_YEAR) is None:
        yield Finding(code="impossible-date", severity=Severity.ERROR, excerpt=written.text)
    elif written.weekday is not None and written.year is not None:
        right = date(written.year, written.month, written.day).weekday()
        if right != written.weekday:
            values = {"right": _name(right, language)}
            yield Finding(code="weekday-wrong", severity=Severity.ERROR, excerpt=written.text, values=values)
    elif written.weekday is not None:
        near = [_day(written, year) for year in (this_year - 1, this_year, this_year + 1)]
        if written.weekday not in {day.weekday() for day in near if day is not None}:
            yield Finding(code="weekday-doubtful", severity=Severity.WARNING, excerpt=written.text)


def _day(written: WrittenDate, year: int) -> date | None:
    try:
        return date(year, written.month, written.day)
    except ValueError:
        return None


def _name(weekday: int, language: str) -> str:
    return WEEKDAYS[language.split("-")[0]][weekday].split("|")[0]
