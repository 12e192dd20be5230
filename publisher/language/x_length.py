"""The length of a text as X counts it: weighted characters, 23 for any link, 2 for an emoji (twitter-text, config v3)."""

import unicodedata

import regex

from publisher.language.emoji import SEQUENCE
from publisher.language.top_level_domains import TopLevelDomains, top_level_domains
from publisher.language.x_links import links

LINK = 23
HEAVY = "😀"
LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")
"""These weigh 1, all others 2: letters of Europe, German quotation marks and dashes 1; €, … and • 2."""


def x_length(text: str, domains: TopLevelDomains | None = None) -> int:
    """Weighted length after normalising to NFC; 280 are allowed.

    Where the top-level domains are only guessed, a link counts what it measures if that is more.
    """
    known = domains or top_level_domains()
    text = unicodedata.normalize("NFC", text)
    length, done = 0, 0
    for link in links(text, known):
        length += _weight(text[done : link.start])
        length += LINK if known.known else max(LINK, _weight(link.url))
        done = link.start + len(link.url)
    return length + _weight(text[done:])


def _weight(text: str) -> int:
    text = SEQUENCE.sub(HEAVY, text)
    return 2 * len(text) - len(LIGHT.findall(text))
