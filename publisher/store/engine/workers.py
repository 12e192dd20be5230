"""Who is still at work: each worker holds a lock that goes with its process, however that ends; a dead one's leases end.

A worker's name closes with a random key, so that no later process, whatever its number, looks like an earlier one. On
SQLite the lock is on a file beside the database, on PostgreSQL it belongs to a session. A lease whose owner's name has
no such key just runs out. So does one whose owner vanished with its whole machine: nobody sees that session end.
"""

import errno
import os
import re
import secrets
import socket
from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from publisher.domain.errors import StoreError
from publisher.store.engine.faults import told_plainly

FILES_LOCK = os.name != "nt"
"""On Windows leases only run out."""
if FILES_LOCK:
    import fcntl

KEY = re.compile(r":([0-9a-f]{16})$")

HELD_KEYS = text("""
    SELECT lpad(to_hex(classid::bigint), 8, '0') || lpad(to_hex(objid::bigint), 8, '0') FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
"""PostgreSQL shows a lock of 64 bits as two halves (documentation, section pg_locks)."""


class Locks(Protocol):
    """Locks by key that end with their holder's process."""

    def hold(self, key: str) -> None:
        """Hold this lock until `release`, again if it was lost meanwhile; cheap when it is held. Raises StoreError."""

    def held(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that some process holds. Raises StoreError."""

    def release(self) -> None:
        """Let go; harmless to repeat."""


class Workers:
    """This process among the others at its database."""

    def __init__(self, locks: Locks) -> None:
        self._locks = locks
        self._key = secrets.token_hex(8)
        self.me = f"{socket.gethostname()}:{os.getpid()}:{self._key}"
        """The name to take leases under."""

    def attest(self, owner: str) -> None:
        """Before a lease is taken or renewed: if in this process's name, it must be seen to live. Raises StoreError."""
        if owner == self.me:
            self._locks.hold(self._key)

    def dead(self, owners: Iterable[str]) -> list[str]:
        """Those of these owners whose process is known to be gone. Raises StoreError."""
        keyed = {owner: match[1] for owner in owners if owner != self.me and (match := KEY.search(owner))}
        if not keyed:
            return []
        alive = self._locks.held(set(keyed.values()))
        return [owner for owner, key in keyed.items() if key not in alive]

    def resign(self) -> None:
        """This process takes no more leases."""
        self._locks.release()


def locks_of(engine: Engine) -> Locks:
    """The locks that fit a database."""
    if engine.dialect.name == "sqlite":
        return FileLocks(Path(f"{engine.url.database}-workers"))
    return SessionLocks(engine)


class FileLocks:
    """A locked file per worker in a folder beside the database. The system unlocks it when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine: tuple[Path, int] | None = None
        self._lock = Lock()

    def hold(self, key: str) -> None:
        if not FILES_LOCK:
            return
        with self._lock:
            if self._mine is not None and _names(*self._mine):
                return
            try:
                self._folder.mkdir(mode=0o700, exist_ok=True)
                self._sweep()
                self._mine = _locked_file(self._folder / key)
            except OSError as error:
                raise StoreError("store-disk-full" if error.errno == errno.ENOSPC else "store-not-opened") from None

    def held(self, keys: Collection[str]) -> set[str]:
        if not FILES_LOCK:
            return set(keys)
        return {key for key in keys if _is_locked(self._folder / key)}

    def release(self) -> None:
        with self._lock:
            if self._mine is not None:
                path, file = self._mine
                path.unlink(missing_ok=True)
                os.close(file)
                self._mine = None

    def _sweep(self) -> None:
        """Remove what killed processes left behind: keys are never given twice."""
        for path in self._folder.iterdir():
            if not _is_locked(path):
                path.unlink(missing_ok=True)


class SessionLocks:
    """An advisory lock of a session of its own. It ends with the session: the worker takes it again on its next lease."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None
        self._lock = Lock()

    def hold(self, key: str) -> None:
        with self._lock:
            if self._session is not None and _answers(self._session):
                return
            self._let_go()
            with told_plainly():
                session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                session.detach()  # not one of the pool's any more: it is kept for as long as this process works
                self._session = session
                session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _signed(key)})

    def held(self, keys: Collection[str]) -> set[str]:
        with told_plainly(), self._engine.connect() as connection:
            return set(connection.scalars(HELD_KEYS)) & set(keys)

    def release(self) -> None:
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _locked_file(path: Path) -> tuple[Path, int]:
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        if _names(path, file):
            return path, file
        os.close(file)  # swept away between the two lines


def _names(path: Path, file: int) -> bool:
    """Whether the path still leads to this open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except OSError:
        return False


def _is_locked(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # nobody knows: the lease will run out
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


def _answers(session: Connection) -> bool:
    try:
        session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def _signed(key: str) -> int:
    """64 bits as PostgreSQL's bigint."""
    number = int(key, 16)
    return number - 2**64 if number >= 2**63 else number
