"""What is Mastodon's own: processing of pictures, the key's limits, other software that speaks its API."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publisher.channels.mastodon import channel as mastodon
from publisher.channels.mastodon.channel import MastodonChannel
from publisher.domain.errors import (
    ChannelSuspended,
    ConfigError,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from publisher.ports.channels import ChannelRules
from publisher.sandbox.faults import Fault
from publisher.sandbox.seen import NewPost
from publisher.sandbox.server import Sandbox
from tests.channels.conftest import (
    LINK,
    TEXT,
    Memory,
    answering,
    config,
    minted,
    on_sandbox,
    picture_bytes,
    prepared,
    sandboxed,
)
from tests.fixtures.site import Site

TOKEN = "streng-geheimes-token"
POLL = ("mastodon", "POST /api/v2/media")


def on_site(site: Site) -> MastodonChannel:
    """The channel on a server of the test's own."""
    return MastodonChannel(
        "presse", ChannelRules(template="post/mastodon.txt"), Memory(), server=site.url, token=TOKEN, timeout_seconds=2
    )


def test_a_picture_is_waited_for_until_it_is_processed(sandbox: Sandbox, tmp_path: Path) -> None:
    channel, data = on_sandbox("mastodon", sandbox, tmp_path, Memory()), picture_bytes()
    sandbox.faults.polls_until_processed = 1

    upload = channel.upload(prepared(data), data)

    assert sandbox.faults.calls["mastodon", f"GET /api/v1/media/{upload['id']}"] == 2


def test_an_upload_asks_nothing_but_the_upload(sandbox: Sandbox, tmp_path: Path) -> None:
    channel, data = on_sandbox("mastodon", sandbox, tmp_path, Memory()), picture_bytes()

    channel.upload(prepared(data), data)

    assert dict(sandbox.faults.calls) == {POLL: 1}


def test_followers_see_the_alt_text_the_language_and_clickable_links(sandbox: Sandbox, tmp_path: Path) -> None:
    counterpart = sandboxed("mastodon", sandbox, tmp_path)
    counterpart.channel.send(minted(counterpart.channel))

    (post,) = sandbox.state.posts()
    assert post.language == "de"
    assert post.visibility == "public"
    assert [post.text[span.start : span.end] for span in post.spans] == [LINK, "#ÖffentlicherNahverkehr"]


def test_the_visibility_of_the_table_is_the_posts(sandbox: Sandbox, tmp_path: Path) -> None:
    table = {"kind": "mastodon", "server": "sandbox", "visibility": "unlisted"}
    channel = mastodon.build("presse", table, config(tmp_path), Memory(), sandbox.place("mastodon"))

    receipt = channel.send(minted(channel))

    assert sandbox.state.posts()[0].visibility == "unlisted"
    assert receipt.details["visibility"] == "unlisted"


