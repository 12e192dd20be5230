"""Finds the people of a text by their full names, and what stands before a name: title and degree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.checks.known_words import known_words

MOST_PERSONS = 60
"""More than any announcement names; each is compared with each."""

_NAME = r"[A-ZÄÖÜ][a-zäöüßéèç]{1,30}(?:-[A-ZÄÖÜ][a-zäöüßéèç]{1,30})?"
FULL_NAME = re.compile(
    rf"(?<![\w-])(?=(?P<first>{_NAME})\s(?P<particle>(?:von|van|de|zu|vom)\s)?(?P<last>{_NAME})(?![\w-]))"
)
BEFORE = re.compile(
    r"(?:^|(?<=[\s„“\"(]))(?P<title>(?:(?:[Ee]rste|[Ss]tellvertretende)[rn]?\s)?[A-ZÄÖÜ][\w-]{1,50})"
    r"\s(?:(?:Dr|Prof|h\. ?c|Ing)\.\s){0,3}$"
)
LOOK_BACK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One mention of a person. `title`: the word before the name, degrees left out; "" if it is no such word.

    `text`: title and name as they stand.
    """

    first: str
    last: str
    title: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


def persons(text: str) -> Iterator[Person]:
    """The mentions of people by first and last name, in order, at most MOST_PERSONS different ones."""
    first_names = known_words("first-names")
    seen: set[tuple[str, str, str]] = set()
    for match in FULL_NAME.finditer(text):
        first = match["first"]
        if first not in first_names and first.partition("-")[0] not in first_names:
            continue
        before = BEFORE.search(text[max(0, match.start() - LOOK_BACK) : match.start()])
        title = before["title"] if before else ""
        mention = (title, first, match["last"])
        if mention not in seen and len(seen) < MOST_PERSONS:
            seen.add(mention)
            begin = match.start() - len(before[0]) if before else match.start()
            whole = text[begin : match.end("last")]
            yield Person(first=first, last=match["last"], title=title, text=" ".join(whole.split()))
