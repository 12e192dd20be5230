"""A newsletter's table of config.toml: everything the contract names is read, and every slip is told."""

import os
from datetime import timedelta

import pytest

from publisher.config.reading import load_config
from publisher.domain.errors import ConfigError
from publisher.messages import tell
from publisher.ports.channels import Channel, MailChannel
from publisher.ports.mailbox import Returning
from tests.mail.conftest import Desk

SMTP = "smtp://127.0.0.1:25"


def test_a_newsletter_is_a_mail_channel(desk: Desk) -> None:
    newsletter = desk.newsletter(SMTP, topics={"verkehr": "Verkehr und Baustellen"}, undo="60 seconds")
    assert isinstance(newsletter, MailChannel)
    channel: Channel = newsletter
    assert (channel.name, channel.kind, channel.rules.template) == ("newsletter", "newsletter", "newsletter")
    assert newsletter.topics == {"verkehr": "Verkehr und Baustellen"}
    assert newsletter.undo == timedelta(seconds=60)
    assert newsletter.rules.topics == ()


def test_what_any_channel_may_say_is_read(desk: Desk) -> None:
    rules = desk.newsletter(SMTP, template="letters", sources=["rathaus"], language="de-simple").rules
    assert (rules.template, rules.sources, rules.language) == ("letters", ("rathaus",), "de-simple")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sender", "Stadt Musterstadt"),
        ("sender", "jürgen@musterstadt.example"),
        ("smtp", "mail.musterstadt.example"),
        ("smtp", "http://mail.musterstadt.example"),
        ("smtp", "smtp://mail.musterstadt.example:99999"),
        ("connections", 0),
        ("rate", "schnell"),
        ("undo", "bald"),
        ("topics", {"Verkehr & Co": "Verkehr"}),
        ("digest_daily", "25:00"),
        ("digest_daily", "02:30"),
        ("digest_weekly", "Freitag 12:00"),
        ("digest_weekly", "Sunday 02:15"),
        ("bounces", "mail.example"),
        ("farbe", "rot"),
    ],
)
def test_a_slip_names_its_key(desk: Desk, key: str, value: object) -> None:
    keys = {"smtp": SMTP, key: value}
    with pytest.raises(ConfigError) as caught:
        desk.newsletter(str(keys.pop("smtp")), **keys)
    assert f"channels.newsletter.{key}" in tell(caught.value, "de")


SECRET = {"env": "BOUNCES_SECRET"}


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ({"bounces": "imaps://bounces@mail.example"}, "bounces_password"),
        ({"bounces": "mailto:bounces@musterstadt.example"}, "bounces_hook"),
        ({"bounces_password": SECRET}, "bounces"),
        ({"bounces_hook": SECRET}, "bounces"),
    ],
)
def test_a_mailbox_without_its_secret_is_told(desk: Desk, keys: dict[str, object], missing: str) -> None:
    with pytest.raises(ConfigError, match="config-missing-key") as caught:
        desk.newsletter(SMTP, **keys)
    assert caught.value.values["key"] == f"channels.newsletter.{missing}"


@pytest.mark.parametrize(
    "bounces",
    [
        "bounces@mail.example",
        "imap://bounces@mail.example",  # anybody on the way would read the password
        "imaps://mail.example",
        "imaps://bounces@mail.example:99999",
        "imaps://bounces:geheim@mail.example",
        "mailto:bounces",
        "imaps://bo+unces@mail.example",
        "imaps://ein.sehr.langer.name.eines.postfachs@mail.example",
        "imaps://b%C3%BCro@mail.example",
        7,
    ],
)
def test_a_mailbox_that_cannot_be_one_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch, bounces: object) -> None:
    monkeypatch.setitem(os.environ, "BOUNCES_SECRET", "geheim")
    with pytest.raises(ConfigError, match=r"channels\.newsletter\.bounces") as caught:
        desk.newsletter(SMTP, bounces=bounces, bounces_password=SECRET)
    assert "channels.newsletter.bounces" in tell(caught.value, "de")
    assert "geheim" not in tell(caught.value, "de")


def test_the_relays_password_opens_the_mailbox_where_it_has_none_of_its_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "BOUNCES_SECRET", "geheim")
    keys = {"username": "news", "password": SECRET, "bounces": "imaps://bounces@mail.example"}
    newsletter = desk.newsletter("smtps://mail.musterstadt.example", **keys)
    assert isinstance(newsletter, Returning)
    assert newsletter.returns is not None
    assert "geheim" not in repr(newsletter.returns)


def test_a_user_without_a_password_is_told(desk: Desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.newsletter("smtps://mail.musterstadt.example", username="news")
    assert caught.value.values["key"] == "channels.newsletter.password"


def test_a_password_in_the_config_itself_is_refused(desk: Desk) -> None:
    with pytest.raises(ConfigError) as caught:
        desk.newsletter("smtps://mail.musterstadt.example", username="news", password="made-up")
    assert "made-up" not in str(caught.value)


def test_the_shipped_config_makes_a_newsletter(desk: Desk, pytestconfig: pytest.Config) -> None:
    shipped = load_config(pytestconfig.rootpath / "config.toml")
    table = {key: value for key, value in shipped.channels["newsletter"].items() if key not in ("smtp", "kind")}
    assert desk.newsletter("sandbox", **table).topics
