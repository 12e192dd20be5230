"""Names that intake gives: IDs of announcements, and whether two texts are the same one reworked."""

import secrets
from datetime import datetime, tzinfo

from publisher.domain.announcement import Announcement

# Without letters and digits that are taken for one another when read aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

SHINGLE = 3
SAME_TEXT = 0.5


def new_id(now: datetime, zone: tzinfo) -> str:
    """ "2026-11-25-k7m3qz": the office's date and 30 random bits, short enough to be copied by hand."""
    return f"{now.astimezone(zone):%Y-%m-%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"


def same_text_reworked(old: Announcement, new: Announcement) -> bool:
    """Whether `new` is clearly the text of `old` reworked: at least half of the shorter one's word triples recur."""
    before, after = _shingles(old), _shingles(new)
    shorter = min(len(before), len(after))
    return shorter > 0 and len(before & after) / shorter >= SAME_TEXT


def _shingles(announcement: Announcement) -> set[tuple[str, ...]]:
    words = f"{announcement.headline} {announcement.lead} {announcement.body}".lower().split()
    return {tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}
