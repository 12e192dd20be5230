"""Letters that were lost on the way: a text read in the wrong encoding shows it, and its readers would too."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

# What windows-1252 shows for the bytes 80 to BF, which follow the first byte of a letter in UTF-8 (RFC 3629, 3).
_FOLLOWING = "".join(bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xC0))
BROKEN = re.compile(rf"\S{{0,20}}(?:\ufffd|[ÃÂ][{re.escape(_FOLLOWING)}]|â[€‚„])\S{{0,20}}")


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`characters-broken` (error) for the first such word of each line."""
    for line in lines(announcement):
        if found := BROKEN.search(line):
            yield Finding(code="characters-broken", severity=Severity.ERROR, excerpt=excerpt(found[0]))
