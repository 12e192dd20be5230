"""A newsletter's table of config.toml: everything the contract names is read, and every slip is told."""

from datetime import timedelta

import pytest

from publisher.config import load_config
from publisher.domain.errors import ConfigError
from publisher.messages import tell
from publisher.ports.channels import Channel, Forthcoming, MailChannel
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


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dkim", {"domain": "musterstadt.example", "selector": "news", "key": {"file": "dkim.pem"}}),
        ("bounces", "imaps://bounces@mail.example"),
    ],
)
def test_what_would_have_no_effect_yet_is_not_silently_taken(desk: Desk, key: str, value: object) -> None:
    with pytest.raises(ConfigError, match="newsletter-not-yet") as caught:
        desk.newsletter(SMTP, **{key: value})
    assert f"channels.newsletter.{key}" in tell(caught.value, "de")


def test_digest_times_are_read_and_said_to_wait(desk: Desk) -> None:
    newsletter = desk.newsletter(SMTP, digest_daily="17:00", digest_weekly="Friday 12:00")
    assert isinstance(newsletter, Forthcoming)
    assert [str(pending.values["key"]) for pending in newsletter.pending_settings()] == [
        "channels.newsletter.digest_daily",
        "channels.newsletter.digest_weekly",
    ]
    assert all(tell(pending, "de") for pending in newsletter.pending_settings())
    assert desk.newsletter(SMTP).pending_settings() == []


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
