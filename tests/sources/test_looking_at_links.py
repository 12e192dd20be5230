"""What stands behind a link, over real HTTP."""

import socket

import pytest

from publisher.net.fetch import Fetcher
from publisher.ports.sources import Pages
from publisher.sources.feed.article import LinkedPages
from tests.fixtures.site import Site


@pytest.fixture
def pages(site: Site) -> Pages:
    return LinkedPages(Fetcher([site.place]))


def test_a_page_that_is_there_is_reached_however_large_it_is(site: Site, pages: Pages) -> None:
    url = site.page("/riesig", b"x" * 6_000_000)
    assert pages.look(url).reached


def test_a_redirect_is_followed_to_its_end(site: Site, pages: Pages) -> None:
    site.page("/neu", "da")
    answer = pages.look(site.redirect("/alt", "/neu"))
    assert (answer.reached, answer.final) == (True, f"{site.url}/neu")


def test_a_page_that_is_gone_says_so(site: Site, pages: Pages) -> None:
    answer = pages.look(f"{site.url}/weg")
    assert (answer.reached, answer.said) == (False, "404")


def test_who_asks_for_a_password_is_there(site: Site, pages: Pages) -> None:
    assert pages.look(site.page("/zu", "nein", status=401)).reached


def test_nobody_at_the_address_is_told_and_asked_again_next_time(site: Site) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    answer = LinkedPages(Fetcher([place])).look(f"http://{place}/")
    assert (answer.reached, answer.said) == (False, "TCP")


def test_an_inner_address_is_not_asked_and_told_as_such(site: Site) -> None:
    answer = LinkedPages(Fetcher()).look(f"{site.url}/da")
    assert (answer.reached, answer.inside) == (False, True)


def test_what_was_there_counts_for_an_hour_and_what_was_not_does_not(site: Site, pages: Pages) -> None:
    url = f"{site.url}/spaet"
    assert not pages.look(url).reached
    site.page("/spaet", "da")
    assert pages.look(url).reached
    site.page("/spaet", "weg", status=404)
    assert pages.look(url).reached
