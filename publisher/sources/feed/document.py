"""RSS 0.9x to 2.0, RDF and Atom: hostile bytes become entries, whatever is wrong with encoding and markup."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.entities import html5
from io import BytesIO
from typing import Any, TypeAlias
from urllib.parse import urljoin

import feedparser
from lxml import etree

from publisher.domain.errors import TemporaryFailure
from publisher.sources.characters import DOUBTFUL_ENTITY
from publisher.sources.feed.dates import teach_german_dates, told_date
from publisher.sources.feed.encoding import decoded
from publisher.sources.feed.entry import FeedEntry, FoundPicture, tags_of
from publisher.sources.feed.media import MOST_PICTURES, is_picture, take_media

MOST_ENTRIES = 5_000
MOST_MALFORMED = 1_000_000
"""Characters of a document that is no XML: some hold 40 seconds of work in five million."""
ENDLESS_TAG = re.compile(r"<[A-Za-z](?:[^<>=]*=){2000}")
"""No honest element has 2,000 attributes; feedparser takes minutes over them."""
XML_HEADERS = {"content-type": "application/xml; charset=utf-8"}
HTML_PAGE = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CLOSING = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
EMPTY_FEED = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf)\b[^<>]*/>\s*$", re.IGNORECASE)
REFERENCE = re.compile(r"&(?:#\d{1,7};|#x[0-9a-f]{1,6};|([a-z][a-z0-9]{1,31});|)", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);", re.IGNORECASE)
HTML = ("text/html", "application/xhtml+xml", "html", "xhtml")
PLAIN = ("text/plain", "text", "", None)
XML_ENTITIES = ("amp", "lt", "gt", "quot", "apos")

Parsed: TypeAlias = Mapping[str, Any]
"""What feedparser, which has no types, makes of a feed or an entry."""

teach_german_dates()


def read_document(body: bytes, content_type: str, feed_url: str) -> list[FeedEntry]:
    """The entries, newest first as far as their dates tell.

    Raises TemporaryFailure: feed-not-a-feed for an error page or anything else, feed-cut-off when the end is missing,
    feed-malformed for what cannot be mended in reasonable time.
    An answer that fails so must not look as if everything had been withdrawn.
    """
    text = CONTROL.sub("", decoded(body, content_type))
    if not text.strip() or HTML_PAGE.match(text[:5_000]):
        raise TemporaryFailure("feed-not-a-feed")
    source, pictures = _with_pictures(DECLARATION.sub("", text), feed_url)
    # The feed's own address is kept from feedparser: it would make addresses of guids that are none, and these would
    # change with the feed's address.
    parsed = _parse(source)
    if not parsed.get("version") and not parsed.entries:
        raise TemporaryFailure("feed-not-a-feed")
    if not CLOSING.search(text) and not EMPTY_FEED.search(text):
        raise TemporaryFailure("feed-cut-off")
    return _entries(parsed, pictures, feed_url)


def _parse(source: bytes) -> Any:
    """feedparser's work. On hostile markup it trips over itself (KeyError, ValueError and more): then the document is
    malformed beyond mending."""
    try:
        return feedparser.parse(
            BytesIO(source), response_headers=XML_HEADERS, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        raise TemporaryFailure("feed-malformed") from error


def _with_pictures(text: str, feed_url: str) -> tuple[bytes, list[tuple[FoundPicture, ...]]]:
    """The document without Media RSS, and what that said, entry by entry. A document that even mended is no XML goes
    to feedparser's patient reader as it is, without the media; that one takes long, so a large one is refused."""
    if ENDLESS_TAG.search(text) or DOUBTFUL_ENTITY.search(text):
        raise TemporaryFailure("feed-malformed")
    for attempt in (text, REFERENCE.sub(_mended, text)):
        try:
            root = etree.fromstring(attempt.encode("utf-8", "replace"), _parser(), base_url=feed_url)
        except (etree.XMLSyntaxError, ValueError):
            continue
        _drop_beyond_most(root)
        pictures = take_media(root, feed_url)
        return etree.tostring(root, encoding="utf-8", xml_declaration=True), pictures
    if len(text) > MOST_MALFORMED:
        raise TemporaryFailure("feed-malformed")
    return text.encode("utf-8", "replace"), []


def _drop_beyond_most(root: etree._Element) -> None:
    for entry in list(root.iter("{*}item", "{*}entry"))[MOST_ENTRIES:]:
        if (parent := entry.getparent()) is not None:
            parent.remove(entry)


def _parser() -> etree.XMLParser:
    """Entities are never resolved and nothing is fetched: bombs and inclusions stay words."""
    return etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _mended(reference: re.Match[str]) -> str:
    """HTML's names for characters, which XML does not know, as the characters; a bare & as what it means; numbers
    that stand for no character as nothing."""
    name = reference[1]
    if reference[0].startswith("&#"):
        number = reference[0][2:-1].lower()
        code = int(number[1:], 16) if number.startswith("x") else int(number)
        return "" if _is_no_character(code) else reference[0]
    if name is None:
        return "&amp;"
    return reference[0] if name in XML_ENTITIES else html5.get(f"{name};", reference[0].replace("&", "&amp;"))


