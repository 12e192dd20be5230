"""Headline, contact, words for colleagues; and the desk where all families meet."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.checks.desk import FAMILIES, MOST_OF_A_KIND, Examination, examine
from publisher.domain.announcement import Audience
from publisher.domain.finding import Severity
from publisher.messages import remark
from tests.checks import TEXT, ZONE, a_picture, an_announcement, codes, errors, findings


def test_a_sound_announcement_has_no_findings() -> None:
    assert findings(an_announcement(pictures=(a_picture(),))) == ()


@pytest.mark.parametrize(
    ("headline", "code"),
    [
        ("", "headline-missing"),
        ("BRÜCKE AM HAFEN GESPERRT", "headline-in-capitals"),
        ("GROSSE STRAßE IST ZU", "headline-in-capitals"),
        ("Brücke " * 20, "headline-long"),
    ],
)
def test_a_headline_is_there_in_normal_letters_and_short(headline: str, code: str) -> None:
    assert codes(an_announcement(headline=headline)) == [code]


@pytest.mark.parametrize("headline", ["ÖPNV: EM 2026", "WDR, NDR und SWR zu Gast", "A 40 gesperrt"])
def test_abbreviations_are_no_shouting(headline: str) -> None:
    assert codes(an_announcement(headline=headline)) == []


def test_an_announcement_that_is_only_a_headline_is_warned_of_and_not_held() -> None:
    announcement = an_announcement("")
    assert (codes(announcement), errors(announcement)) == (["text-missing"], [])


def test_a_contact_is_missed_only_where_the_text_has_none_either() -> None:
    assert codes(an_announcement(contact="")) == ["contact-missing"]
    for line in (
        "Pressekontakt: Presseamt",
        "Rückfragen an das Presseamt",
        "presse@musterstadt.example",
        "Tel. 0201 1",
    ):
        assert codes(an_announcement(f"{TEXT}\n\n{line}", contact="")) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("@Petra bitte prüfen", "colleague-comment"),
        ("(bitte noch mit Amt 66 abstimmen!)", "colleague-comment"),
        ("Kannst du das noch ergänzen?", "colleague-comment"),
        ("Anbei erhalten Sie die Pressemitteilung zur Kita.", "colleague-comment"),
        ("Mit der Bitte um Veröffentlichung", "colleague-comment"),
        ("An alle Redaktionen", "colleague-comment"),
        ("[Anm. d. Red.: Zahl noch klären]", "colleague-comment"),
        ("(Zitat mit OB abgestimmt)", "colleague-comment"),
        ("Nur intern: Die Zahlen folgen.", "not-for-publication"),
        ("Die Zahlen bitte noch nicht veröffentlichen!", "not-for-publication"),
        ("Testmeldung", "test-announcement"),
        ("Dies ist nur ein Test.", "test-announcement"),
    ],
)
def test_words_for_colleagues_are_warned_of_and_hold_nothing(line: str, code: str) -> None:
    announcement = an_announcement(f"{line}\n\n{TEXT}")
    assert (codes(announcement), errors(announcement)) == ([code], [])


@pytest.mark.parametrize(
    "line",
    [
        "ENTWURF",
        "Entwurf – Stand 12.11.2025",
        "Bitte noch nicht veröffentlichen!",
        "Nur zur internen Verwendung – nicht veröffentlichen!",
        "+++ NICHT ZUR VERÖFFENTLICHUNG BESTIMMT +++",
        "Nur für den Dienstgebrauch",
        "Streng vertraulich",
        "Not for publication",
        "Nur für die Presse",
        "Nur für die Presse, nicht zur Veröffentlichung",
        "Zielgruppe: Presse",
        "Audience: press",
    ],
)
def test_a_line_that_only_says_not_to_publish_holds(line: str) -> None:
    assert errors(an_announcement(f"{line}\n\n{TEXT}")) == ["publication-forbidden"]


@pytest.mark.parametrize(
    "headline",
    [
        "TEST – bitte nicht veröffentlichen",
        "ENTWURF Haushalt 2027",
        "Haushalt 2027 (ENTWURF)",
        "Nur intern: Haushalt 2027",
        "Haushalt 2027 – nicht zur Veröffentlichung bestimmt",
        "Haushalt 2027, nicht zur Veröffentlichung",
        "Nur für die Presse, nicht zur Veröffentlichung",
    ],
)
def test_a_headline_that_says_not_to_publish_holds(headline: str) -> None:
    assert errors(an_announcement(headline=headline)) == ["publication-forbidden"]


def test_only_for_the_press_holds_nothing_that_goes_only_there() -> None:
    told = replace(an_announcement(f"Nur für die Presse\n\n{TEXT}"), audience=Audience.PRESS)
    assert errors(told) == []
    assert errors(an_announcement(headline="Rundgang durch das Klärwerk – nur für Medien")) == []


@pytest.mark.parametrize(
    "headline",
    [
        "Entwurf: So soll der neue Park aussehen",
        "Entwurf des Haushalts 2027 liegt aus",
        "Stadt will die Liste nicht veröffentlichen",
        "Vertrauliche Geburt: Rat und Hilfe",
        "Interne Revision stellt ihren Bericht vor",
        "Haushalt 2027 (Entwurf) liegt aus",
    ],
)
def test_the_news_of_a_draft_or_a_secret_is_not_held(headline: str) -> None:
    assert errors(an_announcement(headline=headline)) == []


@pytest.mark.parametrize(
    "line",
    [
        "Folgen Sie @StadtMusterstadt bitte auch dort.",
        "(Bitte prüfen Sie vorher die Fahrpläne)",
        "Der Entwurf des Haushalts liegt aus.",
        "Am Warntag verschickt der Bund eine Testmeldung.",
        "Das ist ein Test für die Zukunft der Innenstadt.",
        "Vertrauliche Beratung bietet das Jugendamt.",
        "Ein Test im Frühjahr verlief gut.",
    ],
)
def test_words_for_readers_pass(line: str) -> None:
    assert codes(an_announcement(f"{TEXT}\n\n{line}")) == []


def test_the_gravest_come_first_and_nothing_is_said_twice() -> None:
    announcement = an_announcement("Beginn am XXX.\n\nEnde am XXX.", contact="")
    assert codes(announcement) == ["placeholder", "contact-missing"]


def test_nobody_is_told_a_thousand_times() -> None:
    body = "\n\n".join(f"[Teil {number} einfügen]" for number in range(1_000))
    assert codes(an_announcement(body)) == ["placeholder"] * MOST_OF_A_KIND


def test_every_finding_can_be_said_in_both_languages() -> None:
    picture = a_picture(alt="", credit="", until=datetime(2020, 1, 1, tzinfo=UTC))
    body = "Sperrfrist: Montag, 12. November 2025, 25 Uhr\n\n@Petra bitte prüfen\n\n31. November, [Datum]"
    for finding in findings(an_announcement(body, contact="", headline="", pictures=(picture,))):
        for language in ("de", "en"):
            assert finding.excerpt in remark(finding, language)


def cost(text: str) -> float:
    """Seconds of processor time."""
    about = Examination(now=datetime(2025, 11, 10, tzinfo=UTC), zone=ZONE, pictures_need_alt=True)
    begin = process_time()
    examine(an_announcement(text, html=text), about)
    return process_time() - begin


@pytest.mark.parametrize(
    "part",
    ["[", "1.", "X", "@A ", "(bitte ", "Mo., ", "„", '<a href="http://a.de">', "0171 ", "Tim Kern ", "ABC, ", "\n"],
)
def test_no_hostile_text_costs_more_than_in_proportion_to_its_length(part: str) -> None:
    hostile = part * (25_000 // len(part))
    assert cost(hostile * 2) < 4 * cost(hostile) + 0.2


PIECES = st.sampled_from(
    [
        "Oberbürgermeister ",
        "Tim Kern ",
        "sagte ",
        "am ",
        "12. ",
        "November ",
        "25 Uhr ",
        "„",
        "“",
        "(",
        "https://a.de/ ",
        "#x",
    ]
)


@settings(max_examples=4, deadline=None)
@given(st.lists(PIECES | st.text(min_size=1, max_size=6), min_size=1, max_size=6).map("".join))
def test_any_text_of_a_hundred_thousand_characters_is_read_in_proportion(part: str) -> None:
    half = part * (50_000 // len(part))
    assert cost(half + half) < 4 * cost(half) + 0.5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80), st.sampled_from(["de", "en", "de-simple", "fr", "", "x-y"]))
def test_no_text_makes_a_check_fail(body: str, headline: str, language: str) -> None:
    for finding in findings(an_announcement(body, headline=headline, language=language)):
        assert remark(finding, "de") != finding.code


def test_a_family_is_one_file_and_one_line() -> None:
    room = Path("publisher/checks")
    shared = {
        "desk",
        "examination",
        "written_dates",
        "addresses",
        "sketches",
        "persons",
        "known_words",
        "embargo_words",
        "release_lines",
    }
    files = {file.stem for file in room.glob("*.py")} - {"__init__", *shared}
    assert {family.__module__.rsplit(".", 1)[1] for family in FAMILIES} == files


def test_only_what_an_editor_must_mend_is_an_error() -> None:
    picture = a_picture(alt="", credit="")
    body = "Sperrfrist: Montag, 12. November 2025, 25 Uhr\n\n@Petra bitte prüfen\n\n31. November, [Datum]"
    grave = {f.code for f in findings(an_announcement(body, pictures=(picture,))) if f.severity is Severity.ERROR}
    assert grave == {
        "embargo-not-set",
        "impossible-date",
        "impossible-time",
        "picture-without-alt",
        "placeholder",
        "weekday-wrong",
    }
