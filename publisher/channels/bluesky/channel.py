"""Bluesky: posts are records under keys that we choose ourselves, so that repeating a request makes no second post.

Sources: the lexicons com.atproto.repo.putRecord, app.bsky.feed.post, app.bsky.embed.images and .external.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from publisher.channels.bluesky.facets import facets, verify
from publisher.channels.bluesky.key import record_key
from publisher.channels.bluesky.session import SessionKeeper
from publisher.channels.bluesky.wire import Call, XrpcRefusal, XrpcWire
from publisher.channels.tables import SANDBOX, PostTable
from publisher.config.reading import read_table
from publisher.config.secrets import read_secret
from publisher.config.tables import Config
from publisher.domain.delivery import Receipt
from publisher.domain.errors import (
    ConfigError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
    UploadsForgotten,
)
from publisher.domain.variant import Card, Json, JsonObject, Limits, PreparedPicture, Variant
from publisher.language.counting import bluesky_length
from publisher.net.clients import TIMEOUT_SECONDS
from publisher.ports.channels import Account, ChannelRules, Mint, SandboxPlace
from publisher.ports.ledger import Notebook
from publisher.ports.pacing import Allowance

COLLECTION = "app.bsky.feed.post"
LIMITS = Limits(text=300, pictures=4, picture_bytes=1_000_000, alt=2_000, card_bytes=1_000_000, software="Bluesky")
"""app.bsky.feed.post and app.bsky.embed.*; pictures stay below what self-hosted servers still refuse."""
APP = "https://bsky.app"
TEMPLATE = "post/bluesky.txt"


class Settings(PostTable):
    """A [channels.*] table of kind "bluesky"."""

    handle: str = ""
    password: Any = None


def build(
    name: str, table: Mapping[str, Any], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> "BlueskyChannel":
    """Make the channel of a table. No call to the outside. Raises ConfigError."""
    settings = read_table(Settings, table, f"channels.{name}")
    rules = settings.rules(TEMPLATE)
    handle = settings.handle.lstrip("@").lower()
    if settings.server == SANDBOX:
        api, site = (sandbox.api, sandbox.site) if sandbox else ("", "")
        handle = handle or re.sub(r"[^a-z0-9]+", "-", name.lower()) + ".test"
        # Any password will do there.
        return BlueskyChannel(name, rules, notebook, server=api, site=site, handle=handle, password=SANDBOX)
    for key in ("handle", "password"):
        if not getattr(settings, key):
            raise ConfigError("config-missing-key", key=f"channels.{name}.{key}")
    password = read_secret(settings.password, f"channels.{name}.password", config.folder)
    return BlueskyChannel(name, rules, notebook, server=settings.server, site=APP, handle=handle, password=password)


class BlueskyChannel:
    """A PostChannel that is Reconcilable, Threaded, Paced and Dated."""

    kind = "bluesky"

    def __init__(
        self,
        name: str,
        rules: ChannelRules,
        notebook: Notebook,
        *,
        server: str,
        site: str,
        handle: str,
        password: str,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.name, self.rules = name, rules
        self._site, self._handle = site, handle
        self._wire = XrpcWire(timeout_seconds)
        self._sessions = SessionKeeper(self._wire, notebook, name, server, handle, password)

    def verify(self) -> Account:
        """com.atproto.server.getSession. Raises SendFailure."""
        me = self._ask(Call(method="com.atproto.server.getSession"))
        handle = str(me.get("handle") or self._handle)
        return Account(name=f"@{handle}", url=f"{self._site}/profile/{handle}")

    def documented_limits(self) -> Limits:
        """The lexicon's."""
        return LIMITS

    def read_limits(self) -> Limits:
        """The lexicon's, once the account has been seen to work: servers tell no limits. Raises SendFailure."""
        self._sessions.current()
        return replace(LIMITS, read_at=datetime.now(UTC))

    def measure(self, text: str, limits: Limits) -> int:
        """Graphemes; more than 3,000 bytes count as too long whatever they look like."""
        return bluesky_length(text)

    def finish(self, variant: Variant) -> Variant:
        """Fix what can be clicked and in which language the post is."""
        # Leichte Sprache has no tag of its own that readers could filter by.
        language = variant.language.removesuffix("-simple")
        clickable = facets(variant.text)
        verify(variant.text, clickable)
        return replace(variant, details={"facets": clickable, "langs": [language]})

    def upload(self, picture: PreparedPicture, data: bytes) -> JsonObject:
        """com.atproto.repo.uploadBlob; the alt text travels in the post. Raises SendFailure."""
        answer = self._ask(Call(method="com.atproto.repo.uploadBlob", data=(data, picture.media_type)))
        blob = answer.get("blob")
        # A record with a wrong size would be accepted and its picture never shown.
        if not isinstance(blob, dict) or blob.get("size") != len(data):
            raise TemporaryFailure("platform-senseless")
        return {"blob": blob}

    def request(
        self, variant: Variant, uploads: Sequence[JsonObject], thumbnail: JsonObject | None, mint: Mint
    ) -> JsonObject:
        """The body of com.atproto.repo.putRecord. `repo` is "" as long as the account was never asked who it is."""
        session = self._sessions.known()
        return {
            "repo": session.did if session else "",
            "collection": COLLECTION,
            "rkey": record_key(mint.delivery_id, mint.at),
            "validate": True,
            "swapRecord": None,
            "record": _record(variant, uploads, thumbnail, mint.at),
        }

    def send(self, request: JsonObject) -> Receipt:
        """com.atproto.repo.putRecord with swapRecord null: creates, or finds the same record. Raises SendFailure."""
        body = self._addressed(request)
        try:
            answer = self._sessions.call(Call(method="com.atproto.repo.putRecord", body=body, harmless=False))
        except XrpcRefusal as refusal:
            if refusal.error == "BlobNotFound":
                raise UploadsForgotten("platform-refuses-post", detail=refusal.error) from None
            if refusal.error != "InvalidSwap":
                raise refusal.meaning(harmless=False) from None
            return self._ours_after_all(request)
        if not isinstance(answer.get("uri"), str):
            raise UncertainOutcome("platform-unclear-answer", detail="")
        return self._receipt(body, answer)

    def reply(self, request: JsonObject, root: Receipt, before: Receipt) -> JsonObject:
        """The request as an answer: root and parent by uri and cid (app.bsky.feed.post#replyRef)."""
        answered = {"root": _strong_ref(root), "parent": _strong_ref(before)}
        record = request["record"]
        return {**request, "record": {**(record if isinstance(record, Mapping) else {}), "reply": answered}}

    def allowance(self) -> Allowance | None:
        """RateLimit-* of the last answer."""
        return self._wire.allowance()

    def told_time(self) -> datetime | None:
        """The Date of the last answer."""
        return self._wire.told_time()

    def find(self, request: JsonObject) -> Receipt | None:
        """com.atproto.repo.getRecord under the request's own key. Raises SendFailure."""
        body = self._addressed(request)
        params = {name: str(body[name]) for name in ("repo", "collection", "rkey")}
        try:
            answer = self._sessions.call(Call(method="com.atproto.repo.getRecord", params=params))
        except XrpcRefusal as refusal:
            if refusal.error == "RecordNotFound":
                return None
            raise refusal.meaning(harmless=True) from None
        return self._receipt(body, answer)

    def may_repeat(self, last_attempt_at: datetime, first_attempt_at: datetime, now: datetime, limits: Limits) -> bool:
        """Always: the same record under the same key is the same post."""
        return True

    def _ask(self, call: Call) -> Mapping[str, Any]:
        try:
            return self._sessions.call(call)
        except XrpcRefusal as refusal:
            raise refusal.meaning(harmless=call.harmless) from None

    def _addressed(self, request: JsonObject) -> dict[str, Any]:
        return {**request, "repo": request["repo"] or self._sessions.current().did}

    def _ours_after_all(self, request: JsonObject) -> Receipt:
        """After InvalidSwap: there is a record under our key. Servers other than the reference one say so of our own."""
        body = self._addressed(request)
        params = {name: str(body[name]) for name in ("repo", "collection", "rkey")}
        try:
            answer = self._sessions.call(Call(method="com.atproto.repo.getRecord", params=params, harmless=False))
        except XrpcRefusal as refusal:
            raise UncertainOutcome("platform-unclear-answer", detail=refusal.error) from None
        if answer.get("value") != request["record"]:
            raise PermanentFailure("record-key-taken", detail="")
        return self._receipt(body, answer)

    def _receipt(self, body: Mapping[str, Any], answer: Mapping[str, Any]) -> Receipt:
        ref = f"at://{body['repo']}/{COLLECTION}/{body['rkey']}"
        details: dict[str, Json] = {"cid": str(answer.get("cid") or "")}
        return Receipt(ref=ref, url=f"{self._site}/profile/{self._handle}/post/{body['rkey']}", details=details)


