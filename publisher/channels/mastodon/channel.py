"""Mastodon and what speaks its API: one account, posted to with an Idempotency-Key, read back where that is not enough.

Sources: docs.joinmastodon.org (methods/statuses, methods/media, methods/instance, api/rate-limits).
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import structlog

from publisher.channels.mastodon.limits import DOCUMENTED, count, may_repeat, read_instance
from publisher.channels.mastodon.match import match, reaches_back
from publisher.channels.tables import SANDBOX, PostTable
from publisher.config.reading import read_table
from publisher.config.secrets import read_secret
from publisher.config.tables import Config
from publisher.domain.delivery import Receipt
from publisher.domain.errors import (
    ConfigError,
    PermanentFailure,
    SendFailure,
    TemporaryFailure,
    UncertainOutcome,
    UploadsForgotten,
)
from publisher.domain.variant import JsonObject, Limits, PreparedPicture, Variant
from publisher.net.clients import TIMEOUT_SECONDS
from publisher.ports.channels import Account, ChannelRules, Mint, SandboxPlace
from publisher.ports.ledger import Notebook
from publisher.ports.pacing import Allowance

if TYPE_CHECKING:
    # Mastodon.py costs 0.3 s to import: not before the first call.
    from publisher.channels.mastodon.wire import MastodonWire

RECENT_POSTS = 40
"""The most that one page of an account's posts holds (methods/accounts)."""
MOST_PAGES = 10
"""How far back an account is read: 400 posts since the request was made are more than any office writes."""
PROCESSING_SECONDS = 60.0
TEMPLATE = "post/mastodon.txt"


class Settings(PostTable):
    """A [channels.*] table of kind "mastodon"."""

    token: Any = None
    visibility: Literal["public", "unlisted", "private"] = "public"


