"""Keywords as hashtags: letters and digits only, words run together in CamelCase, umlauts kept.

What ends a tag differs by platform („#Stadt-Fest“ would become #Stadt on Mastodon: app/models/tag.rb), so no
character but letters, combining marks, digits and the underscore stays.
"""

import unicodedata
from collections.abc import Iterable

import regex

from publisher.language.typography import without_leftovers

WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}_]+")
LETTER = regex.compile(r"\p{L}")
INSIDE_A_WORD = regex.compile(r"(?<=\p{L})[:*'’](?=\p{L})")
"""„Bürger:innen“ and „Hartz’sche“ are one word each: the mark goes, the next letter stays small."""
MOST_CHARACTERS = 64
"""The longest tag that every platform takes (Bluesky's lexicon app.bsky.richtext.facet: 64 graphemes)."""


def hashtag(keyword: str) -> str:
    """„öffentlicher Nahverkehr“ -> „#ÖffentlicherNahverkehr“; "" if no tag can be made of it."""
    words = WORD.findall(INSIDE_A_WORD.sub("", unicodedata.normalize("NFC", without_leftovers(keyword))))
    tag = "".join(word[0].upper() + word[1:] if len(words) > 1 else _capital(word) for word in words)
    if LETTER.search(tag) is None or len(tag) > MOST_CHARACTERS:
        return ""
    return f"#{tag}"


def _capital(word: str) -> str:
    """A word that has a capital of its own („eGovernment“) keeps its look."""
    return word if any(letter.isupper() for letter in word) else word[0].upper() + word[1:]


def hashtags(keywords: Iterable[str]) -> tuple[str, ...]:
    """The tags of these keywords in order, each once however it is capitalised."""
    tags: dict[str, str] = {}
    for tag in map(hashtag, keywords):
        if tag:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())
