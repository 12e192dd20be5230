"""What is known of a language's abbreviations, numbers and telling words: read from `words/<language>.toml`, asked by name."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
VOWELS = frozenset("aeiouyäöüáàâéèêíóôúæøå")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The lists of one language, as their file explains them."""

    ordinals: bool
    never_ends: frozenset[str]
    may_end: frozenset[str]
    may_end_like: tuple[str, ...]
    before_numbers: frozenset[str]
    no_abbreviations: frozenset[str]
    before_cardinals: frozenset[str]
    before_cardinals_like: tuple[str, ...]
    before_years: frozenset[str]
    months: frozenset[str]
    openers: frozenset[str]
    leans: frozenset[str]
    stands_for: frozenset[str]
    verbs_after_articles: frozenset[str]
    calendar: frozenset[str]
    before_leaning: frozenset[str]

    def opens(self, word: str) -> bool:
        """Whether this capitalised word almost surely begins a sentence."""
        return word.lower() in self.openers

    def never_closes(self, pieces: Sequence[str]) -> bool:
        """Whether an abbreviation of these pieces („z“, „B“) always goes on, or its tail does („Prof“, „Dr“)."""
        return _holds(self.never_ends, pieces)

    def may_close(self, pieces: Sequence[str]) -> bool:
        """Whether these pieces are, or look like, an abbreviation that a sentence may end with."""
        word = pieces[-1]
        return _holds(self.may_end, pieces) or word.lower().endswith(self.may_end_like) or self._has_no_vowel(word)

    def _has_no_vowel(self, word: str) -> bool:
        """„bzgl“, „Mrd“; but neither „GmbH“ nor „SPD“, which have no full stop of their own."""
        small = word.lower()
        return word[1:].islower() and small not in self.no_abbreviations and VOWELS.isdisjoint(small)

    def counts(self, word: str) -> bool:
        """Whether a number after this word is a cardinal: a place, a room, a house number."""
        return word in self.before_cardinals or word.lower().endswith(self.before_cardinals_like)


def _holds(known: frozenset[str], pieces: Sequence[str]) -> bool:
    tails = (".".join(pieces[begin:]) for begin in range(len(pieces)))
    return any(tail in known or tail.lower() in known for tail in tails)


@cache
def lexicon(language: str) -> Lexicon:
    """The lists for a BCP 47 tag. What is neither German nor English is read like German, which cuts least."""
    file = "en.toml" if language.split("-")[0].lower() == "en" else "de.toml"
    with (WORDS / file).open("rb") as stream:
        lists = tomllib.load(stream)
    words = {name: tuple(text.split()) for name, text in lists.items() if isinstance(text, str)}
    return Lexicon(
        ordinals=lists["ordinals"],
        never_ends=frozenset(words["never-ends"]),
        may_end=frozenset(words["may-end"]),
        may_end_like=words["may-end-like"],
        before_numbers=frozenset(words["before-numbers"]),
        no_abbreviations=frozenset(words["no-abbreviations"]),
        before_cardinals=frozenset(words["before-cardinals"]),
        before_cardinals_like=words["before-cardinals-like"],
        before_years=frozenset(words["before-years"]),
        months=frozenset(words["months"]),
        openers=frozenset(words["openers"]),
        leans=frozenset(words["leans"]),
        stands_for=frozenset(words["stands-for"]),
        verbs_after_articles=frozenset(words["verbs-after-articles"]),
        calendar=frozenset(words["calendar"]),
        before_leaning=frozenset(words["before-leaning"]),
    )
