"""Searching the archive: all words, wherever they stand, whatever their case; and only what everybody may read."""

from dataclasses import replace

import httpx
import pytest

from publisher.domain.announcement import Announcement, Audience
from tests.web.newsroom import Newsroom, an_announcement


@pytest.mark.parametrize(
    "asked",
    [
        "Brücke",
        "BRÜCKE",
        "bru\u0308cke",
        "rück",
        "gesperrt brücke",
        "vier Wochen",
        "Umleitung Hafen",
        "Bahnhofstrasse",
        "bahnhofSTRASSE",
        " hafen ",
        "– Linie",
    ],
)
def test_an_announcement_is_found_by_words_of_headline_lead_and_body(
    newsroom: Newsroom, public: httpx.Client, asked: str
) -> None:
    newsroom.publish(an_announcement())
    newsroom.publish(Announcement(headline="Schwimmbad öffnet", body="Ab Mai."))
    page = public.get("/", params={"q": asked}).text
    assert "Brücke am Hafen gesperrt" in page
    assert "Schwimmbad" not in page


@pytest.mark.parametrize(
    "asked", ["headline", "Brücke Schwimmbad", "musterstadt.example", "%", "_", "' OR 1=1 --", "\\"]
)
def test_what_stands_in_no_announcement_finds_none(newsroom: Newsroom, public: httpx.Client, asked: str) -> None:
    newsroom.publish(an_announcement())
    page = public.get("/", params={"q": asked})
    assert page.status_code == 200
    assert "In keiner Meldung stehen alle diese Wörter" in page.text
    assert "Brücke am Hafen" not in page.text


def test_nothing_is_found_that_may_not_be_read(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.take(an_announcement("Geheime Brücke"))
    newsroom.publish(replace(an_announcement("Brücke für die Presse"), audience=Audience.PRESS))
    newsroom.retract(newsroom.publish(an_announcement("Widerrufene Brücke")))
    assert "In keiner Meldung" in public.get("/?q=Brücke").text


def test_a_search_pages_on_and_keeps_words_and_language(newsroom: Newsroom, public: httpx.Client) -> None:
    for number in range(51):
        newsroom.publish(an_announcement(f"Brücke Nummer {number:02}"))
        newsroom.publish(Announcement(headline=f"Anderes {number:02}", body="Text."))
    first = public.get("/?q=br%C3%BCcke&lang=en").text
    assert first.count("<article") == 50
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = public.get("/" + older)
    assert "Brücke Nummer 00" in second.text
    assert second.text.count("<article") == 1
    assert "Announcements with all of these words: “brücke”" in second.text


def test_a_search_for_a_whole_novel_is_answered(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.publish(an_announcement())
    assert public.get("/", params={"q": "brücke " * 2_000}).status_code == 200


def test_the_words_come_back_harmless(public: httpx.Client) -> None:
    page = public.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in page
