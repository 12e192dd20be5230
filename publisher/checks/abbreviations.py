"""Abbreviations that are never explained: colleagues know them, readers do not."""

import re
from collections.abc import Iterator, Sequence

from publisher.checks.examination import Examination, running_text, without_quotations
from publisher.checks.known_words import known_words
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

CAPITALS = re.compile(r"(?<![\w./@:#-])(?<![A-ZÄÖÜ]{2}\s)[A-ZÄÖÜ]{3,6}(?![\w/&]|\.\w|-\d|\s\d|\s[A-ZÄÖÜ]{2})")
"""Not „B 224“ or „DIN 1234“, and not one of several words in capitals: those shout."""
NONE = re.compile(r"(.)\1+|TODO|M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
"""Placeholders („XXXX“) and Roman numerals."""
WORD = re.compile(r"[^\W\d_]\w*")
MOST_STRANGE = 20
"""The text is searched once for each."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`abbreviation-unexplained` (notice), once each, where it first stands."""
    text = f"{announcement.headline}\n\n{running_text(announcement)}"
    capitals = [line for line in text.splitlines() if CAPITALS.search(line)]
    spoken = {word for line in capitals for word in _quoted(line)}
    quiet = (without_quotations(line) for line in capitals if not _shouts(line))
    written = dict.fromkeys(word for line in quiet for word in CAPITALS.findall(line))
    known = known_words("abbreviations")
    strange = [word for word in written if word not in known and word not in spoken and not NONE.fullmatch(word)]
    initials = _initials(text) if strange else []
    for word in strange[:MOST_STRANGE]:
        if not _explained(word, text, initials):
            yield Finding(code="abbreviation-unexplained", severity=Severity.NOTICE, excerpt=word)


def _quoted(line: str) -> set[str]:
    """Abbreviations inside quotation marks are parts of names: „ITEC Learning Journey“."""
    unquoted = without_quotations(line)
    return {match[0] for match in CAPITALS.finditer(line) if unquoted[match.start()] == " "}


def _explained(word: str, text: str, initials: Sequence[str]) -> bool:
    """„Entwicklungskonzept (ISEK)“, „ISEK (Entwicklungskonzept)“, „ISEK steht für“, or words with its initials."""
    told = rf"\({word}[),;]|\b{word}\s(?:\(\w{{4}}|(?:steht|stands)\b)|\bkurz:?\s{word}\b|\s{word},\s(?:eine?|an?)\b"
    return any(word.lower()[:4] in letters for letters in initials) or bool(re.search(told, text))


def _initials(text: str) -> list[str]:
    """The first letters of all words, and of those that are no mere „und“ or „of“."""
    words = WORD.findall(text)
    return ["".join(word[0] for word in words if len(word) > least).lower() for least in (0, 3)]


def _shouts(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > 0.6 * len(letters)
