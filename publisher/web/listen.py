"""Listening: one web server in a thread of its own, on a socket that is ours before the server starts."""

import asyncio
import errno
import ipaddress
import socket
import threading
from contextlib import suppress
from typing import Self

import structlog
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette

from publisher.domain.errors import ConfigError

PAGES_AT_ONCE = 8
"""Threads that answer at the same time. The database serves one writer anyway, and idle threads cost memory."""
GRACE_SECONDS = 3
START_SECONDS = 10

log = structlog.get_logger()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Server(uvicorn.Server):
    """Uvicorn looks ten times a second whether it should end; an idle office should sleep, and be woken instead."""

    loop: asyncio.AbstractEventLoop
    ending: asyncio.Event

    async def main_loop(self) -> None:
        self.loop, self.ending = asyncio.get_running_loop(), asyncio.Event()
        # Its tick also renews the Date header, which tells whole seconds.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), 1)

    def end(self) -> None:
        """Ask it to end, from another thread."""
        self.should_exit = True
        if hasattr(self, "ending") and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.ending.set)


class Listener:
    """A running web server. `address`: its URL without a path, "http://127.0.0.1:8000"."""

    def __init__(self, app: Starlette, bound: socket.socket) -> None:
        host, self.port = bound.getsockname()[:2]
        self.address = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self._socket = bound
        # The server's own words would go past our log: its access log holds unsubscribe tokens, its errors texts.
        self._server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="critical",
                access_log=False,
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._thread = threading.Thread(target=self._run, name=f"web-{self.port}", daemon=True)

    def start(self) -> Self:
        """Begin to answer; returns when the first request would be answered."""
        self._thread.start()
        for _ in range(START_SECONDS * 100):
            if self._server.started or not self._thread.is_alive():
                break
            self._thread.join(0.01)
        log.info("listening", url=self.address)
        return self

    def stop(self) -> None:
        """Answer what is under way, then end: within a few seconds. Harmless to repeat."""
        self._server.end()
        self._thread.join(GRACE_SECONDS + 2)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        current_default_thread_limiter().total_tokens = PAGES_AT_ONCE
        await self._server.serve(sockets=[self._socket])


def serve(app: Starlette, host: str, port: int) -> Listener:
    """Serve an app from now on; port 0 picks a free one.

    Raises ConfigError: desk-needs-loopback, listen-busy, listen-not-possible.
    """
    if getattr(app.state, "loopback_only", False) and not is_loopback(host):
        raise ConfigError("desk-needs-loopback", host=host)
    return Listener(app, _bind(host, port)).start()


def _bind(host: str, port: int) -> socket.socket:
    bound: socket.socket | None = None
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        # With the protocol named, asyncio turns Nagle's delay off; else every answer takes 40 ms longer.
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        bound.listen()
    except OSError as error:
        if bound is not None:
            bound.close()
        code = "listen-busy" if error.errno == errno.EADDRINUSE else "listen-not-possible"
        raise ConfigError(code, host=host, port=port, said=error.strerror or "") from None
    return bound
