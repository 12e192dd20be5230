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
    r"(?<!\d)(?P<day>\d{1,2})(?!\d)(?:\.|st|nd|rd|th)?\s*(?:(?P<month>\d{1,2})\.|(?P<name>[a-zäöü]{3,9})\.?)\s*"
    r"(?P<year>\d{4}|\d{2}(?!\d|[:.]\d|\s*(?:uhr|h)\b))"  # „12.12. 18 Uhr“ names an hour and no year
)
_ISO_DAY = r"(?P<iso>\d{4}-\d{2}-\d{2})"
_HOUR = r"(?:ab\s+|um\s+|at\s+|bis\s+|t)?(?P<hour>\d{1,2})"
_CLOCK = (
    rf"{_HOUR}(?:[:.](?P<minute>\d{{2}})(?::\d{{2}}(?:\.\d+)?)?\s*(?:uhr|h)?|\s*(?:uhr|h)(?:\s*(?P<past>\d{{2}}))?"
    r"|\s*(?=[ap]\.?m\b))"
)
_PART_NAMES = r"(?:morgens?|früh|vormittags?|mittags?|nachmittags?|abends?|nachts?|[ap]\.?m\b\.?)"
_PART = rf"(?:\s*(?:(?:am|in\s+der|in\s+the)\s+)?(?P<part>{_PART_NAMES}))?"
_OFFSET = r"\s*(?P<offset>z\b|[+-]\d{2}:?\d{2})?"
_WHEN = re.compile(rf"{_WEEKDAY}(?:{_ISO_DAY}|{_DAY})(?:(?:\s*[,;/–-]?\s*){_CLOCK}{_PART}{_OFFSET})?", re.IGNORECASE)
# „Freitagabend, 11.12., 6 Uhr“, „halb sieben“: what changes an hour and stands where it is not read.
_CHANGES_HOUR = re.compile(rf"{_PART_NAMES}\b|\b(?:halb|viertel|dreiviertel|kurz)\b", re.IGNORECASE)
NEAR = 25
"""Characters behind a time that may still say which part of the day is meant."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was read. `at`: aware UTC; where no time of day was given, the end of that day.

    `to_the_minute`: whether a time of day was given. `shifted`: whether the clocks change at that hour, so that the
    later of the two readings was taken.
    """

    at: datetime
    to_the_minute: bool
    shifted: bool = False


class WrongWeekday(ValueError):
    """The weekday is not that of the date. `right`: the one that it is, in German."""

    def __init__(self, day: date) -> None:
        super().__init__("weekday")
        self.right = WEEKDAYS[day.weekday()].capitalize()


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
    """The latest time that stands somewhere in a line, as `read_moment` reads it. Raises ValueError if there is none, or
    if a word beside it moves its hour („Freitagabend, …, 6 Uhr“)."""
    plain = _plain(text)
    found = list(_WHEN.finditer(plain))
    for match in found:
        beside = f"{plain[: match.start()]} {re.split('[–—.(]', plain[match.end() :][:NEAR])[0]}"
        if match["part"] is None and int(match["hour"] or 24) <= 12 and _CHANGES_HOUR.search(beside):
            raise ValueError("part of the day")
    return max((_read(match, zone) for match in found), key=lambda moment: moment.at)


def places_of_moments(text: str) -> list[tuple[int, int]]:
    """Where in a text the times stand that `find_moment` reads: begin and end of each."""
    return [match.span() for match in _WHEN.finditer(text)]


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .!")


def _read(match: re.Match[str], zone: tzinfo) -> Moment:
    day = _day(match)
    if match["hour"] is None:
        return Moment(_instant(day + timedelta(days=1), time(), zone).at, to_the_minute=False)
    hour, minute = _hour(int(match["hour"]), match["part"]), int(match["minute"] or match["past"] or 0)
    if (hour, minute) == (24, 0):
        day, hour = day + timedelta(days=1), 0
    if match["offset"]:
        offset = match["offset"].upper()
        return Moment(datetime.fromisoformat(f"{day}T{time(hour, minute)}{offset}").astimezone(UTC), True)
    return _instant(day, time(hour, minute), zone)


def _hour(hour: int, part: str | None) -> int:
    """The hour of 24 that is meant. Raises ValueError where it may be two („2 Uhr nachts“) or none („18 Uhr morgens“)."""
    match (part or "").casefold().replace(".", "").rstrip("s"):
        case "":
            return hour
        case "abend" | "nachmittag" | "pm" if hour < 12:
            return hour + 12
        case "mittag" if hour < 4:
            return hour + 12
        case "nacht" if 9 <= hour < 12:
            return hour + 12
        case "am" if hour == 12:
            return 0
        case "morgen" | "früh" | "vormittag" | "am" if hour < 12:
            return hour
        case "nachmittag" | "pm" | "mittag" if hour in (11, 12):
            return hour
        case "abend" | "nachmittag" | "nacht" if hour >= 13:
            return hour
    raise ValueError("part of the day")


def _day(match: re.Match[str]) -> date:
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
    else:
        month = int(match["month"]) if match["month"] else MONTH_NUMBERS.get(match["name"].casefold(), 0)
        day = date(int(match["year"]) + (2000 if len(match["year"]) == 2 else 0), month, int(match["day"]))
    if match["weekday"] and WEEKDAY_NUMBERS.get(match["weekday"].casefold()) != day.weekday():
        raise WrongWeekday(day)
    if not 2000 <= day.year <= 2100:
        raise ValueError("year")
    return day


def _instant(day: date, clock: time, zone: tzinfo) -> Moment:
    """Where the clocks change, an hour exists twice or not at all: the later reading breaks no embargo."""
    readings = [datetime.combine(day, clock.replace(fold=fold), zone) for fold in (0, 1)]
    first, second = (reading.astimezone(UTC) for reading in readings)
    return Moment(max(first, second), to_the_minute=True, shifted=first != second)
