"""The Atom feed, as a feed reader reads it."""

from dataclasses import replace

import feedparser
import httpx

from tests.web.newsroom import Newsroom, an_announcement


def test_a_feed_reader_finds_every_announcement_with_its_page_and_text(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    content = replace(an_announcement("Brücke & Fähre <gesperrt>"), html="<p>Der <strong>Bus</strong> fährt um.</p>")
    name = newsroom.publish(content)
    answer = public.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == "Stadt Musterstadt: Pressemeldungen"
    assert feed.feed.language == "de"
    entry = feed.entries[0]
    assert entry.title == "Brücke &amp; Fähre &lt;gesperrt&gt;" or entry.title == "Brücke & Fähre <gesperrt>"
    assert entry.link == f"https://presse.musterstadt.example/a/{name}"
    assert entry.id.startswith("urn:uuid:")
    assert entry.content[0].value == "<p>Der <strong>Bus</strong> fährt um.</p>"
    assert entry.summary == content.lead
    assert entry.updated_parsed[:3] == (2026, 11, 25)
    assert [tag.term for tag in entry.tags] == ["Verkehr"]


def test_ids_stay_when_the_announcement_is_read_again(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.publish(an_announcement())
    first, second = (feedparser.parse(public.get("/feed.atom").content).entries[0].id for _ in range(2))
    assert first == second


def test_a_reader_that_asks_again_is_told_that_nothing_changed(newsroom: Newsroom, public: httpx.Client) -> None:
    newsroom.publish(an_announcement())
    first = public.get("/feed.atom")
    again = public.get("/feed.atom", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    newsroom.publish(an_announcement("Fähre fährt wieder"))
    assert public.get("/feed.atom", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_an_empty_feed_is_valid_too(public: httpx.Client) -> None:
    feed = feedparser.parse(public.get("/feed.atom").content)
    assert not feed.bozo
    assert feed.entries == []


def test_the_json_feed_tells_the_same_under_the_same_names(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.publish(an_announcement("Brücke <gesperrt> & „mehr“"))
    answer = public.get("/feed.json")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://presse.musterstadt.example/feed.json"
    (item,) = feed["items"]
    assert item["title"] == "Brücke <gesperrt> & „mehr“"
    assert item["url"] == f"https://presse.musterstadt.example/a/{name}"
    assert item["external_url"] == "https://musterstadt.example/bruecke"
    assert item["content_html"].startswith("<p>Der Bus fährt eine Umleitung.</p>")
    assert item["id"] in public.get("/feed.atom").text
    assert (item["tags"], item["language"]) == (["Verkehr"], "de")


def test_the_json_feed_is_not_sent_twice_and_empty_ones_are_valid(newsroom: Newsroom, public: httpx.Client) -> None:
    answer = public.get("/feed.json")
    assert answer.json()["items"] == []
    assert public.get("/feed.json", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    newsroom.publish(an_announcement())
    assert public.get("/feed.json", headers={"if-none-match": answer.headers["etag"]}).status_code == 200
