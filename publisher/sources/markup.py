"""Knows how foreign HTML becomes the few clean tags of an announcement, and how those become plain text."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import nh3
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from publisher.domain.errors import InvalidAnnouncement
from publisher.sources.characters import DOUBTFUL_ENTITY, tidy

MOST_HTML = 2_000_000
"""Characters of HTML that are looked at; a page of an office has about 60,000."""

MOST_ELEMENTS = 20_000

TABLE_TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br"} | TABLE_TAGS
INLINE_RENAMED = {"b": "strong", "i": "em"}
BLOCKS_RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "dt": "p", "dd": "p", "figcaption": "p", "pre": "p"}
HOLDERS = {"body", "div", "section", "article", "main", "header", "footer", "aside", "nav", "figure", "center"}
HOLDERS |= {"address", "form", "fieldset", "details", "summary", "dl"}
BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr"} | TABLE_TAGS | HOLDERS | {*BLOCKS_RENAMED}
UNSEEN = {"script", "style", "template", "head", "noscript", "iframe"}
SCHEMES = {"http", "https", "mailto", "tel"}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|(\d{1,9}));?", re.IGNORECASE)
_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)  # what stands behind it is shown all the same
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
BREAK = "\ue000"  # of the private use area: no text has it
_EMPTY = re.compile(r"<(p|li|h[234]|strong|em|a)(?: [^>]*)?>\s*</\1>")


def parse(html: str) -> HtmlElement:
    """HTML as a tree, control characters gone. Raises InvalidAnnouncement if it is too large or nested too deeply."""
    if len(html) > MOST_HTML:
        raise InvalidAnnouncement("html-too-large", limit=MOST_HTML)
    if DOUBTFUL_ENTITY.search(html):
        raise InvalidAnnouncement("html-not-understood")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    source = _END_OF_PAGE.sub("", _REFERENCE.sub(_characters, _CONTROL.sub("", html))).encode("utf-8", errors="replace")
    try:
        root = document_fromstring(source, parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing in it but white space or comments
        return document_fromstring(b"<p></p>", ensure_head_body=True)
    # libxml2 stops reading below 256 levels: what came after would be lost without a word.
    if any("depth" in entry.message for entry in parser.error_log):
        raise InvalidAnnouncement("html-too-nested")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise InvalidAnnouncement("html-too-many-elements", limit=MOST_ELEMENTS)
    return root


def _characters(reference: re.Match[str]) -> str:
    """A reference to a character as it stands; nothing for one that XML 1.0 does not have (section 2.2)."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    wordless = code > 0x10FFFF or 0xD800 <= code < 0xE000 or bool(_CONTROL.match(chr(code)))
    return "" if wordless else reference[0]


