"""Media RSS: which pictures an entry brings, with the words that describe them.

feedparser loses which description belongs to which picture, and takes it for the entry's own summary; so these
elements are read here and taken out of the document before feedparser sees it. Specification:
https://www.rssboard.org/media-rss (optional elements: the innermost one counts).
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from publisher.sources.feed.entry import TAG, FoundPicture

PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|heic)(?:[?#]|$)", re.IGNORECASE)
MOST_PICTURES = 20


def take_media(root: etree._Element, feed_url: str) -> list[tuple[FoundPicture, ...]]:
    """The pictures of each item or entry in document order; their elements leave the tree."""
    entries = [element for element in root.iter(etree.Element) if _name(element) in ("item", "entry")]
    found = [tuple(_pictures(entry, feed_url))[:MOST_PICTURES] for entry in entries]
    for element in [element for element in root.iter(etree.Element) if _is_media(element)]:
        _take_out(element)
    return found


def is_picture(url: str, media_type: str, medium: str = "") -> bool:
    """Whether an enclosure is a picture: by its medium, its type, or, where both are silent, its name."""
    if medium or media_type:
        return medium == "image" or media_type.lower().startswith("image/")
    return bool(PICTURE_NAME.search(url))


def _pictures(entry: etree._Element, feed_url: str) -> Iterator[FoundPicture]:
    contents = [element for element in entry.iter(etree.Element) if _media_name(element) == "content"]
    seen_groups: set[etree._Element] = set()
    for content in contents:
        group = content.getparent()
        if group is not None and _media_name(group) == "group":
            if group not in seen_groups:
                seen_groups.add(group)
                yield from _best_of(group, entry, feed_url)
        elif _shows_picture(content):
            yield _picture(content, [content, entry], feed_url)
    if not contents:
        thumbnails = [child for child in entry if _media_name(child) == "thumbnail" and child.get("url")]
        yield from (_picture(thumbnail, [entry], feed_url) for thumbnail in thumbnails[:1])


def _best_of(group: etree._Element, entry: etree._Element, feed_url: str) -> Iterator[FoundPicture]:
    """A group holds one thing in several sizes: the widest is taken. A group with a film is that film, not a picture."""
    contents = [child for child in group if _media_name(child) == "content"]
    if contents and all(_shows_picture(content) for content in contents):
        best = max(contents, key=lambda content: _number(content.get("width", "")))
        yield _picture(best, [best, group, entry], feed_url)


def _picture(element: etree._Element, sources: list[etree._Element], feed_url: str) -> FoundPicture:
    alt = _words(sources, "description") or _words(sources, "title")
    address = urljoin(element.base or feed_url, element.get("url", "").strip())
    return FoundPicture(url=address, alt=alt, credit=_words(sources, "credit"))


def _words(sources: list[etree._Element], name: str) -> str:
    for source in sources:
        for child in source:
            if _media_name(child) == name and (text := _plain(child)):
                return text
    return ""


def _plain(element: etree._Element) -> str:
    text = etree.tostring(element, method="text", encoding="unicode", with_tail=False)
    if element.get("type") == "html":
        text = html.unescape(TAG.sub(" ", text))
    return " ".join(text.split())


def _shows_picture(content: etree._Element) -> bool:
    url = content.get("url", "")
    return bool(url) and is_picture(url, content.get("type", ""), content.get("medium", ""))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_media(element: etree._Element) -> bool:
    space = etree.QName(element).namespace or ""
    return "/mrss" in space or "media-rss" in space


def _media_name(element: etree._Element) -> str:
    return _name(element) if isinstance(element.tag, str) and _is_media(element) else ""


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before, tail = element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
