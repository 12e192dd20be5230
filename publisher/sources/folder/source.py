"""The drop folder: shows what lies in it, and keeps taken and refused files apart with a word on each."""

from collections.abc import Mapping
from pathlib import Path

import structlog

from publisher.config.tables import Office
from publisher.domain.draft import Draft
from publisher.domain.errors import TemporaryFailure
from publisher.domain.sighting import Item
from publisher.ports.sources import Look, SourceRules
from publisher.sources.folder.fingerprints import Fingerprints
from publisher.sources.folder.names import PLACES, is_left_alone, locked_by
from publisher.sources.folder.reading import read_file
from publisher.sources.folder.shelf import Shelf
from publisher.sources.manuscript.fields import NO_CHANNELS

MOST_PASSED_OVER = 1_000

log = structlog.get_logger()


class FolderSource:
    """A `Source` and a `Keeper`. An item's key is its name in the folder, its payload the same.

    `channels`: the kinds of channels by the names that front matter may use; empty leaves them unchecked.
    """

    def __init__(
        self, name: str, folder: Path, rules: SourceRules, office: Office, channels: Mapping[str, str] = NO_CHANNELS
    ) -> None:
        self._name, self._folder, self._rules = name, folder, rules
        self._office, self._channels = office, channels
        self._fingerprints = Fingerprints()
        self._shelf = Shelf(folder)
        self._passed_over: set[str] = set()

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
            everything = [path for path in self._folder.iterdir() if not _is_left_alone(path)]
            locked = locked_by(path.name for path in self._folder.iterdir())
        except OSError as error:
            raise TemporaryFailure("folder-away", folder=self._folder.name, said=error.strerror or "") from None
        root = self._folder.resolve()
        shown: list[tuple[int, Item]] = []
        for path in everything:
            if obstacle := _obstacle(path, root):
                self._pass_over(path, obstacle)
            elif path.name not in locked:
                shown += self._item(path)
        return Look(items=tuple(item for _, item in sorted(shown, key=lambda pair: (-pair[0], pair[1].key))))

    def _pass_over(self, path: Path, obstacle: str) -> None:
        """Say once why something in the folder will never be taken: no status file can lie beside it."""
        name = path.name.encode("utf-8", "backslashreplace").decode()
        if name not in self._passed_over and len(self._passed_over) < MOST_PASSED_OVER:
            self._passed_over.add(name)
            log.warning("queue entry passed over", source=self._name, name=name, reason=obstacle)

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


def _is_left_alone(path: Path) -> bool:
    return is_left_alone(path.name) or path.name in PLACES


def _obstacle(path: Path, root: Path) -> str:
    """Why an entry of the folder cannot be taken, "" if it can. A name that is no UTF-8 can be written down nowhere."""
    if any("\ud800" <= character <= "\udfff" for character in path.name):
        return "its name is not UTF-8"
    if path.is_symlink() and not (path.exists() and path.resolve().is_relative_to(root)):
        return "it is a link that leads out of the folder or nowhere"
    if not path.exists():
        return ""  # it has just gone: nothing to say
    return "" if path.is_file() or path.is_dir() else "it is neither a file nor a folder"
