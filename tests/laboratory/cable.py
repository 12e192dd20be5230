"""A cable between a worker and PostgreSQL: TCP on this machine, to the server's own socket, and it can be cut."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

CHUNK = 65_536


class Cable:
    """Listens on a free loopback port; `port` is where the worker's database URL leads."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._door.getsockname()[1])
        self._whole = True
        self._ends: set[socket.socket] = set()
        self.made = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def way(self, url: str) -> str:
        """The way through this cable to the database of a URL."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{conninfo_to_dict(url)['dbname']}"

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Every connection breaks, and none is made while the block lasts."""
        self._whole = False
        for end in list(self._ends):
            _hang_up(end)
        yield
        self._whole = True

    def close(self) -> None:
        """Pull it out for good."""
        for end in [self._door, *self._ends]:
            _hang_up(end)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                worker, _ = self._door.accept()
                if not self._whole:
                    _hang_up(worker)
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                self._ends |= {worker, server}
                self.made += 1
                for one, other in ((worker, server), (server, worker)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                other.sendall(data)
        for end in (one, other):
            _hang_up(end)
        self._ends -= {one, other}


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
