"""The mails that accompany a sign-up: whole in both parts, free of advertising, readable everywhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from publisher.config.tables import Office, Web
from publisher.domain.errors import ConfigError
from publisher.ports.words import NoticeOrder, NoticeWords
from publisher.rendering.samples import notice_samples
from publisher.rendering.templates import Templates
from tests.fixtures.axe import Axe

NAMES = ("notice/confirm", "notice/known")


def orders() -> Iterator[NoticeOrder]:
    for name in NAMES:
        yield from notice_samples(name)


@pytest.mark.parametrize("order", list(orders()), ids=lambda order: f"{order.template} {order.language}")
def test_a_notice_is_whole_in_both_parts_and_leads_only_where_it_must(templates: Templates, order: NoticeOrder) -> None:
    made: NoticeWords = templates.notice(order)
    allowed = {order.link, "https://musterstadt.example/impressum", "https://musterstadt.example/datenschutz"}
    assert "Stadt Musterstadt" in made.subject
    assert "\n" not in made.subject
    for part in (made.text, made.html):
        assert order.link in part
        assert set(re.findall(r"https?://[^\s\"<]+", part)) == allowed
    assert max(map(len, made.text.splitlines())) <= 76
    assert "\n\n\n" not in made.text
    assert f'<html lang="{order.language}"' in made.html
    assert "<img" not in made.html
    assert len(made.html) < 20_000


@pytest.mark.parametrize("order", list(orders()), ids=lambda order: f"{order.template} {order.language}")
def test_both_parts_of_a_notice_end_with_the_same_ways_on(folder: Path, office: Office, order: NoticeOrder) -> None:
    statement = "https://musterstadt.example/barrierefreiheit"
    made = Templates(folder, office.model_copy(update={"accessibility": statement}), Web()).notice(order)
    for part in (made.text, made.html):
        assert all(way in part for way in (statement, office.imprint, office.privacy, office.contact))
        assert "Accessibility" in part or "Barrierefreiheit" in part


def test_topics_and_rhythm_are_said_as_they_were_asked_for(templates: Templates) -> None:
    everything, some = list(notice_samples("notice/confirm"))[:2]
    assert "Themen: alle Pressemeldungen\nRhythmus: sofort" in templates.notice(everything).text
    assert "Themen: Verkehr und Baustellen, Kultur\n" in templates.notice(some).text


def test_the_offices_own_words_win_and_cannot_lose_the_link(templates: Templates, folder: Path) -> None:
    (folder / "notice").mkdir()
    (folder / "notice" / "confirm.txt").write_text("Bitte hier entlang: {{ link }}", encoding="utf-8")
    order = next(notice_samples("notice/confirm"))
    assert templates.notice(order).text == f"Bitte hier entlang: {order.link}\n"
    (folder / "notice" / "confirm.txt").write_text("Bitte hier entlang.", encoding="utf-8")
    with pytest.raises(ConfigError, match="template-without-link"):
        templates.notice(order)
    (fault,) = templates.faults(["notice/confirm"])
    assert fault.values["file"] == "notice/confirm.txt"


def test_hostile_names_stay_words(templates: Templates) -> None:
    order = NoticeOrder(
        template="notice/confirm",
        language="de",
        link="https://musterstadt.example/confirm/x?lang=de",
        topics=("<script>alert(1)</script>",),
        asked_at=next(orders()).asked_at,
        until=next(orders()).asked_at,
    )
    assert "<script>" not in templates.notice(order).html


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_on_a_notice(templates: Templates, scripted_page: Page, axe: Axe, name: str) -> None:
    scripted_page.set_content(templates.notice(next(notice_samples(name))).html)
    assert axe(scripted_page) == []
    scripted_page.set_viewport_size({"width": 320, "height": 800})
    assert scripted_page.evaluate("document.documentElement.scrollWidth") <= 320
