"""A mail server that can be killed: it takes thousands of mails a second and notes each in a file before it says so.

This file is both sides: run as a program it is that server, imported it is the handle on it.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
UNKNOWN = re.compile(r"unbekannt\d*@")
"""Recipients whom it refuses for good."""
END = b"\r\n.\r\n"


class Sink:
    """The server, started and struck from the laboratory; its port stays the same.

    `holds`: after so many mails, and at the first one that it gets again, it stands still, this one noted and not yet
    answered, until it is told to go on.
    """

    def __init__(self, folder: Path, holds: Sequence[int]) -> None:
        self._notes, self._holds = folder / "accepted.txt", holds
        self._notes.touch()
        self._port = 0

    def start(self) -> None:
        """Listen, and go on in the same notes."""
        command = [
            sys.executable,
            "-m",
            "tests.laboratory.sink",
            str(self._notes),
            *map(str, [self._port, *self._holds]),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())

    def holds(self) -> bool:
        """Whether it has come to stand still since this was last asked."""
        return os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOHANG) is not None

    def go_on(self) -> None:
        """Take mails again."""
        self._process.send_signal(signal.SIGCONT)

    def strike(self) -> None:
        """Kill it, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    def mails(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of every mail that it took, in order."""
        lines = (line.partition(" ") for line in self._notes.read_text(encoding="utf-8").splitlines())
        return [(address, number) for address, _, number in lines]


@contextmanager
def open_sink(folder: Path, holds: Sequence[int] = ()) -> Iterator[Sink]:
    """A running server that keeps its notes in a folder; it ends with the block."""
    sink = Sink(folder, holds)
    sink.start()
    try:
        yield sink
    finally:
        sink.strike()


class Ledger:
    """The notes as the server writes them."""

    def __init__(self, notes: Path, holds: Collection[int]) -> None:
        self._file = os.open(notes, os.O_WRONLY | os.O_APPEND)
        lines = notes.read_text(encoding="utf-8").splitlines()
        self._taken, self._seen = len(lines), {line.partition(" ")[0] for line in lines}
        self._holds = frozenset(holds)

    def note(self, recipient: str, number: str) -> None:
        os.write(self._file, f"{recipient} {number}\n".encode())
        first_again = recipient in self._seen and len(self._seen) == self._taken
        self._taken += 1
        self._seen.add(recipient)
        if first_again or self._taken in self._holds:
            os.kill(os.getpid(), signal.SIGSTOP)


class Guest(asyncio.Protocol):
    """One connection."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._heard = bytearray()
        self._looked = 0
        self._in_body = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 labor ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        replies = list(self._replies())
        if replies:
            self._transport.write(b"".join(replies))

    def _replies(self) -> Iterator[bytes]:
        while True:
            mark = END if self._in_body else b"\r\n"
            end = self._heard.find(mark, self._looked)
            if end < 0:
                self._looked = max(0, len(self._heard) - len(END))
                return
            yield self._accept(end) if self._in_body else self._answer(bytes(self._heard[:end]))
            del self._heard[: end + len(mark)]
            self._looked = 0

    def _answer(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO" | b"HELO":
                return b"250-labor\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            case b"RCPT":
                self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                return b"550 5.1.1 Unknown\r\n" if UNKNOWN.match(self._recipient) else b"250 Ok\r\n"
            case b"DATA":
                self._in_body = not UNKNOWN.match(self._recipient)
                return b"354 Go on\r\n" if self._in_body else b"554 5.5.1 Nobody to send it to\r\n"
        return b"250 Ok\r\n"

    def _accept(self, end: int) -> bytes:
        found = MESSAGE_ID.search(self._heard, 0, end)
        self._ledger.note(self._recipient, found[1].decode() if found else "")
        self._in_body = False
        return b"250 Ok\r\n"


async def serve(port: int, ledger: Ledger) -> None:
    """Be the server until killed; says its port first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Guest(ledger), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    port, *holds = map(int, sys.argv[2:])
    asyncio.run(serve(port, Ledger(Path(sys.argv[1]), holds)))
