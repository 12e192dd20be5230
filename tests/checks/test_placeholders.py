"""Residue of templates, and what only looks like it."""

import pytest

from tests.checks import TEXT, an_announcement, codes, errors, findings


@pytest.mark.parametrize(
    "text",
    [
        "[Platzhalter]",
        "[Datum]",
        "[Zitat OB folgt]",
        "[Zahlen folgen noch]",
        "[Foto folgt …]",
        "[hier Zitat einfügen]",
        "[Name der Dezernentin bitte ausfüllen]",
        "{{ überschrift }}",
        "{% if lead %}",
        "${ANREDE}",
        "<<Name>>",
        "XXX",
        "XXXX",
        "xx.xx.2025",
        "XX Uhr",
        "TT.MM.JJJJ",
        "HH:MM Uhr",
        "??? Uhr",
        "___ Uhr",
        "%UHRZEIT%",
        "<Uhrzeit>",
        "hier Text einfügen",
        "Klicken oder tippen Sie hier, um Text einzugeben",
        "Fehler! Verweisquelle konnte nicht gefunden werden",
        "Lorem ipsum dolor sit amet",
        "TODO",
    ],
)
def test_a_residue_holds_the_announcement(text: str) -> None:
    assert errors(an_announcement(f"Die Sitzung beginnt am {text} im Rathaus.")) == ["placeholder"]


def test_small_letters_that_stand_for_words_hold_it_where_they_stand_alone() -> None:
    assert errors(an_announcement(f"{TEXT}\n\nxxx")) == ["placeholder"]


@pytest.mark.parametrize(
    "text",
    [
        "die XXX. Olympischen Spiele",
        "bei XXXLutz und in Größe XXL",
        "das XX. Jahrhundert",
        "„Wir haben […] viel erreicht [Anm. d. Red.]“",
        "[Name der Redaktion bekannt]",
        "Was kostet das??? Wer zahlt",
        "[Fortsetzung folgt]",
        "[Der Bericht folgt der Vorlage]",
        "[Foto: Stadt Musterstadt]",
        "ein Platzhalter für das spätere Denkmal",
        "https://musterstadt.example/XXX/plan",
        "methodo und Todo-Listen",
    ],
)
def test_real_words_pass(text: str) -> None:
    assert codes(an_announcement(f"Es geht um {text} und mehr.")) == []


def test_a_thirtieth_time_at_the_head_of_a_line_is_a_number() -> None:
    assert codes(an_announcement(headline="XXX. Musterstädter Kulturnacht lockt Tausende")) == []
    assert errors(an_announcement("XXX. Bitte Zahl nachtragen.")) == ["placeholder"]


def test_the_excerpt_is_the_residue_as_it_stands() -> None:
    assert [finding.excerpt for finding in findings(an_announcement("Beginn: [Uhrzeit], Ort: XXX."))] == [
        "[Uhrzeit]",
        "XXX",
    ]


def test_headline_and_an_editors_own_short_text_are_looked_at_too() -> None:
    assert errors(an_announcement(headline="Sperrung am XXX", short={"": "Gesperrt ab [Datum]"})) == ["placeholder"] * 2
