"""Quoted-printable with slots: what differs per copy is put between prepared bytes, and no line ever grows too long.

Each slot stands on lines of its own between soft line breaks, which a reader's mail program takes away again (RFC 2045,
section 6.7, rule 5). So what is put in cannot disturb what stands around it, whatever its length and characters.
"""

import re
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"
ROOM = 75
"""Characters of an encoded line before its soft break: 76 with it."""


def quoted(text: str) -> bytes:
    """A piece of text, encoded so that anything encoded may follow: it ends at the beginning of a line."""
    if not text:
        return b""
    # A mark behind the text keeps spaces at its end, and room for the soft break in its last line.
    marked = b2a_qp((re.sub(r"\r\n?", "\n", text) + "|").encode(), istext=True).replace(b"\n", b"\r\n")
    # No line begins with a dot: so none has to be doubled on the wire, copy by copy (RFC 5321, section 4.5.2).
    encoded = re.sub(rb"(?m)^\.", b"=2E" + SOFT_BREAK, marked.removesuffix(b"|"))
    return encoded if encoded.endswith(b"\n") else encoded + SOFT_BREAK


def quoted_address(address: str) -> bytes:
    """What goes into a slot: a web address, of any length."""
    encoded = address.replace("=", "=3D")
    if len(encoded) <= ROOM and address.isascii():
        return encoded.encode() + SOFT_BREAK
    return quoted(address)


def around(text: str, slot: str) -> list[bytes]:
    """The encoded pieces around each slot in a text; n slots leave n + 1 pieces, some of them empty."""
    return [quoted(piece) for piece in text.split(slot)]
