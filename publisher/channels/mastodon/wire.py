"""Mastodon.py, made to answer one question at each failure: did it happen? Its errors do not leave this file."""

import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar

import requests
from mastodon import Mastodon, MastodonError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from publisher.channels.answers import dated, garbled, judge, unanswered
from publisher.domain.errors import SendFailure
from publisher.net.clients import USER_AGENT
from publisher.net.sessions import make_session
from publisher.ports.pacing import Allowance

MAX_ANSWER_BYTES = 2_000_000
MAX_ANSWER_SECONDS = 25.0
BEWILDERED = (AttributeError, KeyError, TypeError, ValueError)
"""What the library raises besides its own errors when an answer is JSON of another shape than it expects."""
Answer = TypeVar("Answer")


class MastodonWire:
    """One account on one server."""

    def __init__(self, server: str, token: str, timeout_seconds: float) -> None:
        self._token = token
        self._seen = threading.local()
        session = make_session(timeout_seconds=timeout_seconds)
        # A redirect would turn our POST into a GET; an answer is read under a cap before the library sees it.
        session.max_redirects = 0
        session.hooks["response"].append(self._look)
        self._api = Mastodon(
            api_base_url=server,
            session=session,
            ratelimit_method="throw",
            request_timeout=timeout_seconds,
            version_check_mode="none",
            mastodon_version="4.0.0",
            user_agent=USER_AGENT,
        )
        # The library takes a token that is the name of a file for that file, and asks for a version before uploads:
        # both are settled here.
        self._api.access_token = token
        self._api.mastodon_major = 4

    def call(self, ask: Callable[[Mastodon], object], shape: type[Answer], *, harmless: bool) -> Answer:
        """Make one call whose answer is a `shape` (dict, list). `harmless`: whether repeating it changes nothing.

        Raises one of the four SendFailures.
        """
        self._seen.answer = None
        if not harmless:
            # A kept connection that the server, or a firewall, has dropped meanwhile would leave open what happened.
            self._api.session.close()
        try:
            answer = ask(self._api)
        except (MastodonError, *BEWILDERED) as error:
            failure = self._translate(error, harmless=harmless)
        else:
            if isinstance(answer, shape):
                return answer
            failure = garbled(harmless=harmless)
        # Outside the except clause: the library's own error may quote the request, token and all.
        raise failure

    @property
    def status(self) -> int:
        """The HTTP status of this thread's last answer, 0 if there was none."""
        answer: requests.Response | None = self._seen.answer
        return answer.status_code if answer is not None else 0

    def allowance(self) -> Allowance | None:
        """What this thread's last answer said of the rate limit, its end moved to our own clock."""
        answer: requests.Response | None = getattr(self._seen, "answer", None)
        reset: float | None = self._api.ratelimit_reset
        if answer is None or not reset or "X-RateLimit-Remaining" not in answer.headers:
            return None
        return Allowance(
            limit=self._api.ratelimit_limit,
            remaining=self._api.ratelimit_remaining,
            reset=datetime.fromtimestamp(min(reset, 2**33), UTC),
        )

    def told_time(self) -> datetime | None:
        """The Date of this thread's last answer."""
        answer: requests.Response | None = getattr(self._seen, "answer", None)
        return dated(answer.headers) if answer is not None else None

    def _look(self, answer: requests.Response, **_: Any) -> None:
        answer.raw = BytesIO(_read_capped(answer))
        self._seen.answer = answer

    def _translate(self, error: Exception, *, harmless: bool) -> SendFailure:
        answer: requests.Response | None = self._seen.answer
        if answer is None:
            return unanswered(before=broke_before_sending(error.__context__), harmless=harmless)
        if answer.ok and not answer.is_redirect:
            return garbled(harmless=harmless)
        # 503 is Mastodon's own word for "not done" (its lock on the key, storage): api/error_handling.
        return judge(answer.status_code, self._said(answer), wait=self._wait(), harmless=harmless, undone=(503,))

    def _said(self, answer: requests.Response) -> str:
        try:
            said = str(answer.json()["error"])
        except (ValueError, KeyError, TypeError):
            return ""
        return said.replace(self._token, "***") if self._token else said

    def _wait(self) -> timedelta | None:
        """Until the window of the rate limit ends: the library has moved that moment to our own clock."""
        reset: float | None = self._api.ratelimit_reset
        return timedelta(seconds=reset - time.time()) if reset else None


def _read_capped(answer: requests.Response) -> bytes:
    """The body, at most MAX_ANSWER_BYTES within MAX_ANSWER_SECONDS. Raises requests.ConnectionError."""
    until, body = time.monotonic() + MAX_ANSWER_SECONDS, bytearray()
    try:
        while chunk := answer.raw.read1(65_536, decode_content=True):
            body += chunk
            if len(body) > MAX_ANSWER_BYTES or time.monotonic() > until:
                raise requests.ConnectionError("the answer is too long")
    except HTTPError as error:
        raise requests.ConnectionError("the answer broke off") from error
    return bytes(body)


def broke_before_sending(error: BaseException | None) -> bool:
    """Whether a call of requests ended before a byte of it left: no name, no connection, no TLS."""
    if isinstance(error, requests.exceptions.SSLError):
        return not _cut(error)
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    if isinstance(reason, MaxRetryError):
        return isinstance(reason.reason, NewConnectionError | ConnectTimeoutError)
    return isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)


def _cut(error: BaseException | None) -> bool:
    """Whether TLS ended by the connection being cut, which may also happen after the request was sent."""
    while error is not None:
        if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or "EOF" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
