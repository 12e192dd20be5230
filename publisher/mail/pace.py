"""How fast mails may leave: evenly, never faster than the rate, also right after a restart.

One moment is kept: when the next mail may leave. It is written a second ahead, not with every mail; so after a crash
the pace starts at most a second too late, and never too early.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from publisher.ports.ledger import Notebook

AHEAD = 1.0
"""Seconds that are spoken for in advance."""
SLACK = 0.05
"""Seconds of lateness that are made up for: timers are not exact."""
NAME = "pace"


class Pace:
    """The pace of one channel. `per_second` None is unlimited. `now`: Unix time in seconds."""

    def __init__(self, per_second: float | None, notebook: Notebook, scope: str, now: Callable[[], float]) -> None:
        self._pause = 1 / per_second if per_second else 0.0
        self._notebook = notebook
        self._scope = scope
        self._now = now
        self._next = self._spoken_for = self._remembered() if per_second else 0.0

    @property
    def unlimited(self) -> bool:
        """Whether nothing is ever waited for."""
        return not self._pause

    def wait(self) -> float:
        """Seconds until the next mail may leave, 0 for now."""
        return max(0.0, self._next - self._now()) if self._pause else 0.0

    def spend(self) -> None:
        """A mail leaves now."""
        if not self._pause:
            return
        self._next = max(self._next, self._now() - SLACK) + self._pause
        if self._next > self._spoken_for:
            self._keep(self._next + AHEAD)

    def keep(self) -> None:
        """Nothing more leaves for now: give back what was spoken for."""
        if self._pause and self._spoken_for != self._next:
            self._keep(self._next)

    def _keep(self, moment: float) -> None:
        self._spoken_for = moment
        told = datetime.fromtimestamp(moment, UTC).isoformat()
        self._notebook.write(self._scope, NAME, {"next": told})

    def _remembered(self) -> float:
        kept = self._notebook.read(self._scope, NAME)
        if kept is None:
            return 0.0
        # A clock that was set back must not silence the channel for hours.
        latest = self._now() + max(self._pause, AHEAD) + self._pause
        return min(datetime.fromisoformat(str(kept["next"])).timestamp(), latest)
