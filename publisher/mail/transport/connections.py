"""The way of the letters: a few connections, kept busy from one thread, and what became of each letter.

Whoever wants another transport changes this file: `carry` is all that the newsletter knows of it. The conversation
itself is `session.Session`, its socket's side is `line.Line`, the connection comes from `relay.Relay`.
"""

import selectors
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import structlog

from publisher.domain.errors import PermanentFailure, SendFailure, TemporaryFailure
from publisher.domain.issue import Recipient
from publisher.mail.letters.message import Coming, Letter
from publisher.mail.transport.judgement import is_no_readers_fault, spoken, turns_us_away
from publisher.mail.transport.line import Line
from publisher.mail.transport.pace import Pace
from publisher.mail.transport.relay import Relay
from publisher.mail.transport.session import Accepted, Refused, Unreadable, Verdict
from publisher.ports.channels import Begin, begin_all

log = structlog.get_logger()

WORTH_ANOTHER = 8
"""Letters per open connection after which a further one is worth its handshake."""
LONGEST_PAUSE = 5.0
"""Seconds that a slow rate is waited for here; a slower one is waited for by the clock."""
LONGEST_SILENCE = 1.0
"""Seconds in which whoever keeps the books hears of us, also when nothing moves: the copies in hand are leased."""
MOST_LOSSES = 3
"""Connections lost in a row, without one letter accepted, before the run is given up."""
MOST_REFUSALS = 10
"""Letters refused through no fault of their readers, before one was accepted, until the run is given up."""
REST = timedelta(minutes=1)

Settled: TypeAlias = tuple[Recipient, Verdict]


