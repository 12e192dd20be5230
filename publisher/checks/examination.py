"""What every family of checks is given, and the words of an announcement as its readers will meet them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeAlias

from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding

LONGEST_EXCERPT = 120
"""Characters: enough to find the place again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What must be known beside the announcement itself.

    `now`: aware UTC. `zone`: the office's. `pictures_need_alt`: the source's rule, see SourceRules.
    """

    now: datetime
    zone: tzinfo
    pictures_need_alt: bool


Check: TypeAlias = Callable[[Announcement, Examination], Iterable[Finding]]
"""One family. Never raises, whatever the text; takes linear time; needs no order among the families."""


def lines(announcement: Announcement) -> Iterator[str]:
    """Every line of words that may be published, top to bottom."""
    written = (announcement.headline, announcement.lead, announcement.body, announcement.must)
    for text in (*written, *announcement.short.values()):
        yield from (line for line in text.splitlines() if line.strip())


def excerpt(text: str) -> str:
    """Words as they stand, cut to a length that a person can take in at a glance."""
    told = text.strip()
    return told if len(told) <= LONGEST_EXCERPT else told[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"
