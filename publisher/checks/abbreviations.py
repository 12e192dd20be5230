"""Abbreviations that are never explained: colleagues know them, readers do not."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, running_text, without_quotations
from publisher.checks.known_words import known_words
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

CAPITALS = re.compile(r"(?<![\w./@:#-])(?<![A-ZÄÖÜ]{2}\s)[A-ZÄÖÜ]{3,6}(?![\w/&]|\.\w|-\d|\s\d|\s[A-ZÄÖÜ]{2})")
"""Not „B 224“ or „DIN 1234“, and not one of several words in capitals: those shout."""
PLACEHOLDER = re.compile(r"(.)\1+|TODO")
MOST_STRANGE = 20
"""The text is searched once for each."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`abbreviation-unexplained` (notice), once each, where it first stands."""
    text = f"{announcement.headline}\n\n{running_text(announcement)}"
    spoken = {word for line in text.splitlines() for word in _quoted(line)}
    quiet = (without_quotations(line) for line in text.splitlines() if not _shouts(line))
    written = dict.fromkeys(word for line in quiet for word in CAPITALS.findall(line))
    known = known_words("abbreviations")
    strange = [word for word in written if word not in known and word not in spoken and not PLACEHOLDER.fullmatch(word)]
    for word in strange[:MOST_STRANGE]:
        if not _explained(word, text):
            yield Finding(code="abbreviation-unexplained", severity=Severity.NOTICE, excerpt=word)


def _quoted(line: str) -> set[str]:
    """Abbreviations inside quotation marks are parts of names: „ITEC Learning Journey“."""
    unquoted = without_quotations(line)
    return {match[0] for match in CAPITALS.finditer(line) if unquoted[match.start()] == " "}


def _explained(word: str, text: str) -> bool:
    """„Entwicklungskonzept (ISEK)“, „ISEK (Entwicklungskonzept)“, „ISEK steht für“, or words with its initials."""
    letters = r"\W{1,3}(?:\w{1,30}\W{1,3}){0,2}?".join(rf"{letter}\w{{1,40}}" for letter in word[:4])
    told = rf"\({word}[),;]|\b{word}\s(?:\(\w{{4}}|(?:steht|stands)\b)|\bkurz:?\s{word}\b|\s{word},\s(?:eine?|an?)\b"
    return bool(re.search(told, text)) or bool(re.search(rf"\b{letters}", text, re.IGNORECASE))


def _shouts(line: str) -> bool:
    letters = [letter for letter in line if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > 0.6 * len(letters)