def clean_html(html: str, base_url: str = "") -> str:
    """The tags of `domain.announcement`, safe to show; links absolute, or gone with their words kept.

    Headings move to h2 to h4, loose text gets a paragraph. What a browser would not show (scripts, hidden
    elements) is left out. Raises InvalidAnnouncement as `parse` does.
    """
    body = _prepared(html, base_url)
    cleaned: str = nh3.clean(
        "".join(tostring(child, encoding="unicode") for child in body),
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return _EMPTY.sub("", _EMPTY.sub("", tidy(cleaned.replace("&nbsp;", " ")))).strip()


def plain_text(html: str) -> str:
    """The words of HTML: paragraphs parted by an empty line, list items beginning with "– " or "1) ", each table row its own.

    Cells are joined with " | ", in two columns with ": ". Raises InvalidAnnouncement as `parse` does.
    """
    return "\n\n".join(_paragraphs(_prepared(html, "")))


def _prepared(html: str, base_url: str) -> HtmlElement:
    """The body without what nobody sees, its elements named by the tags of an announcement.

    libxml2 makes elements and attributes of hostile markup that lxml then refuses to name or to write: InvalidAnnouncement.
    """
    try:
        return _renamed(parse(html).find("body"), base_url)
    except ValueError as error:
        raise InvalidAnnouncement("html-not-understood") from error


def _renamed(body: HtmlElement, base_url: str) -> HtmlElement:
    for element in list(body.iter(etree.Element)):
        if element is not body and (element.tag in UNSEEN or _is_hidden(element)):
            element.tail = f" {element.tail or ''}"
            element.drop_tree()
    for element in list(body.iter(etree.Element)):
        _rename(element, base_url)
    for element in list(body.iter(*HOLDERS)):
        _wrap_loose_text(element)
    return body


def _rename(element: HtmlElement, base_url: str) -> None:
    if element.tag == "pre":
        _keep_line_breaks(element)
    if renamed := INLINE_RENAMED.get(element.tag) or BLOCKS_RENAMED.get(element.tag):
        element.tag = renamed
    if element.tag == "sup" and (element.text or "").isdigit():
        element.text = (element.text or "").translate(RAISED)
    if element.tag == "a":
        address = _absolute(base_url, element.get("href", ""))
        if address is None:
            element.drop_tag()
        else:
            element.set("href", address)
    elif element.tag not in TAGS | BLOCKS:  # an unclosed <svg> or <math> would take what follows with it
        element.drop_tag()


def _keep_line_breaks(pre: HtmlElement) -> None:
    first, *others = (pre.text or "").strip("\n").split("\n")
    pre.text = first
    for place, line in enumerate(others):
        broken = etree.Element("br")
        broken.tail = line
        pre.insert(place, broken)


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _wrap_loose_text(holder: HtmlElement) -> None:
    """Text and inline elements that lie directly in a <div> become a paragraph; blocks stay as they are."""
    loose = etree.Element("p")
    loose.text, holder.text = holder.text, None
    parts = [loose]
    for child in list(holder):
        if child.tag in BLOCKS:
            loose = etree.Element("p")
            loose.text, child.tail = child.tail, None
            parts += [child, loose]
        else:
            loose.append(child)
    for part in parts:
        holder.append(part)


def _absolute(base_url: str, href: str) -> str | None:
    try:
        address = urljoin(base_url, href.strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    usable = parts.netloc if parts.scheme in ("http", "https") else parts.scheme in SCHEMES
    return address if usable else None


def _paragraphs(element: HtmlElement, mark: str = "") -> Iterator[str]:
    """The paragraphs below a block; `mark` stands before the first of them."""
    if element.tag == "table":
        yield from _rows(element)
        return
    words, items = element.text or "", 0
    for child in element:
        if child.tag in BLOCKS:
            items += child.tag == "li"
            item_mark = f"{items}) " if element.tag == "ol" else "– "
            for paragraph in _filled(words, mark):
                yield paragraph
                mark = ""
            words = child.tail or ""
            for paragraph in _paragraphs(child, item_mark if child.tag == "li" else mark):
                yield paragraph
                mark = mark if child.tag == "li" else ""
        else:
            words += _inline(child) + (child.tail or "")
    yield from _filled(words, mark)


def _rows(table: HtmlElement) -> Iterator[str]:
    for row in table.iter("caption", "tr"):
        cells = [" ".join(_paragraphs(cell)) for cell in row if cell.tag in ("td", "th")] or list(_paragraphs(row))
        full = [cell.replace("\n", " ") for cell in cells if cell]
        if full:
            yield (": " if len(full) == 2 and not full[0].endswith((":", "?")) else " | ").join(full)


def _inline(element: HtmlElement) -> str:
    """The words of an inline element; a <br> is marked with BREAK until white space has been folded."""
    if element.tag == "br":
        return BREAK
    inner = "".join(_inline(child) + (child.tail or "") for child in element)
    return f" {(element.text or '') + inner} " if element.tag in BLOCKS else (element.text or "") + inner


def _filled(words: str, mark: str) -> Iterator[str]:
    folded = re.sub(f" ?{BREAK} ?", BREAK, " ".join(tidy(words).split())).strip(f" {BREAK}")
    for paragraph in re.split(f"{BREAK}{{2,}}", folded):
        if paragraph:
            yield mark + paragraph.replace(BREAK, "\n")
            mark = ""
