"""Remembers what files contain, so that a look at an unchanged folder costs a stat call per file."""

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.sources.folder.names import is_left_alone, locked_by

LARGEST = 50_000_000
"""Bytes of a file that are hashed; a larger one is known by size and time, and refused when it is read."""
MOST_FILES = 500
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """`digest`: SHA-256 of names and contents. `changed_ns`: the newest time of change, nanoseconds."""

    digest: str
    changed_ns: int


@dataclass(frozen=True, slots=True)
class _Known:
    size: int
    mtime_ns: int
    inode: int
    digest: bytes


class Fingerprints:
    """A cache by path, size, time of change and inode; not shared between threads."""

    def __init__(self) -> None:
        self._known: dict[Path, _Known] = {}

    def of(self, path: Path) -> Seen | None:
        """The fingerprint of a file or folder; None for a folder without files, or with one that is open in Word.

        Raises OSError if it has gone.
        """
        if not path.is_dir():
            return self._sum(path.parent, [path])
        names = list(_below(path, DEEPEST))
        if locked_by(below.name for below in names):
            return None
        root = path.resolve()
        files = [below for below in names if not is_left_alone(below.name) and below.resolve().is_relative_to(root)]
        return self._sum(path, sorted(files)[:MOST_FILES]) if files else None

    def _sum(self, folder: Path, files: list[Path]) -> Seen:
        total, newest = hashlib.sha256(), 0
        for file in files:
            found = file.stat()
            newest = max(newest, found.st_mtime_ns)
            total.update(str(file.relative_to(folder)).encode("utf-8", errors="surrogateescape") + b"\x00")
            total.update(self._content(file, found.st_size, found.st_mtime_ns, found.st_ino))
        return Seen(total.hexdigest(), newest)

    def _content(self, file: Path, size: int, mtime_ns: int, inode: int) -> bytes:
        known = self._known.get(file)
        if known and (known.size, known.mtime_ns, known.inode) == (size, mtime_ns, inode):
            return known.digest
        digest = _digest(file, size, mtime_ns)
        if len(self._known) > 20 * MOST_FILES:
            self._known.clear()
        self._known[file] = _Known(size, mtime_ns, inode, digest)
        return digest


def _digest(file: Path, size: int, mtime_ns: int) -> bytes:
    stamp = f"{size} {mtime_ns}".encode()
    if size > LARGEST:
        return stamp
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except PermissionError:
        return stamp  # it is shown, so that reading it can say what is wrong


def _below(folder: Path, depth: int) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink() and path.is_dir():
            continue
        if path.is_dir() and depth and not is_left_alone(path.name):
            yield from _below(path, depth - 1)
        elif stat.S_ISREG(path.stat().st_mode):
            yield path
