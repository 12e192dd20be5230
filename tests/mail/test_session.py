"""One SMTP conversation, byte by byte: servers that split, wrap and garble their replies."""

from publisher.mail.letters.message import Letter
from publisher.mail.transport.session import Accepted, BrokenOff, Refused, Session, Verdict
from tests.mail.conftest import recipient

CONTENT = b"To: leser1@leserpost.example\r\n\r\n.Punkt\r\n..\r\n"


def letter(number: int = 1) -> Letter:
    return Letter(
        recipient=recipient(number),
        sender="newsletter@musterstadt.example",
        to=f"leser{number}@leserpost.example",
        content=CONTENT,
        international=False,
    )


def flush(session: Session) -> bytes:
    """What the session wants to send, handed to the network."""
    data = bytes(session.outgoing)
    session.left(len(data))
    return data


def said(session: Session, *replies: str) -> list[Verdict]:
    settled = session.receive("".join(f"{reply}\r\n" for reply in replies).encode())
    session.hand_over()
    return [verdict for _, verdict in settled]


def ready(session: Session) -> bool:
    """Asked anew each time: it changes with every reply."""
    return session.ready


def test_the_next_envelope_goes_right_behind_the_body() -> None:
    session = Session(["pipelining"])
    session.take(letter(1))
    assert flush(session).count(b"\r\n") == 3
    assert not ready(session), "no second letter before the server asked for the first body"
    said(session, "250 ok", "250 ok", "354 go")
    assert ready(session)
    session.take(letter(2))
    assert not ready(session)
    sent = flush(session)
    assert sent.endswith(
        b"\r\n.\r\nMAIL FROM:<newsletter@musterstadt.example>\r\nRCPT TO:<leser2@leserpost.example>\r\nDATA\r\n"
    )
    assert said(session, "250 kept", "250 ok") == [Accepted()]


def test_lines_that_begin_with_a_dot_are_doubled() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    said(session, "250 ok", "250 ok", "354 go")
    assert flush(session) == b"To: leser1@leserpost.example\r\n\r\n..Punkt\r\n...\r\n.\r\n"


def test_without_pipelining_each_command_waits_for_its_reply() -> None:
    session = Session([])
    session.take(letter())
    assert flush(session).startswith(b"MAIL")
    said(session, "250 ok")
    assert flush(session).startswith(b"RCPT")
    assert said(session, "550 nobody") != []
    assert flush(session) == b"RSET\r\n"
    said(session, "250 ok")
    assert ready(session)


def test_a_server_that_wants_a_body_for_nobody_gets_an_empty_one() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    said(session, "250 ok", "550 nobody", "354 go")
    assert flush(session) == b".\r\n"
    verdicts = said(session, "250 kept for nobody")
    assert [verdict.reply.code for verdict in verdicts if isinstance(verdict, Refused)] == [550]


def test_replies_of_many_lines_and_in_pieces_are_put_together() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    for byte in b"250-2.1.0 ok\r\n250 2.1.0 really\r\n550-5.1.1 no\r\n550 5.1.1 such person\r\n554 no recipients\r\n":
        verdicts = session.receive(bytes([byte]))
    (_, verdict), *_ = verdicts
    assert isinstance(verdict, Refused)
    assert verdict.reply.text == "5.1.1 no 5.1.1 such person"


def test_garbled_answers_to_a_whole_mail_leave_it_uncertain() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    said(session, "250 ok", "250 ok", "354 go")
    flush(session)
    assert said(session, "2x0 kept?") == []
    assert session.over
    assert [verdict for _, verdict in session.break_off()] == [BrokenOff(perhaps=True)]


def test_a_mail_whose_last_byte_is_still_here_was_not_sent() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    said(session, "250 ok", "250 ok", "354 go")
    session.left(len(session.outgoing) - 1)
    assert [verdict for _, verdict in session.break_off()] == [BrokenOff(perhaps=False)]


def test_a_reply_without_end_is_not_read_for_ever() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    session.receive(b"250-" + b"x" * 100_000)
    assert session.over
    endless = Session([])
    endless.take(letter())
    endless.receive(b"250-more\r\n" * 20_000)
    assert endless.over


def test_a_letter_is_refused_before_its_body_was_whole_and_the_connection_is_not_used_again() -> None:
    session = Session(["pipelining"])
    session.take(letter())
    flush(session)
    said(session, "250 ok", "250 ok", "354 go")
    session.left(5)
    (verdict,) = said(session, "552 too large")
    assert isinstance(verdict, Refused)
    assert session.over
