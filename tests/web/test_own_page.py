"""A subscriber's own page: what they get, what is kept about them, and how to end it."""

from pathlib import Path

import httpx
import pytest

from publisher.domain.subscriber import Rhythm
from tests.web.newsroom import Newsroom


def choose(public: httpx.Client, token: str, **fields: object) -> httpx.Response:
    return public.post(f"/preferences/{token}", data=fields, follow_redirects=True)


def test_a_reader_changes_topics_and_rhythm(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    answer = choose(public, reader.token, topics=["kultur", "erfunden"], rhythm="daily")
    assert "Gespeichert." in answer.text
    assert 'value="kultur" checked' in answer.text
    assert 'value="daily" checked' in answer.text
    (changed,) = newsroom.store.audience.subscribers("newsletter")
    assert (changed.topics, changed.rhythm) == (("kultur",), Rhythm.DAILY)
    choose(public, reader.token, rhythm="weekly")
    (changed,) = newsroom.store.audience.subscribers("newsletter")
    assert (changed.topics, changed.rhythm) == ((), Rhythm.WEEKLY)


@pytest.mark.parametrize("fields", [{}, {"rhythm": "stündlich"}, {"rhythm": ""}])
def test_what_makes_no_sense_changes_nothing(
    newsroom: Newsroom, public: httpx.Client, fields: dict[str, object]
) -> None:
    reader = newsroom.subscribe()
    assert choose(public, reader.token, topics=["kultur"], **fields).status_code == 200
    assert newsroom.store.audience.subscribers("newsletter") == [reader]


def test_a_reader_leaves_from_their_page_as_easily_as_they_came(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    page = public.get(f"/preferences/{reader.token}").text
    assert f'action="../unsubscribe/{reader.token}"' in page
    assert "Sie sind abgemeldet" in public.post(f"/unsubscribe/{reader.token}").text
    assert "Dieser Link gilt nicht mehr" in public.get(f"/preferences/{reader.token}").text


def test_a_reader_takes_everything_along_that_is_kept(newsroom: Newsroom, public: httpx.Client) -> None:
    reader = newsroom.subscribe()
    answer = public.post(f"/preferences/{reader.token}/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="newsletter.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "newsletter": "newsletter",
        "address": "leserin@leser.example",
        "topics": [],
        "rhythm": "immediate",
        "former_rhythms": {},
        "language": "",
        "confirmed_at": reader.confirmed_at.isoformat() if reader.confirmed_at else "",
        "evidence": "Test",
        "own_link": f"https://presse.musterstadt.example/preferences/{reader.token}",
        "issues": [],
        "returned_mails": [],
        "suspended_at": None,
    }


def test_a_reader_erases_everything_and_no_byte_is_left(
    newsroom: Newsroom, public: httpx.Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = newsroom.subscribe("spurlos@leser.example")
    newsroom.subscribe("bleibt@leser.example")
    page = public.get(f"/preferences/{reader.token}/erase")
    assert "Jetzt alles löschen" in page.text
    for _ in range(2):
        assert "Ihre Daten sind gelöscht" in public.post(f"/preferences/{reader.token}/erase").text
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("web.db*"))
    assert b"spurlos@" not in kept
    assert b"bleibt@leser.example" in kept
    told = capfd.readouterr()
    assert "spurlos" not in told.out + told.err
    assert public.post(f"/preferences/{reader.token}/export").status_code == 404


@pytest.mark.parametrize("token", ["x" * 32, "erfunden", "%00", "..%2f..", "ü", "x" * 5_000])
def test_forged_links_lead_nowhere_and_do_nothing(newsroom: Newsroom, public: httpx.Client, token: str) -> None:
    reader = newsroom.subscribe()
    for path in (f"/preferences/{token}", f"/preferences/{token}/erase"):
        assert public.get(path).status_code == 404
    assert choose(public, token, rhythm="daily").status_code == 404
    public.post(f"/preferences/{token}/erase")
    assert public.post(f"/preferences/{token}/export").status_code == 404
    assert newsroom.store.audience.subscribers("newsletter") == [reader]


def test_the_page_is_for_its_reader_only(newsroom: Newsroom, public: httpx.Client) -> None:
    page = public.get(f"/preferences/{newsroom.subscribe().token}?lang=en")
    assert "Your newsletter" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "/erase?lang=en" in page.text
