"""What a content system put around a text and nobody took away: whole lines that are no part of it."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from publisher.checks.examination import Examination, excerpt, running_text
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

NEAR_THE_TOP = 8
"""Lines: below, „Redaktion“ is the name of an office and „2 Minuten“ the length of a walk."""
LONGEST_LINE = 200
SAME_HEADLINE = 0.65
SENTENCE_END = re.compile(r"[.!?…][“”\"»«'’)]*$")

BYLINE = re.compile(
    r"(?:(?:web|online|cms|system|site|super)?[ -]?(?:admin(?:istrator(?:in)?)?|redakteur(?:in)?|redaktion|editor|webmaster)"
    r"(?:[ -](?:user|account|team|\d{1,3}))?"
    r"|(?:von|by|autor(?:in)?|verfasst von|erstellt von|geschrieben von|posted by|author)\s*:\s*\S[^.!?:]{2,60}"
    r"|(?:von|by)\s+(?-i:[A-ZÄÖÜ][\w-]{1,30}(?:\s[A-ZÄÖÜ][\w-]{1,30}){0,3}))",
    re.IGNORECASE,
)
READING_TIME = re.compile(
    r"(?:(?:lesezeit|lesedauer|reading time)\s*[:–-]?\s*(?:ca\.|etwa|rund)?\s*\d{1,3}\s*min\w*\.?"
    r"|(?:ca\.\s*)?\d{1,3}\s*min(?:\.|uten?|utes?)?(?:\s*(?:lesezeit|lesedauer|lesen|read))?)",
    re.IGNORECASE,
)
LEAD_MARK = re.compile(r"(?:vorspann|teaser|anreißer)(?:\s*:.*|\s+[–-]\s.*|\s+(?-i:[„“\"A-ZÄÖÜ0-9]).*)?", re.IGNORECASE)
END_MARK = re.compile(
    r"[-–—*+#_\s\[(]*(?:[-–—*+#_\[(]\s*(?:ende|schluss|end)(?:\s+der\s+\w{4,30})?\s*[-–—*+#_\])]|#{3}|30)[-–—*+#_\s\])]*",
    re.IGNORECASE,
)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """Warnings for lines that reading left in the text."""
    written = [line.strip() for line in running_text(announcement).splitlines() if line.strip()]
    for place, line in enumerate(written):
        if len(line) <= LONGEST_LINE or place < NEAR_THE_TOP:
            code = _kind(line, place, announcement.headline)
            if code:
                yield Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(line))


def _kind(line: str, place: int, headline: str) -> str:
    """The code of what a line is, "" if it may be text."""
    if LEAD_MARK.fullmatch(line):
        return "lead-mark-in-text"
    if len(line) > LONGEST_LINE:
        return ""
    if END_MARK.fullmatch(line) and not line.isalnum():
        return "end-mark-in-text"
    if place >= NEAR_THE_TOP:
        return ""
    if BYLINE.fullmatch(line):
        return "byline-in-text"
    if READING_TIME.fullmatch(line):
        return "reading-time-in-text"
    return "headline-in-text" if _repeats(line, headline) else ""


def _repeats(line: str, headline: str) -> bool:
    """Whether a line says the headline once more, perhaps in other words; a sentence does not."""
    one, other = (re.findall(r"\w+", text[:LONGEST_LINE].casefold()) for text in (line, headline))
    if min(len(one), len(other)) < 3 or SENTENCE_END.search(line):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SAME_HEADLINE
