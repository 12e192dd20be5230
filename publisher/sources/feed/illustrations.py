"""Pictures inside foreign HTML: which of them show something, and the words that stand with them."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement, tostring

from publisher.sources.characters import one_line
from publisher.sources.feed.entry import FoundPicture, without_tracking
from publisher.sources.markup import parse

TOO_SMALL = 72
"""Pixels: icons, smileys and counting pixels say so themselves."""
ORNAMENTS = ("wp-smiley", "emoji", "avatar", "icon")
LAZY = ("data-src", "data-lazy-src", "data-original")
CREDIT = re.compile(
    r"\(?\b(?:fotos?|bild(?:quelle|nachweis|rechte)?|quelle|grafik|photo|image|credits?|copyright)\s*:\s*([^()]{2,120})\)?\s*$"
    r"|\(?(?:©|\(c\))\s*([^()]{2,120})\)?\s*$",
    re.IGNORECASE,
)
SIZE_IN_NAME = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w{3,4}$)")


def pictures_in(root: HtmlElement, base_url: str) -> Iterator[FoundPicture]:
    """The pictures of a tree in order, captions and credits of their figures with them."""
    for image in root.iter("img"):
        url = _address(image, base_url)
        if url and not _is_ornament(image):
            caption, credit = split_caption(_caption(image))
            yield FoundPicture(url=url, alt=one_line(image.get("alt") or ""), credit=credit, caption=caption)


def without_figures(foreign: str) -> str:
    """Foreign HTML without its pictures and their captions: these words belong to the pictures, not to the text."""
    if "<img" not in foreign.lower():
        return foreign
    body = parse(foreign).find("body")
    for element in [part for part in body.iter("figure", "div") if _is_figure(part)]:
        if element.getparent() is not None and element.find(".//img") is not None:
            element.drop_tree()
    kept: str = tostring(body, encoding="unicode")
    return kept


def split_caption(text: str) -> tuple[str, str]:
    """ "Der neue Steg. Foto: Stadt Musterstadt" -> ("Der neue Steg.", "Stadt Musterstadt")."""
    match = CREDIT.search(text[-200:])
    if match is None:
        return text, ""
    return text[: len(text) - len(match[0])].rstrip(" |–-/,("), (match[1] or match[2]).strip(" .)")


def merged(pictures: Iterable[FoundPicture]) -> list[FoundPicture]:
    """One of each: a picture met twice (as enclosure and in the text) keeps the words of both."""
    found: dict[str, FoundPicture] = {}
    for picture in pictures:
        name = SIZE_IN_NAME.sub("", without_tracking(picture.url))
        known = found.get(name)
        found[name] = picture if known is None else _with_words_of(known, picture)
    return list(found.values())


def _with_words_of(known: FoundPicture, other: FoundPicture) -> FoundPicture:
    return FoundPicture(
        url=known.url,
        alt=known.alt or other.alt,
        credit=known.credit or other.credit,
        caption=known.caption or other.caption,
    )


def _address(image: HtmlElement, base_url: str) -> str:
    """Where the picture really is: pages that load late put a placeholder into src."""
    written = next((value for name in LAZY if (value := image.get(name))), "") or image.get("src") or ""
    try:
        address = urljoin(base_url, written.strip())
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""


def _is_ornament(image: HtmlElement) -> bool:
    sizes = [value for name in ("width", "height") if (value := (image.get(name) or "").removesuffix("px")).isdigit()]
    small = any(int(size) < TOO_SMALL for size in sizes if len(size) < 6)
    kinds = (image.get("class") or "").lower()
    return small or any(kind in kinds for kind in ORNAMENTS)


def _caption(image: HtmlElement) -> str:
    figure = next((above for above in image.iterancestors() if _is_figure(above)), None)
    if figure is None or sum(1 for _ in figure.iter("img")) != 1:
        return ""
    captions = [part for part in figure.iter("figcaption", "p") if part.tag == "figcaption" or _is_caption(part)]
    return one_line(" ".join(text for caption in captions for text in caption.itertext()))


def _is_figure(element: HtmlElement) -> bool:
    return element.tag == "figure" or "wp-caption" in (element.get("class") or "").split()


def _is_caption(element: HtmlElement) -> bool:
    return "wp-caption-text" in (element.get("class") or "").split()
