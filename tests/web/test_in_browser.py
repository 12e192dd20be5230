"""The pages in a real browser, as wide as a small telephone, without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page

from publisher.sandbox.state import State
from publisher.web.desk.app import desk_app
from publisher.web.listen import serve
from publisher.web.public.app import public_app
from tests.web.newsroom import Newsroom, a_picture, a_variant, an_announcement, prepared_of
from tests.web.test_showcase import keep_a_mail, keep_a_post

LONG = "Straßenverkehrsordnungswidrigkeitenanzeigenbearbeitungsstelle zieht um"
WIDE = "<table><tr>" + "".join(f"<th>Spalte{number}</th>" for number in range(12)) + "</tr></table>"


@dataclass
class Addresses:
    """Every page there is, filled with what is hard to fit."""

    public: str
    desk: str
    name: str
    token: str


@pytest.fixture
def addresses(newsroom: Newsroom, sandbox_state: State) -> Iterator[Addresses]:
    original = a_picture()
    content = replace(an_announcement(LONG), html=f"<p>{'x' * 300}</p>{WIDE}", pictures=(newsroom.keep(original),))
    mail = a_variant("newsletter", kind="newsletter", html="<h1>Brücke</h1>", subject=LONG, limit=None)
    post = a_variant(text="https://musterstadt.example/" + "x" * 300, pictures=(prepared_of(original),))
    name = newsroom.publish(content, post, mail)
    keep_a_post(sandbox_state)
    keep_a_mail(sandbox_state)
    public = serve(public_app(newsroom.office), "127.0.0.1", 0)
    desk = serve(desk_app(newsroom.office, sandbox_state), "127.0.0.1", 0)
    yield Addresses(public.address, desk.address, name, newsroom.subscribe().token)
    public.stop()
    desk.stop()


def test_no_page_scrolls_sideways_on_a_small_telephone(browser_page: Page, addresses: Addresses) -> None:
    browser_page.set_viewport_size({"width": 320, "height": 640})
    pages = [
        *(f"{addresses.public}{path}" for path in ("/", f"/a/{addresses.name}", "/unsubscribe/x", "/nichts")),
        *(f"{addresses.desk}{path}" for path in ("/", "/sandbox/", "/sandbox/mastodon/@stadt/17", "/sandbox/mail/1")),
    ]
    for page in pages:
        browser_page.goto(page)
        for summary in browser_page.locator("summary:visible").all():
            summary.click()
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= 320, page


def test_a_reader_leaves_by_pressing_the_button(browser_page: Page, addresses: Addresses, newsroom: Newsroom) -> None:
    browser_page.goto(f"{addresses.public}/unsubscribe/{addresses.token}")
    assert len(newsroom.store.audience.subscribers("newsletter")) == 1
    browser_page.get_by_role("button", name="Jetzt abbestellen").click()
    browser_page.get_by_role("heading", name="Sie sind abgemeldet").wait_for()
    assert newsroom.store.audience.subscribers("newsletter") == []


def test_the_way_to_the_content_is_the_first_thing_the_keyboard_reaches(
    browser_page: Page, addresses: Addresses
) -> None:
    browser_page.goto(f"{addresses.public}/")
    browser_page.keyboard.press("Tab")
    skip = "document.activeElement.textContent.trim() == 'Zum Inhalt springen'"
    browser_page.wait_for_function(f"{skip} && document.activeElement.getBoundingClientRect().x >= 0")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/#main")


def test_an_officer_opens_a_mail_of_the_sandbox_and_sees_it_in_its_frame(
    browser_page: Page, addresses: Addresses
) -> None:
    browser_page.goto(f"{addresses.desk}/sandbox/")
    browser_page.get_by_role("link", name="Brücke am Hafen gesperrt").click()
    frame = browser_page.frame_locator("iframe.mail")
    frame.get_by_role("heading", name="Brücke").wait_for()


def test_a_picture_that_stands_on_a_page_is_really_shown(browser_page: Page, addresses: Addresses) -> None:
    browser_page.goto(f"{addresses.public}/a/{addresses.name}")
    assert browser_page.locator("figure img").evaluate("image => image.naturalWidth") > 0


def test_a_button_has_an_edge_where_readers_choose_the_colours(browser_page: Page, addresses: Addresses) -> None:
    browser_page.emulate_media(forced_colors="active")
    browser_page.goto(f"{addresses.public}/unsubscribe/{addresses.token}")
    style = "button => [getComputedStyle(button).borderTopWidth, getComputedStyle(button).borderTopColor]"
    width, colour = browser_page.get_by_role("button").evaluate(style)
    assert width != "0px"
    assert colour.startswith("rgb("), "not transparent"
