"""Tricky feeds, each a file in feeds/: what comes out of them, entry by entry."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement, TemporaryFailure
from publisher.messages import tell
from publisher.net.fetch import Fetcher
from publisher.sources.feed.document import read_document
from publisher.sources.feed.draft import DraftMaker, language_of
from publisher.sources.feed.entry import FeedEntry, FoundPicture, entry_of, fingerprint_of, item_of, key_of
from publisher.sources.feed.json_feed import is_json, read_json

FEEDS = Path(__file__).parent / "feeds"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
URL = "https://base.example/feed/rss"
MAKER = DraftMaker(fetcher=Fetcher(), article="never", language="de", zone=ZoneInfo("Europe/Berlin"))


def entries(name: str, content_type: str = "application/xml") -> list[FeedEntry]:
    body = (FEEDS / name).read_bytes()
    found = (read_json if is_json(body, content_type) else read_document)(body, content_type, URL)
    assert [entry_of(item_of(entry)) for entry in found] == found
    return found


def drafts(name: str) -> list[Draft]:
    return [MAKER.draft(entry, NOW) for entry in entries(name)]


def headlines(name: str) -> list[str]:
    return [draft.announcement.headline for draft in drafts(name)]


def codes(draft: Draft) -> list[str]:
    return [finding.code for finding in draft.findings]


def test_an_rss_entry_is_put_in_its_parts() -> None:
    (draft,) = drafts("rss-2.0.xml")
    announcement = draft.announcement
    assert announcement.headline == "Uferweg ab Montag wieder frei"
    assert announcement.lead == "Die Sperrung endet früher als geplant."
    assert announcement.body.startswith("Der Uferweg ist ab Montag, dem 12. Januar, wieder frei.\n\nDie Stadt hat alle")
    assert announcement.body.endswith("– Rad\n\n– Fuß")
    assert '<a href="https://musterstadt.example/baustellen">alle Baustellen</a>' in announcement.html
    assert announcement.link == "https://musterstadt.example/presse/uferweg?utm_source=rss&id=7"
    assert announcement.tags == ("Verkehr", "Baustellen")
    assert announcement.language == "de"
    assert key_of(entries("rss-2.0.xml")[0]) == "guid:presse-7"
    assert draft.findings == ()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rss-0.91.xml", ["Größere Busse für Köln"]),
        ("rdf-1.0.xml", ["Neuere Meldung", "Ältere Meldung"]),
        ("atom.xml", ["Museum & Theater: Nacht der Künste", "Was heißt <b> im Text?"]),
        ("html-entities.xml", ["Straßenfest für alle"]),
        ("latin1-really-windows-1252.xml", ["„Grüne Meile“ – 5 € Eintritt"]),
        ("says-latin1-is-utf8.xml", ["Bürgerbüro geöffnet"]),
        ("no-encoding-windows-1252.xml", ["Schöne Grüße"]),
        ("utf16.xml", ["Übergröße"]),
        ("control-characters.xml", ["Müllabfuhr verschoben"]),
        ("malformed-tags.xml", ["Erste", "Zweite"]),
        ("german-dates.xml", ["Fünf", "Vier", "Drei", "Zwei", "Eins"]),
        ("no-dates.xml", ["Oben", "Mitte", "Unten"]),
        ("wordpress.xml", ["Freibad öffnet – mit Rabatt"]),
        ("script.xml", ["Sicher ist sicher Bcc: opfer@example.org"]),
        ("empty.xml", []),
    ],
)
def test_headlines_come_out_readable_and_newest_first(name: str, wanted: list[str]) -> None:
    assert headlines(name) == wanted


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("truncated.xml", "feed-cut-off"),
        ("broken.json", "feed-cut-off"),
        ("error-page.html", "feed-not-a-feed"),
        ("not-a-feed.xml", "feed-not-a-feed"),
        ("other.json", "feed-not-a-feed"),
    ],
)
def test_what_is_no_feed_or_half_a_feed_is_a_passing_failure(name: str, code: str) -> None:
    with pytest.raises(TemporaryFailure) as caught:
        entries(name)
    assert caught.value.code == code
    assert tell(caught.value, "de") != tell(caught.value, "en")


def test_the_servers_charset_is_believed_where_the_bytes_allow() -> None:
    body = '<rss version="2.0"><channel><item><title>Łódź</title><guid>1</guid></item></channel></rss>'
    (entry,) = read_document(body.encode("iso-8859-2"), "text/xml; charset=iso-8859-2", URL)
    assert entry.title == "Łódź"


def test_atom_resolves_links_by_xml_base_and_keeps_plain_text_plain() -> None:
    first, second = entries("atom.xml")
    assert first.link == "https://musterstadt.example/aktuell/nacht"
    assert first.pictures == (
        FoundPicture(url="https://musterstadt.example/bilder/nacht.jpg", alt="Besucher vor dem Museum"),
    )
    assert MAKER.draft(second, NOW).announcement.lead == "Ein <b> ist hier nur ein Zeichen. 3 < 5."


@pytest.mark.parametrize(
    ("told", "wanted"),
    [("de-DE", "de"), ("EN_us", "en"), ("de-simple", "de-simple"), ("", "de"), ("Deutsch", "de"), ("x" * 99, "de")],
)
def test_a_language_is_understood_or_it_is_the_offices(told: str, wanted: str) -> None:
    assert language_of(told, "de") == wanted


def test_a_guid_that_is_no_address_is_no_link() -> None:
    (entry, *_) = entries("no-dates.xml")
    assert (key_of(entry), entry.link) == ("guid:1", "")


def test_scripts_and_addresses_of_scripts_go() -> None:
    (draft,) = drafts("script.xml")
    assert (draft.announcement.lead, draft.announcement.link) == ("Gut. Klick", "")
    assert "\n" not in draft.announcement.headline


def test_an_entry_without_a_name_is_known_by_its_content_and_headed_by_its_first_sentence() -> None:
    (entry,) = entries("no-guid-no-link.xml")
    assert key_of(entry).startswith("text:")
    draft = MAKER.draft(entry, NOW)
    assert draft.announcement.headline == "Das Rathaus bleibt am 24. Dezember geschlossen."
    assert codes(draft) == ["feed-headline-from-text"]


def test_media_rss_gives_each_picture_its_own_words_and_films_none() -> None:
    (entry,) = entries("media-group.xml")
    assert entry.pictures == (
        FoundPicture(url="https://base.example/gross.jpg", alt="Die Brücke bei Nacht", credit="Anna Müller"),
        FoundPicture(url="https://a.example/zwei.png", alt="Gilt für alle Bilder"),
    )
    assert MAKER.draft(entry, NOW).announcement.lead == "Die Brücke ist fertig."


def test_html_entities_in_xml_do_not_cost_the_pictures() -> None:
    (entry,) = entries("html-entities.xml")
    assert entry.pictures[0].alt == "Bühne am Rhein"
    assert entry.link == "https://a.example/1?a=1&b=2"


def test_a_caption_is_no_part_of_the_text() -> None:
    (draft,) = drafts("enclosure-and-inline.xml")
    assert (draft.announcement.lead, draft.announcement.body) == ("Der Spielplatz ist offen.", "")


def test_a_cut_sentence_is_left_out_and_a_whole_one_stays() -> None:
    cut, whole, pointer, fragment = drafts("cut-summary.xml")
    assert cut.announcement.lead == "Die Stadt baut um."
    assert [(finding.code, finding.excerpt) for finding in cut.findings] == [
        ("feed-cut-sentence-left-out", "Am Mittwoch, dem 12.")
    ]
    assert whole.announcement.lead == "Die Stadt baut um. Der Bau beginnt am Montag."
    assert whole.findings == ()
    assert (pointer.announcement.lead, pointer.announcement.body) == ("Die Stadt baut um.", "")
    assert fragment.announcement.lead == ""
    assert codes(fragment) == ["feed-cut-sentence-left-out"]


def test_a_cut_summary_of_a_whole_content_is_nothing_to_speak_of() -> None:
    (draft,) = drafts("wordpress.xml")
    assert draft.announcement.lead == "Das Freibad öffnet am Samstag. Die Karten kosten weniger als im Vorjahr."
    assert draft.announcement.body == "Kinder zahlen nichts."
    assert draft.announcement.tags == ("Freizeit & Sport",)
    assert codes(draft) == ["feed-trailer-left-out"]


def test_at_most_fifty_tags_are_taken() -> None:
    (entry,) = entries("many-tags.xml")
    assert len(entry.tags) == 50


def test_json_feed_is_read_whatever_odd_things_it_holds() -> None:
    new, empty, old = entries("feed.json")
    assert (new.guid, new.link, new.tags) == ("2", "https://j.example/neu", ("Kultur",))
    assert new.pictures == (FoundPicture(url="https://j.example/a.jpg", alt="Ein Chor"),)
    draft = MAKER.draft(FeedEntry(title=new.title, summary=new.summary, content=new.content, base=new.base), NOW)
    assert (draft.announcement.headline, draft.announcement.lead) == ("Neueres & Besseres", "Kurz gesagt.")
    assert 'href="https://j.example/seite"' in draft.announcement.html
    assert (old.guid, old.link) == ("1", "https://base.example/alt")
    assert MAKER.draft(old, NOW).announcement.body == "Zweiter Absatz."
    with pytest.raises(InvalidAnnouncement) as caught:
        MAKER.draft(empty, NOW)
    assert caught.value.code == "feed-entry-empty"


ENTRY = FeedEntry(
    guid="1",
    title="Neu",
    link="https://a.example/1?utm_source=rss",
    content='<p>Text</p><img src="a.jpg?token=1" alt="Bild">',
    pictures=(FoundPicture(url="https://a.example/b.jpg?ts=5", alt="B"),),
)


@pytest.mark.parametrize(
    "change",
    [
        {"link": "https://a.example/1?utm_source=mail#oben"},
        {"content": '<div class="neu"><p>Text</p></div><img  src="a.jpg?token=2" alt="Bild">'},
        {"content": '<p>Text</p> 5 Kommentare<img src="a.jpg" alt="Bild">'},
        {"tags": ("Neu",)},
        {"pictures": (FoundPicture(url="https://a.example/b.jpg?ts=6", alt="B"),)},
    ],
)
def test_what_passes_is_no_change(change: dict[str, object]) -> None:
    kept = {name: getattr(ENTRY, name) for name in FeedEntry.__slots__}
    assert fingerprint_of(FeedEntry(**(kept | change))) == fingerprint_of(ENTRY)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Neuer"},
        {"link": "https://a.example/2"},
        {"content": '<p>Texte</p><img src="a.jpg?token=1" alt="Bild">'},
        {"content": '<p>Text</p><img src="a.jpg?token=1" alt="Ein Bild">'},
        {"content": '<p>Text</p><img src="c.jpg" alt="Bild">'},
        {"pictures": ()},
    ],
)
def test_words_links_and_pictures_are_changes(change: dict[str, object]) -> None:
    kept = {name: getattr(ENTRY, name) for name in FeedEntry.__slots__}
    assert fingerprint_of(FeedEntry(**(kept | change))) != fingerprint_of(ENTRY)


def test_names_of_different_scopes_are_never_the_same() -> None:
    link = "https://a.example/1"
    assert len({key_of(FeedEntry(guid=link)), key_of(FeedEntry(link=link)), key_of(FeedEntry(title=link))}) == 3
    assert key_of(FeedEntry(link=f"{link}?utm_source=x#a")) == key_of(FeedEntry(link=link))
    assert len(key_of(FeedEntry(guid="x" * 10_000))) <= 300


def test_a_number_that_stands_for_no_character_costs_only_itself() -> None:
    body = b"<rss version='2.0'><channel><item><title>A&#x110000;B&#0;C&#xD800; &#228;</title></item></channel></rss>"
    (entry,) = read_document(body, "text/xml", URL)
    assert entry.title == "ABC ä"


def test_a_document_that_costs_minutes_is_refused() -> None:
    attributes = b"".join(b"a%d='1' " % number for number in range(50_000))
    endless = b"<rss version='2.0'><channel><item " + attributes + b"/></channel></rss>"
    unclosed = b"<rss version='2.0'><channel>" + b"<a>" * 400_000 + b"</rss>"
    for body in (endless, unclosed):
        with pytest.raises(TemporaryFailure) as caught:
            read_document(body, "text/xml", URL)
        assert caught.value.code == "feed-malformed"


def test_no_more_than_five_thousand_entries_are_looked_at() -> None:
    body = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 6_000 + b"</channel></rss>"
    assert len(read_document(body, "text/xml", URL)) == 5_000


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("<pubDate>Sat, 12 Dec 2026 18:00:00 +0100</pubDate>", datetime(2026, 12, 12, 17, tzinfo=UTC)),
        ("<pubDate>Sat, 12 Dec 2026 17:00:00 GMT</pubDate>", datetime(2026, 12, 12, 17, tzinfo=UTC)),
        ("<pubDate>12.12.2026, 18:00 Uhr</pubDate>", datetime(2026, 12, 12, 17, tzinfo=UTC)),  # office time
        ("<pubDate>Sa, 12 Dez 2026 18:00:00 MEZ</pubDate>", datetime(2026, 12, 12, 17, tzinfo=UTC)),
        ("<pubDate>Wed, 25 Nov 2026 10:14:00 +0100</pubDate>", None),  # clocks may differ
        ("<pubDate>25.11.2026, 10:00 Uhr</pubDate>", None),
        ("<pubDate>Wed, 12 Nov 2025 18:00:00 +0100</pubDate>", None),
        ("<pubDate>Sat, 99 Dec 99999 18:00:00</pubDate>", None),
        ("", None),
    ],
)
def test_an_entry_that_dates_itself_ahead_waits_until_then(written: str, wanted: datetime | None) -> None:
    body = f"<rss version='2.0'><channel><item><title>Rat tagt</title>{written}<guid>1</guid></item></channel></rss>"
    (entry,) = read_document(body.encode(), "application/xml", URL)
    assert MAKER.draft(entry, NOW).announcement.publish == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2026-12-12T18:00:00+01:00", datetime(2026, 12, 12, 17, tzinfo=UTC)),
        ("2026-12-12T18:00:00", datetime(2026, 12, 12, 17, tzinfo=UTC)),
        ("9999-12-31T23:59:59-12:00", datetime(2100, 1, 1, tzinfo=UTC)),
        ("bald", None),
        ("2025-12-12T18:00:00Z", None),
    ],
)
def test_an_entry_of_a_json_feed_waits_too(written: str, wanted: datetime | None) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "title": "Rat", "date_published": written}],
    }
    (entry,) = read_json(json.dumps(feed).encode(), "application/feed+json", URL)
    assert MAKER.draft(entry, NOW).announcement.publish == wanted


def test_an_entry_that_was_kept_before_dates_were_is_read_without_one() -> None:
    kept = item_of(FeedEntry(guid="1", title="Rat tagt"))
    old = replace(kept, payload=kept.payload.replace('"published":"",', ""))
    assert entry_of(old) == FeedEntry(guid="1", title="Rat tagt")


@pytest.mark.parametrize("name", ["billion-laughs.xml", "external-entity.xml"])
def test_a_feed_that_declares_entities_like_a_bomb_is_taken_for_broken(name: str) -> None:
    with pytest.raises(TemporaryFailure, match="feed-malformed"):
        entries(name)
