"""Names that intake gives: IDs of announcements, and how much two texts share."""

import secrets
from datetime import datetime, tzinfo

from publisher.domain.announcement import Announcement

# Without letters and digits that are taken for one another when read aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

SHINGLE = 3
SAME_TEXT = 0.5
"""Share of one text's word triples that recur in the other where it is clearly the same one reworked."""
MAYBE_SAME_TEXT = 0.2


def new_id(now: datetime, zone: tzinfo) -> str:
    """ "2026-11-25-k7m3qz": the office's date and 30 random bits, short enough to be copied by hand."""
    return f"{now.astimezone(zone):%Y-%m-%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"


def text_shared(old: Announcement, new: Announcement) -> float:
    """How much of the shorter text stands in the other, too: 0 to 1, by triples of words."""
    before, after = _shingles(old), _shingles(new)
    return len(before & after) / max(1, min(len(before), len(after)))


def _shingles(announcement: Announcement) -> set[tuple[str, ...]]:
    words = f"{announcement.headline} {announcement.lead} {announcement.body}".lower().split()
    return {tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}
