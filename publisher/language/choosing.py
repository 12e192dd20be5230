"""What is told of a text and what is left out: sentences that need each other go together, or not at all.

Direct speech keeps its speaker, a list its lead-in and all of its items, a heading what it announces.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from publisher.language.fitting import Sentence, is_item, most_that_fit
from publisher.language.leaning import leans
from publisher.language.quotations import enclosures

MOST_GAPS = 2
"""Gaps that a post may have: one that jumps more often reads like scraps."""
QUOTATION_MARKS = frozenset('„“«»"')
CLOSING_MARKS = {"„": "“”", "“": "”"}
FARTHEST_CLOSING = 12
"""Sentences that a quotation may go on for; a mark that is not closed by then was a slip."""
END_MARKS = " .!?…"
LEAD_IN = regex.compile(r"\b(?:folgend|following\b)", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """Sentences that stand or fall together. `leans`: they need the unit before them as well."""

    sentences: tuple[Sentence, ...]
    leans: bool


def units(told: Sequence[Sentence], language: str) -> list[Unit]:
    """The sentences of a text in order, those together that need each other. The first unit leans on nothing."""
    made: list[Unit] = []
    for group in _groups(told, "“" if language.split("-")[0].lower() == "en" else "„"):
        answers = bool(made) and made[-1].sentences[-1].text.endswith("?")
        made.append(Unit(tuple(group), leans=bool(made) and (answers or _leans(group[0], language))))
    return made


def choose(
    leaning: Sequence[bool],
    fits: Callable[[Sequence[int]], bool],
    sparse: Callable[[Sequence[int]], bool] = lambda _: False,
) -> list[int]:
    """The places of the units to tell, in order: as many from the start as fit.

    Only while that is `sparse`, a unit without room is passed over and the text goes on behind it: from there with units
    that lean on nothing, since „sie“ may mean somebody who was left out. `leaning`: of each unit, whether it needs the
    one before it. `fits`: whether these units have room together; fewer fit better. It is asked a few times the
    logarithm of their number.
    """
    taken = _longest_run([], range(len(leaning)), fits)
    rest = [place for place in range(len(taken) + 1, len(leaning)) if not leaning[place]]
    for _ in range(MOST_GAPS):
        if not rest or not sparse(taken):
            break
        run = _longest_run(taken, rest, fits)
        taken, rest = taken + run, rest[len(run) + 1 :]
    return taken


def _longest_run(taken: list[int], places: Sequence[int], fits: Callable[[Sequence[int]], bool]) -> list[int]:
    """As many of these places from the first on as fit beside the taken ones."""
    count = most_that_fit(len(places), lambda count: fits([*taken, *places[:count]]))
    return list(places[:count])


def _groups(told: Sequence[Sentence], opening: str) -> list[list[Sentence]]:
    groups: list[list[Sentence]] = []
    going_on = _going_on([sentence.text for sentence in told], opening)
    nameless = speaking = False
    for place, sentence in enumerate(told):
        announced = place > 0 and _announces(told[place - 1], sentence, first=place == 1)
        quoted, bare = _quotes(sentence.text)
        if place > 0 and (announced or nameless or place in going_on):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
        nameless = bare and not speaking and not announced  # the next one names the speaker
        speaking = quoted and (not bare or speaking or announced)
    return groups


def _going_on(texts: Sequence[str], opening: str) -> set[int]:
    """The places of sentences in the middle and at the end of a quotation that began in an earlier one."""
    closing = CLOSING_MARKS[opening]
    balances = [text.count(opening) - sum(map(text.count, closing)) for text in texts]
    places: set[int] = set()
    for begin in (place for place, balance in enumerate(balances) if balance > 0):
        reach = range(begin + 1, min(begin + 1 + FARTHEST_CLOSING, len(texts)))
        end = next((place for place in reach if balances[place] < 0), begin)
        places.update(range(begin + 1, end + 1))
    return places


def _quotes(text: str) -> tuple[bool, bool]:
    """Whether a sentence holds a quotation, and whether it is nothing else."""
    pairs = [(begin, end) for begin, end in enclosures(text) if text[begin] in QUOTATION_MARKS]
    bare = bool(pairs) and pairs[0][0] == 0 and not text[pairs[0][1] + 1 :].strip(END_MARKS)
    return bool(pairs), bare


def _leans(sentence: Sentence, language: str) -> bool:
    return _is_item(sentence) or _quotes(sentence.text)[1] or leans(sentence.text, language)


def _announces(before: Sentence, sentence: Sentence, *, first: bool) -> bool:
    """Whether the sentence before only leads up to this one. `first`: nothing stands before it."""
    if before.text.endswith(":") or (_is_item(before) and _is_item(sentence)):
        return True
    if _is_item(sentence) and LEAD_IN.search(before.text):
        return True
    heading = before.begins and before.ends and not first and not _is_item(before)
    return heading and before.text[-1].isalnum()


def _is_item(sentence: Sentence) -> bool:
    return is_item(sentence.text)
