"""Which addresses a stranger's link may lead to."""

import pytest

from publisher.net.addresses import all_public, is_named, is_public, looks_internal


@pytest.mark.parametrize("address", ["8.8.8.8", "185.199.108.153", "2a00:1450:4001:82a::200e"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 -- it is refused
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.9.10",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::8.8.8.8",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "no address",
    ],
)
def test_everything_special_is_not(address: str) -> None:
    assert not is_public(address)


def test_one_inner_address_condemns_a_name() -> None:
    assert all_public(["8.8.8.8", "1.1.1.1"])
    assert not all_public(["8.8.8.8", "10.0.0.1"])
    assert not all_public([])


def test_a_host_is_named_with_or_without_its_port() -> None:
    named = ["Intranet.example", "127.0.0.1:8080", "[::1]:80"]
    assert is_named("intranet.example", 443, named)
    assert is_named("127.0.0.1", 8080, named)
    assert not is_named("127.0.0.1", 8081, named)
    assert is_named("::1", 80, named)
    assert not is_named("example", 443, named)


def test_names_of_inner_networks_are_known_by_sight() -> None:
    assert all(
        looks_internal(name) for name in ("intranet", "localhost", "a.localhost.", "drucker.local", "x.internal")
    )
    assert not looks_internal("musterstadt.example")
    assert not looks_internal("2a00::1")
