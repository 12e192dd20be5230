"""Reads an embargo that stands in the name of a file or of the folder it came in."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

from publisher.checks.embargo_words import labelled
from publisher.domain.finding import Finding
from publisher.sources.characters import one_line
from publisher.sources.manuscript.embargo_line import is_another_kind, read_embargo

_LABEL = re.compile(
    r"(?:sende|presse)?-?sperr-?frist|presse-?sperre|embargo|gesperrt bis|frei ab|freigabe|nicht vor", re.I
)


def named_embargo(names: Iterable[str], zone: tzinfo) -> tuple[datetime | None, tuple[Finding, ...]]:
    """The latest embargo that names tell (aware UTC), with a fault for each that cannot be read."""
    read: list[datetime] = []
    findings: list[Finding] = []
    for name in names:
        plain = one_line(name.replace("_", " "))
        label = _LABEL.search(plain)
        words = _words(plain, label) if label and not is_another_kind(plain) else None
        if words is not None:
            until, said = read_embargo(words, plain, zone)
            read += [until] if until else []
            findings += said
    return max(read, default=None), tuple(findings)


def _words(name: str, label: re.Match[str]) -> str | None:
    """What stands behind the label; „Sperrfrist“ and „Embargo“ are one by themselves, whatever follows."""
    words = labelled(name[label.start() :])
    alone = re.search(r"sperr|embargo", label[0], re.IGNORECASE) and "gesperrt" not in label[0].casefold()
    return name[label.end() :] if words is None and alone else words
