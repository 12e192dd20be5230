"""An announcement's body as HTML that can do no harm, wherever it is shown."""

from html import unescape
from itertools import groupby

import nh3
import regex
from markupsafe import Markup, escape

from publisher.domain.announcement import Announcement

TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LIST_MARK = "– "
BRACKETS = r"\([^\s<>\"()&]*\)"
ADDRESS = regex.compile(
    r"(?s:<a\b.*?</a>)|<[^>]*>"
    rf"|(?<!\w)(?P<web>https?://(?:[^\s<>\"„“”»«()&]|&amp;|{BRACKETS})*(?:[^\s<>\"„“”»«()&.,;:!?…'’*_]|&amp;|{BRACKETS}))"
    r"|(?<![\w.+-])(?P<mail>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
)
"""A link or a tag, to be passed over, or an address in the words between: without the punctuation of its sentence."""
LINK = regex.compile(r'(?s)<a href="([^"]*)"[^>]*>(.*?)</a>')


def body_html(announcement: Announcement) -> Markup:
    """The body as HTML. Sources have cleaned it already; it is cleaned once more, because what stands here is public."""
    if not announcement.html:
        return paragraphs_html(announcement.body)
    clean = nh3.clean(announcement.html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    return with_links(Markup(clean))  # noqa: S704  # only what nh3 let through


def led_to(html: Markup, told: str) -> str:
    """Where the words of cleaned HTML lead, in paragraphs of plain text; without addresses that `told` or the words say."""
    found = ((unescape(href), Markup(words).striptags()) for href, words in LINK.findall(html))  # noqa: S704  # still clean
    named = {href: words for href, words in found if href.startswith("http") and words not in href and href not in told}
    return "\n\n".join(f"{words}:\n{href}" for href, words in named.items())


def with_scrolling_tables(html: Markup, label: str) -> Markup:
    """Cleaned HTML whose tables scroll by themselves, by keyboard too, so that nothing else has to (WCAG 2.2, 1.4.10)."""
    opening = Markup('<div class="scroll" role="group" tabindex="0" aria-label="{}"><table>').format(label)
    return html.replace(Markup("<table>"), opening).replace(Markup("</table>"), Markup("</table></div>"))


def paragraphs_html(body: str) -> Markup:
    """Plain text as `domain.announcement` has it: paragraphs, and lists of those that begin with "– "."""
    paragraphs = [part.strip() for part in body.split("\n\n") if part.strip()]
    pieces = Markup("")
    for listed, group in groupby(paragraphs, key=lambda part: part.startswith(LIST_MARK)):
        if listed:
            items = Markup("").join(Markup("<li>{}</li>").format(part.removeprefix(LIST_MARK)) for part in group)
            pieces += Markup("<ul>{}</ul>").format(items)
        else:
            pieces += Markup("\n").join(Markup("<p>{}</p>").format(_lines(part)) for part in group)
    return with_links(pieces)


def with_links(html: Markup) -> Markup:
    """Escaped or cleaned HTML in which the addresses that somebody only wrote down can be followed."""

    def followed(found: regex.Match[str]) -> str:
        words: str = found[0]
        if not (found["web"] or found["mail"]):
            return words
        scheme = "mailto:" if found["mail"] else ""
        return f'<a href="{scheme}{words}" rel="noopener noreferrer">{words}</a>'

    return Markup(ADDRESS.sub(followed, html))  # noqa: S704  # no quotation mark and no tag in an address


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