def _is_no_character(code: int) -> bool:
    """XML 1.0, section 2.2: control characters, surrogates and what lies beyond Unicode."""
    control = code < 32 and code not in (9, 10, 13)
    return control or 0xD800 <= code < 0xE000 or code > 0x10FFFF


def _entries(parsed: Parsed, pictures: Sequence[tuple[FoundPicture, ...]], feed_url: str) -> list[FeedEntry]:
    raw = parsed["entries"]
    media = pictures if len(pictures) == len(raw) else [()] * len(raw)
    channel = _Channel(parsed["feed"].get("language") or "", feed_url, (parsed.get("version") or "").startswith("atom"))
    order = newest_first([entry.get("published_parsed") or entry.get("updated_parsed") for entry in raw])
    return [_entry(raw[place], media[place], channel) for place in order[:MOST_ENTRIES]]


@dataclass(frozen=True, slots=True)
class _Channel:
    """What all entries of a feed share. Atom says what is HTML; in RSS it has to be seen."""

    language: str
    url: str
    says_types: bool


def newest_first(dates: Sequence[tuple[int, ...] | None]) -> list[int]:
    """Places by date, newest first; an entry without one stays beside the entry before it."""
    last: tuple[int, ...] = next((tuple(date) for date in dates if date), ())
    keys = []
    for date in dates:
        last = tuple(date) if date else last
        keys.append(last)
    return sorted(range(len(dates)), key=lambda place: keys[place], reverse=True)


def _entry(raw: Parsed, media: tuple[FoundPicture, ...], channel: _Channel) -> FeedEntry:
    title, summary, content = raw.get("title_detail") or {}, _summary(raw), _content(raw)
    guid, link = (raw.get("id") or "").strip(), (raw.get("link") or "").strip()
    if link == guid and not link.startswith(("http://", "https://", "/")):
        link = ""  # feedparser takes a guid for the link where the feed does not say that it is none
    base = web_address(content.get("base") or summary.get("base") or title.get("base") or "", channel.url)
    return FeedEntry(
        guid=guid,
        title=title.get("value") or "",
        title_is_html=_is_html(title, channel),
        link=web_address(link, base or channel.url),
        summary=_html(summary, channel),
        content=_html(content, channel),
        base=base or web_address(link) or channel.url,
        language=content.get("language") or title.get("language") or channel.language,
        published=told_date(raw.get("published") or "", raw.get("published_parsed")),
        tags=tags_of(html.unescape(tag.get("label") or tag.get("term") or "") for tag in raw.get("tags") or ()),
        pictures=(*media, *_enclosures(raw, base or channel.url, media))[:MOST_PICTURES],
    )


def _summary(raw: Parsed) -> Mapping[str, Any]:
    """The entry's own summary; where there is none, feedparser offers the content once more."""
    detail = raw.get("summary_detail")
    return {**detail, "value": raw.get("summary")} if detail else {}


def _content(raw: Parsed) -> Mapping[str, Any]:
    """The fullest of an entry's contents that are words: HTML before plain text."""
    contents = [one for one in raw.get("content") or () if one.get("value") and one.get("type") in (*HTML, *PLAIN)]
    return max(contents, key=lambda one: (one.get("type") in HTML, len(one["value"])), default={})


def _is_html(part: Mapping[str, Any], channel: _Channel) -> bool:
    if channel.says_types:
        return part.get("type") in HTML
    return part.get("type") == "application/xhtml+xml" or bool(MARKUP.search(part.get("value") or ""))


def _html(part: Mapping[str, Any], channel: _Channel) -> str:
    value = part.get("value") or ""
    return value if _is_html(part, channel) else as_html(value)


def as_html(plain: str) -> str:
    """Plain text as HTML: an empty line parts paragraphs."""
    paragraphs = re.split(r"\n\s*\n", plain.replace("\r\n", "\n").strip())
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in paragraphs if paragraph.strip())


def _enclosures(raw: Parsed, base: str, media: Sequence[FoundPicture]) -> list[FoundPicture]:
    """Pictures among the enclosures. An RSS enclosure has no words of its own, Atom's has a title; where the entry's
    only other picture is described, that is the same picture once more."""
    alt = media[0].alt if len(media) == 1 else ""
    found = []
    for link in raw.get("links") or ():
        url = link.get("href") or ""
        if link.get("rel") == "enclosure" and is_picture(url, link.get("type") or ""):
            found.append(FoundPicture(url=web_address(url, base), alt=link.get("title") or alt))
    return found


def web_address(link: str, base: str = "") -> str:
    """The absolute http(s) address, "" if it is none."""
    try:
        address = urljoin(base, link.strip()) if link else ""
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""
