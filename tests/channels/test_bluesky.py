"""What is Bluesky's own: link cards, pictures as its servers take them, and records that are never overwritten."""

import io
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher.channels.bluesky import channel as bluesky
from publisher.domain.errors import ConfigError, PermanentFailure
from publisher.domain.variant import Card, PreparedPicture
from publisher.ports.channels import Mint
from publisher.sandbox.server import Sandbox
from tests.channels.conftest import (
    LINK,
    TEXT,
    Counterpart,
    Memory,
    PlatformChannel,
    config,
    minted,
    on_pds,
    on_sandbox,
    picture_bytes,
    prepared,
    records,
    sandboxed,
    worded,
)
from tests.fixtures.pds import Pds

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(params=["sandbox", "real"])
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> PlatformChannel:
    """The bluesky channel on both servers, which must agree on every rule."""
    if request.param == "real":
        return on_pds(request.getfixturevalue("pds"), tmp_path, Memory())
    return on_sandbox("bluesky", request.getfixturevalue("sandbox"), tmp_path, Memory())


def test_a_link_card_brings_title_description_and_thumbnail(pds: Pds, tmp_path: Path) -> None:
    channel, data = on_pds(pds, tmp_path, Memory()), picture_bytes()
    card = Card(url=LINK, title="Brücke frei", description="Ab Mittwoch.", thumbnail=prepared(data))
    thumbnail = channel.upload(prepared(data), data)

    channel.send(channel.request(worded(channel, card=card), [], thumbnail, Mint(delivery_id="card", at=NOW)))

    cards = [record["embed"]["external"] for record in records(pds) if "external" in record.get("embed", {})]
    [external] = [each for each in cards if each["title"] == "Brücke frei"]
    assert (external["uri"], external["description"]) == (LINK, "Ab Mittwoch.")
    assert external["thumb"]["size"] == len(data)


def test_a_post_with_pictures_has_no_card_and_each_picture_its_shape(channel: PlatformChannel) -> None:
    data = picture_bytes()
    variant = worded(channel, pictures=(prepared(data),), card=Card(url=LINK, title="t", description="d"))

    request: Any = channel.request(variant, [channel.upload(prepared(data), data)], None, Mint(delivery_id="d", at=NOW))

    embed = request["record"]["embed"]
    assert embed["$type"] == "app.bsky.embed.images"
    assert embed["images"][0]["aspectRatio"] == {"width": 60, "height": 40}
    assert embed["images"][0]["alt"] == prepared(data).alt


def test_a_picture_above_a_million_bytes_is_refused(channel: PlatformChannel) -> None:
    target = io.BytesIO()
    Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3)).save(target, "PNG")  # noqa: S311 -- noise that does not compress
    data = target.getvalue()
    assert 1_000_000 < len(data) < 5_000_000
    picture = PreparedPicture(sha256="e" * 64, media_type="image/png", width=600, height=600, size=len(data), alt="a")
    variant = worded(channel, pictures=(picture,))
    request = channel.request(variant, [channel.upload(picture, data)], None, Mint(delivery_id="big", at=NOW))

    with pytest.raises(PermanentFailure):
        channel.send(request)


def test_another_record_under_our_key_is_not_overwritten(channel: PlatformChannel) -> None:
    first = minted(channel, "same", at=NOW)
    other: Any = json.loads(json.dumps(first))
    other["record"]["text"] = "Etwas anderes"
    receipt = channel.send(first)

    with pytest.raises(PermanentFailure) as failure:
        channel.send(other)

    assert failure.value.code == "record-key-taken"
    assert channel.find(first) == receipt


def test_a_key_that_is_no_tid_is_refused(channel: PlatformChannel) -> None:
    with pytest.raises(PermanentFailure):
        channel.send({**minted(channel), "rkey": "meine-meldung"})


def test_a_picture_that_was_never_uploaded_is_refused(channel: PlatformChannel) -> None:
    data = picture_bytes(3, 3)
    upload: Any = json.loads(json.dumps(channel.upload(prepared(data), data)))
    upload["blob"]["ref"]["$link"] = "bafkreif5hh7xj6qkavoy5zfsznwgql7ryuc2qasxfk73hodecmduyqfwpy"
    variant = worded(channel, pictures=(prepared(data),))

    with pytest.raises(PermanentFailure):
        channel.send(channel.request(variant, [upload], None, Mint(delivery_id="gone", at=NOW)))


def test_a_text_of_many_bytes_counts_as_too_long_whatever_it_looks_like(channel: PlatformChannel) -> None:
    families = "👩‍👩‍👧‍👦" * 130
    limits = channel.documented_limits()

    assert channel.measure(families, limits) > limits.text
    with pytest.raises(PermanentFailure):
        channel.send(minted(channel, text=families, link=""))


def test_links_can_be_clicked_where_followers_see_them(sandbox: Sandbox, tmp_path: Path) -> None:
    counterpart: Counterpart = sandboxed("bluesky", sandbox, tmp_path)
    receipt = counterpart.channel.send(minted(counterpart.channel))

    (post,) = sandbox.state.posts()
    assert [(post.text[span.start : span.end], span.url) for span in post.spans] == [
        (LINK, LINK),
        ("#ÖffentlicherNahverkehr", "https://bsky.app/hashtag/ÖffentlicherNahverkehr"),
    ]
    assert post.url == receipt.url
    assert post.text == TEXT


@pytest.mark.parametrize(
    ("table", "code", "key"),
    [
        ({"server": "https://bsky.social", "password": {"env": "X"}}, "config-missing-key", "channels.b.handle"),
        ({"server": "https://bsky.social", "handle": "a.example"}, "config-missing-key", "channels.b.password"),
        ({"server": "http://bsky.social"}, "config-wrong-https-address", "channels.b.server"),
        ({"server": "sandbox", "token": "x"}, "config-unknown-key", "channels.b.token"),
        (
            {"server": "https://bsky.social", "handle": "a.example", "password": "geheim"},
            "secret-in-config",
            "channels.b.password",
        ),
    ],
)
def test_a_table_that_cannot_work_names_its_key(table: dict[str, Any], code: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as mistake:
        bluesky.build("b", {"kind": "bluesky", **table}, config(tmp_path), Memory(), None)

    assert (mistake.value.code, str(mistake.value.values["key"])[: len(key)]) == (code, key)
    assert "geheim" not in str(mistake.value)
