"""Moves items between queue, taken and refused with their status files; every step may be repeated after a crash.

The file moves first, its status file after it, and the new words are written last: whatever was missed by a crash is
done by the repetition. Nothing is deleted or overwritten; a name that exists already gets a number.
"""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from publisher.sources.folder.names import PLACES, numbered, status_name

# The ID of an announcement as status files give it: what tells two files of one name apart later.
_ID = re.compile(r"\b\d{4}-\d{2}-\d{2}-[a-z0-9]{6}\b")


class Shelf:
    """The queue folder with its two sub-folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def move(self, key: str, place: str, status: str) -> None:
        """Move an item that lies in the queue to `place`."""
        target_folder = self._folder / place
        target_folder.mkdir(parents=True, exist_ok=True)
        target = _free(target_folder, key)
        (self._folder / key).rename(target)
        self._bring_status(key, target)
        _write(target.with_name(status_name(target.name)), status)

    def finish(self, key: str, place: str, status: str) -> None:
        """What a crash left undone of an earlier move: the item has moved, its status file perhaps not."""
        target = self._find([self._folder / place], key, status)
        if target is None:
            return
        if not (self._folder / key).exists():
            self._bring_status(key, target)
        _write(target.with_name(status_name(target.name)), status)

    def report(self, key: str, status: str) -> None:
        """Write the status of the item wherever it lies; nothing if it lies nowhere any more."""
        target = self._find([self._folder, *(self._folder / place for place in PLACES)], key, status)
        if target is not None:
            _write(target.with_name(status_name(target.name)), status)

    def _bring_status(self, key: str, target: Path) -> None:
        old, new = self._folder / status_name(key), target.with_name(status_name(target.name))
        if old.exists() and not new.exists():
            old.rename(new)

    def _find(self, folders: list[Path], key: str, status: str) -> Path | None:
        """The item that a status is about: of several with one name the one whose status file has the same ID.

        Else one that has no status file with an ID yet, the newest first.
        """
        found = [path for folder in folders for path in _with_name(folder, key)]
        told = {path: _id_in(path.with_name(status_name(path.name))) for path in found}
        wanted = _ID.search(status)
        if wanted:
            same = [path for path in found if told[path] == wanted[0]]
            found = same or [path for path in found if not told[path]]
        return found[-1] if found else None


def _with_name(folder: Path, key: str) -> Iterator[Path]:
    """Every file that came under this name, in the order of their numbers."""
    number = 1
    while (path := folder / numbered(key, number)).exists():
        yield path
        number += 1


def _free(folder: Path, key: str) -> Path:
    number = 1
    while (path := folder / numbered(key, number)).exists() or path.with_name(status_name(path.name)).exists():
        number += 1
    return path


def _id_in(status: Path) -> str:
    try:
        match = _ID.search(status.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    return match[0] if match else ""


def _write(path: Path, text: str) -> None:
    """Write a status file at once and whole; not at all if it says so already."""
    try:
        if path.read_text(encoding="utf-8") == text:
            return
    except (OSError, UnicodeDecodeError):
        pass
    # Short, however long the name is; hidden, so that no look shows it; and of this writer alone: two programs may share a queue.
    fresh = path.with_name(f".{secrets.token_hex(8)}.tmp")
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
