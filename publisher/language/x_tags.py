"""Which parts of a text X takes for a hashtag or for the name of an account, as twitter-text 3.1.0 finds them."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from publisher.language.x_links import ACCENTED, links

IN_TAGS = (
    r"[\p{L}\p{M}\p{Nd}_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB\u3003\u0F0B\u0F0C\xB7]"
)
TAG = regex.compile(rf"(?:(?<!{IN_TAGS}|&)|(?<=[\uFE0E\uFE0F]))[#＃](?![\uFE0F\u20E3])({IN_TAGS}++)(?![#＃]|://)")
A_LETTER = regex.compile(r"[\p{L}\p{M}]")
MENTION = regex.compile(
    r"(?:\A|[^a-zA-Z0-9_!#$%&*@＠]|(?:\A|[^a-zA-Z0-9_+~.-])[rR][tT]:?)"
    r"(?P<sign>[@＠])(?P<name>[a-zA-Z0-9_]{1,20}+)(?P<list>/[a-zA-Z][a-zA-Z0-9_-]{0,24}+)?+"
)
NOT_AFTER = regex.compile(rf"[@＠{ACCENTED}]|://")


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag or the name of an account: where it stands with its sign (in characters), and the word without it."""

    start: int
    end: int
    word: str


def tags(text: str) -> list[Tag]:
    """The hashtags of a text in order; what stands in a link is none."""
    found = (Tag(*tag.span(), tag[1]) for tag in TAG.finditer(text) if A_LETTER.search(tag[1]))
    return list(_outside(found, [(link.start, link.end) for link in links(text)]))


def mentions(text: str) -> list[Tag]:
    """The accounts that a text names, in order; @name/list names a list and no account."""
    named = (found for found in MENTION.finditer(text) if not found["list"])
    return [
        Tag(found.start("sign"), found.end(), found["name"])
        for found in named
        if not NOT_AFTER.match(text, found.end())
    ]


def _outside(found: Iterable[Tag], spans: list[tuple[int, int]]) -> Iterable[Tag]:
    """Those that begin in none of these spans, and before none that they reach into."""
    waiting = iter([*spans, (10**9, 10**9)])
    begin, end = next(waiting)
    for tag in found:
        while end <= tag.start:
            begin, end = next(waiting)
        if tag.start < begin:
            yield tag
