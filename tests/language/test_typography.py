"""Words as a compositor sets them, where it can mean one thing only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.language.sentences import sentences
from publisher.language.typography import mended, without_leftovers

NO_BREAK = "\u00a0"
PIECES = st.sampled_from(
    ['"', "„", "“", "”", " ", " - ", "--", "5", "km", "%", "Ja", ".", ",", "(", ")", "\n", "\u00ad", "\u200b", "§"]
)


@pytest.mark.parametrize(
    ("text", "set_text"),
    [
        ('Er sagte: "Das ist gut", und ging.', "Er sagte: „Das ist gut“, und ging."),
        ('"Ja", sagte er. "Nein."', "„Ja“, sagte er. „Nein.“"),
        ('Die Ausstellung („Kunst", bis Mai)', "Die Ausstellung („Kunst“, bis Mai)"),
        ("„Ja” und „Nein“", "„Ja“ und „Nein“"),
        ('Ein 24" Monitor, ein "27" Monitor', 'Ein 24" Monitor, ein "27" Monitor'),
        ('"Auf und zu', '"Auf und zu'),
        ('Er rief "Ja "nein" ja".', 'Er rief "Ja "nein" ja".'),
        ("»Ja« und «Nein»", "»Ja« und «Nein»"),
        ("Das Rathaus - ein Denkmal - bleibt.", "Das Rathaus – ein Denkmal – bleibt."),
        ("Das Rathaus -- ein Denkmal", "Das Rathaus – ein Denkmal"),
        ("Bau- und Umwelt-Amt, 0201 88-12345", "Bau- und Umwelt-Amt, 0201 88-12345"),
        ("- erster Punkt", "- erster Punkt"),
        (
            "10 km in 5 Min., 3,5 Mio. Euro, 5 %",
            f"10{NO_BREAK}km in 5{NO_BREAK}Min., 3,5{NO_BREAK}Mio. Euro, 5{NO_BREAK}%",
        ),
        ("am 1. Dezember, im 2. Mai-Haus", f"am 1.{NO_BREAK}Dezember, im 2.{NO_BREAK}Mai-Haus"),
        ("18 Uhr, § 5, 3 mal, 12 Menschen", f"18{NO_BREAK}Uhr, §{NO_BREAK}5, 3 mal, 12 Menschen"),
        ("Frei\u00adbad\u200b, \ufeffalso\u200e", "Freibad, also"),
        ("https://a.example/a-b?c=%22d%22", "https://a.example/a-b?c=%22d%22"),
    ],
)
def test_german_is_set_as_the_duden_says(text: str, set_text: str) -> None:
    assert mended(text, "de") == set_text


def test_english_has_its_own_marks() -> None:
    assert mended('"Yes," she said - at 6 p.m.', "en-GB") == f"“Yes,” she said – at 6{NO_BREAK}p.m."


def test_other_languages_lose_what_nobody_sees_and_keep_all_else() -> None:
    assert mended('"Evet" - 5 km\u00ad', "tr") == '"Evet" - 5 km'
    assert without_leftovers("می\u200cخواهم 👩\u200d🚒") == "می\u200cخواهم 👩\u200d🚒"


@given(st.text() | st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["de", "en", "tr", "de-simple"]))
def test_mending_twice_is_mending_once(text: str, language: str) -> None:
    once = mended(text, language)
    assert mended(once, language) == once


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_letter_or_digit_is_lost_and_sentences_stay_the_same(text: str) -> None:
    once = mended(text, "de")
    assert [mark for mark in once if mark.isalnum()] == [mark for mark in text if mark.isalnum()]
    assert len("".join(sentences(once, "de"))) <= len(text) + text.count("--")
