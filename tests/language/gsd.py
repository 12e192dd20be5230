"""How the splitter does on the dev and test sentences of UD German-GSD, read from a local copy.

The treebank (github.com/UniversalDependencies/UD_German-GSD, CC BY-SA) is named by PUBLISHER_GSD, a folder with
`de_gsd-ud-dev.conllu` and `de_gsd-ud-test.conllu`; no text of it stands in this project.

The sentences of a file are joined by spaces in blocks of ten, split again, and the places of the cuts are compared with
the treebank's. They come from reviews and old newspapers, in no order. Two figures are told:

- *raw*: all of them, headings, bylines and halves of sentences too. Where these are joined by a space, nobody can see
  their end.
- *ruled*: only those that are whole by their look: they begin with a capital letter or a digit, quotation marks and
  brackets before it aside, and end with . ! ? or …, quotation marks and brackets after it aside. The bound is on this one.

Run it: `PUBLISHER_GSD=… python -m tests.language.gsd`
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import regex

from publisher.language.sentences import sentences

FILES = ("de_gsd-ud-dev.conllu", "de_gsd-ud-test.conllu")
TEXT = "# text = "
BLOCK = 10
WHOLE = regex.compile(r"""["'`„“‚«»(\[]*[\p{Lu}\p{Nd}].*[.!?…]["'”“’‘»«)\]]*""")
AROUND = 50


@dataclass(frozen=True)
class Outcome:
    """What the splitter made of some sentences: each place with the text around it."""

    sentences: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def local_copy() -> Path | None:
    """The folder that PUBLISHER_GSD names, None if it is not there or not complete."""
    folder = Path(os.environ.get("PUBLISHER_GSD", "/nonexistent"))
    return folder if all((folder / name).is_file() for name in FILES) else None


def measure(folder: Path, *, whole: bool) -> Outcome:
    """Both files together. `whole`: only what looks like a whole sentence, as ruled above."""
    outcomes = [compare(block) for name in FILES for block in _blocks(folder / name, whole=whole)]
    return Outcome(
        sum(one.sentences for one in outcomes),
        tuple(place for one in outcomes for place in one.wrong),
        tuple(place for one in outcomes for place in one.missed),
    )


def _blocks(file: Path, *, whole: bool) -> Iterator[list[str]]:
    lines = file.read_text(encoding="utf-8").split("\n")
    gold = [" ".join(line.removeprefix(TEXT).split()) for line in lines if line.startswith(TEXT)]
    gold = [sentence for sentence in gold if not whole or WHOLE.fullmatch(sentence)]
    for begin in range(0, len(gold), BLOCK):
        yield gold[begin : begin + BLOCK]


def compare(gold: list[str]) -> Outcome:
    """One block of sentences, joined and split again."""
    text = " ".join(gold)
    wanted, got = _cuts(gold), _cuts(sentences(text, "de"))
    return Outcome(len(gold), _shown(text, got - wanted), _shown(text, wanted - got))


def _cuts(parts: list[str]) -> set[int]:
    """Where the next one begins in the joined text, after each of these but the last."""
    return set(accumulate(len(part) + 1 for part in parts[:-1]))


def _shown(text: str, places: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"{text[max(0, at - AROUND) : at - 1]} ⏎ {text[at : at + AROUND]}" for at in sorted(places))


def _report(folder: Path) -> Iterator[str]:
    for name, whole in (("raw", False), ("ruled", True)):
        outcome = measure(folder, whole=whole)
        if whole:
            yield from (f"wrong:  {place}" for place in outcome.wrong)
            yield from (f"missed: {place}" for place in outcome.missed)
        yield f"{name}: {outcome.sentences} sentences, {len(outcome.wrong)} wrong cuts, {len(outcome.missed)} missed"


if __name__ == "__main__":
    copy = local_copy()
    sys.stdout.writelines(f"{line}\n" for line in _report(copy)) if copy else sys.exit(f"PUBLISHER_GSD: no {FILES}")
