"""Opens a Word document that may be a bomb, and has mammoth make HTML and pictures of it.

What mammoth passes over without a word is found in `word_marks`.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding
from publisher.sources.characters import one_line
from publisher.sources.manuscript.lines import fault
from publisher.sources.manuscript.word_marks import (
    DOCUMENT,
    HIDDEN,
    STRUCK,
    changes,
    comments,
    margins,
    marked,
    runs_marked,
    unread,
)
from publisher.sources.markup import plain_text

MOST_ENTRIES = 2_000
MOST_UNPACKED = 120_000_000
MOST_XML = 20_000_000
"""Bytes of one XML part unpacked; a press release has about 50,000."""
MOST_PICTURES = 20
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Titel'] => h1:fresh"
# What broken and encrypted archives, unknown compression and documents that mammoth does not understand end in.
_UNREADABLE: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, ValueError)
_UNREADABLE += (LookupError, AttributeError, TypeError, RuntimeError)
_OLD_WORD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class WordText:
    """`margins`: paragraphs of headers and footers, each once. `lost`: those that are not in `html`, text boxes mostly."""

    html: str
    margins: tuple[str, ...]
    lost: tuple[str, ...]
    pictures: tuple[RawPicture, ...]
    findings: tuple[Finding, ...]


def read_word(data: bytes) -> WordText:
    """Read a .docx. Raises InvalidAnnouncement if it is none, is protected, half written, or a bomb."""
    if data.startswith(_OLD_WORD):
        raise InvalidAnnouncement("word-old-or-protected")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _xml_parts(archive)
            marks = (*changes(parts), *comments(parts), *marked(parts, HIDDEN), *marked(parts, STRUCK))
            html, pictures, left_out = _convert(_without_hidden(data, archive, parts))
    except InvalidAnnouncement:
        raise
    except DefusedXmlException:
        raise InvalidAnnouncement("word-not-safe") from None
    except _UNREADABLE:
        raise InvalidAnnouncement("word-unreadable") from None
    return WordText(html, margins(parts), unread(parts, plain_text(html)), pictures, (*marks, *left_out))


def _xml_parts(archive: zipfile.ZipFile) -> Mapping[str, Element]:
    """The XML parts that hold text, read with all bombs refused; sizes are checked before a byte is unpacked."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise InvalidAnnouncement("word-not-safe")
    parts = {}
    for entry in entries:
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        if entry.file_size > MOST_XML:
            raise InvalidAnnouncement("word-not-safe")
        parts[entry.filename] = fromstring(archive.read(entry), forbid_dtd=True)
    if DOCUMENT not in parts:
        raise InvalidAnnouncement("word-unreadable")
    return parts


def _convert(data: bytes) -> tuple[str, tuple[RawPicture, ...], tuple[Finding, ...]]:
    pictures: list[RawPicture] = []

    def keep(image: Any) -> dict[str, str]:
        if len(pictures) < MOST_PICTURES:
            with image.open() as stream:
                kind = str(image.content_type or "").partition("/")[2] or "bin"
                name = f"bild-{len(pictures) + 1}.{kind}"
                pictures.append(RawPicture(data=stream.read(), name=name, alt=one_line(image.alt_text or "")))
        return {"src": ""}

    import mammoth  # with the first Word document: an idle office holds none of it

    result = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=STYLES,
        convert_image=mammoth.images.img_element(keep),
        include_embedded_style_map=False,  # a style map in the file is somebody else's wish
        external_file_access=False,
    )
    faults = tuple(fault("word-picture-lost", str(m.message)) for m in result.messages if m.type == "error")
    return str(result.value), tuple(pictures), faults


def _without_hidden(data: bytes, archive: zipfile.ZipFile, parts: Mapping[str, Element]) -> bytes:
    """The document without its hidden runs: mammoth would show them."""
    hidden = set(runs_marked(parts, DOCUMENT, "vanish"))
    if not hidden:
        return data
    for parent in parts[DOCUMENT].iter():
        for run in [child for child in parent if child in hidden]:
            parent.remove(run)
    rewritten = io.BytesIO()
    with zipfile.ZipFile(rewritten, "w") as copy:
        for entry in archive.infolist():
            changed = entry.filename == DOCUMENT
            copy.writestr(entry.filename, tostring(parts[entry.filename]) if changed else archive.read(entry))
    return rewritten.getvalue()