def build(
    name: str, table: Mapping[str, Any], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> "MastodonChannel":
    """Make the channel of a table. No call to the outside. Raises ConfigError."""
    settings = read_table(Settings, table, f"channels.{name}")
    server, token = settings.server, f"sandbox-{name}"
    if server == SANDBOX:
        server = sandbox.api if sandbox else ""
    elif settings.token is None:
        raise ConfigError("config-missing-key", key=f"channels.{name}.token")
    else:
        token = _read_token(settings.token, f"channels.{name}.token", config)
    return MastodonChannel(
        name, settings.rules(TEMPLATE), notebook, server=server, token=token, visibility=settings.visibility
    )


class MastodonChannel:
    """A PostChannel that is Reconcilable, Threaded, Paced and Dated."""

    kind = "mastodon"

    def __init__(
        self,
        name: str,
        rules: ChannelRules,
        notebook: Notebook,
        *,
        server: str,
        token: str,
        visibility: str = "public",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.name, self.rules, self._timeout_seconds = name, rules, timeout_seconds
        self._server, self._token, self._visibility, self._notebook = server, token, visibility, notebook
        self._connected: MastodonWire | None = None

    @property
    def _wire(self) -> "MastodonWire":
        if self._connected is None:
            from publisher.channels.mastodon.wire import MastodonWire

            self._connected = MastodonWire(self._server, self._token, self._timeout_seconds)
        return self._connected

    def verify(self) -> Account:
        """GET /api/v1/accounts/verify_credentials. Raises SendFailure."""
        me = self._me()
        return Account(name=f"@{me['acct']}", url=str(me.get("url") or ""))

    def documented_limits(self) -> Limits:
        """500 characters, four pictures: what a server has that nobody changed."""
        return DOCUMENTED

    def read_limits(self) -> Limits:
        """GET /api/v2/instance, or /api/v1/instance where there is no newer one. Raises SendFailure."""
        try:
            instance = self._wire.call(lambda api: api.instance_v2(), dict, harmless=True)
        except PermanentFailure:
            instance = self._wire.call(lambda api: api.instance_v1(), dict, harmless=True)
        return read_instance(instance, datetime.now(UTC))

    def measure(self, text: str, limits: Limits) -> int:
        """Graphemes with links as 23 on Mastodon, code points where nothing better is known."""
        return count(text, limits)

    def finish(self, variant: Variant) -> Variant:
        """Fix visibility and language: what is left out, the account's own settings decide."""
        details = {"visibility": self._visibility, "language": variant.language.split("-")[0].lower()}
        return replace(variant, details=details)

    def upload(self, picture: PreparedPicture, data: bytes) -> JsonObject:
        """POST /api/v2/media, then GET /api/v1/media/:id until it is processed. Raises SendFailure."""
        wire = self._wire
        media = wire.call(
            lambda api: api.media_post(data, mime_type=picture.media_type, description=picture.alt), dict, harmless=True
        )
        ref = str(media.get("id") or "")
        if not ref:
            raise TemporaryFailure("platform-senseless")
        self._wait_until_processed(ref, ready=wire.status == 200)
        return {"id": ref}

    def request(
        self, variant: Variant, uploads: Sequence[JsonObject], thumbnail: JsonObject | None, mint: Mint
    ) -> JsonObject:
        """The fields of POST /api/v1/statuses, with what finds the post again."""
        return {
            "status": variant.text,
            "visibility": variant.details["visibility"],
            "language": variant.details["language"],
            "media_ids": [upload["id"] for upload in uploads],
            "idempotency_key": mint.delivery_id,
            "link": variant.link,
            "minted_at": mint.at.isoformat(),
        }

    def send(self, request: JsonObject) -> Receipt:
        """POST /api/v1/statuses. Raises one of the four SendFailures."""
        fields: dict[str, Any] = {
            name: request[name] for name in ("visibility", "language", "media_ids", "idempotency_key")
        }
        fields["media_ids"] = fields["media_ids"] or None
        fields["in_reply_to_id"] = request.get("in_reply_to_id")
        try:
            post = self._wire.call(lambda api: api.status_post(request["status"], **fields), dict, harmless=False)
        except PermanentFailure as refusal:
            if any(map(self._has_forgotten, fields["media_ids"] or ())):
                raise UploadsForgotten(refusal.code, **refusal.values) from None
            raise
        if not post.get("id"):
            raise UncertainOutcome("platform-unclear-answer", detail="")
        for name in ("visibility", "language"):
            # Mastodon changes both in silence: a silenced account, a language it does not know.
            if post.get(name) not in (None, request[name]):
                structlog.get_logger().warning("post changed by platform", channel=self.name, what=name)
        return _receipt(post)

    def reply(self, request: JsonObject, root: Receipt, before: Receipt) -> JsonObject:
        """The request as an answer to the post before: `in_reply_to_id` (methods/statuses)."""
        return {**request, "in_reply_to_id": before.ref}

    def allowance(self) -> Allowance | None:
        """X-RateLimit-* of the last answer (api/rate-limits)."""
        return self._wire.allowance()

    def told_time(self) -> datetime | None:
        """The Date of the last answer."""
        return self._wire.told_time()

    def find(self, request: JsonObject) -> Receipt | None:
        """Look for the post among the account's own recent ones. Raises SendFailure."""
        account = self._account_id()
        before: str | None = None
        for _ in range(MOST_PAGES):
            posts = self._page(account, before)
            found = match(request, posts)
            if found is not None:
                return _receipt(found)
            if reaches_back(request, posts, RECENT_POSTS):
                return None
            before = str(posts[-1].get("id") or "")
        raise UncertainOutcome("post-not-among-recent", detail="")

    def _page(self, account: str, before: str | None) -> list[Any]:
        """The account's posts, newest first; `before`: only those older than this one."""
        return self._wire.call(
            lambda api: api.account_statuses(account, limit=RECENT_POSTS, max_id=before), list, harmless=True
        )

    def may_repeat(self, last_attempt_at: datetime, first_attempt_at: datetime, now: datetime, limits: Limits) -> bool:
        """Whether the Idempotency-Key still guards a repeat."""
        return may_repeat(first_attempt_at, last_attempt_at, now, limits.software)

    def _wait_until_processed(self, ref: str, *, ready: bool) -> None:
        pause, until = 0.25, time.monotonic() + PROCESSING_SECONDS
        while not ready:
            if time.monotonic() > until:
                raise TemporaryFailure("picture-still-processed")
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
            self._wire.call(lambda api: api.media(ref), dict, harmless=True)
            # 206 while it is being processed, 422 (a PermanentFailure) when that failed: methods/media.
            ready = self._wire.status == 200

    def _has_forgotten(self, ref: str) -> bool:
        """Whether the server says that there is no such upload: it drops what no post takes within a day."""
        try:
            self._wire.call(lambda api: api.media(ref), dict, harmless=True)
        except SendFailure:
            return self._wire.status == 404
        return False

    def _me(self) -> Mapping[str, Any]:
        me = self._wire.call(lambda api: api.account_verify_credentials(), dict, harmless=True)
        if not (me.get("id") and me.get("acct")):
            raise TemporaryFailure("platform-senseless")
        return me

    def _account_id(self) -> str:
        """The account's id, asked for once: it stays as long as the token does."""
        owner = hashlib.sha256(self._token.encode()).hexdigest()[:16]
        known = self._notebook.read("account", self.name)
        if known is not None and known.get("owner") == owner:
            return str(known["id"])
        account = str(self._me()["id"])
        self._notebook.write("account", self.name, {"owner": owner, "id": account})
        return account


def _read_token(value: object, key: str, config: Config) -> str:
    token = read_secret(value, key, config.folder)
    # It travels in a header: what cannot stand there would break each call instead of the start.
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ConfigError("secret-not-a-token", key=key)
    return token


def _receipt(post: Mapping[str, Any]) -> Receipt:
    details = {name: post[name] for name in ("visibility", "language") if isinstance(post.get(name), str)}
    return Receipt(ref=str(post["id"]), url=str(post.get("url") or post.get("uri") or ""), details=details)
