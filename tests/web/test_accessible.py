"""axe finds nothing on any public page, in light and dark, as wide as a small telephone and as a desk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, cast

import pytest
from playwright.sync_api import Page

from publisher.web.listen import serve
from publisher.web.public.app import public_app
from publisher.workflow.audience.signing_up import send_notices
from tests.fakes import FakeNewsletter
from tests.fixtures.axe import WIDTHS, Axe
from tests.web.newsroom import Newsroom, a_picture, an_announcement

TABLE = (
    "<h2>Zeiten</h2><table><tr><th scope='col'>Linie</th><th scope='col'>Ersatz</th></tr><tr><td>12</td></tr></table>"
)


@dataclass
class Site:
    """The public pages, with something on each. `token`: a reader's."""

    base: str
    name: str
    token: str


@pytest.fixture
def site(newsroom: Newsroom) -> Iterator[Site]:
    picture = newsroom.keep(a_picture(credit="Kim Beispiel", caption="Gesperrt"))
    name = newsroom.publish(replace(an_announcement(), html=f"<p>Text.</p>{TABLE}", pictures=(picture,)))
    newsroom.publish(replace(an_announcement("Harbour bridge closed"), language="en", version_of=name))
    listener = serve(public_app(newsroom.office), "127.0.0.1", 0)
    yield Site(listener.address, name, newsroom.subscribe().token)
    listener.stop()


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Press, and see the page that follows."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def sign_up(page: Page, site: Site, newsroom: Newsroom, address: str, path: str = "/subscribe") -> None:
    page.goto(f"{site.base}{path}")
    page.get_by_label("E-Mail-Adresse").fill(address)
    newsroom.clock.moment += timedelta(seconds=10)
    press(page, "button", "Anmelden")


def confirmation(page: Page, site: Site, newsroom: Newsroom) -> None:
    sign_up(page, site, newsroom, "anna@leser.example")
    send_notices(newsroom.office)
    notice = cast(FakeNewsletter, newsroom.office.channels["newsletter"]).notices[-1]
    page.goto(f"{site.base}/confirm{notice.text.partition('/confirm')[2].split()[0]}")


PLAIN = (
    *(
        "/",
        "/?q=hafen",
        "/?q=gibtesnicht",
        "/a/NAME",
        "/nichts",
        "/subscribe",
        "/subscribe/asked",
        "/subscribe?lang=en",
    ),
    *("/subscribe/embed", "/subscribe/embed/asked", "/confirm/unbekannt", "/unsubscribe/TOKEN"),
    *("/preferences/TOKEN", "/preferences/TOKEN?saved=1", "/preferences/TOKEN/erase"),
)


def test_axe_finds_nothing_on_any_page_that_can_be_opened(scripted_page: Page, site: Site, axe: Axe) -> None:
    for path in PLAIN:
        scripted_page.goto(site.base + path.replace("NAME", site.name).replace("TOKEN", site.token))
        assert (path, axe(scripted_page)) == (path, [])


def test_axe_finds_nothing_on_the_pages_that_a_button_leads_to(
    scripted_page: Page, site: Site, newsroom: Newsroom, axe: Axe
) -> None:
    page = scripted_page
    sign_up(page, site, newsroom, "keine Adresse")
    assert page.get_by_label("E-Mail-Adresse").get_attribute("aria-invalid") == "true"
    assert axe(page) == []
    confirmation(page, site, newsroom)
    assert axe(page) == []
    press(page, "button", "Anmeldung bestätigen")
    page.get_by_role("heading", name="Sie sind angemeldet").wait_for()
    assert axe(page) == []
    press(page, "link", "Themen und Rhythmus ändern")
    press(page, "button", "Jetzt abbestellen")
    page.get_by_role("heading", name="Sie sind abgemeldet").wait_for()
    assert axe(page) == []
    page.goto(f"{site.base}/preferences/{site.token}/erase")
    press(page, "button", "Jetzt alles löschen")
    page.get_by_role("heading", name="Ihre Daten sind gelöscht").wait_for()
    assert axe(page) == []


def test_axe_would_find_what_is_wrong(scripted_page: Page, axe: Axe) -> None:
    scripted_page.set_content(
        "<p style='color:#999;background:#fff'>grau</p><input><button style='width:9px'></button>"
    )
    found = " ".join(axe(scripted_page))
    for fault in ("color-contrast", "label", "button-name", "html-has-lang"):
        assert fault in found


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reader_signs_up_without_a_mouse_and_without_javascript(
    browser_page: Page, site: Site, newsroom: Newsroom, width: int
) -> None:
    page = browser_page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site.base}/subscribe")
    page.get_by_label("E-Mail-Adresse").focus()
    key: Callable[[str], None] = page.keyboard.press
    page.keyboard.type("anna@bücher.example")
    key("Tab")
    key("Space")
    key("Tab")
    key("Tab")
    key("ArrowDown")
    newsroom.clock.moment += timedelta(seconds=10)
    key("Enter")
    page.wait_for_url("**/subscribe/asked")
    page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    send_notices(newsroom.office)
    (notice,) = cast(FakeNewsletter, newsroom.office.channels["newsletter"]).notices
    assert notice.to == "anna@bücher.example"
    assert "Themen: Verkehr\nRhythmus: einmal am Tag gesammelt" in notice.text
    page.go_back()
    page.get_by_role("button", name="Anmelden").wait_for()
