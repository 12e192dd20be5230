"""The drop folder: shows what lies in it, and keeps taken and refused files apart with a word on each."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from publisher.config import Office
from publisher.domain.draft import Draft
from publisher.domain.errors import TemporaryFailure
from publisher.domain.sighting import Item
from publisher.ports.sources import Look, SourceRules
from publisher.sources.folder.fingerprints import Fingerprints
from publisher.sources.folder.names import PLACES, is_left_alone, locked_by
from publisher.sources.folder.reading import read_file
from publisher.sources.folder.shelf import Shelf

log = structlog.get_logger()


class FolderSource:
    """A `Source` and a `Keeper`. An item's key is its name in the folder, its payload the same.

    `channels`: the names that front matter may use; empty leaves them unchecked.
    """

    def __init__(
        self, name: str, folder: Path, rules: SourceRules, office: Office, channels: Sequence[str] = ()
    ) -> None:
        self._name, self._folder, self._rules = name, folder, rules
        self._office, self._channels = office, tuple(channels)
        self._fingerprints = Fingerprints()
        self._shelf = Shelf(folder)

    @property
    def name(self) -> str:
        return self._name

    @property
    def rules(self) -> SourceRules:
        return self._rules

    def look(self, memory: Mapping[str, str]) -> Look:
        """One item per file, or folder with files, newest first. Raises TemporaryFailure if the folder is away."""
        try:
            self._folder.mkdir(exist_ok=True)
            entries = [path for path in self._folder.iterdir() if _is_candidate(path)]
            locked = locked_by(path.name for path in self._folder.iterdir())
        except OSError as error:
            raise TemporaryFailure("folder-away", folder=self._folder.name, said=error.strerror or "") from None
        root = self._folder.resolve()
        shown: list[tuple[int, Item]] = []
        for path in entries:
            if path.name not in locked and path.resolve().is_relative_to(root):
                shown += self._item(path)
        return Look(items=tuple(item for _, item in sorted(shown, key=lambda pair: (-pair[0], pair[1].key))))

    def _item(self, path: Path) -> list[tuple[int, Item]]:
        """The item with the time of its last change; none for an empty folder, and for what has just gone away."""
        try:
            seen = self._fingerprints.of(path)
        except OSError:
            return []
        if seen is None:
            return []
        return [(seen.changed_ns, Item(key=path.name, fingerprint=seen.digest, payload=path.name))]

    def read(self, item: Item) -> Draft:
        """Read an item. Raises InvalidAnnouncement with what a person must mend, TemporaryFailure if it is gone."""
        return read_file(self._folder / item.payload, self._office, self._channels)

    def take(self, item: Item, status: str) -> None:
        """Move the item and its status file to taken/; a file of that name that has changed since stays."""
        self._put(item, "taken", status)

    def refuse(self, item: Item, status: str) -> None:
        """Move the item and its status file to refused/."""
        self._put(item, "refused", status)

    def _put(self, item: Item, place: str, status: str) -> None:
        path = self._folder / item.payload
        try:
            seen = self._fingerprints.of(path)
        except OSError:
            seen = None
        try:
            if seen is not None and seen.digest == item.fingerprint:
                self._shelf.move(item.key, place, status)
            else:
                self._shelf.finish(item.key, place, status)
        except OSError as error:
            # What is in the archive is published all the same; the next look tries to move the file again.
            log.error("queue item not moved", source=self._name, place=place, reason=error.strerror)

    def report(self, key: str, status: str) -> None:
        """Write the status file of an item, wherever it lies; the file is not touched if it says so already."""
        try:
            self._shelf.report(key, status)
        except OSError as error:
            log.error("status file not written", source=self._name, reason=error.strerror)


def _is_candidate(path: Path) -> bool:
    if is_left_alone(path.name) or path.name in PLACES or not _is_storable(path.name):
        return False
    return path.is_file() or path.is_dir()


def _is_storable(name: str) -> bool:
    """A name that is no UTF-8 cannot be written down, nor shown to anybody."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
