"""Knows which names in a drop folder are no announcements: hidden, half-written, locked, and our own."""

import re
from collections.abc import Iterable

STATUS = ".status.txt"
PLACES = ("taken", "refused")
MOST_NAME_BYTES = 255
"""Of a file name on the usual file systems."""

_TEMPORARY = re.compile(r".*(\.tmp|\.temp|\.part|\.partial|\.crdownload|\.download|\.swp|~)|~.*\.tmp", re.IGNORECASE)
_SYSTEM = {"thumbs.db", "desktop.ini", "readme.md", "__macosx"}


def is_left_alone(name: str) -> bool:
    """Whether a file of this name is not meant to be published."""
    ours = name.lower().endswith(STATUS) or name.lower() in _SYSTEM
    return ours or name.startswith((".", "~$")) or bool(_TEMPORARY.fullmatch(name))


def locked_by(names: Iterable[str]) -> set[str]:
    """Of the names in a folder those that are open in Word or LibreOffice right now.

    Word's lock of "meldung.docx" is "~$ldung.docx" (the first two letters of a long name are replaced, of a short one
    none or one); LibreOffice's is ".~lock.meldung.docx#".
    """
    everything = list(names)
    words = {name[2:] for name in everything if name.startswith("~$")}
    offices = {name[7:-1] for name in everything if name.startswith(".~lock.") and name.endswith("#")}
    return {name for name in everything if {name, name[1:], name[2:]} & words or name in offices}


def status_name(name: str) -> str:
    """The name of an item's status file, shortened where the file system would not take it."""
    return _cut(name, MOST_NAME_BYTES - len(STATUS)) + STATUS


def numbered(name: str, number: int) -> str:
    """ "meldung.md", 2 -> "meldung-2.md"; 1 is the name itself."""
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".") if "." in name[1:] else (name, "", "")
    mark = f"-{number}{dot}{ending}"
    return _cut(stem, MOST_NAME_BYTES - len(mark.encode())) + mark


def _cut(name: str, most_bytes: int) -> str:
    return name.encode()[:most_bytes].decode(errors="ignore")
