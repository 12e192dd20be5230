"""Dates as German content systems write them into feeds, taught to feedparser, which knows none of them; and which of
them lie ahead."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from time import struct_time

import feedparser

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar jänner january",
            "feb februar feber february",
            "mär mrz märz maer maerz mar march",
            "apr april",
            "mai may",
            "jun juni june",
            "jul juli july",
            "aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov november",
            "dez dezember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
ZONE = re.compile(r"(?:\d\s*z|[+-]\d{2}:?\d{2}|\d\s+(?:uhr\s+)?(?!uhr)[a-z]{2,5})$", re.IGNORECASE)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(minutes=15)
ZONES = {"MEZ": 1, "CET": 1, "MESZ": 2, "CEST": 2}
GERMAN = re.compile(
    r"(?:[a-zäöü]{2,10}\.?,?\s+)?(\d{1,2})\.?\s*(?:([a-zäöü]{3,9})\.?\s+|(\d{1,2})\.\s*)(\d{4}),?"
    r"(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*uhr)?\s*([a-z]{3,4}|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)


def parse_german(text: str) -> struct_time | None:
    """ "Mi, 12 Nov 2025 10:00:00 +0100", "12. November 2025, 10:00 Uhr", "12.11.2025" -> UTC; None for anything else.

    Without a zone the time is taken as it stands: feeds are only put in order by it.
    """
    match = GERMAN.fullmatch(text.strip())
    if match is None:
        return None
    day, word, number, year, hour, minute, second, zone = match.groups()
    month = MONTHS.get(word.lower()) if word else int(number)
    offset = _offset(zone or "")
    if month is None or offset is None:
        return None
    try:
        moment = datetime(int(year), month, int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=offset)
        return moment.utctimetuple()
    except (ValueError, OverflowError):
        return None


def told_date(written: str, read: tuple[int, ...] | None) -> str:
    """An entry's date in ISO 8601, "" without one. `read`: what feedparser made of it, which takes it for UTC where it
    names no zone: there it stays without an offset."""
    if read is None:
        return ""
    year, month, day, hour, minute, second = read[:6]
    offset = "+00:00" if ZONE.search(written.strip()) else ""
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}{offset}"


def opening(published: str, zone: tzinfo, now: datetime) -> datetime | None:
    """The moment before which an entry must not go out: its own date where that has yet to come (aware UTC).

    A quarter of an hour is the leeway of clocks.
    """
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return min(aware, FAR).astimezone(UTC) if aware > now + LEEWAY else None


def _offset(zone: str) -> timezone | None:
    if not zone or zone.upper() in ("GMT", "UTC"):
        return UTC
    if hours := ZONES.get(zone.upper()):
        return timezone(timedelta(hours=hours))
    if zone[0] not in "+-":
        return None
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))


def teach_german_dates() -> None:
    """Let feedparser ask us first. Harmless to repeat."""
    feedparser.registerDateHandler(parse_german)
