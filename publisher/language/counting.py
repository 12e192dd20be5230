"""The length of a text as each platform counts it: one function per way of counting, from a text to a whole number.

Which channel counts how is the channel's to say. X's weighted count will be one more function here.
"""

import math

import regex

from publisher.language.graphemes import graphemes

MASTODON_LINK = regex.compile(
    # Only links with a scheme are discounted, and only where no word is glued to them (Mastodon's
    # app/validators/status_length_validator.rb). A closing full stop, quotation mark or bracket is not part of the link.
    r"""(?<![\p{L}\p{M}\p{Nd}_@/.$#＃＠-])https?://[^\s/?#<>"„“”»«]+\.[^\s<>"„“”»«]*[^\s<>"„“”»«.,:;!?'()\[\]]/?""",
    regex.IGNORECASE,
)
MASTODON_LONGEST_LINK = 4096
"""What is longer is not recognised as a link there and counts in full."""
REMOTE_MENTION = regex.compile(r"(?<![\p{L}\p{Nd}_=/])@(\w+(?:[\w.-]+\w)?)@[\w.-]+\w")
BLUESKY_GRAPHEMES = 300
BLUESKY_BYTES = 3000


def code_points(text: str) -> int:
    """Unicode code points, as GoToSocial counts."""
    return len(text)


def utf8_bytes(text: str) -> int:
    """Bytes of UTF-8, as Threads counts."""
    return len(text.encode())


def mastodon_length(text: str, link: int = 23) -> int:
    """Grapheme clusters; a link counts `link` (the server's characters_reserved_per_url), @name@server only @name."""
    links = [found for found in MASTODON_LINK.findall(text) if len(found) <= MASTODON_LONGEST_LINK]
    discount = sum(graphemes(found) - link for found in links)
    without_links = MASTODON_LINK.sub(" ", text)
    return graphemes(text) - discount - sum(len(found[0]) - len(found[1]) - 1 for found in _mentions(without_links))


def _mentions(text: str) -> list[tuple[str, str]]:
    return [(found[0], found[1]) for found in REMOTE_MENTION.finditer(text)]


def bluesky_length(text: str) -> int:
    """Graphemes, or tenths of its UTF-8 bytes if that is more: at most 300 means both of the lexicon's limits are kept.

    app.bsky.feed.post: maxGraphemes 300, maxLength 3000 bytes. Links count in full.
    """
    return max(graphemes(text), math.ceil(utf8_bytes(text) * BLUESKY_GRAPHEMES / BLUESKY_BYTES))
