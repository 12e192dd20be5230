"""What comes back is told apart: dead addresses from busy ones, machines from people, and all of it from rubbish."""

import pytest

from publisher.domain.returned import (
    Answer,
    AutoReply,
    Bounce,
    Bounced,
    Cause,
    Complaint,
    Content,
    LeaveRequest,
    Return,
    Ticket,
)
from publisher.mail.returns.content import read_return
from publisher.mail.returns.tickets import Tickets
from tests.fixtures.returned import answer, complaint, dsn, text_bounce

TICKETS = Tickets([b"k" * 32])
TICKET = Ticket(copy_id=7, subscriber_id=3)
PATH = f"bounces+{TICKETS.write(TICKET)}@musterstadt.example"


def content(raw: bytes) -> Content:
    return read_return(raw, TICKETS).content


def only(raw: bytes) -> Bounce:
    """The one bounce that a report tells of."""
    told = content(raw)
    assert isinstance(told, Bounced), told
    [bounce] = told.bounces
    return bounce


def test_an_unknown_mailbox_is_a_hard_bounce() -> None:
    bounce = only(dsn())
    assert (bounce.address, bounce.cause, bounce.hard) == ("ada@leserpost.example", Cause.NO_MAILBOX, True)
    assert "@" not in bounce.words
    assert "User unknown" in bounce.words


@pytest.mark.parametrize(
    ("status", "said", "cause"),
    [
        ("5.2.2", "552 5.2.2 Mailbox full", Cause.FULL),
        ("5.1.1", "550 5.1.1 mailbox is over quota", Cause.FULL),
        ("4.2.2", "452 4.2.2 The recipient's inbox is out of storage space", Cause.FULL),
        ("5.7.1", "550 5.7.1 Message rejected as spam by content filtering", Cause.POLICY),
        ("5.7.26", "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass", Cause.POLICY),
        (
            "5.7.515",
            "550 5.7.515 Access denied, sending domain does not meet the required authentication",
            Cause.POLICY,
        ),
        ("5.1.1", "550 5.1.1 Your IP is listed at a blocklist", Cause.POLICY),
        ("5.1.8", "553 5.1.8 Domain of sender address does not exist", Cause.POLICY),
        ("4.4.1", "connect to mx.leserpost.example: Connection timed out", Cause.TEMPORARY),
        ("4.7.1", "450 4.7.1 Greylisted, please try again later", Cause.POLICY),
        ("4.1.1", "450 4.1.1 User unknown in local recipient table", Cause.TEMPORARY),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed maximum message size", Cause.TOO_LARGE),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled", Cause.INACTIVE),
        ("5.0.0", "550 User unknown", Cause.INACTIVE),
        ("5.0.0", "", Cause.UNCLEAR),
    ],
)
def test_what_may_be_different_tomorrow_is_not_hard(status: str, said: str, cause: Cause) -> None:
    bounce = only(dsn(status=status, said=said, human="Es ging nicht."))
    assert (bounce.cause, bounce.hard) == (cause, False)


@pytest.mark.parametrize(
    ("status", "said", "cause"),
    [
        ("5.1.1", "550 5.1.1 No such user here", Cause.NO_MAILBOX),
        (
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            Cause.NO_MAILBOX,
        ),
        ("5.0.0", "550 5.1.1 unbekannter Empfänger", Cause.NO_MAILBOX),
        ("5.1.1", "", Cause.NO_MAILBOX),
        ("5.1.2", "Host or domain name not found", Cause.NO_DOMAIN),
        ("5.4.4", "Name service error for name=leserpost.example: Host not found", Cause.NO_DOMAIN),
        ("5.1.10", "556 5.1.10 Domain does not accept mail (nullMX)", Cause.NO_DOMAIN),
        ("5.1.6", "551 5.1.6 User has moved", Cause.MOVED),
    ],
)
def test_nobody_there_is_hard(status: str, said: str, cause: Cause) -> None:
    bounce = only(dsn(status=status, said=said, human="Es ging nicht."))
    assert (bounce.cause, bounce.hard) == (cause, True)


