"""Header fields as they stand on the wire: nothing here can smuggle in a second line, and web addresses stay whole.

The standard library folds List-Unsubscribe into encoded words once it is longer than a line, and mail programs then no
longer offer the button (RFC 8058). So each field is written here as it is meant, and only words are ever encoded.
"""

import re
from email.header import Header
from email.utils import formataddr
from unicodedata import category

LONGEST_LINE = 76
"""Of a line with an encoded word in it (RFC 2047, section 2)."""
FOLD = "\r\n "
UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Kinds of characters that no header holds: controls, halves of characters, line and paragraph separators."""


def one_line(text: str) -> str:
    """A text without line breaks and control characters, runs of spaces made one."""
    return " ".join("".join(" " if category(char) in UNFIT else char for char in text).split())


def field(name: str, value: str) -> bytes:
    """One field, its value written already. Raises ValueError for a line break that folds nothing, and beyond ASCII."""
    if re.search(r"[\r\n]", value.replace(FOLD, " ")):
        raise ValueError(f"line break in {name}")
    return f"{name}: {value}\r\n".encode("ascii")


def words(name: str, text: str) -> str:
    """Free text for a field of that name: as it is where it is plain and short, else in encoded words (RFC 2047)."""
    text = one_line(text)
    if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= LONGEST_LINE:
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=LONGEST_LINE).encode(linesep="\r\n")


def mailbox(name: str, display: str, address: str) -> str:
    """`Display name <address>` for a field of that name; the address is ASCII."""
    display = one_line(display)
    if display.isascii() and "=?" not in display:
        return formataddr((display, address))
    return f"{words(name, display)}{FOLD}<{address}>"
