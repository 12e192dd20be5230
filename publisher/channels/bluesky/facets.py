"""Which parts of a Bluesky post can be clicked: links and hashtags, as byte ranges of its UTF-8 text.

app.bsky.richtext.facet: byteStart inclusive, byteEnd exclusive, no overlaps. Servers accept ranges that make no sense,
so they are verified here.
"""

from collections.abc import Iterator, Sequence

import regex

from publisher.domain.variant import Json, JsonObject
from publisher.language.graphemes import graphemes

LINK = regex.compile(r"(?<![\p{L}\p{N}@])https?://[^\s<>\"„“”»«]+", regex.IGNORECASE)
TRAILING = ".,;:!?…'’*_"
HASHTAG = regex.compile(r"(?<!\S)[#＃]([^\s\u00AD\u2060\u200A-\u200D\u20e2]+)")
PUNCTUATION_END = regex.compile(r"\p{P}+$")
MAX_TAG_GRAPHEMES = 64


def facets(text: str) -> list[Json]:
    """The facets of a text, in order."""
    links = list(_links(text))
    tags = [tag for tag in _tags(text) if not any(start <= tag[0] < end for start, end, _ in links)]
    found = sorted([*links, *tags], key=lambda part: part[0])
    return [_facet(text, start, end, feature) for start, end, feature in found]


def verify(text: str, of: Sequence[Json]) -> None:
    """Raise ValueError unless every facet lies within the text, between whole characters, and none overlap."""
    data, done = text.encode(), 0
    for facet in of:
        index = facet["index"] if isinstance(facet, dict) else None
        start, end = (index["byteStart"], index["byteEnd"]) if isinstance(index, dict) else (None, None)
        if not (isinstance(start, int) and isinstance(end, int) and done <= start < end <= len(data)):
            raise ValueError("facet beyond the text or overlapping")
        data[start:end].decode()
        done = end


def _links(text: str) -> Iterator[tuple[int, int, JsonObject]]:
    for found in LINK.finditer(text):
        url = _without_trailing(found[0])
        if len(url) > len("https://"):
            yield found.start(), found.start() + len(url), {"$type": "app.bsky.richtext.facet#link", "uri": url}


def _without_trailing(url: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays if the address opens one."""
    while url and (url[-1] in TRAILING or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _tags(text: str) -> Iterator[tuple[int, int, JsonObject]]:
    for found in HASHTAG.finditer(text):
        word = PUNCTUATION_END.sub("", found[1])
        if word and not word.isdigit() and graphemes(word) <= MAX_TAG_GRAPHEMES:
            end = found.start(1) + len(word)
            yield found.start(), end, {"$type": "app.bsky.richtext.facet#tag", "tag": word}


def _facet(text: str, start: int, end: int, feature: JsonObject) -> JsonObject:
    before = len(text[:start].encode())
    index = {"byteStart": before, "byteEnd": before + len(text[start:end].encode())}
    return {"index": index, "features": [feature]}
