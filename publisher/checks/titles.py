"""Offices that the same person is given in two forms: Bürgermeister here, Oberbürgermeister there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.checks.examination import Examination, excerpt, lines
from publisher.checks.persons import Person, persons
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

RANKED = re.compile(
    r"(?P<rank>(?:erste[rn]?|stellvertretende[rn]?)\s|ober|alt|vize|orts|bezirks|verbands|samtgemeinde|stadt|staats|"
    r"stabs|pro|kon|landtags|bundestags|regierungs|polizei)?"
    r"(?P<office>bürgermeister|landr[aä]t|präsident|vorsitzende|direktor|minister|rektor|dechant|staatsanw[aä]lt|leiter"
    r"|kirchenr[aä]t|inspektor|mayor)(?P<ending>in)?(?:[rn]|e?s)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Form:
    """An office as it is written: what it is, how high, and whose."""

    office: str
    rank: str
    female: bool


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`title-in-two-forms` (warning) for the rarer form; headlines that reading took away are witnesses too."""
    mentions = [person for line in (*lines(announcement), *about.removed) for person in persons(line)]
    titled = [(person, form) for person in mentions if (form := form_of(person.title))]
    for (name, office), forms in _by_person(titled).items():
        counted = Counter(form for _, form in forms)
        usual, _ = counted.most_common(1)[0]
        for person, form in forms:
            if form != usual:
                right = next(mention.text for mention, other in forms if other == usual)
                values = {"other": right, "name": name, "office": office}
                yield Finding(
                    code="title-in-two-forms", severity=Severity.WARNING, excerpt=excerpt(person.text), values=values
                )
                break


def form_of(title: str) -> Form | None:
    """What kind of office a title names, None if it is not one with ranks."""
    match = RANKED.fullmatch(title)
    if match is None:
        return None
    rank = re.sub(r"(?<=e)[rn]$", "", (match["rank"] or "").strip().lower())
    return Form(match["office"].lower().replace("ä", "a"), rank, bool(match["ending"]))


def _by_person(titled: list[tuple[Person, Form]]) -> dict[tuple[str, str], list[tuple[Person, Form]]]:
    """Mentions by name and office: whoever is both Stadtdirektor and Vorsitzender has two offices, not two forms."""
    grouped: dict[tuple[str, str], list[tuple[Person, Form]]] = {}
    for person, form in titled:
        grouped.setdefault((person.name, form.office), []).append((person, form))
    return grouped
