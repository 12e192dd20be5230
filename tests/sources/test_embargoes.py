"""Embargoes however they are put, and wherever they stand: read to the minute, or held until a person has looked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.checks.desk import Examination, examine
from publisher.domain.draft import Draft
from publisher.domain.finding import Finding, Severity, holds
from publisher.sources.folder.reading import read_file
from tests.sources.desk import OFFICE
from tests.sources.word_file import W, header, paragraph, run, word_file

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SIX = datetime(2026, 12, 12, 17, tzinfo=UTC)
"""12 December 2026, 18 Uhr in the office's time."""
TEXT = "Haushalt 2027 ist beschlossen\n\nDer Rat hat den Haushalt beschlossen. Die Ausgaben steigen um zwei Prozent."
BODY = "Der Rat hat den Haushalt beschlossen. Die Ausgaben steigen um zwei Prozent."


def draft_of(folder: Path, text: str, name: str = "meldung.txt") -> Draft:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return read_file(file if file.parent == folder else file.parent, OFFICE)


def said_of(draft: Draft) -> list[Finding]:
    about = Examination(now=NOW, zone=OFFICE.timezone, pictures_need_alt=True)
    return [*draft.findings, *examine(draft.announcement, about)]


def errors(draft: Draft) -> list[str]:
    return [finding.code for finding in said_of(draft) if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "line",
    [
        "Veröffentlichung frei ab 12.12.2026, 18:00 Uhr",
        "Bitte nicht vor dem 12. Dezember 2026, 18 Uhr veröffentlichen",
        "Veröffentlichung frühestens am 12. Dezember 2026, 18 Uhr",
        "Freigabe: 12.12.2026, 18 Uhr",
        "Sperr-Frist: 12.12.2026, 18h",
        "Sendesperrfrist: 12. 12. 26, 18 Uhr",
        "Sperrzeit: 12.12.2026, 18 Uhr",
        "Sperre bis 12.12.2026, 18 Uhr",
        "Karenzfrist bis 12.12.2026, 18 Uhr",
        "PRESSESPERRE bis 12.12.2026, 18 Uhr",
        "S p e r r f r i s t : 12.12.2026, 18 Uhr",
        "Sperrfirst: 12.12.2026, 18 Uhr",
        "Sperfrist 12.12.2026 18 Uhr",
        "Embargo until 12 December 2026, 6 pm",
        "Gesperrt bis Samstag, 12.12.2026, 18 Uhr",
        "Frei ab: 12.12.2026, 18 Uhr",
        "Sperrfrist: 12.12.2026, 6 Uhr abends",
        "Sperrfrist: 12.12.2026, 6 Uhr nachmittags",
        "Sperrfrist: 12.12.2026, 6 Uhr am Abend",
        "Sperrfrist: 12.12.2026, 6:00 p.m.",
        "Sperrfrist: 12.12.2026, 18 Uhr (Beginn der Ratssitzung)",
        "Sperrfrist: 11.12.2026, 18 Uhr, online 12.12.2026, 18 Uhr",
        "Frei für Samstag, 12.12.2026, 18 Uhr",
        "Frei zum 12.12.2026, 18 Uhr",
        "Not before 12 December 2026, 6 pm",
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the text", "below it"])
def test_an_embargo_is_read_to_the_minute_however_it_is_put(tmp_path: Path, line: str, above: bool) -> None:
    draft = draft_of(tmp_path, f"{line}\n\n{TEXT}" if above else f"{TEXT}\n\n{line}")
    assert draft.announcement.embargo == SIX
    assert (draft.announcement.headline, draft.announcement.body) == ("Haushalt 2027 ist beschlossen", BODY)
    assert errors(draft) == []


@pytest.mark.parametrize(
    "line",
    [
        "Bitte die Meldung nicht vor Freitag, 12 Uhr, verwenden.",
        "Veröffentlichung erst nach der Ratssitzung am 3. Dezember",
        "Vertraulich bis zur Pressekonferenz am Donnerstag",
        "Sperr-Frist: 12.12. 18h",
        "Sperrfrist: 12.12. 18 Uhr",
        "PRESSESPERRE bis Freitag",
        "Sperrfrsit: Freitag, 18 Uhr",
        "Embargo until Friday noon",
        "Freigabe: erst nach der Sitzung",
        "Diese Meldung darf erst nach der Pressekonferenz veröffentlicht werden.",
        "Please do not publish before Friday, 6 pm.",
        "Sperrfrist: 12.12.2026, halb sieben",
        "Sperrfrist: 12.12.2026, halb 7 Uhr abends",
        "Sperrfrist: 12.12.2026, 2 Uhr nachts",
        "Sperrfrist: Samstagabend, 12.12.2026, 6 Uhr",
        "Sperrfrist: 12.12.2026, 18 Uhr oder nach der Sitzung",
        "Sperrfrist: voraussichtlich 12.12.2026, 18 Uhr",
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the text", "below it"])
def test_what_asks_for_later_and_names_no_moment_holds(tmp_path: Path, line: str, above: bool) -> None:
    assert errors(draft_of(tmp_path, f"{line}\n\n{TEXT}" if above else f"{TEXT}\n\n{line}"))


@pytest.mark.parametrize(
    "line",
    [
        "Bitte am Donnerstag um 10 Uhr veröffentlichen.",
        "Kannst du das bitte am Donnerstag um 10 Uhr online stellen? Danke!",
        "Freischaltung: Donnerstag, 3.12., 10 Uhr",
        "Der Text ist ab Donnerstag, 10 Uhr, frei.",
        "PM frei ab 3.12., 10 Uhr",
        "Frei ab Redebeginn",
        "Gesperrt bis Beginn der Sitzung am 3.12.",
        "Abdruck frei ab 3.12.2026",
        "Berichterstattung bitte erst ab Donnerstag, 10 Uhr.",
        "Wir bitten, mit der Berichterstattung bis Donnerstag, 10 Uhr, zu warten.",
        "Hinweis an die Redaktionen: Die Meldung ist bis Donnerstag, 10 Uhr, gesperrt.",
        "Zeitpunkt der Veröffentlichung: 3.12.2026, 10 Uhr",
        "Freigabe OB fehlt noch",
        "Bitte noch nicht veröffentlichen, Freigabe durch OB steht noch aus",
        "In Abstimmung, bitte noch warten",
        "Erst nach der Ratssitzung!",
        "Sperrfristende: 3.12.2026, 10 Uhr",
        "Strictly embargoed until 3 December 2026, 10 am",
        "For release: 3 December 2026, 10 am",
        "Release date: 3 December 2026",
        "Vorab zur Kenntnis, Veröffentlichung bitte ab Donnerstag",
        "Bitte nicht vor Donnerstag teilen.",
    ],
)
@pytest.mark.parametrize("above", [True, False], ids=["above the text", "below it"])
def test_a_line_that_speaks_of_nothing_but_when_to_publish_holds(tmp_path: Path, line: str, above: bool) -> None:
    assert errors(draft_of(tmp_path, f"{line}\n\n{TEXT}" if above else f"{TEXT}\n\n{line}"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Veröffentlicht am 25.11.2026, 10:00 Uhr",
        "Online: Donnerstag, 3.12.2026, 18 Uhr",
        "Versand ab 7. Dezember 2026.",
        "Pressekonferenz am Freitag, 10 Uhr",
        "Parken ist frei ab 12 Uhr.",
        "Achtung: Erst ab 12 Jahren!",
        "Abdruck honorarfrei",
        "Publikation 2026",
        "Release 2.0",
        "Die Hafenstraße ist gesperrt bis Freitag, 18 Uhr.",
        "Straße gesperrt bis Freitag, 18 Uhr",
        "Gesperrt bis Freitag, 18 Uhr: Hafenstraße",
        "Gesperrt bis Freitag ist die Hafenstraße.",
        "Frei ab 18 Uhr ist der Eintritt in alle Museen.",
        "Frei für alle: Konzert am Freitag, 18 Uhr",
        "Frei zum Mitnehmen: Bücher ab Freitag",
        "Nicht vor 18 Uhr öffnen die Türen.",
        "Das Wahlamt will die Zahlen erst am Freitag veröffentlichen.",
        "Erst am Freitag will das Amt die Zahlen veröffentlichen.",
        "Die Fotos werden erst nach der Wahl veröffentlicht.",
        "Freigabe der Brücke: Freitag, 11.12.2026, 18 Uhr",
        "Sperrzeit: 22 bis 6 Uhr",
        "Die Sperre der Brücke dauert bis 12.12.2026, 18 Uhr.",
        "Sperrmüll: 12.12.2026",
        "Die Sperrfrist für das Ausbringen von Gülle beginnt am 1. November.",
        "Bitte Rasenmäher nicht vor 9 Uhr verwenden.",
        "Bitte Biotonnen nicht vor Freitag, 18 Uhr, herausstellen.",
        "Nachrichtensperre nach Banküberfall",
        "Das Embargo gegen den Staat trifft auch hiesige Betriebe.",
    ],
)
def test_the_same_words_about_something_else_hold_nothing(tmp_path: Path, sentence: str) -> None:
    draft = draft_of(tmp_path, f"{TEXT}\n\n{sentence}")
    assert (errors(draft), draft.announcement.embargo) == ([], None)
    assert sentence in draft.announcement.body


@pytest.mark.parametrize(
    "headline",
    [
        "Haushalt 2027 ist beschlossen (gesperrt bis 12.12.2026, 18 Uhr)",
        "Haushalt 2027 ist beschlossen – gesperrt bis Freitag, 18 Uhr",
        "Haushalt 2027 ist beschlossen [Sperrfrist 12.12. 18 Uhr]",
        "Haushalt 2027 ist beschlossen (VÖ 12.12., 18 Uhr)",
        "Haushalt 2027 ist beschlossen (erst Donnerstag veröffentlichen)",
        "Haushalt 2027 ist beschlossen – Veröffentlichung erst am 12.12.",
    ],
)
def test_an_embargo_that_hangs_on_a_headline_holds(tmp_path: Path, headline: str) -> None:
    assert errors(draft_of(tmp_path, f"{headline}\n\n{BODY}"))
    assert errors(draft_of(tmp_path, f"---\nheadline: '{headline}'\n---\n{BODY}", "meldung.md"))


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("Neues Portal der Stadt – online ab Freitag, 18 Uhr", "Dort gibt es Ausweise. Das ist neu."),
        ("Brücke am Hafen ist fertig – Freigabe am Freitag", "Der Minister kommt. Es gibt Kuchen."),
        ("Freibad öffnet doch noch (erst ab Donnerstag)", "Das Wasser ist warm. Die Kasse auch."),
        ("A 40 – gesperrt bis Freitag, 18 Uhr", "Die Fahrbahn wird erneuert. Das dauert."),
        ("Hafenstraße (gesperrt bis Freitag, 18 Uhr)", "Ein Rohr ist gebrochen. Das Wasser ist abgestellt."),
        ("Schlossberg – gesperrt bis 12.12.2026, 18 Uhr", "Der Verkehr wird umgeleitet. Busse halten am Markt."),
        (
            "Brücke am Hafen bleibt zu",
            "Der Kran kommt später.\n\nGesperrt bis Freitag, 18 Uhr\n\nDer Bus fährt anders. Ja.",
        ),
    ],
)
def test_the_news_of_a_closed_road_is_no_embargo(tmp_path: Path, headline: str, body: str) -> None:
    draft = draft_of(tmp_path, f"{headline}\n\n{body}")
    assert (errors(draft), draft.announcement.embargo) == ([], None)


@pytest.mark.parametrize(
    "text",
    [
        f"Sperrfrist: 12.12.2026, 18 Uhr – {BODY}",
        f"Sperrfrist: 12.12.2026, 18 Uhr. {BODY}",
        f"Sperrfrist: 12.12.2026, 18 Uhr\n{BODY}",
        f"SPERRFRIST 12.12.2026, 18 Uhr {BODY} " + "Das ist ein langer Satz. " * 20,
    ],
)
def test_the_text_behind_an_embargo_on_its_line_is_kept(tmp_path: Path, text: str) -> None:
    draft = draft_of(tmp_path, f"Haushalt 2027 ist beschlossen\n\n{text}")
    assert draft.announcement.embargo == SIX
    assert draft.announcement.body.startswith(BODY)
    assert errors(draft) == []


def test_the_text_behind_an_embargo_that_cannot_be_read_is_kept_too(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, f"Haushalt 2027 ist beschlossen\n\nSperrfrist: Freitag, 18 Uhr – {BODY}")
    assert draft.announcement.body == BODY
    assert errors(draft) == ["embargo-unreadable"]


@pytest.mark.parametrize(
    "text", [f"Sperrfrist: 12.12.2025, 18 Uhr\n\n{TEXT}", f"---\nsperrfrist: 12.12.2025 18:00\n---\n{TEXT}"]
)
def test_an_embargo_that_was_long_over_when_it_was_read_holds_since_its_year_may_be_wrong(
    tmp_path: Path, text: str
) -> None:
    assert errors(draft_of(tmp_path, text)) == ["embargo-long-past"]


def test_an_embargo_that_ended_yesterday_is_over(tmp_path: Path) -> None:
    assert errors(draft_of(tmp_path, f"Sperrfrist: 24.11.2026, 18 Uhr\n\n{TEXT}")) == []


def test_a_publish_time_long_past_is_a_warning_that_it_goes_out_at_once(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, f"---\nveröffentlichen: 12.12.2025 18:00\n---\n{TEXT}")
    (finding,) = [finding for finding in said_of(draft) if finding.code == "publish-long-past"]
    assert (finding.severity, finding.excerpt) == (Severity.WARNING, "12.12.2025, 18:00")


def test_a_wrong_weekday_is_named_as_the_reason(tmp_path: Path) -> None:
    for text in (
        f"Sperrfrist: Freitag, 12.12.2026, 18 Uhr\n\n{TEXT}",
        f"---\nsperrfrist: Freitag, 12.12.2026, 18 Uhr\n---\n{TEXT}",
    ):
        (finding,) = [finding for finding in said_of(draft_of(tmp_path, text)) if finding.severity is Severity.ERROR]
        assert (finding.code, finding.values) == ("embargo-weekday-wrong", {"right": "Samstag"})


@pytest.mark.parametrize(
    "name",
    [
        "SPERRFRIST 12.12. 18 Uhr Haushalt2.txt",
        "Sperrfrist Freitag/meldung.txt",
        "Haushalt_SPERRFRIST.txt",
        "Embargo Haushalt.txt",
        "SPERRFRIST Rede des Kämmerers im Rat zum Haushalt der Stadt für das Jahr.txt",
        "Haushalt - gesperrt bis Freitag 18 Uhr.txt",
    ],
)
def test_an_embargo_in_the_name_of_a_file_or_folder_holds_where_it_names_no_moment(tmp_path: Path, name: str) -> None:
    assert errors(draft_of(tmp_path, TEXT, name)) == ["embargo-unreadable"]


@pytest.mark.parametrize(
    "name", ["SPERRFRIST 12.12.2026 18 Uhr Haushalt.txt", "Haushalt_Sperrfrist_12.12.2026_18_Uhr/meldung.txt"]
)
def test_an_embargo_in_a_name_counts_like_a_line(tmp_path: Path, name: str) -> None:
    draft = draft_of(tmp_path, TEXT, name)
    assert (draft.announcement.embargo, errors(draft)) == (SIX, [])


def test_a_name_that_only_says_embargo_is_content_with_the_one_in_the_text(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, f"Sperrfrist: 12.12.2026, 18 Uhr\n\n{TEXT}", "SPERRFRIST Haushalt.txt")
    assert (draft.announcement.embargo, errors(draft)) == (SIX, [])


def test_an_embargo_key_without_a_value_holds(tmp_path: Path) -> None:
    assert errors(draft_of(tmp_path, f"---\nsperrfrist:\n---\n{TEXT}")) == ["embargo-unreadable"]
    assert errors(draft_of(tmp_path, f"---\nsperrfrist: keine\n---\n{TEXT}")) == []


WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def text_box(text: str) -> str:
    """A text box as Word writes it for itself alone, without the form that older programs read."""
    return (
        f'<w:p><w:r><w:drawing><wps:wsp xmlns:wps="{WPS}"><wps:txbx><w:txbxContent>{paragraph(text)}'
        "</w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r></w:p>"
    )


def word_draft(folder: Path, body: str, parts: dict[str, str | bytes] | None = None) -> Draft:
    file = folder / "meldung.docx"
    file.write_bytes(word_file(paragraph("Haushalt 2027 ist beschlossen") + paragraph(BODY) + body, parts))
    return read_file(file, OFFICE)


def test_an_embargo_in_a_text_box_of_word_counts(tmp_path: Path) -> None:
    assert word_draft(tmp_path, text_box("SPERRFRIST: 12.12.2026, 18 Uhr")).announcement.embargo == SIX
    assert holds(word_draft(tmp_path, text_box("SPERRFRIST: Freitag, 18 Uhr")).findings)
    assert holds(word_draft(tmp_path, text_box("Bitte erst nach der Sitzung veröffentlichen")).findings)


def test_other_words_in_a_text_box_are_told(tmp_path: Path) -> None:
    (finding,) = word_draft(tmp_path, text_box("Zahl des Tages: 812")).findings
    assert (finding.code, finding.severity) == ("word-text-not-read", Severity.WARNING)


def test_an_embargo_in_words_of_another_kind_counts_in_the_header_too(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {"word/header1.xml": header("Stadt Musterstadt | Gesperrt bis 12.12.2026, 18 Uhr")}
    assert word_draft(tmp_path, "", parts).announcement.embargo == SIX


def test_a_watermark_that_says_embargo_holds(tmp_path: Path) -> None:
    shape = (
        '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="SPERRFRIST"/></v:shape></w:pict>'
    )
    mark = f"<w:hdr {W}><w:p><w:r>{shape}</w:r></w:p></w:hdr>"
    assert holds(word_draft(tmp_path, f"<w:p>{run('Ende.')}</w:p>", {"word/header1.xml": mark}).findings)


def test_a_watermark_that_says_draft_holds(tmp_path: Path) -> None:
    draft = word_draft(tmp_path, "", {"word/header1.xml": header("ENTWURF")})
    assert [finding.code for finding in draft.findings if finding.severity is Severity.ERROR] == [
        "publication-forbidden"
    ]


def test_a_line_that_forbids_publication_holds_below_a_signature_too(tmp_path: Path) -> None:
    below = "Mit freundlichen Grüßen\nErika Muster\n\nNur zur internen Verwendung – nicht veröffentlichen!"
    assert errors(draft_of(tmp_path, f"{TEXT}\n\n{below}")) == ["publication-forbidden"]


@pytest.mark.parametrize(
    "subject", ["PM Haushalt (gesperrt bis Freitag, 18 Uhr)", "Haushalt, Sperrfrist: Freitag, 18 Uhr"]
)
def test_an_embargo_in_the_subject_of_a_forwarded_mail_holds(tmp_path: Path, subject: str) -> None:
    mail = f"Von: Kämmerei\nAn: Pressestelle\nBetreff: {subject}\n\n{TEXT}"
    assert errors(draft_of(tmp_path, mail))


@pytest.mark.parametrize(
    "note", ["Gesperrt bis Freitag, Ute", "Bitte bis zum 12.12. liegen lassen und nicht veröffentlichen"]
)
def test_a_colleagues_note_that_asks_to_wait_holds(tmp_path: Path, note: str) -> None:
    mail = f"{note}\n\nVon: Kämmerei\nAn: Pressestelle\nBetreff: Haushalt\n\n{TEXT}"
    assert errors(draft_of(tmp_path, mail))


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("meldung.md", f"<!-- Sperrfrist: Freitag, 18 Uhr -->\n\n# Haushalt\n\n{BODY}"),
        ("meldung.html", f"<h1>Haushalt</h1><p style='display:none'>SPERRFRIST Freitag</p><p>{BODY}</p>"),
    ],
)
def test_an_embargo_that_readers_of_a_page_would_not_see_holds(tmp_path: Path, name: str, page: str) -> None:
    assert errors(draft_of(tmp_path, page, name)) == ["embargo-mentioned"]


def test_an_embargo_among_the_lines_of_a_letterhead_takes_no_other_line_with_it(tmp_path: Path) -> None:
    page = f"<p>Stadt Musterstadt<br>Sperrfrist: 12.12.2026, 18 Uhr<br>Haushalt 2027 ist beschlossen</p><p>{BODY}</p>"
    draft = draft_of(tmp_path, page, "meldung.html")
    assert (draft.announcement.embargo, draft.announcement.headline) == (SIX, "Haushalt 2027 ist beschlossen")
    assert (draft.announcement.body, errors(draft)) == (BODY, [])


def test_a_headline_that_ends_with_an_embargo_stays_a_headline_and_holds(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, f"Haushalt beschlossen – Sperrfrist: 12.12.2026, 18 Uhr\n\n{BODY}")
    assert draft.announcement.headline.startswith("Haushalt beschlossen")
    assert draft.announcement.embargo == SIX
    assert errors(draft) == ["embargo-mentioned"]


def test_a_line_that_asks_to_heed_the_embargo_it_names_is_read(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, f"Achtung! Sperrfrist beachten: 12.12.2026, 18 Uhr\n\n{TEXT}")
    assert (draft.announcement.embargo, errors(draft)) == (SIX, [])


@pytest.mark.parametrize(
    "name",
    ["Hafenstraße gesperrt.txt", "Freigabe OB liegt vor.txt", "Sperrfrist Gülle.txt", "Sperrung A 40/meldung.txt"],
)
def test_other_names_hold_nothing(tmp_path: Path, name: str) -> None:
    assert errors(draft_of(tmp_path, TEXT, name)) == []
