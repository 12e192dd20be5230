"""One connection: a socket that is never waited for, read and written for the conversation on it."""

import selectors
import smtplib
import socket
import ssl
import time
from contextlib import suppress

from publisher.mail.letters.message import Letter
from publisher.mail.transport.session import Session, Verdict

READ = 65_536
WRITE = 262_144
TLS_RECORD = 16_384
"""Bytes of one TLS record: written one by one, so that what is counted as left has left whole."""


class Line:
    """One connection: a socket and the conversation on it."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self.socket = _socket_of(smtp)
        self.socket.setblocking(False)
        self.session = Session(smtp.esmtp_features)
        self.heard_at = time.monotonic()
        self.wanted = selectors.EVENT_READ
        self._tls = isinstance(self.socket, ssl.SSLSocket)
        self._chunk = TLS_RECORD if self._tls else WRITE

    def read(self) -> list[tuple[Letter, Verdict]]:
        """Read what has come; answers what became of letters."""
        settled: list[tuple[Letter, Verdict]] = []
        more = True
        try:
            while more and not self.session.over:
                data = self.socket.recv(READ)
                if not data:
                    self.session.over = True
                    break
                self.heard_at = time.monotonic()
                settled += self.session.receive(data)
                # TLS may hold back what came in one go; a plain socket that gave less than it could is empty.
                more = self._tls or len(data) == READ
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.session.over = True
        return settled

    def write(self) -> None:
        """Write what can go."""
        try:
            while self.session.outgoing and not self.session.over:
                with memoryview(self.session.outgoing) as waiting, waiting[: self._chunk] as piece:
                    sent = self.socket.send(piece)
                self.session.left(sent)
                self.heard_at = time.monotonic()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.session.over = True

    def hang_up(self) -> list[tuple[Letter, Verdict]]:
        """End the connection, politely if nothing is under way."""
        with suppress(OSError):
            if not self.session.busy and not self.session.over and not self.session.outgoing:
                self.socket.send(b"QUIT\r\n")
        with suppress(OSError):
            self._smtp.close()
        return self.session.break_off()


def _socket_of(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected
    return smtp.sock
