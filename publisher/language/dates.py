"""Days and times as people read them, in the office's time zone: Babel's knowledge of languages, kept in one place."""

from datetime import datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

FALLBACK = Locale("de")


def locale_of(language: str) -> Locale:
    """The locale for a BCP 47 tag. "de-simple" reads its dates in German, English ones are European; else German."""
    if language == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        pass
    try:
        return Locale.parse(language.split("-")[0])
    except (UnknownLocaleError, ValueError):
        return FALLBACK


def long_date(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment's day: „Mittwoch, 12. November 2025“, "Wednesday, 12 November 2025"."""
    locale = locale_of(language)
    pattern = "EEEE, d MMMM y" if locale.language == "en" else "full"
    return format_date(moment.astimezone(zone), pattern, locale=locale)


def clock_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment's time of day: „18:30 Uhr“, "18:30"."""
    locale = locale_of(language)
    told = format_time(moment.astimezone(zone), "HH:mm" if locale.language in ("de", "en") else "short", locale=locale)
    return f"{told} Uhr" if locale.language == "de" else told


def office_moment(moment: datetime, zone: tzinfo, language: str) -> str:
    """A moment in office time, as people write it: "Freitag, 27. November 2026, 18:00 Uhr"."""
    return f"{long_date(moment, zone, language)}, {clock_time(moment, zone, language)}"