def test_action_decides_not_the_digit() -> None:
    assert not only(dsn(action="delayed")).given_up
    assert not only(dsn(action="delayed")).hard
    assert only(dsn(action="failed", status="4.4.7", said="delivery time expired")).given_up
    for action in ("delivered", "relayed", "expanded"):
        assert content(dsn(action=action)) == Bounced(())


GERMAN_T = """\
    Ihre Nachricht konnte nicht zugestellt werden.

    An: ada@leserpost.example
    Grund: 550 5.1.1 Empfänger unbekannt

    -------- Ursprüngliche Nachricht --------
    An: ada@leserpost.example
    Betreff: Wann ist das Postfach voll?
    """
GERMAN_FULL = """\
    Die folgende E-Mail konnte nicht zugestellt werden:
    ada@leserpost.example
    Das Postfach des Empfängers ist voll.
    """
QMAIL = """\
    Hi. This is the qmail-send program at leserpost.example.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <ada@leserpost.example>:
    Sorry, no mailbox here by that name. (#5.1.1)

    --- Below this line is a copy of the message.
    """
EXIM = """\
    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      ada@leserpost.example
        host mx.leserpost.example [192.0.2.1]
        SMTP error from remote mail server after RCPT TO:<ada@leserpost.example>:
        550 5.7.1 rejected, listed at a blocklist
    """
EXIM_WARNING = """\
    This message was created automatically by mail delivery software.
    A message that you sent has not yet been delivered to one or more of its
    recipients after more than 24 hours on the queue.

      ada@leserpost.example
        Delay reason: Connection timed out

    No action is required on your part. Delivery attempts will continue for some time.
    """


@pytest.mark.parametrize(
    ("body", "subject", "cause", "hard"),
    [
        (GERMAN_T, "Unzustellbar: Der Brunnen läuft wieder", Cause.NO_MAILBOX, True),
        (GERMAN_FULL, "Nachricht nicht zugestellt", Cause.FULL, False),
        (QMAIL, "failure notice", Cause.NO_MAILBOX, True),
        (EXIM, "Mail delivery failed: returning message to sender", Cause.POLICY, False),
        (EXIM_WARNING, "Warning: message 1abc-0 delayed 24 hours", Cause.TEMPORARY, False),
    ],
)
def test_bounces_in_words_are_understood(body: str, subject: str, cause: Cause, hard: bool) -> None:
    bounce = only(text_bounce(body, subject=subject))
    assert (bounce.address, bounce.cause, bounce.hard) == ("ada@leserpost.example", cause, hard)


def test_whose_copy_it_is_is_found_wherever_it_stands() -> None:
    for raw in (dsn(path=PATH), complaint(path=PATH), answer("Hallo", path=PATH), dsn(path=PATH.upper())):
        assert read_return(raw, TICKETS).ticket == TICKET
    quoted = answer("Hallo").replace(b"Hallo", f"Hallo\n\n> Return-Path: {PATH}".encode())
    assert read_return(quoted, TICKETS).ticket == TICKET
    assert read_return(dsn(), TICKETS).ticket is None
    assert read_return(dsn(path=PATH), Tickets([b"x" * 32])).ticket is None


def test_a_complaint_is_one_and_what_machines_report_is_none() -> None:
    assert content(complaint()) == Complaint("abuse")
    assert content(complaint(kind="opt-out")) == Complaint("opt-out")
    assert content(complaint(kind="not-spam")) == AutoReply()
    assert content(complaint(kind="auth-failure")) == AutoReply()


@pytest.mark.parametrize(
    "raw",
    [
        answer("Ich bin bis 3. Dezember nicht im Büro.", subject="Abwesenheitsnotiz: Der Brunnen"),
        answer("Weg.", Auto_Submitted="auto-replied"),
        answer("Weg.", Precedence="auto_reply"),
        answer("Weg.", X_Autoreply="yes"),
        answer("Weg.", subject="Automatische Antwort: Der Brunnen"),
        answer("Weg.", subject="Out of Office: Der Brunnen"),
        answer("I am currently out of the office until Monday."),
        answer("Vielen Dank für Ihre Nachricht. Wir melden uns schnellstmöglich bei Ihnen."),
        answer("Dies ist eine automatisch erzeugte Nachricht, bitte nicht antworten."),
        answer("Bin im Urlaub.", return_path="<>"),
        answer("Bitte abmelden", subject="Automatische Antwort: Ich bin im Ruhestand"),
    ],
)
def test_machines_answers_are_dropped(raw: bytes) -> None:
    assert content(raw) == AutoReply()


