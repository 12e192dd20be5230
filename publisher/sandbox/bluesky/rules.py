"""What a Bluesky server takes and refuses, and what followers can click: pure rules, without the server around them."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import regex

from publisher.sandbox.seen import Blob, Span

MAX_GRAPHEMES, MAX_TEXT_BYTES = 300, 3_000
MAX_PICTURES, MAX_PICTURE_BYTES, MAX_BLOB_BYTES = 4, 1_000_000, 5 * 2**20
TID = regex.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
LANGUAGE = regex.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*")
Json = Mapping[str, Any]


class Refusal(Exception):
    """An XRPC error: its name and a message."""

    def __init__(self, error: str, message: str = "", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.message, self.status = error, message or error, status


def did_of(handle: str) -> str:
    """A name that stays the same, as did:plc does: 24 letters of base32."""
    return "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]


def content_id(data: bytes, *, raw: bool = False) -> str:
    """A CID of version 1 over SHA-256, in base32; `raw` for blobs, else as of a record."""
    cid = bytes([0x01, 0x55 if raw else 0x71, 0x12, 0x20]) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(cid).decode().lower().rstrip("=")


def blob_object(blob: Blob) -> Json:
    """A blob as records refer to it."""
    return {"$type": "blob", "ref": {"$link": blob.ref}, "mimeType": blob.media_type, "size": len(blob.data)}


def encoded(record: Json) -> bytes:
    """A record in one order of its keys, so that equal ones have one CID."""
    return json.dumps(record, sort_keys=True).encode()


def check_post(record: Json) -> None:
    """Refuse what app.bsky.feed.post does not allow."""
    text = record.get("text")
    if not isinstance(text, str):
        raise Refusal("InvalidRequest", 'Record must have the property "text"')
    if len(regex.findall(r"\X", text)) > MAX_GRAPHEMES:
        raise Refusal("InvalidRequest", f"Record/text must not be longer than {MAX_GRAPHEMES} graphemes")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise Refusal("InvalidRequest", f"Record/text must not be longer than {MAX_TEXT_BYTES} characters")
    try:
        datetime.fromisoformat(str(record.get("createdAt")))
    except ValueError:
        raise Refusal("InvalidRequest", "Record/createdAt must be an valid atproto datetime") from None
    languages = record.get("langs") or []
    if len(languages) > 3 or any(not LANGUAGE.fullmatch(str(language)) for language in languages):
        raise Refusal("InvalidRequest", "Record/langs must be at most 3 well-formed BCP 47 language tags")


def spans_of(text: str, facets: Sequence[Json]) -> tuple[Span, ...]:
    """Facets as followers see them: byte ranges turned to characters; those that do not fit the text are not shown."""
    data = text.encode()
    spans = []
    for facet in facets:
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        try:
            before, inside = data[:start].decode(), data[start:end].decode()
        except UnicodeDecodeError:
            continue
        if not 0 <= start < end <= len(data):
            continue
        spans.append(Span(start=len(before), end=len(before) + len(inside), url=_target(facet["features"][0])))
    return tuple(sorted(spans, key=lambda span: span.start))


def _target(feature: Json) -> str:
    if feature.get("$type") == "app.bsky.richtext.facet#tag":
        return f"https://bsky.app/hashtag/{feature['tag']}"
    return str(feature.get("uri", ""))
