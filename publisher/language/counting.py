"""The length of a text as each platform counts it: one function per way of counting, from a text to a whole number.

Which channel counts how is the channel's to say. X's weighted count is long enough for a module of its own: `x_length`.
"""

import math

import regex

from publisher.language.graphemes import graphemes

# Only links with a scheme and a host with a top-level domain are discounted, and only where no word is glued to them
# (Mastodon's app/validators/status_length_validator.rb and config/initializers/twitter_regex.rb). Marks at their end
# are not part of them, nor are brackets that do not close.
MASTODON_LINK = regex.compile(
    r"""(?<![\p{L}\p{M}\p{Nd}_@/.$#＃＠-])https?://(?:[\p{L}\p{M}\p{Nd}_-]++\.){1,20}\p{L}[\p{L}\p{M}\p{Nd}-]++(?::\d++)?"""
    r"""(?:[/?#](?:[^\s<>"„“”»«()]|\([^\s<>()]*+\))*(?<![.,;:!?'*…]))?""",
    regex.IGNORECASE,
)
MASTODON_LONGEST_LINK = 4096
"""What is longer is not recognised as a link there and counts in full."""
REMOTE_MENTION = regex.compile(r"(?<![\w=/])(@\w++(?:[.-]++\w++)*+)@\w++(?:[.-]++\w++)*+")
BLUESKY_GRAPHEMES = 300
BLUESKY_BYTES = 3000


def code_points(text: str) -> int:
    """Unicode code points, as GoToSocial counts."""
    return len(text)


def utf8_bytes(text: str) -> int:
    """Bytes of UTF-8, as Threads counts."""
    return len(text.encode())


def mastodon_length(text: str, link: int = 23, warning: str = "") -> int:
    """Grapheme clusters; a link counts `link` (the server's characters_reserved_per_url), @name@server only @name.

    A content `warning` is counted with the text, its links in full (app/validators/status_length_validator.rb).
    """
    text = MASTODON_LINK.sub(lambda found: "x" * link if len(found[0]) <= MASTODON_LONGEST_LINK else found[0], text)
    return graphemes(warning) + graphemes(REMOTE_MENTION.sub(r"\1", text))


def bluesky_length(text: str) -> int:
    """Graphemes, or tenths of its UTF-8 bytes if that is more: at most 300 means both of the lexicon's limits are kept.

    app.bsky.feed.post: maxGraphemes 300, maxLength 3000 bytes. Links count in full.
    """
    return max(graphemes(text), math.ceil(utf8_bytes(text) * BLUESKY_GRAPHEMES / BLUESKY_BYTES))
