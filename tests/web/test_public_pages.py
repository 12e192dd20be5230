"""The archive and the announcements' own pages, as a reader's browser gets them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from PIL import Image

from publisher.domain.announcement import Announcement
from tests.web.newsroom import Newsroom, a_picture, a_variant, an_announcement, prepared_of


def test_an_empty_archive_says_what_will_stand_there(public: httpx.Client) -> None:
    assert "Hier erscheinen Meldungen" in public.get("/").text


def test_the_archive_lists_the_newest_first_and_pages_on(newsroom: Newsroom, public: httpx.Client) -> None:
    for number in range(51):
        newsroom.publish(an_announcement(f"Meldung Nummer {number:02}"))
    first = public.get("/").text
    assert first.index("Meldung Nummer 50") < first.index("Meldung Nummer 49")
    assert "Meldung Nummer 00" not in first
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = public.get("/" + older).text
    assert "Meldung Nummer 00" in second
    assert "Meldung Nummer 01" not in second


def test_a_page_holds_headline_lead_body_and_the_way_to_the_original(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.publish(an_announcement())
    page = public.get(f"/a/{name}")
    assert page.status_code == 200
    assert '<html lang="de">' in page.text
    assert "<h1>Brücke am Hafen gesperrt</h1>" in page.text
    assert "ab Dienstag für vier Wochen gesperrt." in page.text
    assert "<ul><li>Linie 12 über den Markt</li><li>Linie 14 über die Bahnhofstraße</li></ul>" in page.text
    assert 'href="https://musterstadt.example/bruecke">musterstadt.example/bruecke<' in page.text
    assert ">25. November 2026</time>" in page.text
    for words in ("Impressum", "Datenschutz", "Barrierefreiheit"):
        assert words in page.text


def test_the_page_in_another_language_speaks_it_and_both_know_each_other(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    german = newsroom.publish(an_announcement())
    english = newsroom.publish(
        Announcement(headline="Harbour bridge closed", body="Buses are diverted.", language="en", version_of=german)
    )
    easy = newsroom.publish(
        Announcement(
            headline="Die Brücke ist zu", body="Der Bus fährt anders.", language="de-simple", version_of=german
        )
    )
    page = public.get(f"/a/{english}").text
    assert '<html lang="en">' in page
    assert "In other languages" in page
    assert f'href="../a/{german}" lang="de"' in page
    assert f'href="../a/{easy}" lang="de-simple"' in page
    assert f'href="../a/{english}" lang="en"' in public.get(f"/a/{german}").text
    assert '<article class="announcement" lang="de-simple">' in public.get(f"/a/{easy}").text


def test_hostile_html_in_an_announcement_is_inert(newsroom: Newsroom, public: httpx.Client) -> None:
    hostile = Announcement(
        headline='<script>alert("1")</script>',
        lead='"><img src=x onerror=alert(2)>',
        html='<p onclick="x()">Text</p><script>alert(3)</script><iframe src="//evil.example"></iframe>'
        '<a href="javascript:alert(4)">Verweis</a><img src="https://evil.example/pixel"><style>p{}</style>',
        link="https://musterstadt.example/?a=1&b=2",
    )
    name = newsroom.publish(hostile)
    page = public.get(f"/a/{name}")
    for danger in ("<script", "<img", "<iframe", "javascript:", "onclick", "<style>"):
        assert danger not in page.text
    assert "<p>Text</p>" in page.text
    assert "<script" not in public.get("/").text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_pictures_stand_on_the_page_with_description_and_credit_but_without_where_they_were_taken(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    original = a_picture(gps=True, credit="Kim Beispiel", caption="Gesperrt bis Weihnachten")
    name = newsroom.publish(replace(an_announcement(), pictures=(newsroom.keep(original),)))
    page = public.get(f"/a/{name}").text
    assert 'alt="Die gesperrte Brücke"' in page
    assert "Gesperrt bis Weihnachten" in page
    assert "Foto: Kim Beispiel" in page
    answer = public.get(f"/pictures/{original[0].sha256}")
    assert answer.headers["content-type"] in ("image/jpeg", "image/png")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not Image.open(BytesIO(answer.content)).getexif()


def test_a_picture_that_was_prepared_for_a_mail_is_served_to_its_readers(
    newsroom: Newsroom, public: httpx.Client
) -> None:
    original = a_picture()
    prepared = prepared_of(original)
    newsroom.store.archive.keep_picture(prepared.sha256, "image/jpeg", original[1] + b"\0")
    content = replace(an_announcement(), pictures=(newsroom.keep(original),))
    name = newsroom.take(content)
    newsroom.compose(name, a_variant(pictures=(prepared,)))
    assert public.get(f"/pictures/{prepared.sha256}").status_code == 404
    newsroom.send()
    assert public.get(f"/pictures/{prepared.sha256}").content == original[1] + b"\0"


def test_a_picture_leaves_the_page_when_the_rights_to_it_end(newsroom: Newsroom, public: httpx.Client) -> None:
    until = newsroom.clock.now() + timedelta(hours=1)
    original = a_picture(until=until)
    prepared = prepared_of(original)
    newsroom.store.archive.keep_picture(prepared.sha256, "image/jpeg", original[1] + b"\0")
    content = replace(an_announcement(), pictures=(newsroom.keep(original),))
    name = newsroom.publish(content, a_variant(pictures=(prepared,)))
    assert public.get(f"/pictures/{prepared.sha256}").status_code == 200
    newsroom.clock.moment = until
    assert "<img" not in public.get(f"/a/{name}").text
    for sha256 in (original[0].sha256, prepared.sha256):
        assert public.get(f"/pictures/{sha256}").status_code == 404


def test_an_unknown_page_is_a_page_too_and_says_it_in_the_readers_language(public: httpx.Client) -> None:
    german = public.get("/a/unbekannt")
    assert german.status_code == 404
    assert "Diese Seite gibt es nicht" in german.text
    english = public.get("/gibt/es/nicht", headers={"accept-language": "en-GB,en;q=0.9,de;q=0.1"})
    assert english.status_code == 404
    assert "There is no such page" in english.text
    assert '<html lang="en">' in english.text


def test_a_slash_too_many_leads_to_the_page_whatever_the_proxy_calls_this_machine(public: httpx.Client) -> None:
    # An address made from the Host header would send a reader's secret link without TLS, or past the proxy's path.
    answer = public.get("/preferences/geheim/?lang=en", headers={"Host": "elsewhere.example"})
    assert answer.headers["location"] == "../geheim?lang=en"
    assert public.get("/subscribe/", follow_redirects=True).status_code == 200
    assert public.post("/subscribe/", follow_redirects=True).status_code == 200


def test_what_can_only_be_read_refuses_other_methods(public: httpx.Client) -> None:
    answer = public.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "Das geht auf dieser Seite nicht" in answer.text


def test_head_answers_like_get_without_a_body(newsroom: Newsroom, public: httpx.Client) -> None:
    name = newsroom.publish(an_announcement())
    answer = public.head(f"/a/{name}")
    assert answer.status_code == 200
    assert answer.content == b""
    assert public.head("/a/unbekannt").status_code == 404


def test_the_reader_may_choose_the_language_of_the_archive(public: httpx.Client) -> None:
    assert "Press releases" in public.get("/?lang=en").text
    assert "Pressemeldungen" in public.get("/?lang=xx").text


@pytest.mark.parametrize("before", ["gestern", "2026-11-25", "0001-01-01T00:00:00%2B14:00"])
def test_a_paging_address_that_makes_no_sense_shows_the_newest(
    newsroom: Newsroom, public: httpx.Client, before: str
) -> None:
    newsroom.publish(an_announcement())
    assert "Brücke am Hafen" in public.get(f"/?before={before}").text


def test_a_page_is_set_as_well_as_the_mail_is(newsroom: Newsroom, public: httpx.Client) -> None:
    typed = Announcement(headline='"Hafenfest" - am 1. Mai', html='<p>"Kommen Sie", sagt sie.</p>')
    name = newsroom.publish(typed)
    assert "<h1>„Hafenfest“ – am 1.\u00a0Mai</h1>" in public.get(f"/a/{name}").text
    assert "<p>„Kommen Sie“, sagt sie.</p>" in public.get(f"/a/{name}").text
    assert "„Hafenfest“ – am 1.\u00a0Mai</a>" in public.get("/").text


def test_addresses_that_somebody_only_wrote_down_can_be_followed(newsroom: Newsroom, public: httpx.Client) -> None:
    html = (
        "<p>Mehr (https://stadt.example/a_(b)?c=1&amp;d=2). Fragen an rat@stadt.example, nicht an @rat.</p>"
        '<p><a href="https://stadt.example/x">https://stadt.example/x</a></p>'
    )
    page = public.get(f"/a/{newsroom.publish(Announcement(headline='Rat tagt', html=html))}").text
    address = "https://stadt.example/a_(b)?c=1&amp;d=2"
    assert f'(<a href="{address}" rel="noopener noreferrer">{address}</a>). ' in page
    assert '<a href="mailto:rat@stadt.example" rel="noopener noreferrer">rat@stadt.example</a>, nicht an @rat.' in page
    assert page.count('href="https://stadt.example/x"') == 1
    plain = Announcement(
        headline="Amt zieht um", body="Karte: https://stadt.example/karte.", contact="<Amt>, amt@stadt.example"
    )
    page = public.get(f"/a/{newsroom.publish(plain)}").text
    assert (
        '<p>Karte: <a href="https://stadt.example/karte" rel="noopener noreferrer">https://stadt.example/karte</a>.</p>'
        in page
    )
