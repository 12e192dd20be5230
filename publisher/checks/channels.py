"""What each channel will lose, said before anything is sent."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt
from publisher.domain.announcement import Announcement, short_for
from publisher.domain.finding import Finding, Severity
from publisher.domain.variant import Variant
from publisher.language.sentences import sentences


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """What wording remarked on each variant; `lead-lost` (notice) and `language-missing` (warning)."""
    for variant in about.variants:
        yield from variant.findings
        yield from _lead(announcement, variant)
    if not announcement.language.strip():
        yield Finding(code="language-missing", severity=Severity.WARNING)


def _lead(announcement: Announcement, variant: Variant) -> Iterator[Finding]:
    """A post that begins with the body says less than its editor thinks; one with words of its own says what it should."""
    told = any(finding.code == "no-sentence-fits" for finding in variant.findings)
    if told or variant.limit is None or short_for(announcement, variant.channel, variant.kind):
        return
    lead = sentences(announcement.lead, announcement.language)
    said = _letters(variant.text)
    if lead and not any(_letters(sentence) in said for sentence in lead):
        values = {"channel": variant.channel, "limit": str(variant.limit)}
        yield Finding(code="lead-lost", severity=Severity.NOTICE, excerpt=excerpt(lead[0]), values=values)


def _letters(text: str) -> str:
    """Marks and blanks are set anew for each channel; letters and digits stay."""
    return re.sub(r"[\W_]+", "", text)
