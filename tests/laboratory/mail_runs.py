"""Long mail runs that are killed again and again, or whose mail server is; then what every reader got is counted."""

import random
import signal
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import sleep

from tests.laboratory.counted import UNKNOWN, Counted, faults
from tests.laboratory.desk import Desk
from tests.laboratory.outcome import Outcome
from tests.laboratory.sink import Sink
from tests.laboratory.stable import Worker

PROGRAM, SERVER = "the program", "the mail server"
ALONE, BOTH = [PROGRAM], [PROGRAM, SERVER]
"""Who is struck: if it is the program alone, whatever is under way still arrives; if it is both, it does not."""
AFTERWARDS_SECONDS = 600.0
"""How much later somebody starts the program again, if it ended because of its mail server."""
MOST_STARTS = 60


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of it. `blows`: how often somebody is struck when the mail server has come to stand still, or up to `pause`
    seconds after it has gone on. `early`: before these, the program is killed so many seconds after its start. `start`: how
    it is started, as an `Order` says.
    """

    readers: int
    blows: int
    connections: int
    start: str
    early: Sequence[float] = ()
    pause: float = 0.0


SHORT = Size(readers=400, blows=4, connections=4, start="program")
LONG = Size(readers=50_000, blows=12, connections=8, start="afresh", early=[0.8, 1.4, 2.0, 2.6], pause=0.05)


def moments(size: Size, seed: int = 3) -> list[int]:
    """After how many mails the mail server stands still: somewhere in each part of the run."""
    dice = random.Random(seed)  # noqa: S311 -- the same torture again
    part = size.readers // size.blows
    return [dice.randrange(1, part // 2) + part * number for number in range(size.blows)]


def mail_run(desk: Desk, sink: Sink, blows: Sequence[Collection[str]], size: Size) -> Outcome:
    """One issue to all readers. `blows`: who is struck, in turn."""
    desk.subscribe(UNKNOWN)
    desk.drop(1, channels=["newsletter"])
    run = _Run(desk, sink, size.start)
    for seconds in size.early:
        run.begin()
        sleep(seconds)
        run.strike(ALONE)
    gone = _strike_at_each_hold(run, sink, blows, size.pause)
    counted = Counted.of(desk, sink.mails(), gone, doubtful=run.blows * desk.connections)
    kills = {f"kills of {whom}": run.struck[whom] for whom in BOTH}
    few = ["too few blows met anything"] if run.blows < size.blows * 3 // 4 else []
    return Outcome("a mail run", {**kills, **counted.figures}, few + list(faults(counted)))


def _strike_at_each_hold(run: "_Run", sink: Sink, blows: Sequence[Collection[str]], pause: float) -> list[str]:
    """Until everything is done; answers who left on the way."""
    dice, number = random.Random(len(blows)), 0  # noqa: S311
    gone: list[str] = []
    while run.comes_to_hold():
        *earlier, last = sink.mails()
        repeated = last in earlier
        if pause and number // 2 % 2 and not repeated:
            sink.go_on()
            sleep(dice.uniform(0, pause))
        # Nothing is sent a third time: what is repeated has to arrive.
        run.strike(ALONE if repeated else blows[number % len(blows)])
        sink.go_on()
        gone = gone or run.leave()
        number += 1
    return gone


class _Run:
    """The program, started again whenever it has ended or was killed.

    `blows`: how many met it at work. `struck`: how often whom.
    """

    def __init__(self, desk: Desk, sink: Sink, start: str) -> None:
        self._desk, self._sink, self._start = desk, sink, start
        self._ahead = 0.0
        self._starts = 0
        self._worker: Worker | None = None
        self.blows = 0
        self.struck: Counter[str] = Counter()

    def begin(self) -> None:
        """Let it work, if it does not."""
        if self._worker is not None and self._worker.look() != "ended":
            return
        if self._worker is not None and self._worker.status != -signal.SIGKILL:
            # Only a clock of the laboratory's own can be ahead.
            self._start, self._ahead = "once", self._ahead + AFTERWARDS_SECONDS
        self._starts += 1
        if self._starts > MOST_STARTS:
            raise TimeoutError(f"the mail run does not come to its end: {self._worker and self._worker.said()[-2000:]}")
        self._worker = self._desk.start(self._start, arguments=["run", "--once"], ahead=self._ahead)

    def comes_to_hold(self) -> bool:
        """Let it work until the mail server stands still, and a little longer, so that every connection waits for it; False
        if everything is done instead."""
        while not self._sink.holds():
            if self._is_over():
                return False
            self.begin()
            sleep(0.005)
        sleep(0.05)
        return True

    def strike(self, whom: Collection[str]) -> None:
        """Kill the program, or the mail server, which comes back at once, or both."""
        assert self._worker is not None
        if self._worker.look() != "ended":
            self.blows += 1
            self.struck.update(whom)
        if PROGRAM in whom:
            self._worker.strike()
            self._worker.wait()
        if SERVER in whom:
            self._sink.strike()
            self._sink.start()

    def leave(self) -> list[str]:
        """If the program is down, the last reader is erased; answers who that is, if nothing had come yet."""
        if self._worker is None or self._worker.look() != "ended":
            return []
        last = self._desk.addresses[-1]
        got = {address for address, _ in self._sink.mails()}
        assert self._desk.start("program", arguments=["subscribers", "erase", last]).wait() == 0
        return [last] if last not in got else []

    def _is_over(self) -> bool:
        ended = self._worker is not None and self._worker.look() == "ended"
        return ended and not (self._desk.open() or self._desk.queued())
