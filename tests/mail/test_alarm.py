"""Alarms by mail, over real SMTP."""

from email import message_from_bytes
from email.policy import default

import pytest

from publisher.domain.errors import TemporaryFailure
from publisher.mail.alarm import MailBell
from publisher.mail.letters.addresses import read_mailbox
from publisher.mail.transport.relay import Relay, parse_relay
from tests.fixtures.smtp import RunningPost
from tests.net.test_webhook import NOTE


def bell(url: str) -> MailBell:
    relay = Relay(address=parse_relay(url), credentials=None, greeting="musterstadt.example", patience=5)
    to = [read_mailbox("alarm@musterstadt.example"), read_mailbox("petra@musterstadt.example")]
    return MailBell(relay=relay, sender=read_mailbox("Stadt Müsterstadt <news@musterstadt.example>"), to=to)


def test_everybody_in_the_office_gets_one_message_in_plain_words(mail_post: RunningPost) -> None:
    bell(mail_post.url).ring(NOTE)
    assert sorted(mail_post.received()) == ["alarm@musterstadt.example", "petra@musterstadt.example"]
    message = message_from_bytes(mail_post.raw()[0], policy=default)
    assert message["Subject"] == NOTE.title
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<alarm.n1@musterstadt.example>"
    assert "Kanal mastodon …" in message.get_content()


def test_a_relay_that_is_away_is_a_failure_that_names_no_address() -> None:
    with pytest.raises(TemporaryFailure) as failure:
        bell("smtp://127.0.0.1:9").ring(NOTE)
    assert "alarm@" not in str(failure.value)
    with pytest.raises(TemporaryFailure, match="sandbox-away"):
        MailBell(relay=None, sender=read_mailbox("a@b.example"), to=[]).ring(NOTE)
