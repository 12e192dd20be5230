"""Which addresses an untrusted link may lead to: public ones, and those that the office named itself. Pure."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""What this machine calls itself."""
AZURE_WIRE_SERVER = IPv4Address("168.63.129.16")  # a cloud's own metadata service at a public-looking address
# Special to IETF protocols (RFC 6890), the metadata service of one cloud among them; 6to4 relays (RFC 7526).
SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291, section 2.4; NAT64 and mapped addresses lie outside
SIX_TO_FOUR = IPv6Network("2002::/16")  # holds an IPv4 address, which may be a private one


def is_public(address: str) -> bool:
    """Whether an address, as getaddrinfo writes it, is one of the open Internet.

    Everything of the IANA special-purpose registries is not: private, loopback, link-local (the metadata services of
    clouds), shared (CGNAT), documentation, benchmarking, reserved, multicast, and every IPv6 form that holds IPv4.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast:
        return False
    if isinstance(parsed, IPv6Address):
        return parsed in GLOBAL_UNICAST and parsed not in SIX_TO_FOUR
    return parsed != AZURE_WIRE_SERVER and not any(parsed in network for network in SPECIAL)


def all_public(addresses: Iterable[str]) -> bool:
    """Whether there is at least one address and none leads inside: one bad address condemns the name."""
    found = list(addresses)
    return bool(found) and all(is_public(address) for address in found)


def is_named(host: str, port: int, allowed_hosts: Collection[str]) -> bool:
    """Whether the office named this host, or this host with this port ("10.0.0.5", "intranet:8080", "[::1]:80")."""
    bare = host.lower().strip("[]")
    written = f"[{bare}]" if ":" in bare else bare
    named = {name.lower() for name in allowed_hosts}
    return not named.isdisjoint({bare, written, f"{written}:{port}"})


def looks_internal(host: str) -> bool:
    """Whether a name by itself says that it belongs to this machine or an inner network (RFC 6761, RFC 6762)."""
    name = host.lower().rstrip(".")
    return ("." not in name and ":" not in name) or name.endswith((".localhost", ".local", ".internal", ".home.arpa"))
