"""A return path says whose copy came back, to us only, and nobody else can write one."""

import re
from pathlib import Path

import pytest

from publisher.domain.returned import Ticket
from publisher.mail.letters.message import Mould
from publisher.mail.returns.tickets import LENGTH, Tickets, open_tickets
from publisher.store.database import SqlStore
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, VARIANT, Desk, Pad, recipient, send

TICKET = Ticket(copy_id=1_234_567, subscriber_id=42)
TICKETS = Tickets([b"k" * 32])


def test_a_ticket_is_read_back_in_any_case() -> None:
    written = TICKETS.write(TICKET)
    assert len(written) == LENGTH
    assert TICKETS.read(written) == TICKETS.read(written.upper()) == TICKET


def test_a_ticket_tells_nothing_and_no_two_are_alike() -> None:
    written = {TICKETS.write(Ticket(copy_id=number, subscriber_id=number % 3)) for number in range(200)}
    assert len(written) == 200
    assert len({text[:8] for text in written}) == 200, "neighbours have nothing in common"
    assert len({text[-8:] for text in written}) == 200


def test_nobody_forges_a_ticket() -> None:
    written = TICKETS.write(TICKET)
    for at in range(LENGTH - 1):
        changed = written[:at] + ("a" if written[at] != "a" else "b") + written[at + 1 :]
        assert TICKETS.read(changed) is None, at
    assert Tickets([b"x" * 32]).read(written) is None


@pytest.mark.parametrize("text", ["", "a", "a" * 36, "0" * 36, "ä" * 36, "a" * 500])
def test_what_is_no_ticket_is_none(text: str) -> None:
    assert TICKETS.read(text) is None


def test_old_keys_keep_reading_after_a_change() -> None:
    pad = Pad()
    old = open_tickets(pad).write(TICKET)
    kept = pad.read("keys", "returns")
    assert kept is not None
    keys = kept["keys"]
    assert isinstance(keys, list)
    pad.write("keys", "returns", {"keys": ["ab" * 32, *keys]})
    new = open_tickets(pad).write(TICKET)
    assert new != old
    assert open_tickets(pad).read(old) == open_tickets(pad).read(new) == TICKET


def test_two_who_start_at_once_sign_with_the_same_key(store: SqlStore) -> None:
    assert open_tickets(store.notebook).keys == open_tickets(store.notebook).keys


def test_mails_bear_a_return_path_of_their_own_and_an_address_to_leave_by(
    desk: Desk, mail_post: RunningPost, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("geheim")
    keys = {"bounces": "imaps://bounces@mail.example", "bounces_password": {"file": "secret"}}
    newsletter = desk.newsletter(mail_post.url, **keys)
    send(newsletter, [recipient(7), recipient(8)])
    mails = mail_post.post.state.mails(limit=10)
    senders = {mail.envelope_from for mail in mails}
    assert len(senders) == 2
    for mail in mails:
        match = re.fullmatch(r"bounces\+([a-z2-7]{36})@musterstadt\.example", mail.envelope_from)
        assert match, mail.envelope_from
        ticket = open_tickets(desk.pad).read(match[1])
        assert ticket is not None
        number = ticket.copy_id
        assert f"\r\nMessage-ID: <i7.{number}@".encode() in mail.raw
        page = f"https://news.musterstadt.example/unsubscribe/token-{number}"
        leave = f"List-Unsubscribe: <{page}>,\r\n <mailto:{mail.envelope_from}?subject=unsubscribe>\r\n"
        assert leave.encode() in mail.raw


def test_a_mailbox_in_another_domain_gives_its_own_address(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim")
    box = "imaps://rueck%40post.musterstadt.example@imap.example"
    newsletter = desk.newsletter("smtp://127.0.0.1:25", bounces=box, bounces_password={"file": "secret"})
    assert newsletter.returns is not None
    address = newsletter.returns.address_of(recipient(1), TICKETS)
    assert re.fullmatch(r"rueck\+[a-z2-7]{36}@post\.musterstadt\.example", address)


def test_without_a_mailbox_mails_bear_the_senders_address(desk: Desk) -> None:
    newsletter = desk.newsletter("smtp://127.0.0.1:25")
    assert newsletter.returns is None
    letter = Mould(newsletter.letterhead, ISSUE, VARIANT).cast(recipient(1))
    assert letter.sender == "newsletter@musterstadt.example"
