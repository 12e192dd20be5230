"""Sentences end where a reader would say so, and nothing is lost on the way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.language.sentences import paragraphs, sentences

FOLDER = Path(__file__).parent


def texts(file: str) -> list[list[str]]:
    """The sentences of each text in one of the files of press sentences."""
    blocks = (FOLDER / file).read_text(encoding="utf-8").split("\n\n")
    read = ([line for line in block.split("\n") if line and not line.startswith("#")] for block in blocks)
    return [lines for lines in read if lines]


GERMAN = [*texts("press_sentences.txt"), *texts("press_sentences_held_out.txt")]
ENGLISH = texts("press_sentences_english.txt")
PIECES = st.sampled_from(
    [
        *"„“”‚‘’»«()[]\"'.!?…:,–-# \n\t",
        "\n\n",
        " ",
        "Dr.",
        "z. B.",
        "12.",
        "XIV.",
        "Die",
        "die",
        "Stadt",
        "e. V.",
        "www.a.de",
    ]
)


@pytest.mark.parametrize("expected", GERMAN, ids=lambda lines: lines[0][:40])
def test_press_sentences_are_cut_where_they_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected), "de") == expected


@pytest.mark.parametrize("expected", ENGLISH, ids=lambda lines: lines[0][:40])
def test_english_sentences_are_cut_where_they_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected), "en-GB") == expected


def test_the_list_of_tricky_sentences_stays_long() -> None:
    assert sum(map(len, GERMAN)) >= 380
    assert sum(map(len, ENGLISH)) >= 50


def test_a_heading_without_full_stop_is_a_sentence_of_its_own() -> None:
    assert sentences("Was sich ändert\n\nDie Linie 3 fährt öfter.", "de") == [
        "Was sich ändert",
        "Die Linie 3 fährt öfter.",
    ]


def test_a_line_break_inside_a_paragraph_is_a_space() -> None:
    assert sentences("Die Linie 3\nfährt öfter.", "de") == ["Die Linie 3 fährt öfter."]


def test_a_quotation_mark_that_never_closes_holds_up_nothing() -> None:
    assert sentences("Er sagte: „Ja. Das ist gut. Sehr gut.", "de")[1:] == ["Das ist gut.", "Sehr gut."]


@given(st.text() | st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["de", "en", "tr", "de-simple"]))
def test_no_character_but_white_space_is_lost(text: str, language: str) -> None:
    assert "".join("".join(sentences(text, language)).split()) == "".join(text.split())


@given(st.lists(PIECES, max_size=40).map("".join))
def test_paragraphs_are_never_joined(text: str) -> None:
    assert sentences(text, "de") == [one for part in paragraphs(text) for one in sentences(part, "de")]


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_sentence_stands_on_one_line(text: str) -> None:
    for sentence in sentences(text, "de"):
        assert "\n" not in sentence
        assert sentence == sentence.strip()
