"""How much of a text is told where room is short: whole sentences in order, none twice, and none broken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import regex

from publisher.language.sentences import paragraphs, sentences

MARKS_AT_THE_EDGE = regex.compile(r"""^[\s„“”‚‘’"'»«]+|[\s.!?…„“”‚‘’"'»«]+$""")
ITEM = regex.compile(r"– |\d{1,3}\) ")
"""How an item of a list begins in plain text, as sources write it: „12. “ could be a date."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and whether it begins or makes a paragraph of its own."""

    text: str
    begins: bool
    """It is the first of its paragraph."""
    ends: bool
    """It is the last of its paragraph."""


def is_item(text: str) -> bool:
    """Whether a paragraph of plain text is an item of a list."""
    return bool(ITEM.match(text))


def sameness(sentence: str) -> str:
    """What two sentences have in common that say the same: case, spaces and marks at the edges do not matter."""
    return MARKS_AT_THE_EDGE.sub("", _spaced(sentence)).casefold()


def says(text: str, statement: str, language: str) -> bool:
    """Whether a text holds a statement: word for word up to its full stop, or sentence by sentence."""
    if statement.endswith((".", "!", "?")) and f" {_spaced(statement)}" in f" {_spaced(text)}":
        return True
    told = {sameness(sentence) for sentence in sentences(text, language)}
    return all(sameness(sentence) in told for sentence in sentences(statement, language))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def tell(texts: Iterable[str], language: str) -> list[Sentence]:
    """The sentences of these texts in order."""
    told = []
    for paragraph in (paragraph for text in texts for paragraph in paragraphs(text)):
        parts = sentences(paragraph, language)
        last = len(parts) - 1
        told += [Sentence(part, begins=place == 0, ends=place == last) for place, part in enumerate(parts)]
    return told


def joined(told: Sequence[Sentence]) -> str:
    """Sentences of one paragraph are joined by a space, items of a list by a line break, paragraphs by an empty line."""
    pieces: list[str] = []
    parted = listed = False
    for sentence in told:
        item = sentence.begins and is_item(sentence.text)
        if pieces:
            pieces.append(("\n" if item and listed else "\n\n") if parted or sentence.begins else " ")
        pieces.append(sentence.text)
        parted, listed = sentence.ends, item or (listed and not sentence.begins)
    return "".join(pieces)


def most_that_fit(most: int, fits: Callable[[int], bool]) -> int:
    """The greatest number from 0 to `most` that fits, where fewer fit better; 0 is not tried."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
