"""Answers of a Bluesky server that no honest server gives: each still ends as exactly one outcome."""

from typing import Any

import pytest

from publisher.channels.bluesky.channel import BlueskyChannel
from publisher.domain.errors import (
    ChannelSuspended,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
)
from publisher.ports.channels import ChannelRules
from tests.channels.conftest import Memory, answering, minted, picture_bytes, prepared
from tests.fixtures.site import Site

LOGIN = "/xrpc/com.atproto.server.createSession"
PUT = "/xrpc/com.atproto.repo.putRecord"
UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"
SESSION = {"did": "did:plc:a", "handle": "a.test", "accessJwt": "geheimes-token", "refreshJwt": "auch-geheim"}


@pytest.fixture
def channel(site: Site) -> BlueskyChannel:
    """A channel on a server of the test's own that lets it in."""
    answering(site, LOGIN, 200, SESSION)
    rules = ChannelRules(template="post/bluesky.txt")
    return BlueskyChannel(
        "presse", rules, Memory(), server=site.url, site=site.url, handle="a.test", password="p", timeout_seconds=2
    )


STATUSES: list[tuple[int, str, type[SendFailure]]] = [
    (302, "", PermanentFailure),
    (400, "InvalidRequest", PermanentFailure),
    (400, "AccountTakedown", ChannelSuspended),
    (401, "AuthenticationRequired", ChannelSuspended),
    (403, "Forbidden", ChannelSuspended),
    (404, "", PermanentFailure),
    (408, "", UncertainOutcome),
    (413, "PayloadTooLarge", PermanentFailure),
    (429, "RateLimitExceeded", TemporaryFailure),
    (500, "InternalServerError", UncertainOutcome),
    (502, "", UncertainOutcome),
    (503, "", UncertainOutcome),
    (504, "", UncertainOutcome),
]


@pytest.mark.parametrize(("status", "error", "outcome"), STATUSES)
def test_each_status_is_one_outcome(
    site: Site, channel: BlueskyChannel, status: int, error: str, outcome: type[SendFailure]
) -> None:
    answering(site, PUT, status, {"error": error, "message": "no"} if error else b"<html>", {"Location": "/anders"})

    with pytest.raises(outcome) as failure:
        channel.send(minted(channel))

    assert type(failure.value) is outcome
    assert "geheim" not in repr((failure.value, failure.value.values, failure.value.__cause__))
    assert [asked.path for asked in site.asked] == [LOGIN, PUT]


@pytest.mark.parametrize("body", [b"<html>", b"", [], "ja", None, {}, {"uri": 5}, b"[" * 100_000, b"{" * 3_000_000])
def test_a_yes_without_sense_leaves_open_what_happened(site: Site, channel: BlueskyChannel, body: object) -> None:
    answering(site, PUT, 200, body)

    with pytest.raises(UncertainOutcome):
        channel.send(minted(channel))


@pytest.mark.parametrize("body", [b"<html>", {}, {**SESSION, "accessJwt": None}, []])
def test_a_login_without_sense_is_tried_again(site: Site, channel: BlueskyChannel, body: object) -> None:
    answering(site, LOGIN, 200, body)

    with pytest.raises(TemporaryFailure):
        channel.send(minted(channel))


def test_a_server_that_knows_no_login_suspends_the_channel_and_keeps_its_posts(
    site: Site, channel: BlueskyChannel
) -> None:
    answering(site, LOGIN, 404, b"<html>")

    with pytest.raises(ChannelSuspended):
        channel.send(minted(channel))


@pytest.mark.parametrize("blob", [None, "blob", {"size": 1}, {"size": "125"}])
def test_an_upload_whose_size_is_wrong_is_tried_again(site: Site, channel: BlueskyChannel, blob: Any) -> None:
    answering(site, UPLOAD, 200, {"blob": blob})
    data = picture_bytes()

    with pytest.raises(TemporaryFailure):
        channel.upload(prepared(data), data)


def test_a_wait_that_no_clock_understands_is_left_to_the_backoff(site: Site, channel: BlueskyChannel) -> None:
    answering(site, PUT, 429, {"error": "RateLimitExceeded"}, {"RateLimit-Reset": "bald"})

    with pytest.raises(TemporaryFailure) as failure:
        channel.send(minted(channel))
    assert failure.value.retry_after is None
