"""An embargo that stands in the text: it must be set, or the text goes out before its time."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from publisher.checks.examination import Examination, excerpt, lines
from publisher.checks.written_dates import WrittenDate, WrittenTime, written_dates, written_times
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

_UNTIL = r"(?:bis|ab|endet|von|until|till|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|heute|morgen|\d)"
_PREFIX = r"^[^\w\n]*(?:(?:achtung|wichtig|hinweis|bitte|mit|attention|note)\b[^\w\n]*)?"
# A line that says so, never a sentence about one: districts announce the Sperrfrist for manure, and entry is free from 6.
EMBARGO = re.compile(
    rf"""{_PREFIX}(?:
        sperrfrist (?: \s*[:!–—-] | \s+{_UNTIL} | \W*$ )
      | sperrvermerk\b
      | frei (?:gegeben)? \s* (?:zur\s+veröffentlichung)? \s* (?: :\s* | \s )
            ab (?: \s*: | \s+ (?!\d+\s+(?:jahren?|euro|personen)\b) )
      | embargo(?:ed|ed\ until)? (?: \s*[:!–—-] | \s+(?:bis|until|till|ends|\d) | \W*$ )
      | (?:nicht|keine) \s+ (?:zur\s+)? veröffentlichung \s+ vor\b
      | not\ for\ (?:release|publication) \s+ (?:before|until)\b
      | (?:strictly\s+)? under\ embargo\b
    )
  | \bsperrfrist\s+(?:bitte\s+)?(?:beachten|einhalten)\b | \bbeachten\s+sie\s+(?:bitte\s+)?die\s+sperrfrist\b
  | \b(?:erst|nicht\ vor)\b[^.\n]{{0,60}}\b(?:zur\s+veröffentlichung|veröffentlichen|zu\s+veröffentlichen)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`embargo-not-set` (error), `embargo-differs` (warning), or `embargo-in-text` (notice) where both agree."""
    opening = announcement.embargo or announcement.publish
    for line in lines(announcement):
        if not EMBARGO.search(line):
            continue
        told = excerpt(line)
        if opening is None:
            yield Finding(code="embargo-not-set", severity=Severity.ERROR, excerpt=told)
        elif _differs(line, announcement.language, opening, about.zone):
            values = {"set": opening.astimezone(about.zone).strftime("%d.%m.%Y, %H:%M")}
            yield Finding(code="embargo-differs", severity=Severity.WARNING, excerpt=told, values=values)
        else:
            yield Finding(code="embargo-in-text", severity=Severity.NOTICE, excerpt=told)


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
