"""Knows how people in a German press office write a point in time, and which instant of theirs is meant."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MONTHS = ["januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november"]
MONTHS += ["dezember"]
ENGLISH_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
ENGLISH_MONTHS += ["november", "december"]
SHORT_MONTHS = {"jan": 1, "feb": 2, "mrz": 3, "mär": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9}
SHORT_MONTHS |= {"okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12, "jänner": 1}
MONTH_NUMBERS = {name: number for names in (MONTHS, ENGLISH_MONTHS) for number, name in enumerate(names, 1)}
MONTH_NUMBERS |= SHORT_MONTHS

WEEKDAYS = ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"]
ENGLISH_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAY_NUMBERS = {name: number for names in (WEEKDAYS, ENGLISH_WEEKDAYS) for number, name in enumerate(names)}
WEEKDAY_NUMBERS |= {"sonnabend": 5} | {name[:2]: number for number, name in enumerate(WEEKDAYS)}

WEEKDAY_NAMES = "|".join(sorted(WEEKDAY_NUMBERS, key=len, reverse=True))
_WEEKDAY = rf"(?:(?:ab|bis|bis zum|am)\s+)?(?:(?P<weekday>{WEEKDAY_NAMES})\.?,?\s+)?(?:(?:dem|den|der|am|vom|the)\s+)?"
_DAY = (
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:(?P<month>\d{1,2})\.|(?P<name>[a-zäöü]{3,9})\.?)\s*(?P<year>\d{4}|\d{2})"
)
_ISO_DAY = r"(?P<iso>\d{4}-\d{2}-\d{2})"
_HOUR = r"(?:ab\s+|um\s+|at\s+|bis\s+|t)?(?P<hour>\d{1,2})"
_CLOCK = (
    rf"{_HOUR}(?:[:.](?P<minute>\d{{2}})(?::\d{{2}}(?:\.\d+)?)?\s*(?:uhr|h)?|\s*(?:uhr|h)(?:\s*(?P<past>\d{{2}}))?)"
)
_OFFSET = r"\s*(?P<offset>z|[+-]\d{2}:?\d{2})?"
_WHEN = re.compile(rf"{_WEEKDAY}(?:{_ISO_DAY}|{_DAY})(?:(?:\s*[,;/–-]?\s*){_CLOCK}{_OFFSET})?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was read. `at`: aware UTC; where no time of day was given, the end of that day.

    `to_the_minute`: whether a time of day was given. `shifted`: whether the clocks change at that hour, so that the
    later of the two readings was taken.
    """

    at: datetime
    to_the_minute: bool
    shifted: bool = False


def read_moment(text: str, zone: tzinfo) -> Moment:
    """ "12.11.2025 18:00", "Mittwoch, 12. November 2025, 18 Uhr", "2025-11-12T18:00+01:00" -> the instant.

    Without an offset it is time of `zone`. Raises ValueError when it is not such a time, when there is no such day,
    or when the weekday is another one.
    """
    match = _WHEN.fullmatch(_plain(text))
    if match is None:
        raise ValueError("time")
    return _read(match, zone)


def find_moment(text: str, zone: tzinfo) -> Moment:
    """The latest time that stands somewhere in a line, as `read_moment` reads it. Raises ValueError if there is none."""
    return max((_read(match, zone) for match in _WHEN.finditer(_plain(text))), key=lambda moment: moment.at)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!")


def _read(match: re.Match[str], zone: tzinfo) -> Moment:
    day = _day(match)
    if match["hour"] is None:
        return Moment(_instant(day + timedelta(days=1), time(), zone).at, to_the_minute=False)
    hour, minute = int(match["hour"]), int(match["minute"] or match["past"] or 0)
    if (hour, minute) == (24, 0):
        day, hour = day + timedelta(days=1), 0
    if match["offset"]:
        offset = match["offset"].upper()
        return Moment(datetime.fromisoformat(f"{day}T{time(hour, minute)}{offset}").astimezone(UTC), True)
    return _instant(day, time(hour, minute), zone)


def _day(match: re.Match[str]) -> date:
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
    else:
        month = int(match["month"]) if match["month"] else MONTH_NUMBERS.get(match["name"], 0)
        day = date(int(match["year"]) + (2000 if len(match["year"]) == 2 else 0), month, int(match["day"]))
    if match["weekday"] and WEEKDAY_NUMBERS.get(match["weekday"]) != day.weekday():
        raise ValueError("weekday")
    if not 2000 <= day.year <= 2100:
        raise ValueError("year")
    return day


def _instant(day: date, clock: time, zone: tzinfo) -> Moment:
    """Where the clocks change, an hour exists twice or not at all: the later reading breaks no embargo."""
    readings = [datetime.combine(day, clock.replace(fold=fold), zone) for fold in (0, 1)]
    first, second = (reading.astimezone(UTC) for reading in readings)
    return Moment(max(first, second), to_the_minute=True, shifted=first != second)
