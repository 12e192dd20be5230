"""The newest announcements for programs: Atom (RFC 4287) and JSON Feed 1.1, the same entries under the same names."""

import json
from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from publisher.messages import say
from publisher.rendering.bodies import body_html
from publisher.web.prose import lasting_name
from publisher.web.public.publicity import Publicity, PublicPage
from publisher.web.typeset import Typesetter
from publisher.workflow.office import Office

ON_A_PAGE = 50


class Feeds:
    """Each method answers one address."""

    def __init__(self, office: Office, typesetter: Typesetter, publicity: Publicity) -> None:
        self._office = office
        self._typesetter = typesetter
        self._publicity = publicity

    def atom(self, request: Request) -> Response:
        """As Atom."""
        pages, _ = self._publicity.newest(ON_A_PAGE)
        updated = max((page.changed_at for page in pages), default=datetime(2000, 1, 1, tzinfo=UTC))
        language = self._office.config.office.language
        text = self._typesetter.render("feed.atom", language, {"pages": pages, "updated": updated})
        return _tagged(request, text, "application/atom+xml")

    def json(self, request: Request) -> Response:
        """As JSON Feed (jsonfeed.org/version/1.1)."""
        pages, _ = self._publicity.newest(ON_A_PAGE)
        office, web = self._office.config.office, self._office.config.web
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{office.name}: {say(office.language, 'web-archive-title')}",
            "home_page_url": f"{web.public_url}/",
            "feed_url": f"{web.public_url}/feed.json",
            "language": office.language,
            "authors": [{"name": office.name}],
            "items": [self._item(page) for page in pages],
        }
        return _tagged(request, json.dumps(feed, ensure_ascii=False), "application/feed+json")

    def _item(self, page: PublicPage) -> dict[str, object]:
        announcement, web = page.announcement, self._office.config.web
        pictures = page.pictures(self._office.clock.now())
        item = {
            "id": lasting_name(page.id),
            "url": web.page_of(page.id),
            "external_url": announcement.link,
            "title": announcement.headline,
            "summary": announcement.lead,
            "content_html": str(body_html(announcement)),
            "image": web.picture_of(pictures[0].sha256) if pictures else "",
            "date_published": page.published_at.isoformat(),
            "date_modified": page.changed_at.isoformat(),
            "tags": list(announcement.tags),
            "language": announcement.language,
        }
        # An item must have content, even none; of the rest, what is empty is left out.
        return {name: value for name, value in item.items() if value or name == "content_html"}


def _tagged(request: Request, text: str, media_type: str) -> Response:
    """With an ETag, for readers that ask often (RFC 9110, 13.1.2)."""
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers={"etag": tag})
    return Response(text, media_type=media_type, headers={"etag": tag})
