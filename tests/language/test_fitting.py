"""What is told where room is short."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.language.fitting import Sentence, joined, most_that_fit, opening, sameness, says, tell, untold

BODY = "Gesperrt sind zwei Straßen. Das gilt ab Montag.\n\nWas Sie beachten sollten\n\nBitte fahren Sie langsam."


def test_sentences_of_a_paragraph_are_joined_by_a_space_and_paragraphs_by_an_empty_line() -> None:
    assert joined(tell([BODY], "de")) == BODY


def test_a_heading_is_not_told_without_what_it_announces() -> None:
    told = tell([BODY], "de")
    assert joined(opening(told, 3)) == "Gesperrt sind zwei Straßen. Das gilt ab Montag."
    assert joined(opening(told, 4)) == BODY


def test_a_sentence_that_announces_a_list_is_not_told_without_the_list() -> None:
    told = tell(["Das ist neu. Gesperrt sind:\n\n– Marktplatz\n\n– Ring"], "de")
    assert joined(opening(told, 2)) == "Das ist neu."
    assert joined(opening(told, 3)) == "Das ist neu. Gesperrt sind:\n\n– Marktplatz"


def test_a_lead_without_full_stop_is_told_all_the_same() -> None:
    assert joined(opening(tell(["Rat beschließt Haushalt", "Er umfasst viel."], "de"), 1)) == "Rat beschließt Haushalt"


def test_what_stands_in_the_headline_or_was_said_is_not_told_again() -> None:
    told = tell(["Die Brücke ist offen. Alle freuen sich.", "Alle freuen sich. Sie hält."], "de")
    fresh = untold(told, {sameness("Die Brücke ist offen")})
    assert [sentence.text for sentence in fresh] == ["Alle freuen sich.", "Sie hält."]


def test_a_statement_is_said_only_whole() -> None:
    assert says("Kommen Sie. Der Eintritt ist frei.", "Der Eintritt ist frei", "de")
    assert says("Hinweis: Der Eintritt ist frei. Kommen Sie.", "Der Eintritt ist frei.", "de")
    assert not says("Kein Zutritt für Kinder.", "Kein Zutritt", "de")


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_most_that_fits_is_found(most: int, room: int) -> None:
    assert most_that_fit(most, lambda count: count <= room) == min(most, room)


@given(
    st.lists(st.builds(Sentence, st.sampled_from(["Ja.", "Nein:", "Kopf", "– Punkt"]), st.booleans(), st.booleans())),
    st.integers(0, 12),
)
def test_an_opening_is_a_beginning_and_never_longer_than_asked(told: list[Sentence], most: int) -> None:
    taken = opening(told, most)
    assert len(taken) <= most
    assert taken == told[: len(taken)]
