"""The emergency stop: one row, read right before every call to the outside."""

from dataclasses import dataclass

from publisher.domain.announcement import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An active stop. `everything`: nothing leaves at all; else repairs and confirmed urgent announcements still do."""

    mark: Mark
    reason: str
    everything: bool = False
