"""How fast mails may leave: evenly, and never faster than the rate, by all processes of one database together.

One moment is kept: until when the time is taken. Whoever wants to send takes the next slice of time, in a step that no two
can do at once, and sends in it what the rate allows. So after a crash mails leave a little later, and never too early.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from publisher.domain.variant import JsonObject
from publisher.ports.ledger import Notebook

SLICE = 0.25
"""Seconds that are taken at once; as long as one mail takes, where the rate is slower."""
SLACK = 0.05
"""Seconds of lateness that are made up for: timers are not exact."""
ASTRAY = 2.0
"""Seconds by which clocks may differ."""
NAME = "pace"


class Pace:
    """The pace of one channel. `per_second` None is unlimited. `now`: Unix time in seconds."""

    def __init__(self, per_second: float | None, notebook: Notebook, scope: str, now: Callable[[], float]) -> None:
        self._pause = 1 / per_second if per_second else 0.0
        self._most = max(1, int(SLICE * per_second)) if per_second else 0
        self._notebook = notebook
        self._scope = scope
        self._now = now
        self._left = 0
        self._next = self._end = 0.0

    @property
    def unlimited(self) -> bool:
        """Whether nothing is ever waited for."""
        return not self._pause

    def wait(self) -> float:
        """Seconds until the next mail may leave, 0 for now: then the time for it is taken."""
        if not self._pause:
            return 0.0
        now = self._now()
        if now >= self._next and (self._left == 0 or now >= self._end):
            self._notebook.change(self._scope, NAME, partial(self._take, now))
        return max(0.0, self._next - now)

    def spend(self) -> None:
        """A mail leaves now."""
        if self._pause:
            self._left = max(0, self._left - 1)
            self._next = max(self._next, self._now() - SLACK) + self._pause

    def keep(self) -> None:
        """Nothing more leaves for now: give back what was taken and not used."""
        if self._left:
            self._notebook.change(self._scope, NAME, self._give_back)
            self._left = 0

    def _take(self, now: float, kept: JsonObject) -> JsonObject:
        span = self._most * self._pause
        free = free_at(kept, now, span)
        if free > now:
            self._left, self._next = 0, free
            return kept
        self._left, self._next = self._most, max(free, now - SLACK)
        self._end = self._next + span
        return _until(self._end)

    def _give_back(self, kept: JsonObject) -> JsonObject:
        return _until(self._next) if kept == _until(self._end) else kept


def free_at(kept: JsonObject, now: float, span: float) -> float:
    """From when on time is free, by what the notebook says. `span`: seconds that are taken at once."""
    moment = datetime.fromisoformat(str(kept["next"])).timestamp() if "next" in kept else 0.0
    # Nobody takes so much ahead: a clock was set back. That must not silence the channel for hours.
    return moment if moment - now <= span + ASTRAY else 0.0


def _until(moment: float) -> JsonObject:
    return {"next": datetime.fromtimestamp(moment, UTC).isoformat()}