def test_the_versions_that_answer_500_to_a_known_key_are_read_back(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.mastodon_version = "4.6.2"
    counterpart = sandboxed("mastodon", sandbox, tmp_path)
    request = minted(counterpart.channel)
    sandbox.faults.inject("mastodon", "POST /api/v1/statuses", Fault.LOSE_REPLY)

    for _ in range(2):
        with pytest.raises(UncertainOutcome):
            counterpart.channel.send(request)

    assert counterpart.channel.find(request) is not None
    assert counterpart.texts() == [TEXT]


def test_the_account_is_asked_for_once_and_remembered(sandbox: Sandbox, tmp_path: Path) -> None:
    counterpart = sandboxed("mastodon", sandbox, tmp_path)
    request = minted(counterpart.channel)

    counterpart.channel.find(request)
    counterpart.another_process().find(request)

    assert sandbox.faults.calls["mastodon", "GET /api/v1/accounts/verify_credentials"] == 1


def test_where_the_own_posts_do_not_reach_back_far_enough_nobody_can_tell(sandbox: Sandbox, tmp_path: Path) -> None:
    channel = on_sandbox("mastodon", sandbox, tmp_path, Memory())
    lost = minted(channel, "lost")
    channel.send(minted(channel, "later"))
    later = sandbox.state.posts(limit=1)[0]
    for number in range(mastodon.MOST_PAGES * mastodon.RECENT_POSTS):
        text = f"Meldung {number}"
        post = NewPost(platform="mastodon", author=later.author, ref=text, url="", text=text, record={})
        sandbox.state.keep_post(post)

    with pytest.raises(UncertainOutcome) as failure:
        channel.find(lost)
    assert failure.value.code == "post-not-among-recent"


def test_an_old_server_tells_its_limits_in_the_old_place(site: Site) -> None:
    answering(site, "/api/v2/instance/", 404, {"error": "Not Found"})
    answering(
        site, "/api/v1/instance/", 200, {"version": "3.5.3", "configuration": {"statuses": {"max_characters": 777}}}
    )

    limits = on_site(site).read_limits()

    assert (limits.text, limits.link, limits.software) == (777, 23, "Mastodon 3.5.3")


SENSELESS: list[object] = [b"<html>", b"", [], "ja", None, {}, {"id": None}, 17]


@pytest.mark.parametrize("body", SENSELESS, ids=repr)
def test_an_answer_without_sense_leaves_open_what_happened(site: Site, body: object) -> None:
    answering(site, "/api/v1/statuses", 200, body)
    channel = on_site(site)

    with pytest.raises(UncertainOutcome):
        channel.send(minted(channel))


@pytest.mark.parametrize("body", [*SENSELESS, {"configuration": [], "version": 5}], ids=repr)
def test_limits_without_sense_are_an_error_or_the_documented_ones(site: Site, body: object) -> None:
    answering(site, "/api/v2/instance/", 200, body)
    channel = on_site(site)

    outcome: object
    try:
        outcome = channel.read_limits().text
    except SendFailure as failure:
        outcome = type(failure)

    assert outcome in (500, TemporaryFailure)


def test_a_post_is_found_behind_many_that_came_after_it(sandbox: Sandbox, tmp_path: Path) -> None:
    channel = on_sandbox("mastodon", sandbox, tmp_path, Memory())
    first = minted(channel)
    wanted = channel.send(first)
    for number in range(mastodon.RECENT_POSTS + 1):
        channel.send(minted(channel, f"later-{number}", f"Später: {number}", link=""))

    assert channel.find(first) == wanted
    assert channel.find(minted(channel, "lost", "Nie gesendet", link="")) is None


@pytest.mark.parametrize("body", SENSELESS, ids=repr)
def test_who_we_are_is_not_guessed_from_an_answer_without_sense(site: Site, body: object) -> None:
    answering(site, "/api/v1/accounts/verify_credentials", 200, body)

    with pytest.raises(TemporaryFailure):
        on_site(site).verify()


STATUSES: list[tuple[int, type[SendFailure]]] = [
    (301, PermanentFailure),
    (400, PermanentFailure),
    (401, ChannelSuspended),
    (403, ChannelSuspended),
    (404, PermanentFailure),
    (408, UncertainOutcome),
    (413, PermanentFailure),
    (422, PermanentFailure),
    (429, TemporaryFailure),
    (500, UncertainOutcome),
    (502, UncertainOutcome),
    (503, TemporaryFailure),
    (504, UncertainOutcome),
]


@pytest.mark.parametrize(("status", "outcome"), STATUSES)
def test_each_status_is_one_outcome_and_no_error_holds_the_token(
    site: Site, status: int, outcome: type[SendFailure]
) -> None:
    answering(site, "/api/v1/statuses", status, {"error": f"Nicht so: {TOKEN}"}, {"Location": f"{site.url}/anders"})
    answering(site, "/anders", 200, {"id": "1"})
    channel = on_site(site)

    with pytest.raises(outcome) as failure:
        channel.send(minted(channel))

    assert type(failure.value) is outcome
    assert TOKEN not in repr((failure.value, failure.value.values, failure.value.__cause__, failure.value.__context__))
    assert [asked.path for asked in site.asked] == ["/api/v1/statuses"]


def test_a_reset_that_no_clock_understands_still_is_busy(site: Site) -> None:
    answering(site, "/api/v1/statuses", 429, {"error": "zu viel"}, {"X-RateLimit-Reset": "bald"})
    channel = on_site(site)

    with pytest.raises(TemporaryFailure) as failure:
        channel.send(minted(channel))
    assert failure.value.code == "platform-busy"


def test_an_answer_that_never_ends_is_cut_off(site: Site) -> None:
    answering(site, "/api/v1/statuses", 200, b"[" * 3_000_000)
    channel = on_site(site)

    with pytest.raises(UncertainOutcome):
        channel.send(minted(channel))


@pytest.mark.parametrize(
    ("table", "code", "key"),
    [
        ({"server": "https://social.example"}, "config-missing-key", "channels.m.token"),
        ({"server": "http://social.example", "token": {"env": "X"}}, "config-wrong-https-address", "channels.m.server"),
        ({"server": "https://social.example", "token": "geheim"}, "secret-in-config", "channels.m.token"),
        ({"server": "sandbox", "visibility": "geheim"}, "config-wrong-choice", "channels.m.visibility"),
        ({"token": {"env": "X"}}, "config-missing-key", "channels.m.server"),
        ({"server": "social.example", "token": {"env": "X"}}, "config-wrong-web-address", "channels.m.server"),
    ],
)
def test_a_table_that_cannot_work_names_its_key(table: dict[str, Any], code: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as mistake:
        mastodon.build("m", {"kind": "mastodon", **table}, config(tmp_path), Memory(), None)

    assert (mistake.value.code, str(mistake.value.values["key"])[: len(key)]) == (code, key)
    assert "geheim" not in str(mistake.value)


def test_what_is_no_token_stops_the_start_and_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("mein Passwort für alles")
    table = {"kind": "mastodon", "server": "https://social.example", "token": {"file": "token"}}

    with pytest.raises(ConfigError) as mistake:
        mastodon.build("m", table, config(tmp_path), Memory(), None)

    assert mistake.value.code == "secret-not-a-token"
    assert "Passwort" not in str(mistake.value)


def test_a_server_on_this_machine_may_do_without_encryption(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    table = {"kind": "mastodon", "server": "http://127.0.0.1:3000", "token": {"file": "token"}}
    build: Callable[..., MastodonChannel] = mastodon.build

    assert build("m", table, config(tmp_path), Memory(), None).rules.template == "post/mastodon.txt"
