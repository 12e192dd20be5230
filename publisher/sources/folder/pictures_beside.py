"""Finds the picture files that belong to a text: those it names, and those that lie in its folder."""

from collections.abc import Sequence
from pathlib import Path

from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding
from publisher.sources.characters import one_line
from publisher.sources.folder.bytes_of import read_bytes
from publisher.sources.manuscript.fields import PictureNote
from publisher.sources.manuscript.lines import warning

MOST_PICTURES = 20
MOST_PICTURE_BYTES = 40_000_000
PICTURE_ENDINGS = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp"}


def read_pictures(
    notes: Sequence[PictureNote], folder: Path, beside: Sequence[Path]
) -> tuple[list[RawPicture], list[Finding]]:
    """The pictures that the text names, in its order, then those of `beside` that it does not name.

    Front matter comes first in `notes`; what it says of a file counts. A picture that is not there, or cannot be read,
    is left out with a warning.
    """
    found: dict[Path, PictureNote] = {}
    findings: list[Finding] = []
    for note in notes:
        path = _inside(folder, note.file) if note.file else None
        if path is None:
            findings.append(warning(_why_not(folder, note.file), note.file or note.alt or note.credit))
        else:
            found.setdefault(path, note)
    for path in beside:
        found.setdefault(path.resolve(), PictureNote(file=path.name))
    wanted = list(found.items())
    if len(wanted) > MOST_PICTURES:
        findings.append(warning("too-many-pictures", wanted[MOST_PICTURES][0].name, limit=str(MOST_PICTURES)))
    pictures: list[RawPicture] = []
    for path, note in wanted[:MOST_PICTURES]:
        try:
            pictures.append(_raw(path, note))
        except InvalidAnnouncement:
            findings.append(warning("picture-unreadable", path.name))
    return pictures, findings


def _raw(path: Path, note: PictureNote) -> RawPicture:
    data, name = read_bytes(path, MOST_PICTURE_BYTES), one_line(path.name)
    return RawPicture(data=data, name=name, alt=note.alt, credit=note.credit, caption=note.caption, until=note.until)


def _why_not(folder: Path, name: str) -> str:
    """The code for a picture that cannot be taken: it may lie there all the same."""
    lying = folder / name
    if not name or "\x00" in name or not lying.parent.resolve().is_relative_to(folder.resolve()):
        return "picture-not-found"
    if lying.is_symlink():
        return "picture-is-link"
    return "picture-kind-unknown" if lying.is_file() else "picture-not-found"


def _inside(folder: Path, name: str) -> Path | None:
    """The picture file of this name in the folder, whatever the case of its letters; None if it is not there."""
    if "\x00" in name:
        return None
    wanted = (folder / name).resolve()
    if not wanted.is_relative_to(folder.resolve()) or wanted.suffix.lower() not in PICTURE_ENDINGS:
        return None
    if wanted.is_file() or not wanted.parent.is_dir():
        return wanted if wanted.is_file() else None
    near = (file for file in wanted.parent.iterdir() if file.name.casefold() == wanted.name.casefold())
    return next((file for file in near if file.is_file()), None)
