"""When two spellings are one address, or one mailbox, and how an address is written to."""

import unicodedata
from contextlib import suppress

import idna


def fold(address: str) -> str:
    """What makes two spellings the same address: NFC, no capitals (every mail server we know ignores them), and the domain
    as people write it, not as the DNS does (RFC 5890: xn--bcher-kva is bücher)."""
    local, at, domain = unicodedata.normalize("NFC", address.strip()).casefold().rpartition("@")
    if "xn--" in domain:
        with suppress(idna.IDNAError):
            domain = idna.decode(domain).casefold()
    return f"{local}{at}{domain}"


def mailbox_of(folded: str) -> str:
    """The folded address without its tag (RFC 5233): anna+news@… and anna@… are one mailbox with most mail servers."""
    local, at, domain = folded.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def tidy(address: str) -> str:
    """An address as it is written to: NFC, the domain in small letters, the local part as its owner writes it."""
    local, _, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    return f"{local}@{domain.lower()}"
