"""Ports of this machine: free ones, and waiting for somebody to listen there."""

import socket
import time
from contextlib import suppress


def free_port() -> int:
    """One that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def wait_for(port: int, seconds: float = 10) -> None:
    """Until somebody listens there. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError
