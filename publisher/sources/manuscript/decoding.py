"""Knows in which encoding bytes were written, and tells text from what only bears the name of a text."""

import codecs
import re

from publisher.domain.errors import InvalidAnnouncement
from publisher.sources.characters import WINDOWS

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_LIKELY = frozenset("äöüßÄÖÜéèêëàâáçôûîïñøåÉ„“”‚‘’–—…•€§°·«»´²³½¼×\xa0\xad")
# Beginnings of files that people rename by mistake: PDF, ZIP and its children, old Word, pictures, RTF, programs.
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"MZ",
    b"\x7fELF",
)


def decode(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, UTF-16 without a mark, windows-1252; no byte is lost.

    Raises InvalidAnnouncement if it is no text.
    """
    if data.startswith(_BINARY):
        raise InvalidAnnouncement("not-a-text")
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return _checked(data.removeprefix(mark).decode(encoding, errors="replace"))
    if data[:2000].count(0) > len(data[:2000]) // 4:
        return _checked(data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le", errors="replace"))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(_mostly_utf8(data) or _windows(data))


def decode_html(data: bytes) -> str:
    """The text of a page: by its mark, its `<meta charset>`, else as `decode` does. Raises InvalidAnnouncement."""
    declared = _META.search(data[:4096])
    if declared and not data.startswith(tuple(_BOMS)):
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            # Browsers read ISO-8859-1 as the larger windows-1252.
            return _checked(_windows(data) if name in ("iso8859-1", "ascii", "cp1252") else data.decode(name))
        except (LookupError, UnicodeError, ValueError):
            pass
    return decode(data)


def guessed_line(data: bytes) -> str:
    """The first line in which `decode` took a byte that is no UTF-8 for windows-1252, amid UTF-8; "" if there is none.

    What was meant is a guess there, which a person should see.
    """
    if data.startswith(tuple(_BOMS)):
        return ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = decode(data)
        return text.split("\n")[data.count(b"\n", 0, error.start)] if text == _mostly_utf8(data) else ""
    return ""


def _mostly_utf8(data: bytes) -> str:
    """UTF-8 with single bytes of windows-1252 strewn in (two texts pasted together), "" if it is no UTF-8 at all.

    A stray byte that is no letter or mark of German stays broken: U+FFFD.
    """
    text = data.decode("utf-8", errors="surrogateescape")
    stray = sum("\udc80" <= character <= "\udcff" for character in text)
    proper = sum(character > "\x7f" for character in text) - stray
    if proper < stray:
        return ""
    return "".join(_strayed(ord(c) - 0xDC00) if "\udc80" <= c <= "\udcff" else c for c in text)


def _strayed(byte: int) -> str:
    meant = _windows(bytes([byte]))
    return meant if meant in _LIKELY else "\ufffd"


def _windows(data: bytes) -> str:
    """windows-1252: Latin 1 with other characters where that has control characters."""
    return data.decode("latin-1").translate(WINDOWS)


def _checked(text: str) -> str:
    strange = sum(character < " " and character not in "\t\n\r\f\x0b" for character in text[:20_000])
    if strange > 8 + len(text[:20_000]) // 100 or text[:20_000].count("\ufffd") > 8 + len(text[:20_000]) // 20:
        raise InvalidAnnouncement("not-a-text")
    return text
