"""Mails to newsrooms as they arrive: with files, by the same rules as every other mail of the office."""

import email
import email.policy
from dataclasses import replace

import pytest

from publisher.config.tables import Config
from publisher.domain.errors import ConfigError
from publisher.domain.issue import Enclosure
from publisher.mail.press import PressList, build
from publisher.ports.channels import MailChannel
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, VARIANT, Desk, Pad, recipient

PHOTO = Enclosure(name="Bürgermeisterin.jpg", media_type="image/jpeg", data=bytes(range(256)) * 900)


def press(config: Config, smtp: str, **keys: object) -> PressList:
    table = {"kind": "press", "sender": "Pressestelle <presse@musterstadt.example>", "smtp": smtp}
    return build("presse", {**table, "rate": "unlimited", **keys}, config, Pad(), None)


def test_a_mail_with_files_arrives_whole(desk: Desk, mail_post: RunningPost) -> None:
    channel = press(desk.config, mail_post.url)
    [mailed] = channel.deliver(ISSUE, replace(VARIANT, channel="presse"), iter([recipient(1)]), [PHOTO, PHOTO])
    assert mailed.state == "sent"
    [raw] = mail_post.raw()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert all(part.defects == [] for part in message.walk())
    assert message.get_content_type() == "multipart/mixed"
    files = list(message.iter_attachments())
    assert [file.get_filename() for file in files] == ["Bürgermeisterin.jpg"] * 2
    assert all(file.get_content() == PHOTO.data for file in files)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Seit Mittwoch fließt Wasser." in text.get_content()
    assert message["Reply-To"] == "presse@musterstadt.example"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "Pressestelle <presse.musterstadt.example>"


def test_a_press_list_is_closed_and_has_neither_digests_nor_topics_to_choose(desk: Desk) -> None:
    channel = press(desk.config, "smtp://127.0.0.1:25")
    assert isinstance(channel, MailChannel)
    assert (channel.closed, channel.digests, channel.topics) == (True, (), {})


@pytest.mark.parametrize("key", ["digest_daily", "evidence_ip"])
def test_what_only_newsletters_have_is_not_silently_taken(desk: Desk, key: str) -> None:
    with pytest.raises(ConfigError, match="config-unknown-key"):
        press(desk.config, "smtp://127.0.0.1:25", **{key: "17:00"})
