"""Days as readers of another day will understand them: „morgen“ without a date, and dates that have passed already."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from publisher.checks.examination import Examination, excerpt, running_text, told_sentences, without_quotations
from publisher.checks.written_dates import WrittenDate, written_dates
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

_DAY = r"(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag)"
_PART = r"(?:früh|Morgen|Vormittag|Mittag|Nachmittag|Abend|Nacht)"
_VERB = r"(?:hat|haben|wurde|wurden|findet|finden|tagt|beginnt|startet|öffnet|eröffnet)"
GERMAN = re.compile(
    rf"""\b(?:
        (?:[Hh]eute|[Mm]orgen|[Üü]bermorgen|[Gg]estern) \s (?:{_PART}\b | um\s\d | [au]b\b )
      | (?:ab|seit) \s (?:heute|morgen|übermorgen|gestern)\b (?:\s{_PART}\b)? | bis\s(?:morgen|übermorgen)\b (?:\s{_PART}\b)?
      | (?<!von\s)(?<!für\s)(?<!und\s)(?<!als\s) (?:morgen|[Üü]bermorgen|[Gg]estern)\b
      | {_VERB} \s heute\b | Heute \s {_VERB}\b | (?<![\w,;]\s)Morgen \s {_VERB}\b | [Dd]iese[nm] \s {_DAY}\b
      | (?:am\s)? (?:heutigen|morgigen|gestrigen) \s (?:Tag|Abend|{_DAY})\b
      | (?:am\s|in\sder\s|im\s|an\sdem\s)? (?:[Kk]ommende|[Nn]ächste)[nrms]? \s (?:{_DAY}|Woche|Wochenende|Monat)\b
    )""",
    re.VERBOSE,
)
ENGLISH = re.compile(
    r"""\b(?:
        [Tt]omorrow|[Yy]esterday|[Tt]onight
      | (?:next|this\ coming) \s (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b | next\s(?:week|weekend|month)\b
      | (?:announced|opened|closed|starts?|begins?|meets?|decided) \s today\b
    )\b""",
    re.VERBOSE,
)
DATED = re.compile(
    r"[\s,(]{1,3}(?:(?:am|dem|den|the|on)\s)?(?:\w{6,10},?\s)?(?:(?:dem|den)\s)?\d{1,2}(?:\.|\s\w|th|st|nd|rd)"
)
"""The date stands right behind: „morgen, Freitag, 14. November“."""

COMING = re.compile(
    r"\b(?:findet|finden|lädt|laden|wird|werden|beginnt|beginnen|startet|starten|tagt|öffnet|öffnen|bietet|bieten|steht|stehen"
    r"|kommt|spielt|spielen|liest|spricht|zeigt|tritt|endet|enden|ist|sind|können|eingeladen|will|starts?|begins?|opens?|takes"
    r"|is|are|meets?)\b"
)
PAST = re.compile(
    r"\b(?:hat|haben|hatte|hatten|war|waren|wurde|wurden|worden|seit|ging|kam|kamen|fand|gab|begann|endete|starb|gestorben"
    r"|has|have|had|was|were|since)\b|\b[Gg]e\w{2,15}(?:t|en)\s(?:wurde|worden|ist|sind)\b"
)
NOT_AN_EVENT = re.compile(
    r"(?:\b(?:vom|seit|ab|von|nach|Stand|Stichtag|since|from|of|dated)\b[:\s]{1,2}(?:dem\s|den\s)?|,\s(?:die|der|das|den|dem)\s[^,]{0,80})$"
)
LONGEST_AGO = timedelta(days=400)
"""Older dates are history, told in the present tense."""
WITHOUT_YEAR = timedelta(days=30)
"""„am Montag, 3. November“ means the one behind us only if that was lately."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`relative-day` (warning) outside of direct speech, `date-past` (warning) where it is announced as coming."""
    pattern = ENGLISH if announcement.language.startswith("en") else GERMAN
    for line in (announcement.headline, *running_text(announcement).splitlines()):
        told = without_quotations(line) if pattern.search(line) else ""
        for match in pattern.finditer(told):
            if not DATED.match(told, match.end()):
                yield Finding(code="relative-day", severity=Severity.WARNING, excerpt=excerpt(match[0]))
    reading = max(moment for moment in (about.now, announcement.embargo, announcement.publish) if moment is not None)
    today = reading.astimezone(about.zone)
    for sentence in told_sentences(running_text(announcement), announcement.language):
        if COMING.search(sentence) and any(sign.isdigit() for sign in sentence):
            yield from _passed(without_quotations(sentence), announcement.language, today)


def _passed(sentence: str, language: str, today: datetime) -> Iterator[Finding]:
    """The dates of one sentence that have passed although it speaks of what is to come."""
    if not COMING.search(sentence) or PAST.search(sentence):
        return
    for written in written_dates(sentence, language):
        before = sentence[max(0, sentence.find(written.text) - 100) : sentence.find(written.text)]
        if _has_passed(written, today.date()) and not NOT_AN_EVENT.search(before):
            yield Finding(code="date-past", severity=Severity.WARNING, excerpt=excerpt(written.text))


def _has_passed(written: WrittenDate, today: date) -> bool:
    try:
        day = date(written.year or today.year, written.month, written.day)
    except ValueError:
        return False
    if written.year is None and written.weekday != day.weekday():
        return False  # „beginnt am 1. November“ may be said of every year
    return timedelta(0) < today - day <= (LONGEST_AGO if written.year else WITHOUT_YEAR)
