"""The mailbox for returned mails, on a real Dovecot: each mail handed over once, none lost, whatever one of them does."""

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from publisher.domain.errors import ChannelSuspended, StoreError, TemporaryFailure
from publisher.domain.returned import Fate
from publisher.mail.returns import imap
from publisher.mail.returns.box import parse_box
from publisher.mail.returns.imap import ImapBox
from publisher.messages import tell
from tests.fixtures.imap import PASSWORD, RunningMailbox, dovecot
from tests.fixtures.smtp import Certified, RunningPost
from tests.mail.conftest import Desk


@dataclass
class Taker:
    """Takes what it is handed; some words in mails make it stumble."""

    taken: list[bytes] = field(default_factory=list)

    def __call__(self, raw: bytes) -> Fate:
        if b"kaputt" in raw:
            raise ValueError
        if b"Datenbank" in raw:
            raise StoreError("store-busy")
        self.taken.append(raw)
        return Fate.PERSON if b"Frage" in raw else Fate.DONE


def box(mailbox: RunningMailbox, password: str = PASSWORD) -> ImapBox:
    return ImapBox(address=parse_box(mailbox.url), password=password, patience=5)


def mail(subject: str) -> bytes:
    return f"Subject: {subject}\r\n\r\nText\r\n".encode()


def test_each_mail_is_handed_over_once_and_put_away(mailbox: RunningMailbox) -> None:
    taker = Taker()
    mailbox.lay_in(mail("eins"), mail("Frage"), mail("drei"))
    assert box(mailbox).collect(taker) == 3
    assert [raw.splitlines()[0] for raw in taker.taken] == [b"Subject: eins", b"Subject: Frage", b"Subject: drei"]
    assert (mailbox.count(), mailbox.count("publisher-done"), mailbox.count("publisher-person")) == (0, 2, 1)
    assert box(mailbox).collect(taker) == 0
    assert len(taker.taken) == 3


def test_a_broken_mail_stops_no_other_and_waits_for_a_person(mailbox: RunningMailbox) -> None:
    taker = Taker()
    mailbox.lay_in(mail("kaputt"), mail("gut"))
    assert box(mailbox).collect(taker) == 2
    assert len(taker.taken) == 1
    assert (mailbox.count(), mailbox.count("publisher-person")) == (0, 1)


def test_a_database_that_is_away_leaves_the_mails_where_they_are(mailbox: RunningMailbox) -> None:
    mailbox.lay_in(mail("eins"), mail("Datenbank"), mail("drei"))
    with pytest.raises(StoreError):
        box(mailbox).collect(Taker())
    assert (mailbox.count(), mailbox.count("publisher-done")) == (2, 1)


def test_a_mail_of_any_size_is_cut_off(mailbox: RunningMailbox) -> None:
    taker = Taker()
    mailbox.lay_in(mail("lang") + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 20_000)
    assert box(mailbox).collect(taker) == 1
    assert len(taker.taken[0]) == imap.MOST_BYTES


def test_a_flood_is_taken_in_portions(mailbox: RunningMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "MOST_MAILS", 2)
    mailbox.lay_in(*(mail(str(number)) for number in range(5)))
    taker = Taker()
    assert [box(mailbox).collect(taker) for _ in range(4)] == [2, 2, 1, 0]


def test_a_refused_password_is_told_and_stands_nowhere(mailbox: RunningMailbox) -> None:
    with pytest.raises(ChannelSuspended, match="imap-login-refused") as caught:
        box(mailbox, "geheim-falsch").check()
    assert "geheim" not in tell(caught.value, "de") + str(caught.value) + repr(box(mailbox, "geheim-falsch"))


def test_a_mailbox_that_is_away_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    away = ImapBox(address=parse_box(f"imap://bounces@127.0.0.1:{port}"), password=PASSWORD)
    with pytest.raises(TemporaryFailure, match="imap-unreachable") as caught:
        away.collect(Taker())
    assert f"127.0.0.1:{port}" in tell(caught.value, "de")


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing sensible on any."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    connection.sendall(b"220 I speak SMTP\r\n")
                    connection.close()
            except OSError:
                return

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        yield server.getsockname()[1]


def test_a_server_that_is_no_mailbox_is_told(silent_server: int) -> None:
    odd = ImapBox(address=parse_box(f"imap://bounces@127.0.0.1:{silent_server}"), password=PASSWORD, patience=2)
    with pytest.raises(TemporaryFailure, match="imap-unreachable"):
        odd.check()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    certified: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot(certified.authority, tmp_path / "key.pem") as mailbox:
        secure = ImapBox(address=parse_box(mailbox.tls_url), password=PASSWORD, patience=5)
        with pytest.raises(TemporaryFailure, match="imap-unreachable"):
            secure.check()
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certified.authority))
        mailbox.lay_in(mail("eins"))
        assert secure.collect(Taker()) == 1


def test_the_newsletters_own_test_looks_into_its_mailbox_too(
    desk: Desk, mailbox: RunningMailbox, mail_post: RunningPost, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("falsch")
    newsletter = desk.newsletter(mail_post.url, bounces=mailbox.url, bounces_password={"file": "secret"})
    with pytest.raises(ChannelSuspended, match="imap-login-refused"):
        newsletter.verify()
    (tmp_path / "secret").write_text(PASSWORD)
    assert desk.newsletter(mail_post.url, bounces=mailbox.url, bounces_password={"file": "secret"}).verify().name
