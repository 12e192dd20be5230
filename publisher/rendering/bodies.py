"""An announcement's body as HTML that can do no harm, wherever it is shown."""

from itertools import groupby

import nh3
from markupsafe import Markup, escape

from publisher.domain.announcement import Announcement

TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LIST_MARK = "– "


def body_html(announcement: Announcement) -> Markup:
    """The body as HTML. Sources have cleaned it already; it is cleaned once more, because what stands here is public."""
    if not announcement.html:
        return paragraphs_html(announcement.body)
    clean = nh3.clean(announcement.html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    return Markup(clean)  # noqa: S704  # only what nh3 let through


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
    return pieces


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
