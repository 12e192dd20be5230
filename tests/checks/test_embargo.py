"""An embargo in the text that nobody set, and sentences that only speak of one."""

from datetime import UTC, datetime

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
