"""Pages of the web that feeds and announcements link to: their full text, their pictures, their preview picture."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement, tostring

from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement, PublisherError
from publisher.domain.link import LinkAnswer
from publisher.net.fetch import Fetched, Fetcher
from publisher.sources.feed.encoding import decoded
from publisher.sources.feed.entry import FoundPicture
from publisher.sources.feed.illustrations import pictures_in
from publisher.sources.markup import parse

PAGE_BYTES = 2_000_000
PAGE_SECONDS = 20.0
LOOK_SECONDS = 15.0
"""Well within a delivery's lease: a page is asked for while one is held."""
PREVIEW_BYTES = 5_000_000
ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
ACCEPT_PICTURE = "image/jpeg,image/png,image/webp,image/*;q=0.8"
LINK_SECONDS = 5.0
REMEMBERED_SECONDS = 3_600
MOST_REMEMBERED = 1_000
THERE_ALL_THE_SAME = (401, 403, 405, 406, 429)
"""Statuses of servers that are there and will not serve a program."""
SAID = {
    "fetch-timeout": "> 5 s",
    "fetch-unknown-host": "DNS",
    "fetch-certificate": "TLS",
    "fetch-too-many-redirects": "30x",
    "fetch-unreachable": "TCP",
    "fetch-cut-off": "HTTP",
    "fetch-not-web-address": "URL",
}
PREVIEW_NAMES = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src")
PREVIEW_ALTS = ("og:image:alt", "twitter:image:alt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page's own text as foreign HTML, its links relative to `url`, and the pictures that belong to it."""

    url: str
    html: str
    pictures: tuple[FoundPicture, ...]


def fetch_article(fetcher: Fetcher, url: str) -> Article | None:
    """The article of a page; None if no text can be told from its surroundings. Raises SendFailure, InvalidAnnouncement."""
    page = fetcher.fetch(url, max_bytes=PAGE_BYTES, accept=ACCEPT_PAGE, seconds=PAGE_SECONDS)
    text = _page_text(page)
    extracted = _extract(text, page.url)
    if not extracted:
        return None
    root = parse(text)
    return Article(url=page.url, html=_without_title(extracted), pictures=tuple(_article_pictures(root, page.url)))


def _extract(page: str, url: str) -> str:
    """trafilatura's work; it is given the page and never fetches one itself."""
    import trafilatura  # 60 MB of libraries, for offices that ask for whole articles

    try:
        return (
            trafilatura.extract(
                page,
                url=url,
                output_format="html",
                include_comments=False,
                include_tables=True,
                include_links=True,
                include_formatting=True,
            )
            or ""
        )
    except Exception as error:
        # A library of heuristics on a stranger's page: whatever it trips over, the page has no article for us.
        raise InvalidAnnouncement("article-not-found") from error


def _without_title(extracted: str) -> str:
    """The article without the page's own title, where it begins with that: the entry has a headline already."""
    body = parse(extracted).find("body")
    first = next(iter(body), None)
    if first is not None and first.tag == "h1":
        first.drop_tree()
    kept: str = tostring(body, encoding="unicode")
    return kept


def _article_pictures(root: HtmlElement, url: str) -> Iterator[FoundPicture]:
    """The page's preview picture, then those of figures inside the article; logos and banners around it are not."""
    preview = _preview(root, url)
    if preview is not None and preview.alt:
        yield preview
    scope = next(root.iter("article"), None)
    if scope is None:
        scope = next(root.iter("main"), None)
    if scope is not None:
        yield from (picture for figure in scope.iter("figure") for picture in pictures_in(figure, url))


def _preview(root: HtmlElement, url: str) -> FoundPicture | None:
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        said.setdefault(name, (meta.get("content") or "").strip())
    address = next((said[name] for name in PREVIEW_NAMES if said.get(name)), "")
    try:
        absolute = urljoin(url, address)
    except ValueError:
        return None
    if not address or not absolute.startswith(("http://", "https://")):
        return None
    return FoundPicture(url=absolute, alt=next((said[name] for name in PREVIEW_ALTS if said.get(name)), ""))


def _page_text(page: Fetched) -> str:
    return decoded(page.body, page.headers.get("content-type", ""))


@dataclass(frozen=True, slots=True)
class LinkedPages:
    """Implements `publisher.ports.sources.Pages`."""

    fetcher: Fetcher
    _looked: dict[str, tuple[float, LinkAnswer]] = field(default_factory=dict, repr=False, compare=False)

    def look(self, url: str) -> LinkAnswer:
        """As the port says; a good answer counts for an hour, a bad one may be mended in the next minute."""
        known = self._looked.get(url)
        if known is not None and monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        answer = self._look(url)
        if answer.reached:
            if len(self._looked) >= MOST_REMEMBERED:
                self._looked.clear()
            self._looked[url] = (monotonic(), answer)
        return answer

    def _look(self, url: str) -> LinkAnswer:
        try:
            page = self.fetcher.fetch(url, accept=ACCEPT_PAGE, seconds=LINK_SECONDS, headers_only=True)
        except PublisherError as error:
            status = error.values.get("status")
            if status in THERE_ALL_THE_SAME:
                return LinkAnswer(reached=True, final=url)
            said = str(status) if status else SAID.get(error.code, "")
            return LinkAnswer(reached=False, inside=error.code == "fetch-refused-address", said=said)
        return LinkAnswer(reached=True, final=page.url)

    def preview_picture(self, url: str) -> RawPicture | None:
        """The picture a page offers for link previews, not yet looked at; None for any reason there is none."""
        try:
            page = self.fetcher.fetch(url, max_bytes=PAGE_BYTES, accept=ACCEPT_PAGE, seconds=PAGE_SECONDS)
            found = _preview(parse(_page_text(page)), page.url)
            return fetch_picture(self.fetcher, found, PREVIEW_BYTES) if found is not None else None
        except PublisherError:
            return None

    def answers(self, url: str) -> bool:
        """Whether the page is there."""
        try:
            page = self.fetcher.fetch(url, accept=ACCEPT_PAGE, seconds=LOOK_SECONDS, headers_only=True)
        except PublisherError:
            return False
        return page.status == 200


def fetch_picture(fetcher: Fetcher, picture: FoundPicture, max_bytes: int) -> RawPicture:
    """The bytes of a picture with the words that were found with it. Raises SendFailure."""
    fetched = fetcher.fetch(picture.url, max_bytes=max_bytes, accept=ACCEPT_PICTURE, seconds=PAGE_SECONDS)
    return RawPicture(
        data=fetched.body,
        name=name_of(picture.url),
        alt=picture.alt,
        credit=picture.credit,
        caption=picture.caption,
    )


def name_of(url: str) -> str:
    """The last step of a picture's address: how people recognise it."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2][:100] or urlsplit(url).netloc
