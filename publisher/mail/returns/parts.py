"""A mail that came back, taken apart with care: it is untrusted, often broken, and need not be what it says."""

import email
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from html import unescape

REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")
MOST_PARTS = 50
MOST_TEXT = 64_000
"""Characters of one part that are read."""


class _AsItCame(Compat32):
    """Fields are never folded anew: the standard library takes minutes over one long one."""

    def fold(self, name: str, value: object) -> str:
        return f"{name}: {value}\n"

    def fold_binary(self, name: str, value: object) -> bytes:
        return self.fold(name, value).encode("utf-8", "surrogateescape")


def take_apart(raw: bytes) -> Message:
    """The mail as the standard library reads it. Raises ValueError or RecursionError for one that is nested without end."""
    if raw.lower().count(b"boundary=") > MOST_PARTS:
        raise ValueError("parts without end")
    return email.message_from_bytes(raw.lstrip(b"\r\n"), policy=_AsItCame())


def fields_of(raw: bytes) -> Message:
    """The mail's header alone, without what stands below it."""
    fields = BytesHeaderParser(policy=_AsItCame()).parsebytes(raw.lstrip(b"\r\n"))
    fields.set_payload("")
    return fields


def lines_of(message: Message) -> str:
    """The whole mail as text, as it came."""
    return message.as_bytes().decode("utf-8", "replace")


def parts_of(message: Message) -> Iterator[Message]:
    """All parts that are no container, those inside returned mails included, the first ones only."""
    yielded = 0
    for part in message.walk():
        if part.is_multipart() and part.get_content_type() not in REPORTS:
            continue
        if yielded == MOST_PARTS:
            return
        yielded += 1
        yield part


def own_parts(message: Message) -> Iterator[Message]:
    """As `parts_of`, without what a returned mail holds."""
    waiting = [message]
    yielded = 0
    while waiting and yielded < MOST_PARTS:
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [inner for inner in payload if isinstance(inner, Message)]
            continue
        yielded += 1
        yield part


def header(message: Message, name: str) -> str:
    """A header field as people read it, on one line; "" where there is none."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError):  # an unknown character set, broken base64
        text = str(value)
    return " ".join(mended(text).split())[:2_000]


def mended(text: str) -> str:
    """Text whose bytes the standard library kept as halves of characters: read as UTF-8, and nothing left of them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def text_of(part: Message) -> str:
    """The text of one part, markup taken out; "" for what is no text."""
    if part.get_content_maintype() not in ("text", "message"):
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        nested = part.get_payload()
        inner = [str(block) for block in nested] if isinstance(nested, list) else []
        return mended("\n".join(inner)[:MOST_TEXT])
    text = _decoded(payload[: 4 * MOST_TEXT], part.get_content_charset() or "utf-8")[:MOST_TEXT]
    return plain(text) if part.get_content_subtype() == "html" else text


def plain(markup: str) -> str:
    """HTML as bare text, line by line. For reading only: nothing of it is shown as HTML."""
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", markup)
    text = re.sub(r"(?i)<blockquote\b[^<>]*>", "\n> ", text)
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/h\d|/li)\b[^<>]*>", "\n", text)
    return unescape(re.sub(r"<(?![^<>\s]+@)[^<>]*>", " ", text)).replace("\N{SOFT HYPHEN}", "")


def _decoded(payload: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return payload.decode(name)
        except (LookupError, ValueError):
            continue
    return payload.decode("cp1252", "replace")
