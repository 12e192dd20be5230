"""A feed as a source, over real HTTP."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from publisher.config.tables import Office
from publisher.domain.draft import Draft
from publisher.domain.errors import TemporaryFailure
from publisher.messages import remark
from publisher.net.fetch import Fetcher
from publisher.ports.sources import Look, Source, SourceRules
from publisher.sources.feed.draft import ArticleRule
from publisher.sources.feed.source import FeedSource
from tests.fixtures.site import Site

RULES = SourceRules(
    every=timedelta(minutes=5),
    settle=timedelta(minutes=15),
    needs_approval=False,
    may_be_urgent=False,
    braked=True,
    backlog=0,
    pictures_need_alt=False,
)
OFFICE = Office(
    name="Stadt Musterstadt",
    language="de",
    contact="presse@musterstadt.example",
    imprint="https://musterstadt.example/impressum",
    privacy="https://musterstadt.example/datenschutz",
)
JPEG = b"\xff\xd8\xff\xe0 not looked at here"


def source(site: Site, path: str = "/feed", article: ArticleRule = "never") -> FeedSource:
    return FeedSource("rathaus", site.url + path, RULES, article, OFFICE, Fetcher([site.place]))


def feed(*items: str) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>Stadt</title>{inner}</channel></rss>"
    )


def entry(number: int, text: str = "", more: str = "") -> str:
    return f"<title>Meldung {number}</title><guid>{number}</guid><description><![CDATA[{text}]]></description>{more}"


def keys(look: Look) -> list[str]:
    assert look.items is not None
    return [item.key for item in look.items]


def failure(source: FeedSource, memory: Mapping[str, str] | None = None) -> str:
    with pytest.raises(TemporaryFailure) as caught:
        source.look(memory or {})
    return caught.value.code


def test_it_is_a_source(site: Site) -> None:
    found: Source = source(site)
    assert (found.name, found.rules) == ("rathaus", RULES)


def test_the_second_look_asks_with_etag_and_date_and_learns_that_nothing_changed(site: Site) -> None:
    site.page("/feed", feed(entry(1)), ETag='"v1"', Last_Modified="Wed, 07 Jan 2026 09:00:00 GMT")
    first = source(site).look({})
    assert keys(first) == ["guid:1"]
    site.page("/feed", b"", status=304)
    second = source(site).look(first.memory)
    assert second == Look(items=None, memory=first.memory)
    asked = site.asked[-1].headers
    assert asked["if-none-match"] == '"v1"'
    assert asked["if-modified-since"] == "Wed, 07 Jan 2026 09:00:00 GMT"


def test_a_server_without_etags_is_understood_by_its_bytes(site: Site) -> None:
    site.page("/feed", feed(entry(1)))
    first = source(site).look({})
    assert source(site).look(first.memory).items is None
    site.page("/feed", feed(entry(2), entry(1)))
    assert keys(source(site).look(first.memory)) == ["guid:2", "guid:1"]


def test_another_address_is_asked_without_the_memory_of_the_first(site: Site) -> None:
    site.page("/feed", feed(entry(1)), ETag='"v1"')
    site.page("/neu", feed(entry(1)))
    memory = source(site).look({}).memory
    assert keys(source(site, "/neu").look(memory)) == ["guid:1"]
    assert "if-none-match" not in site.asked[-1].headers


def test_of_two_entries_with_one_name_the_first_counts(site: Site) -> None:
    site.page("/feed", feed(entry(1, "Neu."), entry(1, "Alt."), entry(2)))
    look = source(site).look({})
    assert keys(look) == ["guid:1", "guid:2"]
    assert look.items is not None
    assert source(site).read(look.items[0]).announcement.lead == "Neu."


def test_failures_are_passing_whatever_the_status_says(site: Site) -> None:
    assert failure(source(site, "/gibt-es-nicht")) == "fetch-http-status"
    site.page("/feed", "<!DOCTYPE html><html><body>Wartung</body></html>")
    assert failure(source(site)) == "feed-not-a-feed"
    site.page("/feed", feed(entry(1), entry(2))[:-40])
    assert failure(source(site)) == "feed-cut-off"
    site.page("/feed", b"x" * 5_000_001)
    assert failure(source(site)) == "fetch-too-large"


def test_an_inner_address_that_the_config_does_not_name_is_not_fetched(site: Site) -> None:
    site.page("/feed", feed(entry(1)))
    closed = FeedSource("rathaus", f"{site.url}/feed", RULES, "never", OFFICE, Fetcher())
    assert failure(closed) == "fetch-refused-address"


def test_a_feed_that_suddenly_comes_empty_is_believed_at_the_third_time(site: Site) -> None:
    site.page("/feed", feed(entry(1)))
    memory = source(site).look({}).memory
    site.page("/feed", feed())
    for _ in range(2):
        look = source(site).look(memory)
        assert look.items is None
        memory = look.memory
    assert source(site).look(memory).items == ()


def test_a_feed_that_was_always_empty_is_believed_at_once(site: Site) -> None:
    site.page("/feed", feed())
    assert source(site).look({}).items == ()


def test_json_feeds_are_looked_at_and_read(site: Site) -> None:
    item = {"id": "1", "title": "Neu", "content_html": "<p>Text.</p>", "url": "https://a.example/1"}
    site.page("/feed", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}), "application/json")
    found = source(site)
    look = found.look({})
    assert look.items is not None
    assert found.read(look.items[0]).announcement.lead == "Text."


def read_first(site: Site, item: str, article: ArticleRule = "never") -> Draft:
    """The draft of a feed's only entry; each of its findings can be told in both languages."""
    site.page("/feed", feed(item))
    found = source(site, article=article)
    look = found.look({})
    assert look.items is not None
    draft = found.read(look.items[0])
    told = [(finding.code, remark(finding, language)) for finding in draft.findings for language in ("de", "en")]
    assert all(words != code for code, words in told)
    return draft


