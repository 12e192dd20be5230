"""The mailbox that mails come back to, by IMAP (RFC 9051): each waiting mail handed over once, then put away.

Nothing is deleted: what was heeded is moved to a folder, what needs a person to another. Where the server lets nobody
move, the mail is flagged instead; a flagged mail is never looked at again.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog

from publisher.domain.errors import ChannelSuspended, StoreError, TemporaryFailure
from publisher.domain.returned import Fate
from publisher.mail.returns.box import BoxAddress

log = structlog.get_logger()

PATIENCE = 20.0
"""Seconds that the server may stay silent."""
MOST_BYTES = 512 * 1024
"""Of one mail: reports stand at the beginning, what is cut off is the returned mail."""
MOST_MAILS = 500
"""At one look: the rest waits for the next."""
FOLDERS = {Fate.DONE: "publisher-done", Fate.PERSON: "publisher-person"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapBox:
    """One mailbox and its password, which stands in no message."""

    address: BoxAddress
    password: str
    patience: float = PATIENCE

    def __repr__(self) -> str:
        return f"ImapBox({self.address.host})"

    def check(self) -> None:
        """Sign in and open the inbox. Raises as `collect` does."""
        with self._signed_in():
            pass

    def collect(self, take: Callable[[bytes], Fate]) -> int:
        """As `ports.mailbox.ReturnDesk.collect` says."""
        with self._signed_in() as imap:
            inbox = _Inbox(imap)
            waiting = inbox.waiting()
            for uid in waiting:
                raw = inbox.read(uid)
                inbox.put_away(uid, Fate.PERSON if raw is None else _heeded(take, raw))
            return len(waiting)

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        imap = self._open()
        try:
            self._sign_in(imap)
            yield imap
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._away(error) from None
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()

    def _open(self) -> imaplib.IMAP4:
        host, port = self.address.host, self.address.port
        try:
            if self.address.scheme == "imaps":
                context = ssl.create_default_context()
                return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=self.patience)
            return imaplib.IMAP4(host, port, timeout=self.patience)
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._away(error) from None

    def _sign_in(self, imap: imaplib.IMAP4) -> None:
        try:
            if "AUTH=PLAIN" in imap.capabilities:
                plain = f"\0{self.address.user}\0{self.password}".encode()
                imap.authenticate("PLAIN", lambda _: plain)
            else:
                imap.login(self.address.user, self.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise ChannelSuspended("imap-login-refused", host=self.address.host) from None
        _must(imap.select("INBOX"))

    def _away(self, error: Exception) -> TemporaryFailure:
        # A server's words may hold addresses and texts: only the kind of trouble is told.
        said = getattr(error, "strerror", None) or getattr(error, "reason", None) or type(error).__name__
        return TemporaryFailure("imap-unreachable", host=self.address.host, port=self.address.port, said=said)


def _heeded(take: Callable[[bytes], Fate], raw: bytes) -> Fate:
    try:
        return take(raw)
    except StoreError:
        raise
    except Exception as error:
        log.error("returned mail broken", error=type(error).__name__, octets=len(raw))
        return Fate.PERSON


class _Inbox:
    """The opened inbox."""

    def __init__(self, imap: imaplib.IMAP4) -> None:
        self._imap = imap
        # Asked anew: most servers tell what they can only to who has signed in.
        told = _must(imap.capability())
        self._abilities = frozenset(word for line in told if isinstance(line, bytes) for word in line.upper().split())

    def waiting(self) -> list[str]:
        """The oldest mails that were not looked at yet, by their UIDs."""
        found = _must(self._imap.uid("SEARCH", "UNFLAGGED", "UNDELETED"))
        return found[0].decode("ascii").split()[:MOST_MAILS] if found and isinstance(found[0], bytes) else []

    def read(self, uid: str) -> bytes | None:
        """A mail, cut off; None if it is gone. It stays unread for people."""
        parts = _must(self._imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
        return next((part[1][:MOST_BYTES] for part in parts if isinstance(part, tuple)), None)

    def put_away(self, uid: str, fate: Fate) -> None:
        """Out of the inbox, or flagged where that is not possible."""
        # Some servers keep all folders below INBOX.
        if not any(self._moved(uid, folder) for folder in (FOLDERS[fate], f"INBOX.{FOLDERS[fate]}")):
            _must(self._imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Flagged)"))

    def _moved(self, uid: str, folder: str) -> bool:
        """Move one mail (RFC 6851), or copy it and take it out."""
        verb = "MOVE" if b"MOVE" in self._abilities else "COPY"
        done = self._imap.uid(verb, uid, folder)[0] == "OK"
        if not done and self._imap.create(folder)[0] == "OK":
            done = self._imap.uid(verb, uid, folder)[0] == "OK"
        if done and verb == "COPY":
            _must(self._imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
            if b"UIDPLUS" in self._abilities:  # else it stays, marked: a bare EXPUNGE would take what others marked
                _must(self._imap.uid("EXPUNGE", uid))
        return done


def _must(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error("refused")
    return data
