"""Letters that were broken before they came here are not passed on to readers."""

import pytest

from tests.checks import TEXT, an_announcement, errors


@pytest.mark.parametrize("words", ["schöne Grüße", "„Wir öffnen“, sagte sie", "5\xa0€ – und mehr", "Ärger, Übung, Öl"])
def test_a_text_that_was_read_in_the_wrong_encoding_is_held(words: str) -> None:
    wrong = words.encode().decode("cp1252", errors="ignore")
    assert errors(an_announcement(f"{TEXT} {wrong}.")) == ["characters-broken"]
    assert errors(an_announcement(headline=f"Bad {wrong} am Hafen")) == ["characters-broken"]


def test_a_letter_that_nobody_could_read_is_held() -> None:
    assert errors(an_announcement(f"{TEXT} Gr\ufffde.")) == ["characters-broken"]


@pytest.mark.parametrize(
    "words", ["Âge d’or", "São Paulo, MÃO", "Café Crème", "naïve Ÿ-Linie", "La Pâtisserie", "30 °C, § 5, 2 €, „so“"]
)
def test_letters_of_other_languages_pass(words: str) -> None:
    assert errors(an_announcement(f"{TEXT} {words}.")) == []