def codes(draft: Draft) -> list[str]:
    return [finding.code for finding in draft.findings]


def test_pictures_come_with_their_words_and_those_without_are_never_fetched(site: Site) -> None:
    site.page("/foto-1024x768.jpg", JPEG, "image/jpeg")
    site.page("/stumm.jpg", JPEG, "image/jpeg")
    item = entry(
        1,
        '<figure><img src="/foto-1024x768.jpg" alt="Der neue Steg"><figcaption>Am See. Foto: Jana Beck</figcaption></figure>'
        '<p>Der Steg ist fertig.</p><img src="/stumm.jpg"><img src="/weg.jpg" alt="Verschwunden">',
        f"<link>{site.url}/presse/1</link>",
    )
    draft = read_first(site, item)
    (picture,) = draft.pictures
    assert (picture.data, picture.name) == (JPEG, "foto-1024x768.jpg")
    assert (picture.alt, picture.caption, picture.credit) == ("Der neue Steg", "Am See.", "Jana Beck")
    assert codes(draft) == ["picture-without-alt-left-out", "picture-unreachable"]
    assert "/stumm.jpg" not in [asked.path for asked in site.asked]
    assert draft.announcement.lead == "Der Steg ist fertig."


def test_no_more_than_four_pictures_are_taken(site: Site) -> None:
    images = "".join(f'<img src="{site.page(f"/{n}.jpg", JPEG)}" alt="Bild {n}">' for n in range(6))
    draft = read_first(site, entry(1, f"<p>Text.</p>{images}"))
    assert [picture.alt for picture in draft.pictures] == ["Bild 0", "Bild 1", "Bild 2", "Bild 3"]
    assert codes(draft) == ["feed-pictures-beyond-most"] * 2


PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Neuer Radweg</title>
<meta property="og:image" content="/vorschau.jpg"><meta property="og:image:alt" content="Radweg am Fluss"></head><body>
<nav><a href="/">Start</a><a href="/kontakt">Kontakt</a></nav>
<main><article><h1>Neuer Radweg</h1>
<p>Die Stadt baut im kommenden Jahr einen neuen Radweg am Fluss. Er wird drei Kilometer lang und kostet zwei Millionen Euro.</p>
<figure><img src="/karte.png" alt="Karte des Radwegs"><figcaption>Der Verlauf. Grafik: Vermessungsamt</figcaption></figure>
<p>Der Bau beginnt im März. Bis dahin werden <a href="/plan">die Pläne</a> im Rathaus ausgelegt, und alle können dazu Stellung
nehmen. Die Stellungnahmen werden in einer Sitzung des Verkehrsausschusses beraten, die öffentlich ist.</p>
<p>Während der Bauzeit bleibt der Weg für Fußgängerinnen und Fußgänger offen. Eine Umleitung für Räder ist ausgeschildert.</p>
</article></main><footer>Impressum und Datenschutz</footer></body></html>"""


def test_a_teaser_is_completed_from_the_linked_page(site: Site) -> None:
    site.page("/radweg", PAGE)
    site.page("/vorschau.jpg", JPEG)
    site.page("/karte.png", JPEG)
    item = entry(1, "Die Stadt baut im kommenden Jahr einen neuen Radweg am […]", f"<link>{site.url}/radweg</link>")
    draft = read_first(site, item, "when-short")
    announcement = draft.announcement
    assert announcement.lead.startswith("Die Stadt baut im kommenden Jahr einen neuen Radweg am Fluss.")
    assert announcement.lead.endswith("zwei Millionen Euro.")
    assert "die Pläne im Rathaus ausgelegt" in announcement.body
    assert "Impressum" not in announcement.body
    assert "Neuer Radweg" not in announcement.body
    assert f'<a href="{site.url}/plan">' in announcement.html
    assert [picture.alt for picture in draft.pictures] == ["Radweg am Fluss", "Karte des Radwegs"]
    assert draft.pictures[1].credit == "Vermessungsamt"
    assert draft.findings == ()


def test_an_article_that_cannot_be_read_leaves_the_feeds_own_text(site: Site) -> None:
    draft = read_first(site, entry(1, "Der Weg ist frei. Die Stadt hat […]", f"<link>{site.url}/weg</link>"), "always")
    assert draft.announcement.lead == "Der Weg ist frei."
    assert codes(draft) == ["feed-cut-sentence-left-out", "article-unreachable"]


def test_a_long_text_is_not_looked_up_where_only_short_ones_are(site: Site) -> None:
    text = "".join(f"<p>Das ist der {number}. von vielen Absätzen in diesem Text.</p>" for number in range(20))
    read_first(site, entry(1, text, f"<link>{site.url}/lang</link>"), "when-short")
    assert [asked.path for asked in site.asked] == ["/feed"]


def test_a_kept_item_is_read_when_the_feed_is_long_gone(site: Site) -> None:
    site.page("/feed", feed(entry(1, "Der Text bleibt.")))
    look = source(site).look({})
    assert look.items is not None

    def gone(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True

    site.at("/feed", gone)
    assert source(site).read(look.items[0]).announcement.lead == "Der Text bleibt."
