"""The small Mastodon refuses what the large one refuses, in its words."""

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from publisher.sandbox.server import Sandbox

LONG_LINK = "https://musterstadt.example/" + "a" * 400


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client that is signed in."""
    base, headers = sandbox.place("mastodon").api, {"Authorization": "Bearer sandbox-presse"}
    with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
        yield client


def picture_bytes(width: int = 60, height: int = 40) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(target, "PNG")
    return target.getvalue()


def upload(api: httpx.Client, data: bytes, media_type: str = "image/png", alt: str = "Alt") -> httpx.Response:
    return api.post("/api/v2/media", files={"file": ("bild", data, media_type)}, data={"description": alt})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": ""}, 422),
        ({"status": "x" * 501}, 422),
        ({"status": "x" * 500}, 200),
        ({"status": "👩‍👩‍👧" * 500}, 200),
        ({"status": f"{'x' * 476} {LONG_LINK}"}, 200),
        ({"status": f"{'x' * 477} {LONG_LINK}"}, 422),
        ({"status": f"glued{LONG_LINK}{'x' * 100}"}, 422),
        ({"status": "x", "visibility": "geheim"}, 422),
        ({"status": "x", "media_ids": ["17"]}, 422),
    ],
)
def test_a_status_is_checked_as_there(api: httpx.Client, sandbox: Sandbox, fields: dict[str, Any], status: int) -> None:
    answer = api.post("/api/v1/statuses", json=fields)

    assert answer.status_code == status
    assert len(sandbox.state.posts()) == (status == 200)
    assert ("error" in answer.json()) == (status != 200)


@pytest.mark.parametrize(
    ("data", "media_type", "alt"),
    [
        (b"%PDF-1.7", "application/pdf", "Alt"),
        (b"no picture", "image/png", "Alt"),
        (picture_bytes(), "image/png", "x" * 1501),
        (b"x" * (16 * 2**20 + 1), "image/png", "Alt"),
        (picture_bytes(6000, 6000), "image/png", "Alt"),
    ],
    ids=["no picture's type", "no picture", "long description", "too many bytes", "too many pixels"],
)
def test_an_upload_is_checked_as_there(api: httpx.Client, data: bytes, media_type: str, alt: str) -> None:
    assert upload(api, data, media_type, alt).status_code == 422


def test_a_picture_is_attached_once_and_only_when_it_is_processed(api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.polls_until_processed = 1
    answer = upload(api, picture_bytes())
    fields = {"status": "Hallo", "media_ids": [answer.json()["id"]]}
    assert (answer.status_code, answer.json()["url"]) == (202, None)
    assert api.post("/api/v1/statuses", json=fields).status_code == 422

    polls = [api.get(f"/api/v1/media/{answer.json()['id']}").status_code for _ in range(2)]

    assert polls == [206, 200]
    assert api.post("/api/v1/statuses", json=fields).status_code == 200
    assert api.post("/api/v1/statuses", json=fields).status_code == 422


def test_nobody_posts_without_a_token(sandbox: Sandbox) -> None:
    url = f"{sandbox.place('mastodon').api}/api/v1/statuses"

    assert httpx.post(url, data={"status": "Hallo"}, trust_env=False).status_code == 401


def test_one_key_is_one_post_whatever_the_words(api: httpx.Client, sandbox: Sandbox) -> None:
    headers = {"Idempotency-Key": "d-1"}
    first = api.post("/api/v1/statuses", json={"status": "Erste Worte"}, headers=headers).json()
    second = api.post("/api/v1/statuses", json={"status": "Zweite Worte"}, headers=headers).json()

    assert second == first
    assert [post.text for post in sandbox.state.posts()] == ["Erste Worte"]


def test_a_region_is_dropped_from_the_language(api: httpx.Client) -> None:
    assert api.post("/api/v1/statuses", json={"status": "x", "language": "de-AT"}).json()["language"] == "de"


def test_words_of_a_post_are_no_html(api: httpx.Client) -> None:
    content = api.post("/api/v1/statuses", json={"status": "<b>fett</b> & #Fest\n\nneu"}).json()["content"]

    assert content.startswith("<p>&lt;b&gt;fett&lt;/b&gt; &amp; <a href=")
    assert content.endswith("<p>neu</p>")
