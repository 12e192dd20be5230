"""What can go wrong between us and a platform, on demand: how tests make every outcome happen over a real wire."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

BUSY_FOR = timedelta(seconds=90)


class Fault(Enum):
    """What becomes of one call. Followers see its effect after LOSE_REPLY, ERROR_AFTERWARDS, HANG and CUT."""

    LOSE_REQUEST = auto()
    """The connection breaks before the platform has looked at it."""
    LOSE_REPLY = auto()
    """The platform does it; the connection breaks before its answer."""
    CUT = auto()
    """The platform does it; the connection breaks in the middle of its answer."""
    HANG = auto()
    """The platform does it and never answers."""
    ERROR_AFTERWARDS = auto()
    """The platform does it and answers 500."""
    BUSY = auto()
    """429, nothing done; to be tried again after BUSY_FOR."""
    UNAVAILABLE = auto()
    """503, nothing done."""


class Faults:
    """Which of the next calls go wrong, and a count of all calls. A call is ("mastodon", "POST /api/v1/statuses")."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.refusing: set[str] = set()
        """Platforms that refuse every credential."""
        self.polls_until_processed = 0
        """How often an upload to mastodon is still being processed when asked."""
        self.mastodon_version = "4.5.0"
        """What mastodon calls itself; from 4.6.0 to 4.6.5 a repeated Idempotency-Key is answered with 500."""
        self.expired_until = datetime.min.replace(tzinfo=UTC)
        """Access tokens of bluesky that are older than this have expired."""
        self.thinking_seconds = 0.0
        """How long mastodon takes between looking for a known Idempotency-Key and keeping the post: up to version 4.5,
        two requests with one key that run side by side both make a post."""
        self._coming: dict[tuple[str, str], deque[Fault]] = {}
        self._lock = threading.Lock()

    def inject(self, platform: str, call: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls go wrong, after those that were injected before."""
        with self._lock:
            self._coming.setdefault((platform, call), deque()).extend([fault] * times)

    def forget(self) -> None:
        """Let nothing of what was injected happen any more."""
        with self._lock:
            self._coming.clear()

    def expire_sessions(self) -> None:
        """Let every access token that bluesky gave out so far be expired."""
        self.expired_until = datetime.now(UTC)

    def take(self, platform: str, call: str) -> Fault | None:
        """Count a call and answer what is to become of it."""
        with self._lock:
            self.calls[platform, call] += 1
            coming = self._coming.get((platform, call))
            return coming.popleft() if coming else None


class NamedConnections(H11Protocol):
    """Lets an application break its own connection: scope["state"]["transport"]."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Troubled:
    """An application of the sandbox, with faults in front of it."""

    def __init__(self, app: ASGIApp, platform: str, faults: Faults, busy: Callable[[datetime], Any]) -> None:
        self._app, self._platform, self._faults, self._busy = app, platform, faults, busy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        match self._faults.take(self._platform, f"{scope['method']} {path}"):
            case None:
                await self._app(scope, receive, send)
            case Fault.LOSE_REQUEST:
                await _break(scope)
            case Fault.BUSY:
                await self._busy(datetime.now(UTC) + BUSY_FOR)(scope, receive, send)
            case Fault.UNAVAILABLE:
                await _answer(send, 503)
            case fault:
                await self._do_and_fail(fault, scope, receive, send)

    async def _do_and_fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        match fault:
            case Fault.ERROR_AFTERWARDS:
                await _answer(send, 500)
            case Fault.HANG:
                while (await receive())["type"] != "http.disconnect":
                    pass
            case Fault.CUT:
                await send(answer[0])
                await send({"type": "http.response.body", "body": answer[1]["body"][:10], "more_body": True})
                await asyncio.sleep(0.02)
                await _break(scope)
            case _:
                await _break(scope)


async def _break(scope: Scope) -> None:
    scope["state"]["transport"].abort()
    # uvicorn must see the loss before we return, or it writes an answer of its own.
    await asyncio.sleep(0.02)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"out of order"})
