"""What pages write in a way of their own: a post's links, dates and links as people write them."""

from datetime import datetime, tzinfo
from urllib.parse import urlsplit
from uuid import NAMESPACE_OID, uuid5

from babel.dates import format_date
from markupsafe import Markup, escape

from publisher.sandbox.seen import Post


def linked(post: Post) -> Markup:
    """A sandbox post's text with what its platform makes clickable. Hashtags only look so: they lead nowhere here."""
    pieces, at = Markup(""), 0
    for span in post.spans:
        words = post.text[span.start : span.end]
        pieces += escape(post.text[at : span.start])
        if words.startswith("#") or urlsplit(span.url).scheme not in ("http", "https"):
            pieces += Markup('<span class="hashtag">{}</span>').format(words)
        else:
            pieces += Markup('<a href="{}" rel="noreferrer">{}</a>').format(span.url, words)
        at = span.end
    return pieces + escape(post.text[at:])


def long_date(moment: datetime, zone: tzinfo, language: str) -> str:
    """The day in office time: "25. November 2026"."""
    locale = "en_GB" if language.startswith("en") else "de"
    return format_date(moment.astimezone(zone), "long", locale=locale)


def lasting_name(id: str) -> str:
    """An announcement's name in feeds: stays when the public address changes (RFC 4287, 4.2.6)."""
    return uuid5(NAMESPACE_OID, id).urn


def nice_link(url: str) -> str:
    """A link as it may stand in a text: host and path, without scheme and what follows "?"."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
