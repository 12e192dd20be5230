"""Pacing: what a platform says of how much it will still take."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A window of a rate limit: `remaining` of `limit` calls until `reset` (aware UTC)."""

    limit: int
    remaining: int
    reset: datetime


@runtime_checkable
class Paced(Protocol):
    """A channel whose platform tells its rate limit with its answers. Asked by the lane after each send."""

    def allowance(self) -> Allowance | None:
        """What the last answer to this lane said, None if it said nothing. No call to the outside."""