def _strong_ref(receipt: Receipt) -> JsonObject:
    """com.atproto.repo.strongRef. Raises PermanentFailure for a receipt that a person gave by its address alone."""
    cid = receipt.details.get("cid")
    if not cid:
        raise PermanentFailure("thread-broken")
    return {"uri": receipt.ref, "cid": cid}


def _record(
    variant: Variant, uploads: Sequence[JsonObject], thumbnail: JsonObject | None, at: datetime
) -> dict[str, Json]:
    record: dict[str, Json] = {
        "$type": COLLECTION,
        "text": variant.text,
        "createdAt": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "langs": variant.details["langs"],
    }
    if variant.details["facets"]:
        record["facets"] = variant.details["facets"]
    if variant.pictures:
        record["embed"] = _images(variant.pictures, uploads)
    elif variant.card is not None:
        record["embed"] = _external(variant.card, thumbnail)
    return record


def _images(pictures: Sequence[PreparedPicture], uploads: Sequence[JsonObject]) -> JsonObject:
    images: list[Json] = [
        {
            "image": upload["blob"],
            "alt": picture.alt,
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        for picture, upload in zip(pictures, uploads, strict=True)
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def _external(card: Card, thumbnail: JsonObject | None) -> JsonObject:
    external: dict[str, Json] = {"uri": card.url, "title": card.title, "description": card.description}
    if thumbnail is not None:
        external["thumb"] = thumbnail["blob"]
    return {"$type": "app.bsky.embed.external", "external": external}
