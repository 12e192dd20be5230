"""Where a request comes from: the address, believed only from proxies that the office trusts, and the network around it."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

from starlette.requests import Request

Address: TypeAlias = IPv4Address | IPv6Address

MOST_HOPS = 20


class Visitors:
    """`trusted`: addresses and networks of proxies, as config.toml names them."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted = [ip_network(each) for each in trusted]

    def address_of(self, request: Request) -> Address | None:
        """The first address, seen from here, that is no trusted proxy; None where there is none to be had.

        Whoever stands further away may have been made up: only what a trusted proxy has added is believed.
        """
        seen: Address | None = None
        for hop in reversed(_hops(request)):
            address = _read(hop)
            if address is None:
                break
            seen = address
            if not any(address in network for network in self._trusted):
                break
        return seen

    def network_of(self, request: Request) -> str:
        """The network that one household or office usually has: 192.0.2.0/24, 2001:db8:1::/48. "" where nobody can tell.

        Whoever seems to sit on this machine came through a proxy that config.toml does not name: everybody would be
        taken for the same visitor.
        """
        address = self.address_of(request)
        if address is None or address.is_loopback:
            return ""
        return str(ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _hops(request: Request) -> list[str]:
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return [*hops[-MOST_HOPS:], request.client.host if request.client else ""]


def _read(hop: str) -> Address | None:
    """An address as proxies write it, some with a port behind it."""
    bare = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", hop)
    try:
        address = ip_address((bare[1] or bare[2]) if bare else hop)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
