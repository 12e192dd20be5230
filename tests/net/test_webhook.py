"""Alarms to a webhook, over real HTTP."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from publisher.domain.alarm import AlarmLine, AlarmNote
from publisher.domain.errors import TemporaryFailure
from publisher.net.webhook import Webhook
from tests.fixtures.site import Site

NOTE = AlarmNote(
    id="n1",
    at=datetime(2026, 11, 25, 11, 0, tzinfo=UTC),
    title="Stadt: Der Publisher braucht Sie (1)",
    text="Das braucht einen Menschen:\n- Kanal mastodon …\n",
    raised=(AlarmLine(subject="channel mastodon", code="alarm-suspended", text="Kanal mastodon …"),),
)


def listening(site: Site, status: int = 204) -> list[bytes]:
    bodies: list[bytes] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        bodies.append(request.rfile.read(int(request.headers["Content-Length"])))
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.at("/alarm", answer)
    return bodies


def test_a_webhook_gets_the_note_with_an_id_a_time_and_a_signature(site: Site) -> None:
    bodies = listening(site)
    secret = b"geheim geheim geheim geheim"
    Webhook(f"{site.url}/alarm#whsec_{base64.b64encode(secret).decode()}").ring(NOTE)
    (asked,) = site.asked
    assert asked.path == "/alarm"
    stamp = str(int(NOTE.at.timestamp()))
    assert (asked.headers["webhook-id"], asked.headers["webhook-timestamp"]) == ("n1", stamp)
    expected = hmac.new(secret, f"n1.{stamp}.".encode() + bodies[0], hashlib.sha256).digest()
    assert asked.headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert json.loads(bodies[0])["data"]["raised"][0]["subject"] == "channel mastodon"


def test_without_a_key_nothing_is_signed(site: Site) -> None:
    listening(site)
    Webhook(f"{site.url}/alarm").ring(NOTE)
    assert "webhook-signature" not in site.asked[0].headers


@pytest.mark.parametrize("status", [302, 404, 500])
def test_only_a_good_answer_counts_and_no_failure_names_the_address(site: Site, status: int) -> None:
    listening(site, status)
    with pytest.raises(TemporaryFailure) as failure:
        Webhook(f"{site.url}/alarm").ring(NOTE)
    assert "/alarm" not in str(failure.value)
    assert len(site.asked) == 1


def test_a_webhook_out_of_reach_is_a_failure_and_not_a_crash() -> None:
    with pytest.raises(TemporaryFailure, match="alarm-not-delivered"):
        Webhook("http://127.0.0.1:9/alarm").ring(NOTE)
