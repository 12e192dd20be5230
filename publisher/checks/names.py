"""Names that are spelled in two ways: one of them is wrong, and its bearer will notice."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from publisher.checks.examination import Examination, excerpt, lines
from publisher.checks.persons import MOST_PERSONS, persons
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

SOUNDS_ALIKE = tuple(
    (re.compile(written), heard)
    for written, heard in (
        *(
            ("ph", "f"),
            ("th", "t"),
            ("dt", "t"),
            ("ck", "k"),
            ("ai|ay|ey", "ei"),
            ("y", "i"),
            ("ß", "ss"),
            ("c(?!h)", "k"),
        ),
        *(("ae", "ä"), ("oe", "ö"), ("ue", "ü"), (r"(\w)\1", r"\1"), ("v", "f"), (r"(?<=[aeiouäöü])h", "")),
    )
)
SPOKE = (
    r"(?:sagte?|betonte?|erklärte?|ergänzte?|erläuterte?|berichtete?|freute?|lobte?|dankte?|kündigte?|said|says|added)"
)
SURNAME_ALONE = re.compile(
    rf"(?<![\w-])(?:(?:{SPOKE}|Herr|Frau|Herrn)\s(?P<after>[A-ZÄÖÜ][a-zäöüß]{{3,30}})|(?P<before>[A-ZÄÖÜ][a-zäöüß]{{3,30}})\s{SPOKE})(?![\w-])"
)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`name-in-two-forms` (warning) for the later spelling."""
    text = list(lines(announcement))
    people = [(person.first, person.last) for line in text for person in persons(line)]
    people = list(dict.fromkeys(people))[:MOST_PERSONS]
    for one, other in combinations(people, 2):
        if _same_person(one, other):
            yield _finding(" ".join(other), " ".join(one))
    yield from _alone(text, [last for _, last in people])


def _alone(text: Sequence[str], surnames: Sequence[str]) -> Iterator[Finding]:
    """Surnames without first names that sound like one of those with."""
    heard = {_heard(name): name for name in surnames}
    for line in text:
        for match in SURNAME_ALONE.finditer(line):
            name = match["after"] or match["before"]
            known = heard.get(_heard(name))
            if known is not None and name not in surnames and not _inflected(known, name):
                yield _finding(name, known)


def _same_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (first, last), (other_first, other_last) = one, other
    if first == other_first:
        return not _inflected(last, other_last) and _alike(last, other_last)
    return last == other_last and not _relatives(first, other_first) and _alike(first, other_first)


def _alike(one: str, other: str) -> bool:
    """Whether two spellings sound the same, or a long one differs by a slip of the finger."""
    return _heard(one) == _heard(other) or (min(len(one), len(other)) >= 6 and _slip(one.lower(), other.lower()))


def _heard(name: str) -> str:
    sound = name.lower()
    for written, heard in SOUNDS_ALIKE:
        sound = written.sub(heard, sound)
    return sound


def _slip(one: str, other: str) -> bool:
    """One letter too many, too few, another one, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    begin = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[begin:], other[begin:]
    swapped = rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:]
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]


def _inflected(one: str, other: str) -> bool:
    """„Meiers“ is Meier's."""
    short, long = sorted((one, other), key=len)
    return long in (short, f"{short}s", f"{short}’", f"{short}es")


def _relatives(one: str, other: str) -> bool:
    """Martin and Martina, Christian and Christiane are two people."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return (long.startswith(short) and long[len(short) :] in ("a", "e", "in", "ine")) or one[:-1] == other[:-1]


def _finding(written: str, other: str) -> Finding:
    return Finding(
        code="name-in-two-forms", severity=Severity.WARNING, excerpt=excerpt(written), values={"other": other}
    )
