"""Announcements as sets of numbers, small enough to compare hundreds: the smallest hashes of their word triples."""

import re
from dataclasses import dataclass
from zlib import crc32

from publisher.domain.announcement import Announcement

WORD = re.compile(r"\w+")
KEPT = 128
"""Hashes of an announcement (bottom-k sketch): the likeness of two is off by about a twentieth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """An announcement that was taken in lately."""

    id: str
    headline: str
    sketch: frozenset[int]
    language: str = ""
    version_of: str = ""


def sketch(announcement: Announcement) -> frozenset[int]:
    """What lead and body say, as at most KEPT numbers; few or none for a text of few words."""
    words = WORD.findall(f"{announcement.lead}\n{announcement.body}".casefold())
    triples = zip(words, words[1:], words[2:], strict=False)
    return frozenset(sorted({crc32(" ".join(triple).encode("utf-8", "replace")) for triple in triples})[:KEPT])


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of word triples that two announcements have in common, 0 to 1 (Broder 1997)."""
    smallest = sorted(one | other)[:KEPT]
    return len(one & other & frozenset(smallest)) / len(smallest) if smallest else 0.0
