"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/): hostile JSON becomes entries."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from publisher.domain.errors import TemporaryFailure
from publisher.sources.feed.document import MOST_ENTRIES, as_html, newest_first, web_address
from publisher.sources.feed.encoding import decoded
from publisher.sources.feed.entry import FeedEntry, FoundPicture, tags_of
from publisher.sources.feed.media import MOST_PICTURES, is_picture

LONGEST_DATE = 40


def is_json(body: bytes, content_type: str) -> bool:
    """Whether an answer is meant to be JSON: a feed in XML begins with an angle bracket, whatever its type."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" or "json" in content_type.lower()


def read_json(body: bytes, content_type: str, feed_url: str) -> list[FeedEntry]:
    """The entries, newest first as far as their dates tell.

    Raises TemporaryFailure: feed-not-a-feed, feed-cut-off for JSON that is broken or ends in the middle.
    """
    try:
        feed = json.loads(decoded(body, content_type))
    except (ValueError, RecursionError) as error:
        raise TemporaryFailure("feed-cut-off") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise TemporaryFailure("feed-not-a-feed")
    raw = [item for item in feed["items"] if isinstance(item, dict)]
    order = newest_first([_date(item) for item in raw])
    return [_entry(raw[place], _text(feed, "language"), feed_url) for place in order[:MOST_ENTRIES]]


def _entry(raw: Mapping[str, object], language: str, feed_url: str) -> FeedEntry:
    return FeedEntry(
        guid=_guid(raw.get("id")),
        title=_text(raw, "title"),
        link=web_address(_text(raw, "url") or _text(raw, "external_url"), feed_url),
        summary=as_html(_text(raw, "summary")),
        content=_text(raw, "content_html") or as_html(_text(raw, "content_text")),
        base=web_address(_text(raw, "url"), feed_url) or feed_url,
        language=_text(raw, "language") or language,
        published=_text(raw, "date_published")[:LONGEST_DATE],
        tags=tags_of(tag for tag in _list(raw, "tags") if isinstance(tag, str)),
        pictures=tuple(_pictures(raw, feed_url))[:MOST_PICTURES],
    )


def _pictures(raw: Mapping[str, object], feed_url: str) -> list[FoundPicture]:
    found = []
    for attachment in _list(raw, "attachments"):
        if not isinstance(attachment, dict):
            continue
        url = web_address(_text(attachment, "url"), feed_url)
        if url and is_picture(url, _text(attachment, "mime_type")):
            found.append(FoundPicture(url=url, alt=_text(attachment, "title")))
    if not found and (url := web_address(_text(raw, "image") or _text(raw, "banner_image"), feed_url)):
        found.append(FoundPicture(url=url))
    return found


def _guid(value: object) -> str:
    """The specification wants a string and tells readers to accept a number."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _list(raw: Mapping[str, object], name: str) -> Sequence[object]:
    value = raw.get(name)
    return value if isinstance(value, list) else ()


def _date(raw: Mapping[str, object]) -> tuple[int, ...] | None:
    try:
        return tuple(datetime.fromisoformat(_text(raw, "date_published") or _text(raw, "date_modified")).utctimetuple())
    except (ValueError, OverflowError):
        return None
