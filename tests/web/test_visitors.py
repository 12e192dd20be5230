"""Where a request comes from: whatever somebody writes into a header, only trusted proxies are believed."""

import pytest
from starlette.requests import Request

from publisher.web.newsletter.visitors import Visitors


def request(client: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return Request({"type": "http", "headers": headers, "client": (client, 40_000)})


@pytest.mark.parametrize(
    ("client", "forwarded", "seen"),
    [
        ("192.0.2.7", (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), "192.0.2.7"),
        ("10.0.0.5", ("192.0.2.7",), "192.0.2.7"),
        ("10.0.0.5", ("1.2.3.4, 192.0.2.7",), "192.0.2.7"),
        ("10.0.0.5", ("1.2.3.4", "192.0.2.7"), "192.0.2.7"),
        ("10.0.0.5", ("192.0.2.7, 10.1.2.3",), "192.0.2.7"),
        ("10.0.0.5", ("192.0.2.7:51000",), "192.0.2.7"),
        ("10.0.0.5", ("[2001:db8:1:2::7]:51000",), "2001:db8:1:2::7"),
        ("::ffff:10.0.0.5", ("::ffff:192.0.2.7",), "192.0.2.7"),
        ("10.0.0.5", ("192.0.2.7, unbekannt",), "10.0.0.5"),
        ("10.0.0.5", ("10.1.0.1",), "10.1.0.1"),
        ("testclient", (), "None"),
    ],
)
def test_the_first_address_that_is_no_trusted_proxy_counts(client: str, forwarded: tuple[str, ...], seen: str) -> None:
    visitors = Visitors(["10.0.0.5/32", "10.1.0.0/16"])
    assert str(visitors.address_of(request(client, *forwarded))) == seen


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("nirgendwo", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
    ],
)
def test_a_network_is_what_a_household_or_an_office_has(client: str, network: str) -> None:
    assert Visitors([]).network_of(request(client)) == network


def test_a_thousand_invented_hops_are_not_walked() -> None:
    assert str(Visitors(["0.0.0.0/0"]).address_of(request("10.0.0.5", "1.1.1.1," * 1000 + "192.0.2.7"))) == "1.1.1.1"
