"""A notice on its way: one mail to one person, readable everywhere, its outcome told as it is."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from publisher.domain.errors import PermanentFailure, TemporaryFailure, UncertainOutcome
from publisher.domain.returned import NOBODYS, Bounced
from publisher.domain.sign_up import Notice
from publisher.ports.channels import NoticeChannel
from publisher.sandbox.mail import Break, Temper
from tests.fixtures.returned import dsn
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import Desk

NOTICE = Notice(
    id="n1",
    to="anna@leser.example",
    subject="Bitte bestätigen: Newsletter Stadt Musterstadt",
    text="Guten Tag,\n\nbitte bestätigen:\nhttps://news.musterstadt.example/confirm/" + "x" * 80 + "?lang=de\n",
    html='<p>Bitte <a href="https://news.musterstadt.example/confirm/x?lang=de">bestätigen</a>.</p>\n',
    language="de",
    dated=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
)


def sent(desk: Desk, post: RunningPost, notice: Notice = NOTICE) -> EmailMessage:
    desk.newsletter(post.url).send_notice(notice)
    parsed = message_from_bytes(post.raw()[-1], policy=policy.SMTPUTF8)
    assert isinstance(parsed, EmailMessage)
    assert [part.defects for part in parsed.walk()] == [[], [], []]
    return parsed


def test_a_newsletter_can_write_to_one_person(desk: Desk, mail_post: RunningPost) -> None:
    newsletter = desk.newsletter(mail_post.url)
    assert isinstance(newsletter, NoticeChannel)
    assert not newsletter.evidence_ip
    assert desk.newsletter(mail_post.url, evidence_ip=True).evidence_ip


def test_a_notice_arrives_whole_and_is_no_list_mail(desk: Desk, mail_post: RunningPost) -> None:
    parsed = sent(desk, mail_post)
    assert mail_post.received() == ["anna@leser.example"]
    assert str(parsed["Subject"]) == NOTICE.subject
    assert parsed["Message-ID"] == "<notice.n1@musterstadt.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert str(parsed["From"]) == "Stadt Musterstadt <newsletter@musterstadt.example>"
    assert str(parsed["Reply-To"]) == "presse@musterstadt.example"
    assert not [name for name in parsed if name.lower().startswith("list-")]
    text, html = parsed.iter_parts()
    assert text.get_content().splitlines() == NOTICE.text.splitlines()
    assert html.get_content().splitlines() == NOTICE.html.splitlines()
    assert all(len(line) <= 78 for line in mail_post.raw()[-1].split(b"\r\n"))


def test_what_comes_back_of_a_notice_is_signed_by_us_and_is_nobodys(
    desk: Desk, mail_post: RunningPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "a secret")
    by_hook = {"bounces": "mailto:bounces@musterstadt.example", "bounces_hook": {"env": "HOOK"}}
    newsletter = desk.newsletter(mail_post.url, **by_hook)
    newsletter.send_notice(NOTICE)
    [mail] = mail_post.post.state.mails()
    assert re.fullmatch(r"bounces\+[a-z2-7]{36}@musterstadt\.example", mail.envelope_from)
    assert newsletter.returns is not None
    returned = newsletter.returns.read(dsn(NOTICE.to, path=mail.envelope_from))
    assert isinstance(returned.content, Bounced)
    assert returned.ticket == NOBODYS


def test_a_repeat_is_the_same_mail(desk: Desk, mail_post: RunningPost) -> None:
    sent(desk, mail_post)
    sent(desk, mail_post)
    first, second = mail_post.raw()
    assert first == second


@pytest.mark.parametrize(
    ("address", "arrives"),
    [
        ("leser@bücher.example", "leser@xn--bcher-kva.example"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
    ],
)
def test_umlauts_in_an_address_arrive(desk: Desk, mail_post: RunningPost, address: str, arrives: str) -> None:
    parsed = sent(desk, mail_post, replace(NOTICE, to=address))
    assert mail_post.received() == [arrives]
    assert str(parsed["To"]) == arrives


def test_no_line_break_in_a_name_makes_a_second_header(desk: Desk, mail_post: RunningPost) -> None:
    hostile = replace(NOTICE, subject="Bitte\r\nBcc: alle@leser.example\r\n\r\nWerbung")
    parsed = sent(desk, mail_post, hostile)
    assert parsed["Bcc"] is None
    assert str(parsed["Subject"]) == "Bitte Bcc: alle@leser.example Werbung"
    with pytest.raises(PermanentFailure, match="notice-refused"):
        desk.newsletter(mail_post.url).send_notice(replace(NOTICE, to="anna@leser.example\r\nBcc: x@leser.example"))
    assert mail_post.received() == ["anna@leser.example"]


def test_what_became_of_it_is_told_as_it_is(desk: Desk, mail_post: RunningPost) -> None:
    newsletter = desk.newsletter(mail_post.url)
    mail_post.post.temper = Temper(
        recipients={"weg@leser.example": "550 5.1.1 No such user", "voll@leser.example": "452 4.2.2 Mailbox full"},
        breaks={"still@leser.example": Break.AFTER_KEEPING},
    )
    with pytest.raises(PermanentFailure, match="550"):
        newsletter.send_notice(replace(NOTICE, to="weg@leser.example"))
    with pytest.raises(TemporaryFailure, match="452"):
        newsletter.send_notice(replace(NOTICE, to="voll@leser.example"))
    with pytest.raises(UncertainOutcome):
        newsletter.send_notice(replace(NOTICE, to="still@leser.example"))


def test_a_relay_that_is_away_is_a_reason_to_try_again(desk: Desk) -> None:
    with pytest.raises(TemporaryFailure):
        desk.newsletter("smtp://127.0.0.1:9").send_notice(NOTICE)
