"""The sandbox's mail server: real SMTP on loopback, whose mails stay in the sandbox's state and go nowhere.

Tests make it misbehave as servers do in life, by a `Temper`; the sandbox itself is always in good temper.
"""

import base64
import binascii
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

from publisher.sandbox.state import State

LARGEST_MAIL = 30_000_000
LONGEST_LINE = 2_000


class Break(Enum):
    """Where the server drops the connection without a word."""

    AT_ENVELOPE = "when the recipient is named"
    IN_BODY = "after the first line of the body"
    BEFORE_KEEPING = "after the whole body, the mail thrown away"
    AFTER_KEEPING = "after the whole body, the mail kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How the server answers. A reply is a whole line such as "450 4.2.1 Mailbox busy".

    `senders`, `recipients`, `bodies`: replies to MAIL by sender, and to RCPT and the body by recipient.
    `breaks`: where it drops the connection, by recipient. `silent`: recipients from whose body on it says nothing more.
    `looks_over`: seconds that it takes before it takes a body on, by recipient.
    `login`: the one user and password that it lets in; None asks for none. `most_mails`: of a connection, then 421.
    `tls`: for STARTTLS, or (`tls_at_once`) from the first byte on.
    """

    greeting: str = "220 sandbox.invalid ESMTP"
    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", f"SIZE {LARGEST_MAIL}")
    senders: Mapping[str, str] = field(default_factory=dict)
    recipients: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, Break] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    looks_over: Mapping[str, float] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    most_mails: int | None = None
    tls: ssl.SSLContext | None = None
    tls_at_once: bool = False


class MailPost:
    """The server. `temper` may change while it runs. `connections`: how many were made so far."""

    def __init__(self, state: State, temper: Temper | None = None) -> None:
        self.state = state
        self.temper = temper or Temper()
        self.connections = 0
        self._door: socket.socket | None = None
        self._guests: set[socket.socket] = set()

    def start(self) -> int:
        """Listen on a free port of 127.0.0.1; answers the port."""
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._welcome, args=(self._door,), name="sandbox-smtp", daemon=True).start()
        return int(self._door.getsockname()[1])

    def stop(self) -> None:
        """Stop listening, and end every conversation."""
        door, self._door = self._door, None
        for one in [door, *self._guests] if door else []:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            self.connections += 1
            self._guests.add(guest)
            threading.Thread(target=self._serve, args=(guest,), name="sandbox-smtp-guest", daemon=True).start()

    def _serve(self, guest: socket.socket) -> None:
        guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, ValueError, _HangUp):
            _Conversation(guest, self).hold()
        self._guests.discard(guest)
        guest.close()


class _HangUp(Exception):
    """The connection ends here."""


class _Conversation:
    """One connection: commands read line by line, each answered at once."""

    def __init__(self, guest: socket.socket, post: MailPost) -> None:
        self._post = post
        self._temper = post.temper
        self._socket = guest
        self._lines: BinaryIO
        self._listen_on(guest)
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._known = self._temper.login is None
        self._kept = 0

    def hold(self) -> None:
        """Greet, and answer until the other side has gone."""
        if self._temper.tls and self._temper.tls_at_once:
            self._listen_on(self._temper.tls.wrap_socket(self._socket, server_side=True))
        self._say(self._temper.greeting)
        while line := self._lines.readline(LONGEST_LINE):
            verb, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            answer = ANSWERS.get(verb.upper())
            self._say("500 5.5.2 Not a command") if answer is None else answer(self, rest)

    def _listen_on(self, connection: socket.socket) -> None:
        self._socket = connection
        self._lines = connection.makefile("rb")

    def _say(self, *lines: str) -> None:
        self._socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _hello(self, _: str) -> None:
        offers = ["sandbox.invalid", *self._temper.offers]
        if self._temper.tls and not isinstance(self._socket, ssl.SSLSocket):
            offers.append("STARTTLS")
        if self._temper.login:
            offers.append("AUTH PLAIN")
        self._say(*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}")

    def _start_tls(self, _: str) -> None:
        if self._temper.tls is None:
            return self._say("502 5.5.1 No TLS here")
        self._say("220 2.0.0 Go ahead")
        return self._listen_on(self._temper.tls.wrap_socket(self._socket, server_side=True))

    def _sign_in(self, rest: str) -> None:
        _, _, token = rest.partition(" ")
        with suppress(binascii.Error):
            said = tuple(base64.b64decode(token).decode("utf-8", "replace").split("\0")[1:])
            self._known = self._known or said == self._temper.login
        self._say("235 2.7.0 Welcome" if self._known else "535 5.7.8 Authentication credentials invalid")

    def _mail(self, rest: str) -> None:
        sender = _path(rest)
        if not self._known:
            return self._say("530 5.7.0 Authentication required")
        if self._temper.most_mails is not None and self._kept >= self._temper.most_mails:
            self._say("421 4.7.0 Too many mails in one connection")
            raise _HangUp
        if sender is None or self._sender is not None:
            return self._say("503 5.5.1 Not now")
        if refusal := self._temper.senders.get(sender):
            return self._say(refusal)
        self._sender, self._recipients = sender, []
        return self._say("250 2.1.0 OK")

    def _rcpt(self, rest: str) -> None:
        recipient = _path(rest)
        if self._sender is None or not recipient:
            return self._say("503 5.5.1 Not now")
        if self._temper.breaks.get(recipient) is Break.AT_ENVELOPE:
            raise _HangUp
        if refusal := self._temper.recipients.get(recipient):
            return self._say(refusal)
        self._recipients.append(recipient)
        return self._say("250 2.1.5 OK")

    def _data(self, _: str) -> None:
        if not self._recipients:
            self._say("554 5.5.1 No valid recipients")
            return
        self._say("354 End with a dot")
        first = self._recipients[0]
        body = self._read_body(self._temper.breaks.get(first) is Break.IN_BODY)
        if self._temper.breaks.get(first) is Break.BEFORE_KEEPING:
            raise _HangUp
        refusal = self._temper.bodies.get(first)
        if refusal is None:
            self._keep(body)
        if self._temper.breaks.get(first) is Break.AFTER_KEEPING:
            raise _HangUp
        if first in self._temper.silent:
            self._listen_without_a_word()
        time.sleep(self._temper.looks_over.get(first, 0))
        self._sender = None
        self._say(refusal or "250 2.0.0 Kept")

    def _listen_without_a_word(self) -> None:
        while self._lines.readline(LONGEST_LINE):
            pass
        raise _HangUp

    def _keep(self, body: bytes) -> None:
        self._post.state.keep_mail(self._sender or "", self._recipients, body)
        self._kept += 1

    def _read_body(self, breaks: bool) -> bytes:
        lines: list[bytes] = []
        size = 0
        while (line := self._lines.readline(LONGEST_LINE)) != b".\r\n":
            size += len(line)
            if not line or breaks or size > LARGEST_MAIL:
                raise _HangUp
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _reset(self, _: str) -> None:
        self._sender, self._recipients = None, []
        self._say("250 2.0.0 OK")

    def _nothing(self, _: str) -> None:
        self._say("250 2.0.0 OK")

    def _goodbye(self, _: str) -> None:
        self._say("221 2.0.0 Goodbye")
        raise _HangUp


ANSWERS: Mapping[str, Callable[[_Conversation, str], None]] = {
    "EHLO": _Conversation._hello,
    "HELO": _Conversation._hello,
    "STARTTLS": _Conversation._start_tls,
    "AUTH": _Conversation._sign_in,
    "MAIL": _Conversation._mail,
    "RCPT": _Conversation._rcpt,
    "DATA": _Conversation._data,
    "RSET": _Conversation._reset,
    "NOOP": _Conversation._nothing,
    "QUIT": _Conversation._goodbye,
}


def _path(rest: str) -> str | None:
    """The address of `FROM:<address> …` or `TO:<address> …`, "" for the empty one, None if there is none."""
    match = re.match(r"(?:FROM|TO):\s*<([^<>]*)>", rest, re.IGNORECASE)
    return match[1] if match else None
