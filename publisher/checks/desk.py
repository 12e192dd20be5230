"""The desk where all families of checks look at an announcement, one after the other."""

from collections import Counter
from collections.abc import Iterable, Iterator

from publisher.checks import (
    abbreviations,
    channels,
    characters,
    contact,
    dates,
    duplicates,
    embargo,
    headline,
    leftovers,
    links,
    names,
    pasted,
    pictures,
    placeholders,
    reach,
    readability,
    timeliness,
    titles,
    versions,
)
from publisher.checks.examination import Check, Examination
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

__all__ = ["FAMILIES", "Examination", "examine"]

FAMILIES: tuple[Check, ...] = (
    embargo.check,
    dates.check,
    placeholders.check,
    characters.check,
    pictures.check,
    headline.check,
    leftovers.check,
    pasted.check,
    timeliness.check,
    titles.check,
    names.check,
    abbreviations.check,
    readability.check,
    links.check,
    reach.check,
    contact.check,
    duplicates.check,
    channels.check,
    versions.check,
)

MOST_OF_A_KIND = 10
"""Nobody reads the eleventh remark of one kind, and hostile texts have thousands."""

GRAVITY = tuple(Severity)  # error, warning, notice


def examine(announcement: Announcement, about: Examination) -> tuple[Finding, ...]:
    """Everything that there is to say, the gravest first, with the severities that the families give."""
    said = (finding for family in FAMILIES for finding in family(announcement, about))
    return tuple(sorted(_once(said), key=lambda finding: GRAVITY.index(finding.severity)))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    kinds: Counter[str] = Counter()
    for finding in findings:
        if (finding.code, finding.excerpt) not in seen and kinds[finding.code] < MOST_OF_A_KIND:
            seen.add((finding.code, finding.excerpt))
            kinds[finding.code] += 1
            yield finding