def test_a_persons_answer_is_kept_with_their_own_words_only() -> None:
    said = content(
        answer("Wann läuft der andere Brunnen?\n\nAm 25.11.2026 schrieb Stadt:\n> Der Brunnen\n> Bitte abmelden")
    )
    assert said == Answer(
        sender="ada@leserpost.example",
        subject="Re: Der Brunnen läuft wieder",
        excerpt="Wann läuft der andere Brunnen?",
        wish=False,
    )


def test_of_an_answer_in_html_only_their_own_words_are_kept_too() -> None:
    quoted = "<blockquote type=cite><p>Newsletter abbestellen</p></blockquote>"
    for words, wish in (("Wann läuft der Brunnen?", False), ("Bitte ab&shy;melden", True)):
        said = content(answer(f"<p>{words}</p>{quoted}").replace(b"text/plain", b"text/html"))
        assert isinstance(said, Answer)
        assert (said.excerpt, said.wish) == (words.replace("&shy;", ""), wish)


def test_a_wish_to_leave_is_marked_for_a_person() -> None:
    said = content(answer("Bitte nehmen Sie mich aus dem Verteiler."))
    assert isinstance(said, Answer)
    assert said.wish


def test_the_mail_of_an_unsubscribe_button_counts_only_with_our_ticket() -> None:
    assert content(answer("", path=PATH, subject="unsubscribe")) == LeaveRequest()
    without = content(answer("", subject="unsubscribe"))
    assert isinstance(without, Answer)
    assert without.wish


def test_an_absence_note_to_that_mail_is_none() -> None:
    assert content(answer("Weg.", path=PATH, subject="unsubscribe", Auto_Submitted="auto-replied")) == AutoReply()


NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 10_000,
        bytes(range(256)) * 100,
        b"Content-Type: multipart/report\n\nhalf",
        b"Subject: =?x?q?\xff?=\nFrom: =?utf-8?b?AAA\n\n\xff\xfe",
        b"Content-Type: text/plain; charset=klingon\n\nHallo",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n@@@@",
        b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;\nAction: failed\n",
        NESTED,
        b"Content-Type: message/rfc822\n\n" * 5_000,
        b"From: <" * 50_000,
        b"Subject: " + b"a" * 200_000,
        b"Content-Type: text/html\n\n" + b"<p <p " * 50_000,
        dsn(said="550 " + "user " * 20_000),
        text_bounce("not delivered " * 20_000),
        dsn()[:700],
    ],
)
def test_rubbish_is_read_without_harm(raw: bytes) -> None:
    assert read_return(raw, TICKETS).ticket is None


def test_words_in_a_character_set_that_nobody_knows_are_read_all_the_same() -> None:
    said = content(answer("Wann läuft der Brunnen?").replace(b"utf-8", b"x-klingon"))
    assert isinstance(said, Answer)
    assert (said.sender, said.excerpt) == ("ada@leserpost.example", "Wann läuft der Brunnen?")


def test_of_a_mail_that_cannot_be_taken_apart_a_person_sees_who_wrote_and_whose_copy_it_is_about() -> None:
    raw = f"From: Ada <ada@leserpost.example>\nTo: {PATH}\nSubject: Bitte abmelden\n".encode() + NESTED
    said = Answer(sender="ada@leserpost.example", subject="Bitte abmelden", excerpt="", wish=True)
    assert read_return(raw, TICKETS) == Return(content=said, ticket=TICKET)


def test_a_report_of_a_thousand_recipients_is_cut_off() -> None:
    group = b"\nFinal-Recipient: rfc822; a%d@leserpost.example\nAction: failed\nStatus: 5.1.1\n"
    many = b"".join(group % number for number in range(1_000))
    told = content(b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n" + many)
    assert isinstance(told, Bounced)
    assert len(told.bounces) == 100
