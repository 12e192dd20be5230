"""Return paths that nobody can forge: which copy, and whose, in letters that say nothing to anybody else.

A ticket is a synthetic-IV construction: the check value over the numbers also masks them. Small letters and digits
only, since some mail servers fold the case of a local part.
"""

import hmac
import re
import secrets
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.domain.returned import Ticket
from publisher.ports.ledger import Notebook

KEY_SCOPE, KEY_NAME = "keys", "returns"
NUMBER = 6
"""Octets of each of the two numbers."""
CHECK = 10
"""Octets of the check value: 80 bits."""
LENGTH = 36
"""Letters of a ticket."""
SHAPE = re.compile(rb"(?i)\+([a-z2-7]{36})@")


@dataclass(frozen=True, slots=True)
class Tickets:
    """Writes tickets with the first key, and reads what any of them has written."""

    keys: Sequence[bytes]

    def write(self, ticket: Ticket) -> str:
        plain = ticket.copy_id.to_bytes(NUMBER) + ticket.subscriber_id.to_bytes(NUMBER)
        check = _check(self.keys[0], plain)
        return b32encode(check + _masked(self.keys[0], check, plain)).decode().rstrip("=").lower()

    def read(self, text: str) -> Ticket | None:
        """The ticket, None if it was not written here."""
        try:
            raw = b32decode(text.upper() + "=" * (-len(text) % 8))
        except ValueError:
            return None
        for key in self.keys:
            check, plain = raw[:CHECK], _masked(key, raw[:CHECK], raw[CHECK:])
            if len(plain) == 2 * NUMBER and hmac.compare_digest(check, _check(key, plain)):
                return Ticket(
                    copy_id=int.from_bytes(plain[:NUMBER]),
                    subscriber_id=int.from_bytes(plain[NUMBER:]),
                )
        return None

    def find(self, raw: bytes) -> Ticket | None:
        """The first ticket of ours in a text, wherever it stands: its signature says that it is one."""
        for match in SHAPE.finditer(raw):
            ticket = self.read(match[1].decode())
            if ticket is not None:
                return ticket
        return None


def open_tickets(notebook: Notebook) -> Tickets:
    """The keys of this office, newest first; made on first use. A new one goes in front, the old ones go on reading."""
    kept = notebook.keep(KEY_SCOPE, KEY_NAME, {"keys": [secrets.token_hex(32)]})
    keys = kept["keys"]
    if not isinstance(keys, list) or not keys:
        raise ValueError("no key for return paths")
    return Tickets([bytes.fromhex(str(key)) for key in keys])


def _check(key: bytes, plain: bytes) -> bytes:
    return hmac.digest(key, b"return path" + plain, "sha256")[:CHECK]


def _masked(key: bytes, check: bytes, numbers: bytes) -> bytes:
    mask = hmac.digest(key, b"mask" + check, "sha256")
    return bytes(octet ^ cover for octet, cover in zip(numbers, mask, strict=False))
