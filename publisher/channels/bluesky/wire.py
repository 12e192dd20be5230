"""XRPC over httpx: one call, its answer as JSON, or what its failure means. Knows nothing of posts and sessions."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from publisher.channels.answers import dated, garbled, judge, unanswered
from publisher.domain.errors import ChannelSuspended, SendFailure
from publisher.net.clients import make_client
from publisher.ports.pacing import Allowance

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES = 2_000_000
MAX_ANSWER_SECONDS = 25.0
CLOSED_ACCOUNTS = ("AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated")
STALE_TOKENS = ("ExpiredToken", "InvalidToken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One XRPC call (atproto.com/specs/xrpc). `body`: JSON, or bytes with their media type.

    `harmless`: whether repeating it changes nothing that anybody sees.
    """

    method: str
    params: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    data: tuple[bytes, str] | None = None
    harmless: bool = True

    @property
    def verb(self) -> str:
        return "GET" if self.body is None and self.data is None else "POST"


class XrpcRefusal(Exception):
    """An answer that is not 200. `error` is the name in its body, fit to decide by; its message is for people."""

    def __init__(self, status: int, error: str, message: str, wait: timedelta | None) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.error, self.message, self.wait = status, error, message, wait

    @property
    def stale_token(self) -> bool:
        """Whether the token is to be renewed: the reference server answers 400 to an expired one."""
        return self.error in STALE_TOKENS and self.status in (400, 401)

    def meaning(self, *, harmless: bool) -> SendFailure:
        """The failure that it stands for."""
        if self.error in CLOSED_ACCOUNTS or self.stale_token:
            return ChannelSuspended("platform-refuses-account", detail=f"{self.status} {self.error}")
        said = f"{self.error}: {self.message}" if self.message else self.error
        return judge(self.status, said, wait=self.wait, harmless=harmless)


class XrpcWire:
    """The way to any XRPC server."""

    def __init__(self, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._seen = threading.local()

    @cached_property
    def _client(self) -> "httpx.Client":
        return make_client(timeout_seconds=self._timeout_seconds)

    def call(self, server: str, call: Call, token: str = "") -> Mapping[str, Any]:
        """Make one call. Raises XrpcRefusal for an answer that says no, a SendFailure for a broken connection."""
        import httpx

        failure: SendFailure
        try:
            status, headers, body = self._exchange(server, call, token)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.ProxyError,
            httpx.InvalidURL,
            httpx.UnsupportedProtocol,
        ):
            failure = unanswered(before=True, harmless=call.harmless)
        except (httpx.HTTPError, httpx.StreamError):
            failure = unanswered(before=False, harmless=call.harmless)
        else:
            self._seen.headers = headers
            return _read(status, headers, body, harmless=call.harmless)
        # Outside the except clause: httpx's error holds the request, token and all.
        raise failure

    def allowance(self) -> Allowance | None:
        """What this thread's last answer said of the rate limit (RateLimit-Limit, -Remaining, -Reset)."""
        headers: Mapping[str, str] = getattr(self._seen, "headers", {})
        told = [headers.get(f"ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if not all(word.isdigit() and len(word) < 11 for word in told):
            return None
        limit, remaining, reset = map(int, told)
        return Allowance(limit=limit, remaining=remaining, reset=datetime.fromtimestamp(min(reset, 2**33), UTC))

    def told_time(self) -> datetime | None:
        """The Date of this thread's last answer."""
        return dated(getattr(self._seen, "headers", {}))

    def _exchange(self, server: str, call: Call, token: str) -> tuple[int, Mapping[str, str], bytes]:
        import httpx

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content: bytes | None = None
        if call.body is not None:
            content, headers["Content-Type"] = json.dumps(call.body).encode(), "application/json"
        elif call.data is not None:
            content, headers["Content-Type"] = call.data
        request = self._client.build_request(
            call.verb, f"{server}/xrpc/{call.method}", params=call.params, content=content, headers=headers
        )
        until, received = time.monotonic() + MAX_ANSWER_SECONDS, bytearray()
        answer = self._client.send(request, stream=True)
        try:
            for chunk in answer.iter_bytes():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES or time.monotonic() > until:
                    raise httpx.RemoteProtocolError("the answer is too long")
        finally:
            answer.close()
        return answer.status_code, answer.headers, bytes(received)


def _read(status: int, headers: Mapping[str, str], body: bytes, *, harmless: bool) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status == 200:
        if not isinstance(answer, dict):
            raise garbled(harmless=harmless)
        return answer
    told = answer if isinstance(answer, dict) else {}
    raise XrpcRefusal(status, str(told.get("error") or ""), str(told.get("message") or ""), _wait(headers))


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """Until the rate limit's window ends: RateLimit-Reset is in seconds since 1970, Retry-After in seconds."""
    if (reset := headers.get("ratelimit-reset", "")).isdigit():
        return timedelta(seconds=min(int(reset), 2**33) - time.time())
    if (after := headers.get("retry-after", "")).isdigit():
        return timedelta(seconds=min(int(after), 2**20))
    return None
