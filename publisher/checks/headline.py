"""The headline: there, readable aloud, and short enough to be one."""

from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

LONGEST = 120
"""Characters: about what search results, link cards and subject lines show."""

SHORTEST_SHOUT = 3
"""Words: „ÖPNV: EM 2024“ is in capitals, and nobody shouts."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """Warnings about the headline, and about an announcement that is nothing but one."""
    headline = announcement.headline.strip()
    if not headline:
        yield Finding(code="headline-missing", severity=Severity.WARNING)
    if len(headline) > LONGEST:
        values = {"length": str(len(headline)), "limit": str(LONGEST)}
        yield Finding(code="headline-long", severity=Severity.WARNING, excerpt=excerpt(headline), values=values)
    if _shouts(headline):
        yield Finding(code="headline-in-capitals", severity=Severity.WARNING, excerpt=excerpt(headline))
    if not announcement.lead.strip() and not announcement.body.strip():
        yield Finding(code="text-missing", severity=Severity.WARNING, excerpt=excerpt(headline))


def _shouts(headline: str) -> bool:
    """Whether at least three words, and nearly all letters, are in capitals. A ß has no capital of its own in use."""
    words = [word for word in headline.split() if sum(letter.isalpha() for letter in word) > 1]
    letters = [letter for word in words for letter in word if letter.isalpha() and letter != "ß"]
    loud = sum(letter.isupper() for letter in letters)
    return len(words) >= SHORTEST_SHOUT and loud >= 0.9 * len(letters)
