"""What stands before every page: who may ask, what browsers may do with the answer, and errors that tell nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from publisher.domain.errors import StoreError

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def page_policy(ancestors: str) -> str:
    """What browsers may do with a page. `ancestors`: who may show it in a frame.

    No script anywhere, nothing from other hosts: a page that somebody manages to write into stays inert.
    """
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )


# For documents of others (the HTML part of a mail), shown in a frame: no script, no call to the outside.
FRAMED_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

SECURITY_HEADERS = {
    "content-security-policy": page_policy("'none'"),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Addresses of pages may hold a subscriber's token: they are told to nobody.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Guard:
    """ASGI middleware. `hosts`: the names under which this listener may be asked, None for any."""

    app: ASGIApp
    sorry: Callable[[Request, int], Response]
    """Makes the page for a status code."""
    hosts: frozenset[str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        request = Request(scope)
        if self.hosts is not None and _host_of(scope) not in self.hosts:
            # Another site's name that was pointed at this machine (DNS rebinding): RFC 9110, 15.5.20.
            await self.sorry(request, 421)(scope, receive, answer)
            return
        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            # Gone before its form was here whole: nothing failed, and nobody waits for an answer.
            return
        except Exception as error:
            # Only the kind is logged: messages may hold texts under embargo, paths hold tokens.
            log.error("page failed", error=type(error).__name__, code=getattr(error, "code", ""))
            if not answer.began:
                await self.sorry(request, 503 if isinstance(error, StoreError) else 500)(scope, receive, answer)


class _Answer:
    """Passes an answer on, with the security headers that its page did not set itself."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _host_of(scope: Scope) -> str:
    host = Headers(scope=scope).get("host", "").lower()
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host
