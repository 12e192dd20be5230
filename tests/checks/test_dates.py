"""Days that no calendar has, weekdays of another date, and the many ways to write right ones."""

import pytest

from publisher.domain.finding import Severity
from tests.checks import an_announcement, codes, errors, findings


@pytest.mark.parametrize(
    ("sentence", "excerpt", "right"),
    [
        ("Am Mittwoch, dem 13. November 2025, tagt der Rat.", "Mittwoch, dem 13. November 2025", "Donnerstag"),
        ("Der Rat tagt am Montag, 12.11.2025.", "Montag, 12.11.2025", "Mittwoch"),
        ("Termin: Fr., 13.11.2025, 18 Uhr.", "Fr., 13.11.2025", "Donnerstag"),
        ("Am Mittwochabend, 13. Nov. 2025, wird gefeiert.", "Mittwochabend, 13. Nov. 2025", "Donnerstag"),
        ("Am Sonnabend (16. November 2025) ist zu.", "Sonnabend (16. November 2025", "Sonntag"),
        ("Am Dienstag, 12.11.25 kommt der Minister.", "Dienstag, 12.11.25", "Mittwoch"),
        ("Der Minister kommt am Dienstag, 12.11.25.", "Dienstag, 12.11.25", "Mittwoch"),
        ("Mo 12.11.2025, 18 Uhr: Ratssitzung", "Mo 12.11.2025", "Mittwoch"),
        ("Am 12. November 2025 (Montag) tagt der Rat.", "12. November 2025 (Montag)", "Mittwoch"),
    ],
)
def test_a_weekday_that_is_wrong_with_a_stated_year_is_an_error_that_says_the_right_one(
    sentence: str, excerpt: str, right: str
) -> None:
    (finding,) = findings(an_announcement(sentence))
    assert (finding.code, finding.severity) == ("weekday-wrong", Severity.ERROR)
    assert (finding.excerpt, finding.values["right"]) == (excerpt, right)


@pytest.mark.parametrize(
    "sentence",
    [
        "Am Mittwoch, dem 12. November, empfing der Oberbürgermeister Gäste.",
        "Am Mittwoch, dem 12. November 2025, empfing der Oberbürgermeister Gäste.",
        "Am Mittwoch, 12. November, 2000 Gäste kamen zusammen.",
        "Am 12. November 1500 Menschen gezählt.",
        "Samstag und Sonntag, 15. und 16. November 2025, ist geöffnet.",
        "Von Freitag bis Sonntag, 14. bis 16. November 2025, ist Markt.",
        "Dienstag bis Donnerstag, 4. November bis 6. November 2025, war gesperrt.",
        "In der Nacht von Samstag auf Sonntag, 8. November 2025, wurde gebaut.",
        "Der Film von Donnerstag, 11. November 1982, wird gezeigt.",
        "Siehe Punkt 3.11. der Satzung und Version 12.13.14 des Plans, auch Punkt 1.2.3.",
        "Am 12. November 2025 (Mittwoch) tagt der Rat, am 13. November 2025 (Montag bis Mittwoch: zu) feiert er.",
        "Die 45. Mai-Kundgebung beginnt um 24 Uhr.",
        "Am 29. Februar wird gefeiert.",
        "Jeden Mittwoch um 9.30 Uhr und von 8 bis 12 Uhr.",
        "Die Straße des 17. Juni und der Platz 15. November.",
    ],
)
def test_right_and_merely_datelike_words_pass(sentence: str) -> None:
    assert codes(an_announcement(sentence)) == []


def test_without_a_year_a_weekday_counts_only_if_it_fits_no_year_nearby_and_then_warns() -> None:
    (finding,) = findings(an_announcement("Am Montag, 12. November, tagt der Rat."))
    assert (finding.code, finding.severity) == ("weekday-doubtful", Severity.WARNING)
    for weekday in ("Dienstag", "Mittwoch", "Donnerstag"):  # 2024, 2025, 2026
        assert codes(an_announcement(f"Am {weekday}, 12. November, tagt der Rat.")) == []


@pytest.mark.parametrize(
    ("sentence", "excerpt"),
    [
        ("Bis zum 31. November wird gebaut.", "31. November"),
        ("Am 30.02.2026 ist Schluss.", "30.02.2026"),
        ("Am 29. Februar 2025 ist Schluss.", "29. Februar 2025"),
        ("Vom 31.6. an gilt das.", "31.6."),
        ("Am Freitag, 12.13.2025, tagt der Rat.", "Freitag, 12.13.2025"),
        ("Am 32. Dezember ist Schluss.", "32. Dezember"),
    ],
)
def test_a_date_that_no_calendar_has_is_an_error(sentence: str, excerpt: str) -> None:
    (finding,) = findings(an_announcement(sentence))
    assert (finding.code, finding.severity, finding.excerpt) == ("impossible-date", Severity.ERROR, excerpt)


@pytest.mark.parametrize("time", ["25 Uhr", "18:75 Uhr", "24.30 Uhr", "12.60 Uhr", "18-25 Uhr"])
def test_a_time_that_no_day_has_is_an_error(time: str) -> None:
    assert errors(an_announcement(f"Der Rat tagt um {time} im Rathaus.")) == ["impossible-time"]


def test_english_announcements_are_read_in_english() -> None:
    wrong = an_announcement("On Friday, November 12, 2025, the council meets.", language="en")
    assert findings(wrong)[0].values["right"] == "Wednesday"
    assert errors(an_announcement("On Monday, 12 November 2025, it meets.", language="en-GB")) == ["weekday-wrong"]
    assert codes(an_announcement("In May 40 people came on 12th November 2025.", language="en")) == []


def test_other_languages_are_left_alone() -> None:
    assert codes(an_announcement("Le mardi 31 novembre 2025. 31. November 2025", language="fr")) == []
