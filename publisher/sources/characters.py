"""Knows which characters of pasted text carry no words: soft hyphens, zero widths, control characters, odd spaces."""

import re
import unicodedata

# Characters of windows-1252 in a text that calls itself ISO-8859-1: browsers read them as what they were meant to be.
WINDOWS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}

# Line and paragraph separators; then every space that is not a plain one (a no-break space is Word's, not the author's).
_MEANT: dict[int, str] = WINDOWS | {0x2028: "\n", 0x2029: "\n\n", 0x0B: "\n", 0x0C: "\n\n"}
_MEANT |= dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")

# Soft hyphen, zero-width space, word joiner and BOM; control characters; bidirectional overrides, which can make a
# headline read as something else. The zero-width joiner stays: emoji are made with it.
_WORDLESS = re.compile(r"[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


# An entity that fetches something, or is made of other entities (XML 1.0, 4.2): no feed and no page of an office has one.
DOUBTFUL_ENTITY = re.compile(
    r"""<!ENTITY\s{1,9}[^\s%<>"']{1,60}\s{1,9}(?:SYSTEM|PUBLIC|"[^"<>]{0,999}&[A-Za-z]|'[^'<>]{0,999}&[A-Za-z])""",
    re.IGNORECASE,
)


def tidy(text: str) -> str:
    """The text in NFC with plain spaces and LF line ends, without characters that carry no words."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_MEANT)
    return unicodedata.normalize("NFC", _WORDLESS.sub("", lines))


def one_line(text: str) -> str:
    """The text as one line: a headline goes into mail headers, where a line break would begin a new one."""
    return " ".join(tidy(text).split())
