"""Leaving the newsletter: at once, by one press, and never because a link scanner looked."""

import httpx
import pytest

from tests.web.newsroom import Newsroom


def readers(newsroom: Newsroom) -> list[str]:
    return [subscriber.address for subscriber in newsroom.store.audience.subscribers("newsletter")]


def test_looking_changes_nothing_however_often(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    for _ in range(3):
        page = public.get(f"/unsubscribe/{reader.token}")
        assert page.status_code == 200
        assert "Jetzt abbestellen" in page.text
    public.head(f"/unsubscribe/{reader.token}")
    assert readers(newsroom) == [reader.address]


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
    ],
    ids=["urlencoded", "multipart", "empty"],
)
def test_one_click_of_the_mail_program_leaves_at_once(
    newsroom: Newsroom, public: httpx.Client, body: dict[str, dict[str, str]]
) -> None:
    reader = newsroom.subscribe()
    answer = public.post(f"/unsubscribe/{reader.token}", **body)  # type: ignore[arg-type]  # httpx's own names
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "Sie sind abgemeldet" in answer.text
    assert readers(newsroom) == []
    assert public.post(f"/unsubscribe/{reader.token}", **body).status_code == 200  # type: ignore[arg-type]


def test_looking_tells_no_known_token_from_an_unknown_one(newsroom: Newsroom, public: httpx.Client) -> None:
    known, unknown = (public.get(f"/unsubscribe/{token}") for token in (newsroom.subscribe().token, "x" * 43))
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text


def test_whoever_broke_the_link_is_not_told_to_have_left(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    answer = public.post(f"/unsubscribe/{reader.token[:-1]}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 404
    assert "Dieser Link ist unvollständig" in answer.text
    assert "abgemeldet" not in answer.text
    assert "mailto:presse@musterstadt.example" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert readers(newsroom) == [reader.address]


def test_the_page_speaks_the_readers_language_and_keeps_the_token_to_itself(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    reader = newsroom.subscribe()
    page = public.get(f"/unsubscribe/{reader.token}", headers={"accept-language": "en"})
    assert "Unsubscribe now" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert reader.token not in page.text
    assert reader.address not in page.text


def test_a_form_of_ten_megabytes_does_not_keep_anybody_from_leaving(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    answer = public.post(f"/unsubscribe/{reader.token}", content=b"x" * 10_000_000)
    assert answer.status_code == 200
    assert readers(newsroom) == []


def test_who_wants_only_fewer_mails_is_led_to_their_choices(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    page = public.get(f"/unsubscribe/{reader.token}?lang=en").text
    assert 'href="?choices&amp;lang=en"' in page
    answer = public.get(f"/unsubscribe/{reader.token}?choices&lang=en", follow_redirects=True)
    assert answer.url.path == f"/preferences/{reader.token}"
    assert "Your newsletter" in answer.text
    assert readers(newsroom) == [reader.address]
    assert public.get("/unsubscribe/erfunden?choices", follow_redirects=True).status_code == 404
