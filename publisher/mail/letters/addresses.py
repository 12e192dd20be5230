"""Mail addresses as servers want them: domains in ASCII, and nothing that could end a command or a header line."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

import idna

from publisher.domain.errors import PermanentFailure

SHAPE = re.compile(r"([^\s<>()\[\]\\,;:@\"\x00-\x20\x7f]{1,64})@([^\s<>()\[\]\\,;:@\"\x00-\x20\x7f]{1,253})")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address for the wire. `international`: its local part needs SMTPUTF8 (RFC 6531)."""

    address: str
    domain: str
    display: str = ""

    @property
    def international(self) -> bool:
        return not self.address.isascii()


def read_address(text: str) -> Mailbox:
    """A bare address. Raises PermanentFailure `address-unusable`, which does not repeat it."""
    match = SHAPE.fullmatch(text)
    if match is None or not text.isprintable():
        raise PermanentFailure("address-unusable")
    local, domain = match.groups()
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise PermanentFailure("address-unusable") from None
    return Mailbox(f"{local}@{domain}", domain)


def read_mailbox(text: str) -> Mailbox:
    """`Name <address>` or a bare address. Raises PermanentFailure `address-unusable`."""
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise PermanentFailure("address-unusable")
    display, address = parseaddr(text)
    read = read_address(address)
    return Mailbox(read.address, read.domain, display)
