"""Finds what mammoth passes over in a Word document: text in the margins, tracked changes, comments, hidden text."""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from publisher.domain.finding import Finding
from publisher.sources.characters import one_line
from publisher.sources.manuscript.lines import fault

DOCUMENT = "word/document.xml"
MOST_FINDINGS = 10
"""Of one kind: a document full of changes is held as surely by ten."""
MOST_LOST = 200
"""Paragraphs: among those that were lost an embargo may be the last."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"

HIDDEN = {"vanish": "word-hidden-text"}
STRUCK = {"strike": "word-struck-text", "dstrike": "word-struck-text"}

_TEXT_PARTS = re.compile(r"word/(document|footnotes|endnotes|header\d*|footer\d*)\.xml")
_MARGIN_PARTS = re.compile(r"word/(header|footer)\d*\.xml")


def _text_parts(parts: Mapping[str, Element]) -> Iterator[tuple[str, Element]]:
    return ((name, root) for name, root in sorted(parts.items()) if _TEXT_PARTS.fullmatch(name))


def _words(element: Element) -> str:
    """The text of an element, that of deleted runs too; text boxes stand in it twice and are read once."""
    twice = {id(inner) for choice in element.iter(CHOICE) for inner in choice.iter()}
    written = (inner for inner in element.iter() if id(inner) not in twice)
    return "".join(
        inner.text or "" if inner.tag in (f"{W}t", f"{W}delText") else " "
        for inner in written
        if inner.tag in (f"{W}t", f"{W}delText", f"{W}tab", f"{W}br")
    ).strip()


def changes(parts: Mapping[str, Element]) -> list[Finding]:
    """Tracked changes that nobody has accepted or rejected yet."""
    kinds = [f"{W}{kind}" for kind in ("ins", "del", "moveFrom", "moveTo")]
    texts = [_words(element) for _, root in _text_parts(parts) for element in root.iter() if element.tag in kinds]
    written = [text for text in texts if text] or texts[:1]
    return [fault("word-tracked-changes", text) for text in written[:MOST_FINDINGS]]


def comments(parts: Mapping[str, Element]) -> list[Finding]:
    """What somebody wrote in the margin for colleagues."""
    root = parts.get("word/comments.xml")
    written = [] if root is None else root.findall(f"{W}comment")
    return [fault("word-comment", _words(comment)) for comment in written[:MOST_FINDINGS]]


def marked(parts: Mapping[str, Element], kind: Mapping[str, str]) -> list[Finding]:
    """Text that is HIDDEN or STRUCK."""
    names = [name for name, _ in _text_parts(parts)]
    runs = ((run, code) for name in names for mark, code in kind.items() for run in runs_marked(parts, name, mark))
    return [fault(code, text) for run, code in runs if (text := _words(run))][:MOST_FINDINGS]


def runs_marked(parts: Mapping[str, Element], name: str, mark: str) -> Iterator[Element]:
    """Runs that carry a mark themselves or through the style that they or their paragraph have."""
    styles = _styles_with(parts.get("word/styles.xml"), mark)
    for paragraph in parts[name].iter(f"{W}p"):
        by_paragraph = _style_of(paragraph, f"{W}pPr/{W}pStyle") in styles
        for run in paragraph.iter(f"{W}r"):
            own = run.find(f"{W}rPr/{W}{mark}")
            by_style = by_paragraph or _style_of(run, f"{W}rPr/{W}rStyle") in styles
            if by_style if own is None else _is_on(own):
                yield run


def _styles_with(styles: Element | None, mark: str) -> set[str]:
    found = [] if styles is None else styles.findall(f"{W}style")
    marked = [(style, style.find(f"{W}rPr/{W}{mark}")) for style in found]
    return {style.get(f"{W}styleId", "") for style, own in marked if own is not None and _is_on(own)}


def _style_of(element: Element, path: str) -> str:
    style = element.find(path)
    return "" if style is None else style.get(f"{W}val", "")


def _is_on(mark: Element) -> bool:
    return mark.get(f"{W}val", "1").lower() not in ("0", "false", "off", "none")


def margins(parts: Mapping[str, Element]) -> tuple[str, ...]:
    """Paragraphs and watermarks of headers and footers, each once, page numbers left out."""
    roots = [root for name, root in sorted(parts.items()) if _MARGIN_PARTS.fullmatch(name)]
    paragraphs = [_words(paragraph) for root in roots for paragraph in root.iter(f"{W}p")]
    watermarks = [path.get("string", "") for root in roots for path in root.iter(f"{V}textpath")]
    texts = [*paragraphs, *watermarks]
    return tuple(dict.fromkeys(one_line(text) for text in texts if re.search(r"[^\W\d_]", text)))


def unread(parts: Mapping[str, Element], text: str) -> tuple[str, ...]:
    """Paragraphs of the document that did not arrive in the text: rather said than lost."""
    arrived = _squeezed(text)
    lost = []
    for paragraph in parts[DOCUMENT].iter(f"{W}p"):
        within = {id(run) for inner in paragraph.iter(f"{W}p") if inner is not paragraph for run in inner.iter(f"{W}t")}
        runs = [run.text or "" for run in paragraph.iter(f"{W}t") if id(run) not in within]
        if any(_squeezed(run) not in arrived for run in runs):
            lost.append(one_line("".join(runs)))
    return tuple(dict.fromkeys(lost))[:MOST_LOST]


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
