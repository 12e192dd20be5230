"""The return path as config.toml writes it: which mailbox, how it is protected, and what address mails bear."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from publisher.domain.errors import ConfigError, PermanentFailure
from publisher.mail.letters.addresses import read_address
from publisher.mail.returns.tickets import LENGTH
from publisher.net.addresses import LOOPBACK

PORTS = {"imaps": 993, "imap": 143}
LONGEST_LOCAL = 64
"""Octets of a local part (RFC 5321, section 4.5.3.1.1)."""


@dataclass(frozen=True, slots=True)
class BoxAddress:
    """`scheme`: imaps, imap (this machine only), or mailto where a mail server hands the mails in by HTTP."""

    scheme: str
    user: str
    host: str
    port: int


def parse_box(value: object) -> BoxAddress:
    """ "imaps://bounces@mail.example", or "mailto:bounces@musterstadt.example". Raises ValueError.

    A user that is a whole address is written with %40: "imaps://bounces%40musterstadt.example@imap.example".
    """
    text = value if isinstance(value, str) else ""
    by_hook = re.fullmatch(r"mailto:([^\s@/?]+@[^\s@/?:]+)", text)
    if by_hook:
        return BoxAddress("mailto", by_hook[1], "", 0)
    match = re.fullmatch(r"(imaps?)://([^\s@:/]+)@(\[[0-9a-fA-F:.]+\]|[^\s/:@\[\]]+)(?::(\d{1,5}))?/?", text)
    if match is None or not 0 < int(match[4] or 1) < 65536:
        raise ValueError("bounce mailbox")
    host = match[3].strip("[]")
    if match[1] == "imap" and host not in LOOPBACK:
        raise ValueError("bounce mailbox")
    return BoxAddress(match[1], unquote(match[2]), host, int(match[4] or PORTS[match[1]]))


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """The address in two halves; a ticket goes between them."""

    local: str
    domain: str

    def with_ticket(self, ticket: str) -> str:
        return f"{self.local}+{ticket}@{self.domain}"


def return_path(box: BoxAddress, sender_domain: str, where: str) -> ReturnPath:
    """The address that bounces go to: in the sender's domain, so that SPF speaks for it, unless the user names another.

    Raises ConfigError.
    """
    named = box.user if "@" in box.user else f"{box.user}@{sender_domain}"
    try:
        read = read_address(named)
    except PermanentFailure:
        raise ConfigError("config-wrong-bounce-mailbox", key=where) from None
    local = read.address.rpartition("@")[0]
    if read.international or "+" in local or len(local) + 1 + LENGTH > LONGEST_LOCAL:
        raise ConfigError("bounces-local-part", key=where, most=LONGEST_LOCAL - 1 - LENGTH)
    return ReturnPath(local, read.domain)
