"""Which of the account's own posts a request made, decided without a server."""

import html
from datetime import UTC, datetime, timedelta
from typing import Any

from publisher.channels.mastodon.match import match, reaches_back

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LINK = "https://a.example/?x=1&y=2"
TEXT = f"Die Brücke ist wieder frei, und zwar für alle.\n\nMehr: {LINK}\n\n#Brücke"


def request(text: str = TEXT, link: str = LINK) -> dict[str, Any]:
    return {"status": text, "link": link, "minted_at": NOW.isoformat()}


def post(text: str, ref: str = "1", after: timedelta = timedelta(seconds=3)) -> dict[str, Any]:
    shown = html.escape(text).replace(html.escape(LINK), f'<a href="{html.escape(LINK)}" rel="nofollow">a.example</a>')
    return {"id": ref, "content": f"<p>{shown}</p>", "created_at": NOW + after}


def test_a_post_is_known_by_its_link_and_its_first_words() -> None:
    assert match(request(), [post("Anderes"), post(TEXT, "2")]) == post(TEXT, "2")


def test_a_shortened_link_in_the_text_does_not_hide_the_post() -> None:
    # The text of the link was replaced above, so the whole texts differ.
    assert match(request(), [post(TEXT)]) is not None


def test_a_correction_of_the_same_link_is_another_post() -> None:
    assert match(request("Korrektur: " + TEXT), [post(TEXT)]) is None


def test_a_post_from_before_the_request_was_made_is_not_it() -> None:
    assert match(request(), [post(TEXT, after=-timedelta(hours=1))]) is None


def test_clocks_may_differ_by_some_minutes() -> None:
    assert match(request(), [post(TEXT, after=-timedelta(minutes=5))]) is not None


def test_of_two_with_one_beginning_the_one_with_all_our_words_is_it() -> None:
    words = "Ein langer Anfang, der beiden Meldungen gemeinsam ist: "
    ours, other = post(words + "heute", "1"), post(words + "morgen", "2")

    assert match(request(words + "heute", ""), [other, ours]) == ours


def test_a_request_without_a_link_needs_all_its_words() -> None:
    assert match(request("Nur Worte.", ""), [post("Nur Worte, und mehr.")]) is None
    assert match(request("Nur Worte.", ""), [post("Nur Worte.")]) is not None


def test_a_full_page_must_reach_back_to_before_the_request() -> None:
    new, old = post("neu"), post("alt", after=-timedelta(hours=1))

    assert reaches_back(request(), [new], page=2)
    assert reaches_back(request(), [new, old], page=2)
    assert not reaches_back(request(), [new, new], page=2)


def test_posts_without_sense_are_passed_over() -> None:
    assert match(request(), [{}, {"content": None, "created_at": "gestern"}]) is None
