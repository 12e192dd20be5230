"""An embargo in the text that nobody set, and sentences that only speak of one."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.domain.finding import Severity
from tests.checks import TEXT, an_announcement, codes, errors, findings


@pytest.mark.parametrize(
    "line",
    [
        "Sperrfrist: 20. November 2025, 10 Uhr",
        "SPERRFRIST bis Donnerstag, 20.11., 10:00 Uhr",
        "+++ Sperrfrist: Donnerstag, 18 Uhr +++",
        "Achtung, Sperrfrist 20.11.2025!",
        "!!! SPERRFRIST !!!",
        "Bitte beachten Sie die Sperrfrist: Freitag, 12 Uhr.",
        "Frei ab Donnerstag, 20. November, 10 Uhr",
        "frei ab: 20.11.2025",
        "Frei zur Veröffentlichung ab 20.11.2025, 10 Uhr",
        "Embargo: 20 November 2025, 10:00",
        "EMBARGOED UNTIL 20 November",
        "Under embargo until Thursday noon",
        "Nicht zur Veröffentlichung vor dem 20. November.",
        "Dieser Text ist erst ab 18 Uhr zur Veröffentlichung bestimmt.",
    ],
)
def test_an_embargo_that_stands_in_the_text_and_is_not_set_holds_the_announcement(line: str) -> None:
    assert errors(an_announcement(f"{line}\n\n{TEXT}")) == ["embargo-not-set"]


@pytest.mark.parametrize(
    "line",
    [
        "Die Sperrfrist für das Ausbringen von Gülle beginnt am 1. November.",
        "Während der Sperrfrist bis 31. Januar darf nicht gedüngt werden.",
        "Frei ab 6 Jahren ist der Film am Nachmittag.",
        "Der Eintritt ist frei ab 18 Uhr.",
        "Ab Montag ist die Straße wieder frei.",
        "Das Embargo gegen den Staat trifft auch hiesige Betriebe.",
        "Die Stadt will die Liste bis Ende des Monats veröffentlichen.",
        "Das Führerscheinamt setzt eine Sperrfrist von sechs Monaten fest.",
    ],
)
def test_a_sentence_that_only_speaks_of_one_holds_nothing(line: str) -> None:
    assert codes(an_announcement(f"{line}\n\n{TEXT}")) == []


def test_another_embargo_than_the_one_that_is_set_is_a_warning_that_names_it() -> None:
    body = f"Sperrfrist: 20. November 2025, 10 Uhr\n\n{TEXT}"
    (finding,) = findings(an_announcement(body, embargo=datetime(2025, 11, 20, 11, 0, tzinfo=UTC)))
    assert (finding.code, finding.severity) == ("embargo-differs", Severity.WARNING)
    assert finding.excerpt == "Sperrfrist: 20. November 2025, 10 Uhr"
    assert finding.values == {"set": "20.11.2025, 12:00"}


def test_the_same_embargo_in_office_time_is_only_noted() -> None:
    body = f"Sperrfrist: Donnerstag, 20.11.2025, 10:00 Uhr\n\n{TEXT}"
    (finding,) = findings(an_announcement(body, embargo=datetime(2025, 11, 20, 9, 0, tzinfo=UTC)))
    assert (finding.code, finding.severity) == ("embargo-in-text", Severity.NOTICE)


@pytest.mark.parametrize(
    "line",
    [
        "Veröffentlichung frei ab 12.12.2026, 18:00 Uhr",
        "Nicht vor Freitag, 12 Uhr, verwenden",
        "Verwendung erst ab 12.12.2026, 18 Uhr",
        "Bitte bis zum 12.12. nicht veröffentlichen",
        "Vor Freitag, 18 Uhr, nicht veröffentlichen",
        "Wir bitten, die Meldung erst nach der Sitzung zu veröffentlichen.",
        "Wir bitten um Veröffentlichung erst ab Freitag.",
        "Bitte bis Freitag vertraulich behandeln",
        "Zur Veröffentlichung am 12.12.2026",
        "Frei: 12.12.2026, 18 Uhr",
        "Sperrfrist/Embargo: 12.12.2026",
        "Sperrfrist | 12.12.2026, 18 Uhr",
        "Hinweis an die Redaktionen: Sperrfrist: Freitag, 18 Uhr",
        "Veröffentlichungstermin: 12.12.2026, 18 Uhr",
        "Die Veröffentlichung ist erst ab Freitag, 18 Uhr gestattet.",
        "For release on 12 December 2026, 6pm",
        "S P E R R F R I S T : Freitag",
        "Sperrfrits: Freitag",
    ],
)
def test_whoever_asks_to_wait_is_heard_in_whatever_words(line: str) -> None:
    assert errors(an_announcement(f"{line}\n\n{TEXT}")) == ["embargo-not-set"]


@pytest.mark.parametrize(
    "line",
    [
        "Wir bitten Anwohner, bis Freitag das Wasser nicht zu nutzen.",
        "Bitte bringen Sie Müll erst ab 18 Uhr an die Straße.",
        "Die Stadt bittet, Fotos vom Fest nicht ohne Zustimmung zu veröffentlichen.",
        "Die Ergebnisse der Umfrage sollen bis Freitag veröffentlicht werden.",
        "Die Veröffentlichung des Mietspiegels ist erst im Frühjahr geplant.",
        "Bis Freitag bleibt die Brücke gesperrt.",
        "Gesperrt bis Freitag, 18 Uhr",  # stands below the news of a closed bridge
        "Veröffentlichung: Amtsblatt Nr. 5",
        "Zur Veröffentlichung des Berichts am Freitag lädt die Stadt ein.",
        "Frei ab Montag: die neue Buslinie",
    ],
)
def test_the_same_words_in_the_news_of_a_city_hold_nothing(line: str) -> None:
    assert errors(an_announcement(f"{line}\n\n{TEXT}")) == []


def test_a_publish_time_that_is_over_does_not_answer_an_embargo_in_the_text() -> None:
    yesterday = datetime(2025, 11, 9, 9, 0, tzinfo=UTC)
    body = f"Sperrfrist: 20. November 2025, 10 Uhr\n\n{TEXT}"
    assert errors(an_announcement(body, publish=yesterday)) == ["embargo-not-set"]


def test_an_announcement_that_ends_before_it_may_appear_is_held_since_it_never_would() -> None:
    embargo = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
    (never,) = [
        finding
        for finding in findings(an_announcement(embargo=embargo, expires=embargo - timedelta(hours=1)))
        if finding.code == "expires-first"
    ]
    assert (never.severity, never.excerpt, never.values) == (
        Severity.ERROR,
        "20.11.2025, 09:00",
        {"opens": "20.11.2025, 10:00"},
    )
    assert "expires-first" not in codes(an_announcement(embargo=embargo, expires=embargo + timedelta(hours=1)))
    assert "expires-first" in codes(over := an_announcement(expires=datetime(2025, 1, 1, tzinfo=UTC)))
    assert "expires-first" not in errors(over), "of what is over nobody expects more"
