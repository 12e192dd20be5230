"""Embargo, hold and audience are absolute: what has not left stands on no public page, picture, feed or version list."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from publisher.domain.announcement import Audience, Mark
from publisher.domain.delivery import Happened, Never, Receipt, Unknown
from publisher.domain.finding import Finding, Severity
from tests.fakes import NOON
from tests.web.newsroom import Newsroom, a_picture, a_variant, an_announcement

SECRET = "Geheime Überschrift"


def seen_anywhere(public: httpx.Client, name: str, *pictures: str) -> bool:
    """Whether anything of it can be had from the public listener."""
    listed = any(SECRET in public.get(path).text for path in ("/", "/feed.atom"))
    page = public.get(f"/a/{name}").status_code == 200
    shown = any(public.get(f"/pictures/{sha256}").status_code == 200 for sha256 in pictures)
    return listed or page or shown


def test_before_the_embargo_nothing_can_be_had_and_after_it_the_page_is_there(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    original = a_picture()
    embargo = NOON + timedelta(hours=2)
    content = replace(an_announcement(SECRET), embargo=embargo, pictures=(newsroom.keep(original),))
    name = newsroom.take(content)
    newsroom.compose(name, due_at=embargo)
    assert not seen_anywhere(public, name, original[0].sha256)
    newsroom.clock.moment = embargo
    assert not seen_anywhere(public, name, original[0].sha256)
    newsroom.begin()
    assert public.get(f"/a/{name}").status_code == 200


def test_even_a_post_that_left_too_early_opens_no_page_before_the_embargo(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    original = a_picture()
    embargo = NOON + timedelta(hours=2)
    content = replace(an_announcement(SECRET), embargo=embargo, pictures=(newsroom.keep(original),))
    name = newsroom.publish(content)
    assert not seen_anywhere(public, name, original[0].sha256)


def test_whoever_clicks_while_the_platform_still_answers_finds_the_page(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    name = newsroom.take(an_announcement())
    newsroom.compose(name)
    assert public.get(f"/a/{name}").status_code == 404
    claim = newsroom.begin()
    assert public.get(f"/a/{name}").status_code == 200
    newsroom.settle(claim, Unknown("timeout"))
    assert public.get(f"/a/{name}").status_code == 200


def test_what_reached_nobody_has_no_page(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.take(an_announcement(SECRET))
    newsroom.compose(name)
    newsroom.settle(newsroom.begin(), Never("refused"))
    assert not seen_anywhere(public, name)


def test_a_held_announcement_is_nowhere(newsroom: Newsroom, public: httpx.Client) -> None:
    fault = Finding(code="date-impossible", severity=Severity.ERROR)
    original = a_picture()
    content = replace(an_announcement(SECRET), pictures=(newsroom.keep(original),))
    faulty = newsroom.take(content, findings=(fault,))
    unapproved = newsroom.take(an_announcement(SECRET), needs_approval=True)
    by_hand = newsroom.take(an_announcement(SECRET))
    newsroom.compose(by_hand)
    newsroom.hold(by_hand)
    for name in (faulty, unapproved, by_hand):
        assert not seen_anywhere(public, name, original[0].sha256)


def test_what_is_for_newsrooms_only_is_nowhere(newsroom: Newsroom, public: httpx.Client) -> None:
    original = a_picture()
    content = replace(an_announcement(SECRET), audience=Audience.PRESS, pictures=(newsroom.keep(original),))
    name = newsroom.publish(content)
    assert not seen_anywhere(public, name, original[0].sha256)


def test_what_was_retracted_disappears_everywhere(newsroom: Newsroom, public: httpx.Client) -> None:
    original = a_picture()
    name = newsroom.publish(replace(an_announcement(SECRET), pictures=(newsroom.keep(original),)))
    assert seen_anywhere(public, name, original[0].sha256)
    newsroom.retract(name)
    assert not seen_anywhere(public, name, original[0].sha256)


def test_a_new_revision_shows_only_once_it_has_left(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.publish(an_announcement("Alte Überschrift"))
    newsroom.take(an_announcement(SECRET), id=name, revises=True, needs_approval=True)
    for path in ("/", f"/a/{name}", "/feed.atom"):
        text = public.get(path).text
        assert SECRET not in text
        assert "Alte Überschrift" in text
    newsroom.compose(name, a_variant("bluesky"), revision=2)
    newsroom.store.archive.approve(name, Mark("Kim", newsroom.clock.now()))
    newsroom.settle(newsroom.begin("bluesky"), Happened(Receipt(ref="2")))
    assert SECRET in public.get(f"/a/{name}").text


def test_a_version_under_embargo_is_not_told_of(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.publish(an_announcement())
    version = replace(an_announcement(SECRET), language="en", version_of=name, embargo=NOON + timedelta(days=1))
    newsroom.compose(newsroom.take(version))
    assert SECRET not in public.get(f"/a/{name}").text


def test_what_may_not_be_seen_does_not_cut_the_archive_short(newsroom: Newsroom, public: httpx.Client) -> None:
    for number in range(49):
        newsroom.publish(an_announcement(f"Meldung {number}"))
    newsroom.publish(replace(an_announcement(SECRET), embargo=NOON + timedelta(days=1)))
    newsroom.publish(an_announcement("Die neueste"))
    page = public.get("/").text
    assert SECRET not in page
    assert 'rel="next"' in page


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fetc%2fpasswd", "x", "0" * 63 + "G"])
def test_a_picture_nobody_knows_is_not_found(public: httpx.Client, name: str) -> None:
    assert public.get(f"/pictures/{name}").status_code == 404
