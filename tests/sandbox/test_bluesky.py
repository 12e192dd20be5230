"""The small Bluesky server: what the contract tests do not ask it together with the real one."""

from typing import Any

import httpx
import pytest

from publisher.sandbox.server import Sandbox

KEY = "3n33zc3sirxpf"


def session(sandbox: Sandbox, handle: str = "presse.test") -> httpx.Client:
    """A client that is logged in."""
    base = f"{sandbox.place('bluesky').api}/xrpc"
    made = httpx.post(
        f"{base}/com.atproto.server.createSession", json={"identifier": handle, "password": "p"}, trust_env=False
    ).json()
    return httpx.Client(
        base_url=base, headers={"Authorization": f"Bearer {made['accessJwt']}", "did": made["did"]}, trust_env=False
    )


def put(client: httpx.Client, record: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
    whole = {"$type": "app.bsky.feed.post", "text": "Hallo", "createdAt": "2026-11-25T09:00:00.000Z", **(record or {})}
    body = {
        "repo": client.headers["did"],
        "collection": "app.bsky.feed.post",
        "rkey": KEY,
        "swapRecord": None,
        "record": whole,
        **more,
    }
    return client.post("/com.atproto.repo.putRecord", json=body)


@pytest.mark.parametrize(
    ("record", "more"),
    [
        ({"text": "x" * 301}, {}),
        ({"text": None}, {}),
        ({"createdAt": "gestern"}, {}),
        ({"langs": ["de", "en", "fr", "it"]}, {}),
        ({"langs": ["de_DE"]}, {}),
        ({"embed": {"$type": "app.bsky.embed.images", "images": []}}, {}),
        ({"embed": {"$type": "app.bsky.embed.images", "images": [{"image": {}}]}}, {}),
        ({"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.example"}}}, {}),
        ({"embed": {"$type": "app.bsky.embed.unheard"}}, {}),
        ({}, {"rkey": "meine-meldung"}),
        ({}, {"repo": "did:plc:somebodyelse"}),
    ],
)
def test_a_record_is_checked_as_there(sandbox: Sandbox, record: dict[str, Any], more: dict[str, Any]) -> None:
    with session(sandbox) as client:
        answer = put(client, record, **more)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.state.posts() == []


def test_the_same_record_again_is_no_commit_and_another_is_refused(sandbox: Sandbox) -> None:
    with session(sandbox) as client:
        first, same, other = put(client).json(), put(client).json(), put(client, {"text": "Anderes"})

    assert "commit" in first
    assert same == {"uri": first["uri"], "cid": first["cid"]}
    assert (other.status_code, other.json()["error"]) == (400, "InvalidSwap")
    assert [post.text for post in sandbox.state.posts()] == ["Hallo"]


def test_two_accounts_may_use_one_key(sandbox: Sandbox) -> None:
    for handle in ("presse.test", "kultur.test"):
        with session(sandbox, handle) as client:
            assert put(client).status_code == 200

    assert {post.author for post in sandbox.state.posts()} == {"presse.test", "kultur.test"}


def test_a_handle_leads_to_its_account(sandbox: Sandbox) -> None:
    with session(sandbox) as client:
        found = client.get("/com.atproto.identity.resolveHandle", params={"handle": "presse.test"}).json()
        missing = client.get("/com.atproto.identity.resolveHandle", params={"handle": "niemand.test"})

        assert found["did"] == client.headers["did"]
        assert missing.status_code == 400


def test_a_facet_that_splits_a_letter_is_not_shown(sandbox: Sandbox) -> None:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example"}
    facets = [
        {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]} for start, end in ((0, 1), (2, 99))
    ]

    with session(sandbox) as client:
        assert put(client, {"text": "äöü", "facets": facets}).status_code == 200

    (post,) = sandbox.state.posts()
    assert post.spans == ()
