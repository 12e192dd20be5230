"""Reads dates and times as press officers write them, right or wrong: what the text says, not what the calendar has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

ENGLISH = "en"
GERMAN = "de"

WEEKDAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        GERMAN: ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag|Sonnabend", "Sonntag"),
        ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    }
)
SHORT_WEEKDAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        GERMAN: ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        ENGLISH: ("Mon", "Tues?", "Wed", "Thu(?:rs?)?", "Fri", "Sat", "Sun"),
    }
)
MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        GERMAN: (
            *("Januar|Jänner|Jan\\.", "Februar|Feber|Feb\\.", "März|Mrz\\.", "April|Apr\\.", "Mai", "Juni|Jun\\."),
            *("Juli|Jul\\.", "August|Aug\\.", "September|Sept?\\.", "Oktober|Okt\\.", "November|Nov\\."),
            "Dezember|Dez\\.",
        ),
        ENGLISH: (
            *("January|Jan\\.?", "February|Feb\\.?", "March|Mar\\.", "April|Apr\\.?", "May", "June|Jun\\.?"),
            *("July|Jul\\.?", "August|Aug\\.?", "September|Sept?\\.?", "October|Oct\\.?", "November|Nov\\.?"),
            "December|Dec\\.?",
        ),
    }
)
JOINED = {
    GERMAN: r"(?:bis|und|oder|sowie|auf|zu[mr]?|/|–|-|,|&)",
    ENGLISH: r"(?:to|until|and|or|through|/|–|-|,|&)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date as it is written. `weekday`: 0 is Monday; only where the words tie it to this one date."""

    text: str
    day: int
    month: int
    year: int | None
    weekday: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTime:
    """A time of day as it is written, in hours and minutes."""

    text: str
    hour: int
    minute: int


def written_dates(text: str, language: str) -> Iterator[WrittenDate]:
    """The dates in a German or English text; nothing in any other language. Raises nothing, not even for day 99."""
    tongue = language.split("-")[0]
    if tongue not in MONTHS:
        return
    for match in _dates(tongue).finditer(text):
        month = _month(match, tongue)
        if month is not None:
            yield WrittenDate(
                text=match[0].strip(" ,("),
                day=int(match["day"] or match["day_after"]),
                month=month,
                year=_year(match["year"]),
                weekday=_weekday(match, text, tongue),
            )


def written_times(text: str) -> Iterator[WrittenTime]:
    """Times of day marked as such („18.30 Uhr“, "6:30 pm" is not read). Raises nothing, not even for 25 Uhr."""
    for match in re.finditer(r"(?<![\d.,:/])(?<!\D-)(?<!\d{3}-)(\d{1,2})(?:[:.](\d{2}))?[ \u00a0\u202f]?Uhr\b", text):
        yield WrittenTime(text=match[0], hour=int(match[1]), minute=int(match[2] or 0))


def _numbered(words: tuple[str, ...], prefix: str) -> str:
    return "|".join(f"(?P<{prefix}{number}>{word})" for number, word in enumerate(words))


@cache
def _dates(language: str) -> re.Pattern[str]:
    weekday = (
        rf"(?<!\w)(?:(?:{_numbered(WEEKDAYS[language], 'w')})(?:vormittag|mittag|nachmittag|abend|morgen|früh|nacht)?"
        rf"|(?:{_numbered(SHORT_WEEKDAYS[language], 's')})(?=[.,]|\s\d{{1,2}}\.\d{{1,2}}\.\d{{4}})\.?)(?!\w)"
        r"(?:,|\s\()?\s*(?:(?:de[nmr]|the)\s+)?"
    )
    comma = ",?" if language == ENGLISH else ""  # „am 12. November, 2000 Gäste“ names no year
    year = rf"(?:{comma}\s*(?P<year>\d{{4}}|(?<=\.)\d{{2}})(?![.:]?\d|\s*(?:Uhr|€|Euro)))?"
    year += rf"(?:\s\((?:{_numbered(WEEKDAYS[language], 'e')})\))?"
    day = r"(?<![\d.,/:-])(?P<day>\d{1,2})"
    if language == GERMAN:
        named = rf"{day}\.\s*(?:{_numbered(MONTHS[language], 'm')})(?!-?[A-Za-zäöüß])"
        numeric = r"(?<![\d.,/:-])(?P<day_after>\d{1,2})\.\s?(?P<number>\d{1,2})\.(?!\d{1,2}\.\d)"
        return re.compile(rf"(?:{weekday})?(?:{named}|{numeric}){year}")
    named = rf"{day}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_numbered(MONTHS[language], 'm')})(?![a-z])"
    american = rf"(?<!\w)(?:{_numbered(MONTHS[language], 'n')})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
    return re.compile(rf"(?:{weekday})?(?:{named}|{american}){year}")


def _found(match: re.Match[str], prefix: str, most: int) -> int | None:
    groups = match.groupdict()
    return next((number for number in range(most) if groups.get(f"{prefix}{number}")), None)


def _month(match: re.Match[str], language: str) -> int | None:
    """1 to 12 as named, any number as numbered. None where it only looks like a date („Punkt 3.11.“)."""
    named = _found(match, "m", 12)
    if named is not None:
        return named + 1
    meant = len(match["year"] or "") == 4 or _tied(match)
    if language == ENGLISH:  # "In May 40 people came" is no date, "May 14, 2025" is one
        american = _found(match, "n", 12)
        return american + 1 if american is not None and meant else None
    meant = meant or bool(re.search(r"(?i:\b(?:am|dem|den|vom|bis|zum|ab|seit))\s+$", _before(match)))
    version = match["number"] in ("0", "00") and not match["year"]  # „ab 5.0. läuft es auch dort“
    return int(match["number"]) if meant and not version else None


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 40) : match.start()]


def _tied(match: re.Match[str]) -> bool:
    return _found(match, "w", 7) is not None or _found(match, "s", 7) is not None


def _weekday(match: re.Match[str], text: str, language: str) -> int | None:
    """The weekday right before the date or in brackets behind it, unless it is the last of several („Samstag und Sonntag, …“)."""
    days = "|".join((*WEEKDAYS[language], *SHORT_WEEKDAYS[language]))
    if re.search(rf"(?:{days})\w*\.?,?\s*{JOINED[language]}\s*$", _before(match)):
        return None
    found = (_found(match, prefix, 7) for prefix in ("w", "s", "e"))
    return next((day for day in found if day is not None), None)


def _year(said: str | None) -> int | None:
    """Only years that a press office writes about: „am 12. November 1500 Menschen“ names none."""
    year = int(said or 0) + (2000 if said and len(said) == 2 else 0)
    return year if 1900 <= year <= 2100 else None
