"""Alarms to a webhook, as Standard Webhooks has them (standardwebhooks.com): an id that stays, a time, a signature."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from publisher.domain.alarm import AlarmLine, AlarmNote
from publisher.domain.errors import TemporaryFailure
from publisher.net.clients import make_client

SECRET_MARK = "whsec_"  # noqa: S105 -- how such keys begin, no key


@dataclass(frozen=True, slots=True)
class Webhook:
    """Implements `publisher.ports.alarms.Bell`. `url`: as config.toml names it, so it may lie inside the office's network.

    A fragment "#whsec_…" in it is the key that the receiver checks the signature with; it is never sent.
    """

    url: str = field(repr=False)
    timeout_seconds: float = 20.0

    @property
    def name(self) -> str:
        """The host."""
        return urlsplit(self.url).hostname or ""

    def ring(self, note: AlarmNote) -> None:
        """POST the note; only 2xx counts. Raises TemporaryFailure."""
        address, _, key = self.url.partition("#")
        body = json.dumps(_payload(note), ensure_ascii=False).encode()
        stamp = str(int(note.at.timestamp()))
        headers = {"Content-Type": "application/json", "webhook-id": note.id, "webhook-timestamp": stamp}
        if key.startswith(SECRET_MARK):
            headers["webhook-signature"] = signature(key, note.id, stamp, body)
        try:
            with make_client(timeout_seconds=self.timeout_seconds) as client:
                status = client.post(address, content=body, headers=headers).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            status = 0
        # Outside the except clause: httpx's error holds the address, which may be a secret.
        if not 200 <= status < 300:
            raise TemporaryFailure("alarm-not-delivered", place=self.name, status=status)


def signature(key: str, id: str, stamp: str, body: bytes) -> str:
    """ "v1," and the base64 of HMAC-SHA256 over id.timestamp.body. Raises ValueError for a key that is no base64."""
    secret = base64.b64decode(key.removeprefix(SECRET_MARK), validate=True)
    signed = hmac.new(secret, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def _payload(note: AlarmNote) -> dict[str, object]:
    return {
        "type": "publisher.alarm",
        "timestamp": note.at.isoformat(),
        "data": {
            "title": note.title,
            "text": note.text,
            "raised": [_line(line) for line in note.raised],
            "over": [_line(line) for line in note.over],
        },
    }


def _line(line: AlarmLine) -> dict[str, str]:
    return {"subject": line.subject, "code": line.code, "text": line.text}
