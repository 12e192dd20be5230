"""What is told where room is short."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.language.fitting import joined, most_that_fit, says, tell

BODY = "Gesperrt sind zwei Straßen. Das gilt ab Montag.\n\nWas Sie beachten sollten\n\nBitte fahren Sie langsam."


def test_sentences_of_a_paragraph_are_joined_by_a_space_and_paragraphs_by_an_empty_line() -> None:
    assert joined(tell([BODY], "de")) == BODY


def test_a_statement_is_said_only_whole() -> None:
    assert says("Kommen Sie. Der Eintritt ist frei.", "Der Eintritt ist frei", "de")
    assert says("Hinweis: Der Eintritt ist frei. Kommen Sie.", "Der Eintritt ist frei.", "de")
    assert not says("Kein Zutritt für Kinder.", "Kein Zutritt", "de")


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_most_that_fits_is_found(most: int, room: int) -> None:
    assert most_that_fit(most, lambda count: count <= room) == min(most, room)
