"""The sandbox as a whole: every platform below its own path of one HTTP server, and a mail server beside it.

Both listen on loopback ports that nobody remembers.
"""

import socket
import threading
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from publisher.ports.channels import SandboxPlace
from publisher.sandbox.bluesky import app as bluesky
from publisher.sandbox.faults import Faults, NamedConnections, Troubled
from publisher.sandbox.mail import MailPost
from publisher.sandbox.mastodon import app as mastodon
from publisher.sandbox.state import State

PLATFORMS = {"mastodon": mastodon, "bluesky": bluesky}
START_SECONDS = 10


class Sandbox:
    """The platforms, small and local. `site`: where people see what was posted ("http://127.0.0.1:8000/sandbox")."""

    def __init__(self, state_file: Path, site: str) -> None:
        self.state = State(state_file)
        self.faults = Faults()
        self.mail = MailPost(self.state)
        self._site = site.rstrip("/")
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._port = self._mail_port = 0

    @property
    def api(self) -> str:
        """The address of this run. Raises RuntimeError unless started."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running")
        return f"http://127.0.0.1:{self._port}"

    def place(self, kind: str) -> SandboxPlace:
        """Where a channel of this kind finds its platform; whatever is no post goes by mail."""
        if kind not in PLATFORMS:
            return SandboxPlace(api=f"smtp://127.0.0.1:{self._mail_port}", site=f"{self._site}/mail")
        return SandboxPlace(api=f"{self.api}/{kind}", site=f"{self._site}/{kind}")

    def start(self) -> None:
        """Serve on free ports, in threads; returns once it answers. Raises RuntimeError."""
        self._mail_port = self.mail.start()
        # Without IPPROTO_TCP asyncio leaves Nagle's algorithm on, and every answer takes 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._application(),
            http=NamedConnections,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="sandbox", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        """End serving; what was posted stays in the file."""
        if self._server is None or self._thread is None:
            return
        self.mail.stop()
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def _application(self) -> Starlette:
        return Starlette(routes=[Mount(f"/{name}", self._troubled(name)) for name in PLATFORMS])

    def _troubled(self, name: str) -> Troubled:
        platform = PLATFORMS[name]
        app = platform.application(self.state, self.faults, f"{self._site}/{name}")
        return Troubled(app, name, self.faults, platform.busy)