class Run:
    """One run over recipients, from the first connection to the last answer."""

    def __init__(
        self,
        relay: Relay,
        pace: Pace,
        connections: int,
        letters: Iterator[Coming],
        begin: Begin,
    ) -> None:
        self._relay, self._pace, self._connections = relay, pace, connections
        self._letters, self._begin = letters, begin
        self._selector = selectors.DefaultSelector()
        self._lines: list[Line] = []
        self._taken = 0
        self._losses = 0
        self._accepted = False
        self._refused: list[tuple[Recipient, Refused]] = []
        """Not told yet: whether it was the reader or all of us shows with the first letter that is accepted."""
        self._closing = False
        self._called_off = False
        self._unwritten = False
        self._asked_at = time.monotonic()
        self.trouble: TemporaryFailure | None = None
        """What ended the run early, if it would end the next one too."""

    def answers(self) -> Iterator[Settled]:
        """Everything that was begun, answered. Raises SendFailure only before anything was pulled."""
        self._open()
        try:
            while True:
                self._release()
                for settled in self._feed():
                    yield settled
                    self._unwritten = True
                if self._closing and not any(line.session.busy for line in self._lines):
                    break
                for settled in self._exchange():
                    yield settled
                    self._unwritten = True
                self._look_after_connections()
            yield from ((recipient, replace(refused, alike=True)) for recipient, refused in self._refused)
        finally:
            self._pace.keep()
            for line in self._lines:
                line.hang_up()
            self._selector.close()

    def _feed(self) -> Iterator[Settled]:
        """Give every connection that can take one its next letter."""
        for line in self._lines:
            while not self._closing and line.session.ready and not self._must_wait():
                coming = next(self._letters, None)
                if coming is None:
                    self._closing = True
                    break
                recipient, letter = coming
                verdict = self._take(letter, line)
                if verdict is not None:
                    yield recipient, verdict

    def _release(self) -> None:
        """Let the bodies go that servers wait for: everything that was answered stands in the books by then."""
        asking = {line: letter.recipient for line in self._lines if (letter := line.session.asked) is not None}
        now = time.monotonic()
        if not asking and not self._unwritten and now < self._asked_at + LONGEST_SILENCE:
            return
        begun = self._begin(list(asking.values()))
        self._unwritten, self._asked_at = False, now
        self._called_off = self._called_off or begun is None
        self._closing = self._closing or self._called_off
        for line, recipient in asking.items():
            if begun is not None and recipient.id in begun:
                line.session.hand_over()
            else:
                self._remove(line)  # a body that a server waits for cannot be called off in any other way

    def _take(self, cast: Callable[[], Letter], line: Line) -> Verdict | None:
        try:
            letter = cast()
        except PermanentFailure as failure:
            return Unreadable(failure.code)
        if not line.session.busy:
            line.heard_at = time.monotonic()
        verdict = line.session.take(letter)
        if verdict is None:
            self._pace.spend()
            self._taken += 1
        return verdict

    def _must_wait(self) -> bool:
        wait = self._pace.wait()
        self._closing = self._closing or wait > LONGEST_PAUSE
        return wait > 0

    def _exchange(self) -> Iterator[Settled]:
        """Wait until something moves, and move it."""
        for line in self._lines:
            if line.session.outgoing:
                line.write()
            self._watch(line)
        moving: list[Line] = [key.data for key, _ in self._selector.select(self._timeout())]
        for line in moving:
            yield from self._weigh(line.read())
        oldest = time.monotonic() - self._relay.patience
        for line in list(self._lines):
            silent = line.heard_at < oldest and line not in moving and self._is_late(line)
            if line.session.over or silent:
                yield from self._weigh(self._lose(line))

    def _is_late(self, line: Line) -> bool:
        """Of a silent one. Hanging up on a server that is still looking a whole letter over might send it twice: it gets
        longer, unless others wait for the run to end."""
        if line.session.in_doubt and not self._called_off:
            return line.heard_at < time.monotonic() - self._relay.patience_in_doubt
        return line.session.busy

    def _watch(self, line: Line) -> None:
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.session.outgoing else 0)
        if wanted != line.wanted:
            self._selector.modify(line.socket, wanted, line)
            line.wanted = wanted

    def _timeout(self) -> float:
        pause = self._pace.wait()
        return min(pause or 1.0, 1.0, self._relay.patience)

    def _weigh(self, settled: list[tuple[Letter, Verdict]]) -> Iterator[Settled]:
        for letter, verdict in settled:
            match verdict:
                case Accepted():
                    self._losses, self._accepted = 0, True
                    yield from self._refused
                    self._refused.clear()
                case Refused(step, reply) if turns_us_away(step, reply):
                    self._give_up("smtp-sender-refused")
                case Refused(step, reply) if not self._accepted and is_no_readers_fault(step, reply):
                    self._refused.append((letter.recipient, verdict))
                    if len(self._refused) >= MOST_REFUSALS:
                        self._give_up("smtp-refuses-all", said=spoken(reply))
                    continue
            yield letter.recipient, verdict

    def _lose(self, line: Line) -> list[tuple[Letter, Verdict]]:
        was_busy = line.session.busy
        settled = self._remove(line)
        if was_busy:
            self._losses += 1
            log.warning("mail connection lost", host=self._relay.address.host, letters=len(settled))
        return settled

    def _remove(self, line: Line) -> list[tuple[Letter, Verdict]]:
        self._lines.remove(line)
        self._selector.unregister(line.socket)
        return line.hang_up()

    def _look_after_connections(self) -> None:
        """Open a further connection where it is worth it, and a new one for the last that was lost."""
        if self._losses >= MOST_LOSSES:
            self._give_up("smtp-keeps-breaking")
        open_now = len(self._lines)
        wanted = open_now < self._connections and self._taken >= WORTH_ANOTHER * open_now
        if self._closing or not wanted:
            return
        try:
            self._open()
        except SendFailure as failure:
            log.warning("mail connection refused", code=failure.code, host=self._relay.address.host)
            self._connections = open_now
            self._closing = open_now == 0

    def _give_up(self, code: str, said: str = "") -> None:
        self._closing = True
        self.trouble = TemporaryFailure(code, host=self._relay.address.host, said=said)

    def _open(self) -> None:
        line = Line(self._relay.connect())
        self._lines.append(line)
        self._selector.register(line.socket, selectors.EVENT_READ, line)


class Transport:
    """A relay and how many connections to it; after trouble that every letter would meet, it rests for a while."""

    def __init__(self, relay: Relay, connections: int) -> None:
        self._relay = relay
        self._connections = connections
        self._trouble: TemporaryFailure | None = None
        self._rests_until = 0.0

    def carry(self, letters: Iterator[Coming], pace: Pace, begin: Begin = begin_all) -> Iterator[Settled]:
        """Send letters, each pulled right before its envelope; answers for all that were begun.

        `begin`: as the port (MailChannel) says. Raises ChannelSuspended and TemporaryFailure, both before anything was
        pulled.
        """
        self._must_not_rest(pace)
        run = Run(self._relay, pace, self._connections, letters, begin)
        try:
            yield from run.answers()
        finally:
            if run.trouble:
                self._trouble, self._rests_until = run.trouble, time.monotonic() + REST.total_seconds()

    def _must_not_rest(self, pace: Pace) -> None:
        rest = self._rests_until - time.monotonic()
        if self._trouble and rest > 0:
            raise TemporaryFailure(self._trouble.code, retry_after=timedelta(seconds=rest), **self._trouble.values)
        pause = pace.wait()
        if pause > LONGEST_PAUSE:
            raise TemporaryFailure("smtp-slow-rate", retry_after=timedelta(seconds=pause))
