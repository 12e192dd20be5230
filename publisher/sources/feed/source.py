"""A feed as a source: asked politely, never believed when it breaks off, read later from what was kept of it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog

from publisher.config.tables import Office
from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement, PermanentFailure, TemporaryFailure
from publisher.domain.sighting import Item
from publisher.net.fetch import Fetched, Fetcher
from publisher.ports.sources import Look, SourceRules
from publisher.sources.feed.document import read_document
from publisher.sources.feed.draft import ArticleRule, DraftMaker
from publisher.sources.feed.entry import FeedEntry, entry_of, item_of
from publisher.sources.feed.json_feed import is_json, read_json

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/rdf+xml;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.8,*/*;q=0.1"
)
FEED_BYTES = 5_000_000
FEED_SECONDS = 30.0
EMPTY_LOOKS = 3
"""How often a feed that held entries must come empty before it is believed: else a hiccup would drop what waits."""

log = structlog.get_logger()


class FeedSource:
    """Implements `publisher.ports.sources.Source` for RSS, Atom, RDF and JSON Feed."""

    def __init__(
        self,
        name: str,
        url: str,
        rules: SourceRules,
        article: ArticleRule,
        office: Office,
        fetcher: Fetcher,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name, self._now = name, now
        self._url = url
        self._rules = rules
        self._fetcher = fetcher
        self._maker = DraftMaker(fetcher=fetcher, article=article, language=office.language, zone=office.timezone)

    @property
    def name(self) -> str:
        return self._name

    @property
    def rules(self) -> SourceRules:
        return self._rules

    def look(self, memory: Mapping[str, str]) -> Look:
        """Ask the feed. Raises TemporaryFailure: the codes of `net.fetch`, feed-not-a-feed, feed-cut-off."""
        known = memory if memory.get("url") == self._url else {}
        fetched = self._fetch(known)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if fetched.status == 304 or digest == known.get("digest"):
            return Look(items=None, memory=known)
        entries = self._entries(fetched)
        fresh = _memory(self._url, fetched.headers, digest, len(entries))
        if not entries and _is_doubtful(known):
            log.info("feed-came-empty", source=self._name)
            return Look(items=None, memory=_doubting(known))
        return Look(items=distinct([item_of(entry) for entry in entries]), memory=fresh)

    def read(self, item: Item) -> Draft:
        """The entry as it was kept at the look, with its article and pictures as they are now.

        Raises InvalidAnnouncement: feed-entry-empty, feed-entry-unreadable, html-too-large, html-too-nested.
        """
        try:
            return self._maker.draft(entry_of(item), self._now())
        except ValueError as error:
            # libxml2 makes elements of hostile markup that lxml then refuses to name or to write.
            raise InvalidAnnouncement("feed-entry-unreadable") from error

    def _fetch(self, known: Mapping[str, str]) -> Fetched:
        asked = {"If-None-Match": known.get("etag", ""), "If-Modified-Since": known.get("modified", "")}
        headers = {name: value for name, value in asked.items() if value}
        try:
            return self._fetcher.fetch(
                self._url, headers=headers, max_bytes=FEED_BYTES, accept=ACCEPT, seconds=FEED_SECONDS
            )
        except PermanentFailure as error:
            # For a source there is no never: it is asked again at its next time, and people see why it is silent.
            raise TemporaryFailure(error.code, None, **error.values) from error

    def _entries(self, fetched: Fetched) -> list[FeedEntry]:
        read = read_json if is_json(fetched.body, fetched.headers.get("content-type", "")) else read_document
        return read(fetched.body, fetched.headers.get("content-type", ""), fetched.url)


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items in order, of two with one key the first."""
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.key, item)
    return tuple(found.values())


def _memory(url: str, headers: Mapping[str, str], digest: str, entries: int) -> dict[str, str]:
    told = {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
    kept = {name: value for name, value in told.items() if value and len(value) < 1_000}
    return kept | {"url": url, "digest": digest, "entries": str(entries)}


def _is_doubtful(known: Mapping[str, str]) -> bool:
    return known.get("entries", "0") != "0" and int(known.get("doubts", "0")) + 1 < EMPTY_LOOKS


def _doubting(known: Mapping[str, str]) -> dict[str, str]:
    """Without ETag and digest, so that the next look is a whole one."""
    kept = {name: known[name] for name in ("url", "entries") if name in known}
    return kept | {"doubts": str(int(known.get("doubts", "0")) + 1)}
