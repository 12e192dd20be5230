"""An issue of the newsletter as subscribers get it, both parts."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html as lxml_html
from lxml.html import HtmlElement

from publisher.config.tables import Office, Web
from publisher.domain.announcement import Announcement
from publisher.domain.errors import ConfigError
from publisher.domain.issue import UNSUBSCRIBE_SLOT
from publisher.messages import tell
from publisher.ports.words import IssueEntry, IssueOrder, IssuePicture, IssueWords
from publisher.rendering.templates import Templates

FOUNTAIN = Announcement(
    headline="Der Brunnen „Alte Quelle“ läuft wieder",
    lead="Am Mittwoch, pünktlich um zwölf, hat Bürgermeisterin Petra Beispiel den Brunnen eingeschaltet.",
    body=(
        "Er stand zwei Jahre still. Nun fließt das Wasser wieder, und zwar im Kreis, damit möglichst wenig verloren "
        "geht.\n\nDas ist neu\n\n– Pumpe und Filter\n\n– Licht in der Nacht"
    ),
    html=(
        "<p>Er stand zwei Jahre still. Nun fließt das Wasser <em>wieder</em>.</p><h3>Das ist neu</h3>"
        "<ul><li>Pumpe und Filter</li><li>Licht in der Nacht</li></ul>"
    ),
    link="https://www.musterstadt.example/aktuelles/brunnen?id=7&seite=2",
)
ROAD = Announcement(headline="Road closed", body="Main Street is closed.", language="en")
PICTURE = IssuePicture(
    url="https://news.musterstadt.example/pictures/abc",
    width=1200,
    height=800,
    alt="Wasser springt aus einer Schale.",
    credit="Foto: Kim Muster",
    caption="Der Brunnen am Abend.",
)


def entry(announcement: Announcement = FOUNTAIN, *pictures: IssuePicture) -> IssueEntry:
    page = "https://news.musterstadt.example/a/1"
    return IssueEntry(announcement=announcement, link=announcement.link or page, page=page, pictures=pictures)


def order(*entries: IssueEntry, language: str = "de") -> IssueOrder:
    return IssueOrder(template="newsletter", language=language, entries=entries or [entry(FOUNTAIN, PICTURE)])


def page(words: IssueWords) -> HtmlElement:
    return lxml_html.document_fromstring(words.html)


def headings(words: IssueWords) -> list[tuple[str, str]]:
    return [(found.tag, found.text_content()) for found in page(words).iter("h1", "h2", "h3", "h4", "h5", "h6")]


def links(words: IssueWords) -> dict[str, str]:
    return {found.text_content().strip(): str(found.get("href")) for found in page(words).iter("a")}


def test_the_text_part_is_complete_and_pleasant_to_read(templates: Templates) -> None:
    assert templates.issue(order()).text == (
        "Stadt Musterstadt\n\n"
        "Der Brunnen „Alte Quelle“ läuft wieder\n\n"
        "Am Mittwoch, pünktlich um zwölf, hat Bürgermeisterin Petra Beispiel den\nBrunnen eingeschaltet.\n\n"
        "Er stand zwei Jahre still. Nun fließt das Wasser wieder, und zwar im\n"
        "Kreis, damit möglichst wenig verloren geht.\n\n"
        "Das ist neu\n\n– Pumpe und Filter\n\n– Licht in der Nacht\n\n"
        "Mehr:\nhttps://www.musterstadt.example/aktuelles/brunnen?id=7&seite=2\n\n"
        "Bild: Wasser springt aus einer Schale.\nDer Brunnen am Abend.\nFoto: Kim Muster\n"
        "https://news.musterstadt.example/pictures/abc\n\n"
        "---\n\n"
        "Im Browser ansehen:\nhttps://news.musterstadt.example/a/1\n\n"
        f"Themen und Rhythmus ändern:\n{UNSUBSCRIBE_SLOT}?choices\n\n"
        f"Newsletter abbestellen:\n{UNSUBSCRIBE_SLOT}\n\n"
        "Kontakt:\npresse@musterstadt.example\n\n"
        "Datenschutz:\nhttps://musterstadt.example/datenschutz\n\n"
        "Impressum:\nhttps://musterstadt.example/impressum\n"
    )


def test_a_picture_without_a_caption_leaves_no_hole_in_the_text_part(templates: Templates) -> None:
    bare = replace(PICTURE, caption="")
    for template in ("newsletter", "press"):
        told = templates.issue(replace(order(entry(FOUNTAIN, bare)), template=template)).text
        assert "Bild: Wasser springt aus einer Schale.\nFoto: Kim Muster\n" in told


def test_the_text_part_says_where_the_words_lead_once_and_no_address_twice(templates: Templates) -> None:
    shown = "https://musterstadt.example/karte"
    html = (
        '<p>Mehr in der <a href="https://musterstadt.example/plan?a=1&amp;b=2">Übersicht der <em>Brunnen</em></a>, '
        f'noch einmal in der <a href="https://musterstadt.example/plan?a=1&amp;b=2">Übersicht der Brunnen</a>, '
        f'auf <a href="{shown}">{shown}</a> und in der <a href="{FOUNTAIN.link}">Meldung</a>.</p>'
    )
    body = (
        f"Mehr in der Übersicht der Brunnen, noch einmal in der Übersicht der Brunnen, auf {shown} und in der Meldung."
    )
    told = templates.issue(order(entry(replace(FOUNTAIN, html=html, body=body)))).text
    assert "\n\nÜbersicht der Brunnen:\nhttps://musterstadt.example/plan?a=1&b=2\n\nMehr:\n" in told
    assert [told.count(each) for each in ("plan?", shown, FOUNTAIN.link)] == [1, 1, 1]


def test_the_html_part_says_the_same_and_leads_to_the_same_places(templates: Templates) -> None:
    words = templates.issue(order())
    told = " ".join(page(words).text_content().split())
    for sentence in (FOUNTAIN.lead, "Er stand zwei Jahre still.", "Pumpe und Filter", "Der Brunnen am Abend."):
        assert sentence in told
    assert "Foto: Kim Muster" in told
    assert links(words) == {
        "musterstadt.example": "https://www.musterstadt.example/aktuelles/brunnen?id=7&seite=2",
        "Im Browser ansehen": "https://news.musterstadt.example/a/1",
        "Themen und Rhythmus ändern": f"{UNSUBSCRIBE_SLOT}?choices",
        "Newsletter abbestellen": UNSUBSCRIBE_SLOT,
        "Impressum": "https://musterstadt.example/impressum",
        "Datenschutz": "https://musterstadt.example/datenschutz",
        "Kontakt": "mailto:presse@musterstadt.example",
    }
    assert words.subject == FOUNTAIN.headline


def test_screen_readers_find_language_title_outline_and_picture_texts(templates: Templates) -> None:
    words = templates.issue(order())
    root = page(words)
    assert (root.get("lang"), root.get("dir")) == ("de", "ltr")
    assert root.findtext(".//title") == FOUNTAIN.headline
    assert headings(words) == [("h1", FOUNTAIN.headline), ("h2", "Das ist neu")]
    assert [image.get("alt") for image in root.iter("img")] == [PICTURE.alt]
    assert {table.get("role") for table in root.iter("table")} == {"presentation"}
    assert {found.get("role") for found in root.iter("div")} >= {"banner", "main", "contentinfo"}


def test_a_picture_is_linked_and_never_wider_than_the_column(templates: Templates) -> None:
    (image,) = page(templates.issue(order())).iter("img")
    assert (image.get("src"), image.get("width"), image.get("height")) == (PICTURE.url, "552", "368")
    assert "max-width: 100%" in str(image.get("style"))


def test_styles_stand_where_mail_programs_read_them(templates: Templates) -> None:
    words = templates.issue(order())
    (style,) = page(words).iter("style")
    assert "prefers-color-scheme: dark" in str(style.text)
    assert "max-width: 480px" in str(style.text)
    assert "#0b5394" not in str(style.text), "what is no media query stands at the elements themselves"
    assert all("color: #0b5394" in str(link.get("style")) for link in page(words).iter("a"))


def test_nothing_is_fetched_and_nobody_is_counted(templates: Templates) -> None:
    words = templates.issue(order())
    loaded = [str(found.get("src")) for found in page(words).iter("img", "script", "iframe")]
    assert loaded == [PICTURE.url], "one picture, the same for everybody"
    assert "url(" not in words.html
    assert "@import" not in words.html


def test_an_english_issue_has_english_labels(templates: Templates) -> None:
    words = templates.issue(order(entry(ROAD), language="en"))
    assert page(words).get("lang") == "en"
    assert set(links(words)) >= {"View in browser", "Unsubscribe", "Legal notice", "Privacy", "Contact"}
    assert "More:\n" in words.text


def test_another_script_runs_its_own_way_and_the_footer_says_its_language(templates: Templates) -> None:
    words = templates.issue(order(entry(replace(ROAD, language="ar")), language="ar"))
    assert (page(words).get("lang"), page(words).get("dir")) == ("ar", "rtl")
    (footer,) = page(words).xpath("//div[@role='contentinfo']")
    assert footer.get("lang") == "de"


def test_several_announcements_get_a_contents_list_that_leads_to_each(templates: Templates) -> None:
    words = templates.issue(order(entry(FOUNTAIN, PICTURE), entry(ROAD)))
    assert headings(words) == [
        ("h1", "Inhalt"),
        ("h2", FOUNTAIN.headline),
        ("h3", "Das ist neu"),
        ("h2", "Road closed"),
    ]
    targets = {str(found.get("id")) for found in page(words).iter("h2")}
    listed = [href for href in links(words).values() if href.startswith("#")]
    assert {href.removeprefix("#") for href in listed} == targets
    assert page(words).xpath("//div[@lang='en']//h2")
    assert words.text.index("Inhalt") < words.text.index("– Road closed") < words.text.index("\nRoad closed")


def test_an_accessibility_statement_is_linked_where_the_office_has_one(folder: Path, office: Office) -> None:
    statement = "https://musterstadt.example/barrierefreiheit"
    words = Templates(folder, office.model_copy(update={"accessibility": statement}), Web()).issue(order())
    assert links(words)["Barrierefreiheit"] == statement
    assert f"Barrierefreiheit:\n{statement}\n" in words.text


def test_hostile_words_stay_words(templates: Templates) -> None:
    nasty = '<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"'
    announcement = replace(FOUNTAIN, headline=nasty, lead=nasty, html=f"<p onclick='x()'>Gut {nasty}</p>", must=nasty)
    picture = replace(PICTURE, alt=nasty, credit=nasty, caption=nasty)
    words = templates.issue(order(entry(announcement, picture)))
    assert not list(page(words).iter("script"))
    assert len(list(page(words).iter("img"))) == 1
    assert not [name for found in page(words).iter() for name in found.attrib if name.startswith("on")]
    assert "49" not in words.subject


def test_headings_in_the_text_leave_no_gap_in_the_outline(templates: Templates) -> None:
    deep = replace(FOUNTAIN, html="<h4>Tief</h4><p>a</p><h2>Hoch</h2><h4>Wieder tief</h4>")
    assert headings(templates.issue(order(entry(deep))))[1:] == [("h2", "Tief"), ("h2", "Hoch"), ("h3", "Wieder tief")]


def test_the_required_sentence_is_added_only_if_nobody_said_it(templates: Templates) -> None:
    must = "Das Baden ist nicht erlaubt."
    added = templates.issue(order(entry(replace(FOUNTAIN, must=must))))
    assert added.text.count(must) == 1
    assert added.html.count(must) == 1
    body, html = f"{FOUNTAIN.body}\n\n{must}", f"{FOUNTAIN.html}<p>{must}</p>"
    said = templates.issue(order(entry(replace(FOUNTAIN, must=must, body=body, html=html))))
    assert said.text.count(must) == 1
    assert said.html.count(must) == 1


def test_a_lead_that_the_text_begins_with_is_not_told_twice(templates: Templates) -> None:
    twice = replace(FOUNTAIN, body=f"{FOUNTAIN.lead}\n\nEnde.", html=f"<p>{FOUNTAIN.lead}</p><p>Ende.</p>")
    words = templates.issue(order(entry(twice)))
    assert len(re.findall("Petra Beispiel", words.text)) == 1
    main = page(words).xpath("string(//div[@role='main'])")
    assert str(main).count("Petra Beispiel") == 1


def test_an_announcement_without_html_gets_paragraphs_and_lists(templates: Templates) -> None:
    words = templates.issue(order(entry(replace(FOUNTAIN, html=""))))
    assert [item.text_content() for item in page(words).iter("li")] == ["Pumpe und Filter", "Licht in der Nacht"]


def test_long_addresses_stay_whole_in_the_text_part(templates: Templates) -> None:
    link = "https://musterstadt.example/" + "sehr-langer-pfad/" * 10
    assert f"\n{link}\n" in templates.issue(order(entry(replace(FOUNTAIN, link=link)))).text


def test_an_issue_that_would_be_cut_off_keeps_headline_lead_and_link(templates: Templates) -> None:
    long = replace(FOUNTAIN, html="<p>Noch ein Absatz über Wasser.</p>" * 4_000, body="Noch ein Absatz.\n\n" * 4_000)
    words = templates.issue(order(entry(long)))
    assert len(words.html.encode()) < 100_000
    assert FOUNTAIN.lead in words.html
    assert FOUNTAIN.lead.split(",")[0] in words.text
    assert UNSUBSCRIBE_SLOT in words.html
    assert "Noch ein Absatz" not in words.html


@pytest.mark.parametrize("name", ["issue.txt", "issue.html"])
def test_no_issue_goes_out_without_a_way_off_the_list(templates: Templates, folder: Path, name: str) -> None:
    (folder / "newsletter").mkdir()
    (folder / "newsletter" / name).write_text("{{ articles[0].headline }}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        templates.issue(order())
    assert f"templates/newsletter/{name}" in tell(caught.value, "de")
    assert "{{ unsubscribe }}" in tell(caught.value, "de")


def test_the_shipped_newsletter_has_no_faults(templates: Templates) -> None:
    assert templates.faults(["newsletter"]) == []


def test_a_digest_says_that_it_is_one_and_lists_what_is_in_it(templates: Templates) -> None:
    dated = datetime(2025, 11, 12, 16, 0, tzinfo=UTC)
    words = templates.issue(replace(order(entry(), entry(ROAD)), digest="daily", dated=dated))
    assert words.subject.startswith("Tagesüberblick: ")
    assert words.subject.endswith("und eine weitere Meldung")
    assert "Tagesüberblick\nMittwoch, 12. November 2025\n\n– " in words.text
    assert ">Tagesüberblick</h1>" in words.html
    assert links(words)["Alle Pressemeldungen"] == f"{Web().public_url}/"
    assert "Im Browser ansehen" not in words.text, "the digest itself is on no page"


@pytest.mark.parametrize("entries", [[entry(ROAD)], [entry(), entry(ROAD)]])
def test_in_a_digest_screen_readers_hear_each_announcement_in_its_own_language(
    templates: Templates, entries: list[IssueEntry]
) -> None:
    found = page(templates.issue(replace(order(*entries), digest="daily")))
    for each in found.xpath("//*[normalize-space(text()) = 'Road closed'][not(self::title)]"):
        assert each.xpath("ancestor-or-self::*[@lang][1]/@lang") == ["en"]


def test_in_a_digest_another_script_runs_its_own_way(templates: Templates) -> None:
    words = templates.issue(replace(order(entry(replace(ROAD, language="ar"))), digest="daily"))
    assert page(words).xpath("//h1/ancestor::*[@dir][1]/@dir") == ["auto"]
