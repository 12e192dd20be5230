"""What platforms say of their rate limits, each in its own format."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.channels.bluesky import wire as bluesky_wire
from publisher.channels.mastodon import wire as mastodon_wire
from tests.channels.conftest import answering
from tests.fixtures.site import Site


def test_mastodon_tells_the_end_of_its_window_as_a_timestamp(site: Site) -> None:
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=3)
    headers = {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "12",
        "X-RateLimit-Reset": reset.isoformat().replace("+00:00", ".000000Z"),
    }
    answering(site, "/api/v1/accounts/verify_credentials", 200, {"id": "1", "acct": "stadt"}, headers)
    wire = mastodon_wire.MastodonWire(site.url, "token", 5)
    assert wire.allowance() is None
    wire.call(lambda api: api.account_verify_credentials(), dict, harmless=True)
    told = wire.allowance()
    assert told is not None
    assert (told.limit, told.remaining) == (300, 12)
    assert abs(told.reset - reset) < timedelta(seconds=3)


def test_bluesky_tells_it_in_seconds_since_1970(site: Site) -> None:
    reset = int(time.time()) + 180
    headers = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "7", "RateLimit-Reset": str(reset)}
    answering(site, "/xrpc/com.atproto.server.describeServer", 200, {"did": "did:web:x"}, headers)
    wire = bluesky_wire.XrpcWire(5)
    assert wire.allowance() is None
    wire.call(site.url, bluesky_wire.Call(method="com.atproto.server.describeServer"))
    told = wire.allowance()
    assert told is not None
    assert (told.limit, told.remaining, told.reset) == (3000, 7, datetime.fromtimestamp(reset, UTC))


def test_a_server_that_says_nothing_or_nonsense_slows_nobody(site: Site, tmp_path: Path) -> None:
    headers = {"RateLimit-Limit": "viele", "RateLimit-Remaining": "-1", "RateLimit-Reset": "9" * 40}
    answering(site, "/xrpc/com.atproto.server.describeServer", 200, {"did": "did:web:x"}, headers)
    wire = bluesky_wire.XrpcWire(5)
    wire.call(site.url, bluesky_wire.Call(method="com.atproto.server.describeServer"))
    assert wire.allowance() is None
