"""Versions that the office's readers wait for: another language, or Leichte Sprache."""

from collections.abc import Iterator

from publisher.checks.examination import Examination
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`version-missing` (notice) for each language that a channel asks for; a version itself needs no further ones."""
    if announcement.version_of:
        return
    for language in sorted(about.versions_wanted - about.versions - {announcement.language}):
        yield Finding(code="version-missing", severity=Severity.NOTICE, excerpt=language)
