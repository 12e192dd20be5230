"""Time is handed in, so that a night of waiting can be tested in a millisecond."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only way to learn the time in workflow and domain."""

    def now(self) -> datetime:
        """The present, aware UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait, or let the test's clock jump."""
