"""Reads HTML as a press office delivers it: its title, its blocks, and the pictures that stand in it."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement, tostring

from publisher.domain.finding import Finding
from publisher.sources.characters import one_line
from publisher.sources.manuscript.fields import PictureNote
from publisher.sources.manuscript.lines import Block, warning
from publisher.sources.markup import clean_html, parse, plain_text

PROGRAMS = ("script", "iframe", "object", "embed", "applet")
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){2,}")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """`title`: of the document, "" if it has none. `pictures`: files that <img> elements name."""

    blocks: tuple[Block, ...]
    title: str
    pictures: tuple[PictureNote, ...]
    findings: tuple[Finding, ...]


def read_page(html: str) -> Page:
    """Read a page or fragment. Raises InvalidAnnouncement if it is too large or too deep."""
    title, root = _TITLE.search(html[:20_000]), parse(html)
    pictures, findings = _pictures(root)
    blocks = tuple(to_blocks(clean_html(html)))
    return Page(blocks, one_line(unescape(title[1])) if title else "", pictures, (*findings, *_programs(root)))


def to_blocks(cleaned: str) -> list[Block]:
    """The blocks of clean HTML; a paragraph with empty lines in it (<br><br>) is as many."""
    blocks = []
    for element in parse(cleaned).find("body"):
        outer = tostring(element, encoding="unicode", with_tail=False)
        parts = [f"<p>{part}</p>" for part in _BREAKS.split(outer)] if element.tag == "p" else [outer]
        level = int(str(element.tag)[1]) - 1 if re.fullmatch(r"h[234]", str(element.tag)) else 0
        cleaned_parts = [clean_html(part) for part in parts] if len(parts) > 1 else [outer]
        blocks += [Block(plain_text(part), part, level) for part in cleaned_parts]
    return [block for block in blocks if block.text]


def _programs(root: HtmlElement) -> tuple[Finding, ...]:
    """What runs in a browser is left out with all that it holds; said once."""
    for element in root.iter(etree.Element):
        if element.tag in PROGRAMS or any(name.startswith("on") for name in element.attrib):
            return (warning("program-left-out", f"<{element.tag}>"),)
    return ()


def _pictures(root: HtmlElement) -> tuple[tuple[PictureNote, ...], tuple[Finding, ...]]:
    notes: list[PictureNote] = []
    findings: list[Finding] = []
    for image in root.iter("img"):
        source = image.get("src", "").strip()
        if _is_file(source):
            notes.append(PictureNote(file=unquote(source).removeprefix("./"), alt=one_line(image.get("alt", ""))))
        elif source:
            shown = source if not source.startswith("data:") else image.get("alt") or "data:"
            findings.append(warning("picture-not-taken", shown))
    return tuple(notes), tuple(findings)


def _is_file(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return bool(source) and not parts.scheme and not parts.netloc
