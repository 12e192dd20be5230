"""What a source has shown us so far, item by item, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SightingState(StrEnum):
    """`seen`: remembered, not taken (backlog). `waiting`: to be taken once it has settled. The others are done."""

    SEEN = "seen"
    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a source shows at a look: a file in the folder, an entry of the feed.

    `key`: the source's own lasting name for it. `fingerprint`: changes when, and only when, its content changes.
    `payload`: what the source needs to read it later, without asking again (a path; the entry as JSON).
    """

    key: str
    fingerprint: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An item as it is remembered. Times are aware UTC; `changed_at` is when this fingerprint was first seen."""

    item: Item
    state: SightingState
    first_seen: datetime
    changed_at: datetime
    announcement_id: str = ""
