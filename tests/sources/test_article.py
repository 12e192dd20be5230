"""The preview picture of a linked page, over real HTTP; whole articles are tried with the feed that links to them."""

import pytest

from publisher.net.fetch import Fetcher
from publisher.ports.sources import Pages
from publisher.sources.feed.article import LinkedPages
from publisher.sources.feed.illustrations import split_caption
from tests.fixtures.site import Site

JPEG = b"\xff\xd8\xff\xe0 not looked at here"


@pytest.fixture
def pages(site: Site) -> Pages:
    return LinkedPages(Fetcher([site.place]))


def page(site: Site, head: str) -> str:
    return site.page("/seite", f"<html><head>{head}</head><body><p>Text</p></body></html>")


def test_the_picture_a_page_offers_is_fetched_with_its_words(site: Site, pages: Pages) -> None:
    site.page("/bilder/brücke.jpg".replace("ü", "%C3%BC"), JPEG, "image/jpeg")
    head = '<meta property="og:image" content="/bilder/brücke.jpg"><meta property="og:image:alt" content="Die Brücke">'
    picture = pages.preview_picture(page(site, head))
    assert picture is not None
    assert (picture.data, picture.alt, picture.name) == (JPEG, "Die Brücke", "brücke.jpg")


def test_a_picture_without_words_is_a_preview_all_the_same(site: Site, pages: Pages) -> None:
    site.page("/a.jpg", JPEG)
    picture = pages.preview_picture(page(site, f'<meta name="twitter:image" content="{site.url}/a.jpg">'))
    assert picture is not None
    assert picture.alt == ""


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<meta property="og:image" content="">',
        '<meta property="og:image" content="/gibt-es-nicht.jpg">',
        '<meta property="og:image" content="data:image/png;base64,AAAA">',
        '<meta property="og:image" content="http://127.0.0.1:1/innen.jpg">',
        '<meta property="og:image" content="http://[kaputt/a.jpg">',
        '<meta property="og:image" content="/riesig.jpg">',
    ],
)
def test_whatever_is_wrong_there_is_just_no_picture(site: Site, pages: Pages, head: str) -> None:
    site.page("/riesig.jpg", b"x" * 5_000_001)
    assert pages.preview_picture(page(site, head)) is None


def test_pages_that_are_away_or_too_large_have_no_picture(site: Site, pages: Pages) -> None:
    assert pages.preview_picture(f"{site.url}/weg") is None
    assert pages.preview_picture(site.page("/riesig", b"x" * 2_000_001)) is None
    assert pages.preview_picture("keine Adresse") is None
    assert LinkedPages(Fetcher()).preview_picture(page(site, "")) is None


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Der neue Steg. Foto: Stadt Musterstadt", "Der neue Steg.", "Stadt Musterstadt"),
        ("Der Steg (Foto: Jana Beck)", "Der Steg", "Jana Beck"),
        ("Der Steg | © Jana Beck", "Der Steg", "Jana Beck"),
        ("Bildquelle: dpa", "", "dpa"),
        ("Ein Foto vom Steg", "Ein Foto vom Steg", ""),
    ],
)
def test_a_credit_is_told_from_its_caption(text: str, caption: str, credit: str) -> None:
    assert split_caption(text) == (caption, credit)
