"""People and their offices, written in one way or in two."""

import pytest

from publisher.checks.desk import Examination, examine
from publisher.domain.finding import Severity
from publisher.messages import remark
from tests.checks import NOW, TEXT, ZONE, an_announcement, codes, errors, findings


def test_two_forms_of_one_office_are_told_with_both_of_them() -> None:
    announcement = an_announcement(f"Oberbürgermeister Tim Kern kam.\n\nBürgermeister Tim Kern ging. {TEXT}")
    (finding,) = findings(announcement)
    assert (finding.code, finding.severity) == ("title-in-two-forms", Severity.WARNING)
    assert finding.excerpt == "Bürgermeister Tim Kern"
    assert "Oberbürgermeister Tim Kern" in remark(finding, "de")


def test_a_headline_that_was_taken_away_is_a_witness() -> None:
    announcement = an_announcement("Oberbürgermeister Tim Kern eröffnete die Brücke.")
    removed = ("Bürgermeister Tim Kern eröffnet die Brücke",)
    about = Examination(now=NOW, zone=ZONE, pictures_need_alt=True, removed=removed)
    (finding,) = examine(announcement, about)
    assert (finding.code, finding.excerpt) == ("title-in-two-forms", "Bürgermeister Tim Kern")


@pytest.mark.parametrize(
    "text",
    [
        "Bürgermeisterin Ulla Kern kam. Bürgermeister Ulla Kern ging.",
        "Der stellvertretende Vorsitzende Jens Kern sprach. Vorsitzender Jens Kern dankte.",
        "Landrat Dr. Uwe Kern kam. Vizelandrat Uwe Kern ging.",
        "Mayor Helen Ward came.\nVizepräsidentin Ida Kern und Präsidentin Ida Kern.",
    ],
)
def test_gender_and_rank_count(text: str) -> None:
    assert codes(an_announcement(text)) == ["title-in-two-forms"]


@pytest.mark.parametrize(
    "text",
    [
        "Oberbürgermeister Tim Kern und Bürgermeister Jan Kern kamen.",
        "Stadtdirektorin Ida Kern ist auch Vorsitzende. Die Vorsitzende Ida Kern dankte.",
        "Oberbürgermeister Tim Kern kam. Der Bürgermeister der Partnerstadt ging.",
        "Im Namen des Oberbürgermeisters Tim Kern sprach Oberbürgermeister Tim Kern selbst.",
        "Ministerpräsident Max Kern kam, Präsident Max Kern wird er nie.",
        "Prof. Dr. Renate Kühn und Dr. Renate Kühn sowie Renate Kühn",
    ],
)
def test_two_people_two_offices_and_a_shorter_form_are_no_contradiction(text: str) -> None:
    assert codes(an_announcement(text)) == []


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        ("Stefan Meier kam. Stephan Meier ging.", "Stephan Meier"),
        ("Stefan Meier kam, Stefan Mayer ging.", "Stefan Mayer"),
        ("Sabine Schmidt kam, Sabine Schmitt ging.", "Sabine Schmitt"),
        ("Thomas Wolters kam. „Gut“, sagte Wolthers.", "Wolthers"),
        ("Katharina Hoffmann kam. Frau Hofmann ging.", "Hofmann"),
        ("Sandra Berghoff kam, Sandra Bergohff ging.", "Sandra Bergohff"),
    ],
)
def test_a_name_spelled_in_two_ways_is_told(text: str, excerpt: str) -> None:
    (finding,) = findings(an_announcement(text))
    assert (finding.code, finding.excerpt) == ("name-in-two-forms", excerpt)


@pytest.mark.parametrize(
    "text",
    [
        "Martin Kern und Martina Kern kamen, auch Christian und Christiane Kern.",
        "Karin Schmidt und Ellen Schmitt kamen.",
        "Stefan Meiers Idee fand Stefan Meier gut.",
        "Tim Huber und Tom Huber sind Brüder. Jana Huber und Jan Huber auch nicht.",
        "In der Neuen Straße und der Neuen Strasse wird gebaut.",
        "Max Bauer kam. „Gut“, sagte Baumann.",
        "Peter Weber fuhr nach Peter Wagner.",
    ],
)
def test_relatives_and_namesakes_pass(text: str) -> None:
    assert codes(an_announcement(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Das Integrierte Entwicklungskonzept (IEK) liegt vor. Das IEK gilt.",
        "Das IEK (Integriertes Entwicklungskonzept) liegt vor.",
        "Die Europäische Zentralbank senkt. Die EZB erklärt es.",
        "Ein Fahrrad Club Essen kam, der FCE sprach.",
        "Die „XYZA Learning Journey“ kam. Zur XYZA kamen viele.",
        "Die EU, die SPD, der ÖPNV, das THW und die DLRG fahren auf der RAL 7016.",
        "DIE STRASSE IST ZU",
        "Papst Johannes XXIII. sah das Schloss aus dem XVIII. Jahrhundert.",
        "Es gibt PDF-Dateien bei der VHS.",
    ],
)
def test_abbreviations_that_are_explained_known_or_part_of_a_name_pass(text: str) -> None:
    assert codes(an_announcement(text)) == []


def test_an_abbreviation_that_nobody_explains_is_noted_once_and_holds_nothing() -> None:
    announcement = an_announcement("Das GVFG hilft. Wegen GVFG und GVFG-Mitteln wird gebaut.")
    assert [(finding.code, finding.excerpt) for finding in findings(announcement)] == [
        ("abbreviation-unexplained", "GVFG")
    ]
    assert errors(announcement) == []
