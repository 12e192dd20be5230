"""The desk's one page: what an officer sees of each announcement."""

from dataclasses import replace
from datetime import timedelta

import httpx

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Never, Unknown
from publisher.domain.finding import Finding, Severity
from publisher.domain.issue import UNSUBSCRIBE_SLOT
from publisher.domain.stop import Stop
from tests.fakes import NOON
from tests.web.newsroom import Newsroom, a_picture, a_variant, an_announcement, prepared_of


def test_an_empty_desk_says_what_to_do(desk: httpx.Client) -> None:
    assert "Legen Sie eine Datei in den Ordner queue/" in desk.get("/").text


def test_a_published_announcement_shows_words_receipt_and_attempts(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.publish(an_announcement())
    page = desk.get("/").text
    assert "Brücke am Hafen gesperrt" in page
    assert '<p class="badge published">veröffentlicht</p>' in page
    assert "Die Brücke am Hafen ist ab Dienstag gesperrt." in page
    assert "95 von 500 Zeichen" in page
    assert "1 Versuch<" in page


def test_a_held_announcement_shows_its_findings_and_what_to_do(newsroom: Newsroom, desk: httpx.Client) -> None:
    fault = Finding(code="unknown-code", severity=Severity.ERROR, excerpt="am <b>Mitwoch</b>")
    name = newsroom.take(an_announcement(), findings=(fault,))
    page = desk.get("/").text
    assert '<p class="badge held">zurückgehalten</p>' in page
    assert "Bitte beheben Sie erst die Fehler unten" in page
    assert "am &lt;b&gt;Mitwoch&lt;/b&gt;" in page
    assert f'href="preview/{name}"' in page


def test_what_a_channel_loses_is_said_beside_its_words(newsroom: Newsroom, desk: httpx.Client) -> None:
    loss = Finding(code="alt-cut", severity=Severity.WARNING, excerpt="Ein langes Bild", values={"most": "1500"})
    newsroom.compose(newsroom.take(an_announcement()), a_variant(findings=(loss,)))
    assert "<strong>Warnung:</strong>" in desk.get("/").text


def test_the_text_of_a_mail_shows_an_address_to_leave_by(newsroom: Newsroom, desk: httpx.Client) -> None:
    mail = a_variant("newsletter", kind="newsletter", html="<p>x</p>", text=f"Abmelden: {UNSUBSCRIBE_SLOT}")
    newsroom.compose(newsroom.take(an_announcement()), mail)
    page = desk.get("/").text
    assert "slot.invalid" not in page
    assert "Abmelden: https://presse.musterstadt.example/unsubscribe/" in page


def test_failed_and_uncertain_deliveries_say_why(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.compose(newsroom.take(an_announcement()), a_variant(), a_variant("bluesky"))
    newsroom.settle(newsroom.begin("mastodon"), Never("refused", "HTTP 422"))
    newsroom.settle(newsroom.begin("bluesky"), Unknown("lost", "HTTP 500"))
    page = desk.get("/").text
    assert "refused (HTTP 422)" in page
    assert "lost (HTTP 500)" in page
    assert ">ungewiss</span>" in page


def test_sandbox_channels_are_marked_and_their_receipts_lead_to_this_desk(
    newsroom: Newsroom, desk: httpx.Client
) -> None:
    newsroom.take(an_announcement())
    newsroom.compose(newsroom.take(an_announcement()))
    newsroom.send(url="http://127.0.0.1:4711/sandbox/mastodon/@stadt/17")
    page = desk.get("/").text
    assert "Sandbox – nichts davon ist veröffentlicht." in page
    assert "Diese Kanäle erreichen niemanden: mastodon." in page
    assert 'href="sandbox/mastodon/@stadt/17"' in page


def test_the_emergency_stop_is_seen_first(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.store.outbox.set_stop(Stop(mark=Mark("Kim", NOON), reason="Falschmeldung"))
    assert "Ausgelöst von Kim (Mittwoch, 25. November 2026, 12:00 Uhr): Falschmeldung" in desk.get("/").text


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(newsroom: Newsroom, desk: httpx.Client) -> None:
    original = a_picture()
    prepared = prepared_of(original)
    newsroom.store.archive.keep_picture(prepared.sha256, "image/jpeg", original[1])
    address = newsroom.office.config.web.picture_of(prepared.sha256)
    html = f'<h1>Brücke</h1><script>alert(1)</script><img src="{address}" alt="">'
    mail = a_variant("newsletter", kind="newsletter", html=html, subject="Brücke gesperrt", limit=None)
    (delivery,) = newsroom.compose(newsroom.take(an_announcement()), mail)
    page = desk.get("/").text
    assert f'<iframe class="mail" src="variants/{delivery.id}" sandbox=""' in page
    assert "Brücke gesperrt" in page
    framed = desk.get(f"/variants/{delivery.id}")
    assert framed.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert 'src="data:image/jpeg;base64,' in framed.text
    assert desk.get("/variants/unbekannt").status_code == 404


def test_what_is_not_worded_yet_can_be_seen_as_it_would_go_out(newsroom: Newsroom, desk: httpx.Client) -> None:
    content = replace(an_announcement(), pictures=(newsroom.keep(a_picture()),))
    name = newsroom.take(content, needs_approval=True)
    page = desk.get(f"/preview/{name}").text
    assert "Der Bus fährt eine Umleitung." in page
    assert "https://musterstadt.example/bruecke" in page
    assert 'src="data:image/' in page
    assert f'src="../preview/{name}/newsletter" sandbox=""' in page
    framed = desk.get(f"/preview/{name}/newsletter")
    assert "Brücke am Hafen gesperrt" in framed.text
    assert framed.headers["content-security-policy"].startswith("sandbox")
    assert desk.get(f"/preview/{name}/unbekannt").status_code == 404


def test_a_broken_template_is_told_in_the_preview_with_its_line(newsroom: Newsroom, desk: httpx.Client) -> None:
    templates = newsroom.office.config.path("templates/post")
    templates.mkdir(parents=True)
    (templates / "mastodon.txt").write_text("{{ headline }}\n{% if %}", encoding="utf-8")
    page = desk.get(f"/preview/{newsroom.take(an_announcement())}")
    assert page.status_code == 200
    assert "post/mastodon.txt" in page.text


def test_a_path_is_no_announcement(desk: httpx.Client) -> None:
    for path in ("unbekannt", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd"):
        assert desk.get(f"/preview/{path}").status_code == 404


def test_the_desk_pages_on_when_there_is_more(newsroom: Newsroom, desk: httpx.Client) -> None:
    for number in range(21):
        newsroom.take(an_announcement(f"Meldung Nummer {number:02}"))
    first = desk.get("/").text
    assert "Meldung Nummer 00" not in first
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    assert "Meldung Nummer 00" in desk.get("/" + older).text


def test_pictures_of_what_is_not_published_yet_are_seen_at_the_desk_only(
    newsroom: Newsroom, desk: httpx.Client, public: httpx.Client
) -> None:
    kept = newsroom.keep(a_picture())
    newsroom.take(replace(an_announcement(), pictures=(kept,)))
    assert desk.get(f"/pictures/{kept.sha256}").headers["content-type"] == "image/jpeg"
    assert public.get(f"/pictures/{kept.sha256}").status_code == 404


def test_what_nobody_can_settle_stands_loudly_on_top_with_what_to_do(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.compose(newsroom.take(an_announcement()))
    claim = newsroom.begin()
    newsroom.settle(claim, Unknown("platform-no-answer"))
    assert "Ungewiss:" not in desk.get("/").text  # it is still asked for
    newsroom.clock.moment += timedelta(minutes=6)
    page = desk.get("/").text
    assert "Ungewiss:" in page
    assert f"publisher resolve {claim.delivery.id} --not-sent" in page
    assert page.index("Ungewiss:") < page.index("<article")


def test_every_post_of_a_thread_is_shown(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.compose(newsroom.take(an_announcement()), a_variant(more=("Der zweite Teil.", "Der dritte Teil.")))
    page = desk.get("/").text
    assert page.index("Beitrag 2 von 3") < page.index("Der zweite Teil.") < page.index("Der dritte Teil.")
