"""From a feed's entry to a draft: texts in their places, the linked article where wanted, pictures with their words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from publisher.domain.announcement import Announcement
from publisher.domain.draft import Draft, RawPicture
from publisher.domain.errors import InvalidAnnouncement, SendFailure
from publisher.domain.finding import Finding, Severity
from publisher.net.fetch import Fetcher
from publisher.sources.feed.article import Article, fetch_article, fetch_picture, name_of
from publisher.sources.feed.dates import opening
from publisher.sources.feed.entry import FeedEntry, FoundPicture
from publisher.sources.feed.illustrations import merged, pictures_in
from publisher.sources.feed.text import Story, blocks_of, first_sentence, headline_of, is_teaser, tell_story
from publisher.sources.markup import parse

MOST_PICTURES = 4
PICTURE_BYTES = 15_000_000
LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")

ArticleRule: TypeAlias = Literal["never", "when-short", "always"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMaker:
    """`language`: the office's, for entries that name none; `zone`: its own, for dates that name none."""

    fetcher: Fetcher
    article: ArticleRule
    language: str
    zone: tzinfo

    def draft(self, entry: FeedEntry, now: datetime) -> Draft:
        """`now`: aware UTC. Raises InvalidAnnouncement: feed-entry-empty, html-too-large, html-too-nested."""
        language = language_of(entry.language, self.language)
        headline = headline_of(entry.title, entry.title_is_html)
        own = _story(headline, entry, language)
        article, findings = self._article(entry, own)
        story = _fuller(own, headline, entry, article, language)
        pictures, remarks = self._pictures(_all_pictures(entry, article))
        if not headline:
            headline = first_sentence(story, language)
            findings += (Finding(code="feed-headline-from-text", severity=Severity.NOTICE, excerpt=headline),)
        if not headline:
            raise InvalidAnnouncement("feed-entry-empty")
        announcement = Announcement(
            headline=headline,
            lead=story.lead,
            body=story.body,
            html=story.html,
            link=entry.link,
            language=language,
            publish=opening(entry.published, self.zone, now),
            tags=entry.tags,
        )
        return Draft(announcement=announcement, pictures=pictures, findings=(*story.findings, *findings, *remarks))

    def _article(self, entry: FeedEntry, own: Story) -> tuple[Article | None, tuple[Finding, ...]]:
        if self.article == "never" or not entry.link or (self.article == "when-short" and not is_teaser(own)):
            return None, ()
        try:
            article = fetch_article(self.fetcher, entry.link)
        except (SendFailure, InvalidAnnouncement):
            article = None
        unreachable = Finding(code="article-unreachable", severity=Severity.WARNING, excerpt=entry.link)
        return article, (unreachable,) if article is None else ()

    def _pictures(self, found: Iterable[FoundPicture]) -> tuple[tuple[RawPicture, ...], tuple[Finding, ...]]:
        """At most MOST_PICTURES, each with alt text; whatever is left out is told."""
        pictures: list[RawPicture] = []
        findings: list[Finding] = []
        for picture in found:
            if not picture.alt:
                findings.append(_warning("picture-without-alt-left-out", picture))
            elif len(pictures) == MOST_PICTURES:
                findings.append(_warning("feed-pictures-beyond-most", picture))
            else:
                try:
                    pictures.append(fetch_picture(self.fetcher, picture, PICTURE_BYTES))
                except SendFailure:
                    findings.append(_warning("picture-unreachable", picture))
        return tuple(pictures), tuple(findings)


def language_of(told: str, otherwise: str) -> str:
    """The language's own part of a tag ("de-DE" -> "de"): channels choose by it. Leichte Sprache keeps its name."""
    if told.strip().lower() == "de-simple":
        return "de-simple"
    match = LANGUAGE.fullmatch(told.strip())
    return match[1].lower() if match else otherwise


def _story(headline: str, entry: FeedEntry, language: str) -> Story:
    summary, content = blocks_of(entry.summary, entry.base), blocks_of(entry.content, entry.base)
    return tell_story(headline, summary, content, language)


def _fuller(own: Story, headline: str, entry: FeedEntry, article: Article | None, language: str) -> Story:
    """The article's text where it says more than the feed's, with the feed's summary as its lead where that is new."""
    if article is None:
        return own
    summary = blocks_of(entry.summary or entry.content, entry.base)
    story = tell_story(headline, summary, blocks_of(article.html, article.url), language)
    return story if len(story.body) > len(own.body) else own


def _all_pictures(entry: FeedEntry, article: Article | None) -> list[FoundPicture]:
    inline = [picture for text in (entry.content, entry.summary) for picture in _inline(text, entry.base)]
    return merged([*entry.pictures, *inline, *(article.pictures if article is not None else ())])


def _inline(text: str, base: str) -> Iterable[FoundPicture]:
    return pictures_in(parse(text), base) if "<img" in text.lower() else ()


def _warning(code: str, picture: FoundPicture) -> Finding:
    name = name_of(picture.url)
    return Finding(code=code, severity=Severity.WARNING, excerpt=picture.alt or name, values={"name": name})
