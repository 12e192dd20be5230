"""Which characters some bytes of a feed or page mean, when servers and documents contradict each other."""

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
XML_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]{1,40})""")
META_CHARSET = re.compile(rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
KNOWN = re.compile(
    r"iso8859-\d+|cp\d+|utf-(?:8|16|32)(?:-[lb]e)?|mac-\w+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+|utf_8_sig"
)
"""Encodings of real documents, by Python's names: some of its others (punycode) take for ever on hostile bytes."""
LATIN_1 = ("iso8859-1", "ascii")
"""Who says so means windows-1252 (WHATWG Encoding Standard, 4.2)."""


def decoded(data: bytes, content_type: str) -> str:
    """The text, never failing: byte order mark first, then UTF-8 if the bytes are valid UTF-8 (no other text is by
    chance), then what the server says, then what the document says, then windows-1252."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for encoding in (_by_zeros(data), "utf-8", *_told(data, content_type)):
        text = _try(data, encoding)
        if text is not None:
            return text
    return data.decode("cp1252", "replace")


def _by_zeros(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of "<?" is zero (XML 1.0, appendix F)."""
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(data[:2], "")


def _told(data: bytes, content_type: str) -> list[str]:
    server = CHARSET.search(content_type)
    document = XML_ENCODING.search(data[:1_000]) or META_CHARSET.search(data[:4_000])
    return [server[1] if server else "", document[1].decode("ascii", "ignore") if document else ""]


def _try(data: bytes, encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name if encoding else ""
        if name in LATIN_1 or not KNOWN.fullmatch(name):
            return None
        return data.decode(name)
    except (LookupError, ValueError, TypeError):
        return None
