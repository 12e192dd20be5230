"""The contract of a post channel, on every kind and every counterpart."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.domain.errors import PermanentFailure, TemporaryFailure, UploadsForgotten
from publisher.domain.variant import JsonObject
from publisher.ports.channels import Dated, Mint, PostChannel, Reconcilable, SandboxPlace
from publisher.ports.threads import Threaded
from publisher.sandbox.bluesky.rules import blob_object, content_id
from publisher.sandbox.seen import Blob
from tests.channels.conftest import (
    BUILDERS,
    TEXT,
    Counterpart,
    Memory,
    config,
    minted,
    picture_bytes,
    prepared,
    worded,
)


def test_a_channel_is_a_post_channel_that_can_be_asked(counterpart: Counterpart) -> None:
    assert isinstance(counterpart.channel, PostChannel)
    assert isinstance(counterpart.channel, Reconcilable)
    assert counterpart.channel.name == "presse"


def test_followers_see_the_post_once_word_for_word(counterpart: Counterpart) -> None:
    receipt = counterpart.channel.send(minted(counterpart.channel))

    assert counterpart.texts() == [TEXT]
    assert receipt.ref
    assert receipt.url.startswith("http")


def test_a_stored_request_sent_again_makes_no_second_post(counterpart: Counterpart) -> None:
    stored = json.dumps(minted(counterpart.channel))

    first = counterpart.channel.send(json.loads(stored))
    second = counterpart.another_process().send(json.loads(stored))

    assert second == first
    assert counterpart.texts() == [TEXT]


def test_two_deliveries_make_two_posts_even_of_the_same_words(counterpart: Counterpart) -> None:
    at = datetime.now(UTC)
    for delivery in ("d-1", "d-2"):
        counterpart.channel.send(minted(counterpart.channel, delivery, at=at))

    assert counterpart.texts() == [TEXT, TEXT]


def test_a_post_that_was_made_is_found_and_one_that_was_not_is_not(counterpart: Counterpart) -> None:
    channel = counterpart.channel
    made, other = minted(channel, "d-1"), minted(channel, "d-2", "Ganz andere Worte.", link="")
    receipt = channel.send(made)

    assert counterpart.another_process().find(made) == receipt
    assert channel.find(other) is None


def test_pictures_are_published_with_their_alt_text(counterpart: Counterpart) -> None:
    channel, data = counterpart.channel, picture_bytes()
    variant = worded(channel, pictures=(prepared(data), prepared(data, alt="Noch ein Bild")))
    uploads = [channel.upload(picture, data) for picture in variant.pictures]
    request = channel.request(variant, uploads, None, Mint(delivery_id="d-1", at=datetime.now(UTC)))

    receipt = channel.send(json.loads(json.dumps(request)))

    assert counterpart.texts() == [TEXT]
    assert channel.send(json.loads(json.dumps(request))) == receipt


def test_a_post_whose_picture_the_platform_does_not_have_can_be_made_with_a_fresh_one(counterpart: Counterpart) -> None:
    channel, data = counterpart.channel, picture_bytes()
    variant, mint = worded(channel, pictures=(prepared(data),)), Mint(delivery_id="d-1", at=datetime.now(UTC))
    with pytest.raises(UploadsForgotten):
        channel.send(channel.request(variant, [never_uploaded(channel.kind)], None, mint))

    fresh = channel.upload(variant.pictures[0], data)
    channel.send(channel.request(variant, [fresh], None, mint))

    assert counterpart.texts() == [TEXT]


def test_a_post_that_is_refused_for_its_words_keeps_its_pictures(counterpart: Counterpart) -> None:
    channel, data = counterpart.channel, picture_bytes()
    variant = worded(channel, "ü" * 600, pictures=(prepared(data),))
    upload = channel.upload(variant.pictures[0], data)
    with pytest.raises(PermanentFailure) as refused:
        channel.send(channel.request(variant, [upload], None, Mint(delivery_id="d-1", at=datetime.now(UTC))))
    assert not isinstance(refused.value, UploadsForgotten)


def never_uploaded(kind: str) -> JsonObject:
    """What an upload would have answered that the platform has never seen, or does not know any more."""
    if kind == "mastodon":
        return {"id": "111111111111111111"}
    return {"blob": blob_object(Blob(ref=content_id(b"gone", raw=True), media_type="image/jpeg", data=b"gone"))}


def test_no_request_names_a_host_or_a_port(counterpart: Counterpart) -> None:
    channel, data = counterpart.channel, picture_bytes()
    upload = channel.upload(prepared(data), data)
    variant = worded(channel, pictures=(prepared(data),))

    stored = json.dumps(channel.request(variant, [upload], None, Mint(delivery_id="d-1", at=datetime.now(UTC))))

    assert "127.0.0.1" not in stored
    assert "localhost" not in stored


def test_the_account_is_named(counterpart: Counterpart) -> None:
    account = counterpart.channel.verify()

    assert account.name.startswith("@")
    assert account.url.startswith("http")


def test_the_platform_says_what_time_it_is(counterpart: Counterpart) -> None:
    assert isinstance(counterpart.channel, Dated)
    counterpart.channel.verify()

    told = counterpart.channel.told_time()

    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=10)


def test_limits_are_read_from_the_platform(counterpart: Counterpart) -> None:
    limits = counterpart.channel.read_limits()

    assert limits.read_at is not None
    assert limits.software
    assert limits.text == counterpart.channel.documented_limits().text


def test_the_longest_text_is_taken_and_one_character_more_is_refused(counterpart: Counterpart) -> None:
    channel, limit = counterpart.channel, counterpart.channel.documented_limits().text
    longest = "ü" * limit
    assert channel.measure(longest, channel.documented_limits()) == limit

    channel.send(minted(channel, "d-1", longest, link=""))
    with pytest.raises(PermanentFailure):
        channel.send(minted(channel, "d-2", longest + "ü", link=""))

    assert counterpart.texts() == [longest]


@pytest.mark.parametrize("kind", ["mastodon", "bluesky"])
def test_a_platform_that_cannot_be_reached_has_got_nothing(kind: str, tmp_path: Path) -> None:
    nowhere = SandboxPlace(api="http://127.0.0.1:1", site="http://127.0.0.1:1")
    channel = BUILDERS[kind]("presse", {"kind": kind, "server": "sandbox"}, config(tmp_path), Memory(), nowhere)

    with pytest.raises(TemporaryFailure) as failure:
        channel.send(minted(channel))
    assert failure.value.code == "platform-unreachable"


def test_leichte_sprache_goes_out_as_german(counterpart: Counterpart) -> None:
    request = minted(counterpart.channel, language="de-simple")

    counterpart.channel.send(request)

    assert '"de"' in json.dumps(request)
    assert "simple" not in json.dumps(request)


def test_a_later_announcement_of_the_same_link_is_not_mistaken(counterpart: Counterpart) -> None:
    channel = counterpart.channel
    now = datetime.now(UTC)
    channel.send(minted(channel, "d-1"))
    corrected = minted(channel, "d-2", "Korrektur: " + TEXT, at=now + timedelta(seconds=1))

    assert channel.find(corrected) is None


def test_a_thread_answers_its_own_posts_and_each_part_is_made_once(counterpart: Counterpart) -> None:
    channel = counterpart.channel
    assert isinstance(channel, Threaded)
    root = channel.send(minted(channel, "d-1"))
    second = channel.reply(minted(channel, "d-1-2", "Zweiter Teil."), root, root)
    before = channel.send(json.loads(json.dumps(second)))
    third = channel.reply(minted(channel, "d-1-3", "Dritter Teil."), root, before)
    channel.send(third)

    assert counterpart.another_process().find(json.loads(json.dumps(second))) == before
    assert counterpart.another_process().send(json.loads(json.dumps(second))) == before
    assert sorted(counterpart.texts()) == sorted([TEXT, "Zweiter Teil.", "Dritter Teil."])
