"""What each channel will lose, said before anything is sent."""

from collections.abc import Iterator

from publisher.checks.examination import Examination
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """What wording remarked on each variant, and `language-missing` (warning): readers' tools would have to guess."""
    for variant in about.variants:
        yield from variant.findings
    if not announcement.language.strip():
        yield Finding(code="language-missing", severity=Severity.WARNING)
