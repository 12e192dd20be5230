"""What every family of checks is given, and the words of an announcement as its readers will meet them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import TypeAlias

from publisher.checks.sketches import Recent
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding
from publisher.domain.link import LinkAnswer
from publisher.domain.variant import Variant
from publisher.language.quotations import enclosures
from publisher.language.sentences import sentences

MARKS = frozenset("„“”‚‘’\"'»«›‹")
LONGEST_EXCERPT = 120
"""Characters: enough to find the place again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What must be known beside the announcement itself; what is not known is not judged.

    `now`: aware UTC. `zone`: the office's. `pictures_need_alt`: the source's rule, see SourceRules.
    `contact_expected`: whether the source has a place for one (feeds have none). `removed`: headlines that reading took
    away. `links`: what looking at them showed, by address. `recent`: what was taken in lately. `variants`: how channels
    will word it. `versions_wanted`: languages that channels ask for; `versions`: those that there are.
    """

    now: datetime
    zone: tzinfo
    pictures_need_alt: bool
    contact_expected: bool = True
    removed: tuple[str, ...] = ()
    links: Mapping[str, LinkAnswer] = field(default_factory=dict)
    recent: tuple[Recent, ...] = ()
    variants: tuple[Variant, ...] = ()
    versions_wanted: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()


Check: TypeAlias = Callable[[Announcement, Examination], Iterable[Finding]]
"""One family. Never raises, whatever the text; takes linear time; needs no order among the families."""


def lines(announcement: Announcement) -> Iterator[str]:
    """Every line of words that may be published, top to bottom."""
    written = (announcement.headline, announcement.lead, announcement.body, announcement.must)
    for text in (*written, *announcement.short.values()):
        yield from (line for line in text.splitlines() if line.strip())


def running_text(announcement: Announcement) -> str:
    """Lead and body, which everybody reads, without headline and words for single channels."""
    return "\n\n".join(part for part in (announcement.lead, announcement.body) if part.strip())


@lru_cache(maxsize=4)
def told_sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a text; several families ask for the same ones, one after the other."""
    return tuple(sentences(text, language))


def without_quotations(text: str) -> str:
    """The text with blanks for what stands in quotation marks: what people say is theirs. Places stay the same."""
    if MARKS.isdisjoint(text):
        return text
    kept, end = [], 0
    for begin, close in enclosures(text):
        if text[begin] in "([":
            continue
        kept += [text[end:begin], " " * (close - begin)]
        end = close
    return "".join((*kept, text[end:]))


def excerpt(text: str) -> str:
    """Words as they stand, cut to a length that a person can take in at a glance."""
    told = text.strip()
    return told if len(told) <= LONGEST_EXCERPT else told[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"
