"""Signatures of a long run, worked out beside it: one takes longer than its mail takes to send.

In processes of their own, some copies ahead: while it signs, the library holds up Python's other threads. They end when
their pipe does, so however a run ends, they do not outlive it.
"""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from itertools import cycle, islice
from multiprocessing.connection import Connection, Pipe
from pickle import UnpicklingError
from typing import Self

import structlog

from publisher.domain.errors import PermanentFailure
from publisher.domain.issue import Recipient
from publisher.mail.letters.message import Coming, Draft, Mould, Signing

log = structlog.get_logger()

WORTH_SIGNERS = 1_000
"""Copies of an issue that are worth the start of these processes."""
SIGNERS = min(2, os.cpu_count() or 1)
CHUNK = 40
"""Copies handed over at once: one by one, the way would take as long as a short signature."""
AHEAD = 400
"""Copies pulled before their turn: fewer, and the signers would run dry while connections wait for one another."""


class SigningProcess:
    """A process that signs copies of one issue, in the order in which it is asked to."""

    def __init__(self, signing: Signing) -> None:
        self._signing = signing
        self._ended = False
        self._pipe, its_end = Pipe()
        with its_end:
            command = [sys.executable, "-m", __spec__.name]
            self._process = subprocess.Popen(command, stdin=its_end.fileno())  # noqa: S603  # this module itself
        self._hand_over(signing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._pipe.close()
        self._process.wait()

    def ask(self, drafts: Sequence[Draft]) -> None:
        """Have these signed."""
        self._hand_over([(draft.header, draft.page) for draft in drafts])

    def signatures(self, drafts: Sequence[Draft]) -> list[bytes]:
        """The signatures of what was asked for first and not fetched yet; if the process has died, they are made here."""
        try:
            made: list[bytes] = self._pipe.recv()
        except (OSError, EOFError, UnpicklingError):
            if not self._ended:
                log.warning("a signing process has ended")
            self._ended = True
            return [self._signing.field(draft.header, draft.page) for draft in drafts]
        return made

    def _hand_over(self, told: object) -> None:
        with suppress(OSError):  # that the process has died is seen when the signatures are fetched
            self._pipe.send(told)


def signed_ahead(mould: Mould, recipients: Iterable[Recipient], ahead: int = AHEAD) -> Generator[Coming, None, None]:
    """A signed copy for each recipient, about `ahead` of them pulled before their turn."""
    if mould.signing is None:
        raise ValueError("nobody signs")
    with ExitStack() as started:
        try:
            signers = [started.enter_context(SigningProcess(mould.signing)) for _ in range(SIGNERS)]
        except OSError as error:
            log.warning("no signing process can be started", reason=type(error).__name__)
            yield from mould.letters(recipients)
            return
        asked: deque[tuple[SigningProcess, list[Draft]]] = deque()
        for chunk, signer in zip(_chunks(recipients), cycle(signers), strict=False):
            drafts: list[Draft] = []
            for recipient in chunk:
                try:
                    drafts.append(mould.draft(recipient))
                except PermanentFailure:
                    yield recipient, partial(mould.cast, recipient)  # which will say why
            signer.ask(drafts)
            asked.append((signer, drafts))
            if len(asked) * CHUNK > ahead:
                yield from _finished(mould, *asked.popleft())
        for signer, drafts in asked:
            yield from _finished(mould, signer, drafts)


def _finished(mould: Mould, signer: SigningProcess, drafts: Sequence[Draft]) -> Iterator[Coming]:
    for draft, signature in zip(drafts, signer.signatures(drafts), strict=True):
        yield draft.recipient, partial(mould.finish, draft, signature)


def _chunks(recipients: Iterable[Recipient]) -> Iterator[list[Recipient]]:
    rest = iter(recipients)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def sign_what_is_asked(pipe: Connection) -> None:
    """The life of such a process: an issue, then its copies, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the run: it ends in good order
    with suppress(EOFError, OSError):
        signing: Signing = pipe.recv()
        while True:
            pipe.send([signing.field(header, page) for header, page in pipe.recv()])


if __name__ == "__main__":
    sign_what_is_asked(Connection(sys.stdin.fileno()))
