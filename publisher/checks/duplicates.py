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
    candidates = (other for other in about.recent if len(own & other.sketch) * 3 >= len(own))
    scored = ((likeness(own, other.sketch), other) for other in candidates)
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if nearest is not None and score >= NEARLY_THE_SAME:
        values = {"id": nearest.id, "headline": nearest.headline}
        yield Finding(code="near-duplicate", severity=Severity.WARNING, values=values)
