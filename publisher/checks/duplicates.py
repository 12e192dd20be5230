"""What was announced already: nearly the same words as in an announcement of the last weeks."""

from collections.abc import Iterator

from publisher.checks.examination import Examination
from publisher.checks.sketches import likeness, sketch
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

NEARLY_THE_SAME = 0.6
"""Of all word triples: a reworked text keeps more, two weekly notices of the same kind share less."""

FEWEST = 20
"""Word triples: shorter texts are alike by chance."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`near-duplicate` (warning) for the recent announcement that is most like this one."""
    if not about.recent:
        return
    own = sketch(announcement)
    if len(own) < FEWEST:
        return
    score, nearest = max(((likeness(own, other.sketch), other) for other in about.recent), key=lambda pair: pair[0])
    if score >= NEARLY_THE_SAME:
        values = {"id": nearest.id, "headline": nearest.headline}
        yield Finding(code="near-duplicate", severity=Severity.WARNING, values=values)
