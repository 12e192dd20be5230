"""One SMTP conversation as bytes in and bytes out: who waits for which reply, and what became of each letter.

No socket here. Where the server offers PIPELINING (RFC 2920), the next letter's envelope is written right behind the
body of the last one, so that a distant server is not waited for four times a letter. A body is only written after the
server asked for it and whoever keeps the books said so: of all that is under way, it alone can become a mail.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from publisher.mail.letters.message import Letter

LONGEST_REPLY = 64_000
"""Bytes of a reply before a server is no longer believed to speak SMTP."""

END_OF_BODY = b".\r\n"

CODES = {b"%d" % code: code for code in range(200, 600)}
"""What a reply may begin with (RFC 5321, section 4.2)."""


class Step(Enum):
    """What a reply answers."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "END"
    RSET = "RSET"


class Reply(NamedTuple):
    """The server's words: its lines without the code, as they came."""

    code: int
    lines: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """All lines as one."""
        return " ".join(line.decode("ascii", "replace").strip() for line in self.lines).strip()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the letter on."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no at this step. `alike`: as it did to the whole run, whoever the reader was."""

    step: Step
    reply: Reply
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The letter cannot be handed to this server at all; `code` names the sentence that says why."""

    code: str


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """The connection ended first. `perhaps`: the whole letter had left, so the server may have taken it."""

    perhaps: bool


Verdict: TypeAlias = Accepted | Refused | Unreadable | BrokenOff


@dataclass(slots=True, eq=False)
class _Passage:
    """A letter on its way. `end`: where in all that was written its last byte stands, once its body is written."""

    letter: Letter
    refusal: Refused | None = None
    end: int | None = None


class Session:
    """A conversation after greeting, TLS and AUTH. `offers`: the server's EHLO keywords in lower case."""

    def __init__(self, offers: Iterable[str]) -> None:
        self.offers = frozenset(offers)
        self._pipelining = "pipelining" in self.offers
        self.outgoing = bytearray()
        self.over = False
        self._written = 0
        self._under_way: deque[_Passage] = deque()
        self._asked: _Passage | None = None
        self._held: deque[tuple[Step, _Passage, bytes]] = deque()
        self._awaited: deque[tuple[Step, _Passage]] = deque()
        self._begun = b""
        self._lines: list[bytes] = []

    @property
    def busy(self) -> bool:
        """Whether any letter is under way."""
        return bool(self._under_way)

    @property
    def ready(self) -> bool:
        """Whether it can take another letter now."""
        if self.over or self._held:
            return False
        if self._under_way and not (self._pipelining and len(self._under_way) == 1 and self._body_left()):
            return False
        return not any(step is Step.RSET for step, _ in self._awaited)

    @property
    def in_doubt(self) -> bool:
        """Whether a letter has left whole and the server has not said yet whether it takes it on."""
        return any(passage.end is not None and self._gone >= passage.end for passage in self._under_way)

    def take(self, letter: Letter) -> Verdict | None:
        """Start a letter. Answers its verdict if it cannot even be tried."""
        if letter.international and "smtputf8" not in self.offers:
            return Unreadable("smtp-no-utf8")
        passage = _Passage(letter)
        self._under_way.append(passage)
        self._held.extend(
            (
                (Step.MAIL, passage, self._mail_command(letter)),
                (Step.RCPT, passage, f"RCPT TO:<{letter.to}>\r\n".encode()),
                (Step.DATA, passage, b"DATA\r\n"),
            )
        )
        self._advance()
        return None

    @property
    def asked(self) -> Letter | None:
        """The letter whose body the server waits for."""
        return self._asked.letter if self._asked and not self.over else None

    def hand_over(self) -> None:
        """Write the body that the server waits for."""
        passage, self._asked = self._asked, None
        if passage is not None:
            self._write(_body(passage.letter))
            self._write(END_OF_BODY)
            passage.end = self._written
            self._awaited.append((Step.END, passage))

    def left(self, count: int) -> None:
        """So many bytes of `outgoing` were handed to the network."""
        del self.outgoing[:count]

    def receive(self, data: bytes) -> list[tuple[Letter, Verdict]]:
        """Read what came in; answers what became of letters through it."""
        *lines, self._begun = (self._begun + data).split(b"\n")
        settled: list[tuple[Letter, Verdict]] = []
        for line in lines:
            self._lines.append(line)
            if line[3:4] != b"-":
                settled += self._heed(self._read())
            if self.over:
                return settled
        if len(self._begun) + sum(map(len, self._lines)) > LONGEST_REPLY:
            self.over = True
        return settled

    def break_off(self) -> list[tuple[Letter, Verdict]]:
        """The connection is gone: the verdict on every letter under way."""
        gone = self._gone
        self.over = True
        settled: list[tuple[Letter, Verdict]] = [
            (passage.letter, passage.refusal or BrokenOff(passage.end is not None and gone >= passage.end))
            for passage in self._under_way
        ]
        self._under_way.clear()
        return settled

    @property
    def _gone(self) -> int:
        """Bytes that were handed to the network so far."""
        return self._written - len(self.outgoing)

    def _body_left(self) -> bool:
        return self._under_way[0].end is not None

    def _mail_command(self, letter: Letter) -> bytes:
        size = f" SIZE={len(letter.content)}" if "size" in self.offers else ""
        wide = " BODY=8BITMIME SMTPUTF8" if letter.international else ""
        return f"MAIL FROM:<{letter.sender}>{size}{wide}\r\n".encode()

    def _advance(self) -> None:
        """Write the held commands: all at once where the server allows it, else one per reply."""
        while self._held and (self._pipelining or not self._awaited):
            step, passage, command = self._held.popleft()
            self._write(command)
            self._awaited.append((step, passage))

    def _write(self, data: bytes) -> None:
        self.outgoing += data
        self._written += len(data)

    def _heed(self, reply: Reply | None) -> list[tuple[Letter, Verdict]]:
        if reply is None or not self._awaited:
            self.over = True  # no SMTP, so it counts as no answer; 421; or a server that talks out of turn
            return []
        step, passage = self._awaited.popleft()
        settled = self._weigh(step, passage, reply)
        if reply.code == 421:
            self.over = True
        self._advance()
        return [(passage.letter, verdict) for verdict in settled]

    def _weigh(self, step: Step, passage: _Passage, reply: Reply) -> list[Verdict]:
        if step in (Step.MAIL, Step.RCPT):
            return self._weigh_envelope(step, passage, reply)
        if step is Step.DATA:
            return self._weigh_data(passage, reply)
        if step is Step.END:
            self._under_way.remove(passage)
            if passage.end is not None and self._gone < passage.end:
                self.over = True  # answered before the body was whole: what is still to come would be read as commands
            verdict: Verdict = Accepted() if reply.code // 100 == 2 else Refused(Step.END, reply)
            return [passage.refusal or verdict]
        self.over = self.over or reply.code // 100 != 2  # RSET
        return []

    def _weigh_envelope(self, step: Step, passage: _Passage, reply: Reply) -> list[Verdict]:
        if reply.code // 100 == 2:
            return []
        passage.refusal = passage.refusal or Refused(step, reply)
        # What of this envelope was not written yet is not needed any more.
        rest = [entry for entry in self._held if entry[1] is passage]
        if not rest:
            return []
        self._held.clear()
        return self._give_up(passage, passage.refusal)

    def _weigh_data(self, passage: _Passage, reply: Reply) -> list[Verdict]:
        if reply.code != 354:
            return self._give_up(passage, passage.refusal or Refused(Step.DATA, reply))
        if passage.refusal:
            # The server wants a body although it refused the envelope: it gets an empty one (RFC 2920, section 3.1).
            self._write(END_OF_BODY)
            self._awaited.append((Step.END, passage))
        else:
            self._asked = passage
        return []

    def _give_up(self, passage: _Passage, refusal: Refused) -> list[Verdict]:
        """End a transaction that has no body, so that the next MAIL is not taken for a second one."""
        self._under_way.remove(passage)
        self._write(b"RSET\r\n")
        self._awaited.append((Step.RSET, passage))
        return [refusal]

    def _read(self) -> Reply | None:
        """The reply of the lines that came in."""
        lines, self._lines = self._lines, []
        code = CODES.get(lines[-1][:3])
        return None if code is None else Reply(code, tuple(line[4:] for line in lines))


def _body(letter: Letter) -> bytes:
    """A message as DATA wants it: no line of it looks like the end (RFC 5321, section 4.5.2)."""
    if letter.dotless:
        return letter.content
    stuffed = letter.content.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed
