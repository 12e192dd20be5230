"""What everybody may read: the archive, one page per announcement, its pictures, the feed, and the way off the list."""

import re
from datetime import UTC, datetime
from hashlib import sha256

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from publisher.web.guard import Guard
from publisher.web.health import LastBeat, health_page, no_beat
from publisher.web.hooks import hook_routes
from publisher.web.paging import asked_before
from publisher.web.publicity import Publicity
from publisher.web.styling import static_files
from publisher.web.typeset import Typesetter
from publisher.workflow.office import Office

ON_A_PAGE = 50
FOR_EVER = {"cache-control": "public, max-age=31536000, immutable", "cross-origin-resource-policy": "cross-origin"}
NEVER_KEPT = {"cache-control": "no-store", "x-robots-tag": "noindex"}


def public_app(office: Office, last_beat: LastBeat = no_beat) -> Starlette:
    """The public listener's pages. `last_beat`: when the scheduler last did its round, for `/healthz`."""
    typesetter = Typesetter(office.config, "frame.html")
    pages = _PublicPages(office, typesetter)
    routes: list[BaseRoute] = [
        Route("/", pages.archive),
        Route("/a/{id}", pages.announcement),
        Route("/pictures/{sha256}", pages.picture),
        Route("/feed.atom", pages.feed),
        Route("/unsubscribe/{token}", pages.leaving, methods=["GET"]),
        Route("/unsubscribe/{token}", pages.leave, methods=["POST"]),
        Route("/healthz", health_page(office, last_beat)),
        *hook_routes(office),
        Mount("/static", static_files()),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, sorry=typesetter.sorry)],
        exception_handlers={HTTPException: typesetter.excuse},
    )


class _PublicPages:
    """Each method answers one address. Sync: Starlette runs them in threads."""

    def __init__(self, office: Office, typesetter: Typesetter) -> None:
        self._office = office
        self._typesetter = typesetter
        self._publicity = Publicity(office)

    def archive(self, request: Request) -> Response:
        """The newest announcements; `?before=` pages on."""
        before = asked_before(request)
        pages, older = self._publicity.newest(ON_A_PAGE, before)
        values = {"pages": pages, "older": older.isoformat() if older else "", "first": before is None}
        return self._typesetter.page(request, "archive.html", values)

    def announcement(self, request: Request) -> Response:
        """One announcement, in its own language; 404 unless the public may see it now."""
        page = self._publicity.page(request.path_params["id"])
        if page is None:
            raise HTTPException(404)
        content = page.announcement
        language = content.language.partition("-")[0]
        spoken = language if language in ("de", "en") else self._office.config.office.language
        values = {
            "page": page,
            "announcement": content,
            "pictures": page.pictures(self._office.clock.now()),
            "versions": self._publicity.versions(page),
        }
        return self._typesetter.page(request, "announcement.html", values, language=spoken)

    def picture(self, request: Request) -> Response:
        """A picture of a published announcement, by the hash that pages and mails link to."""
        name = request.path_params["sha256"]
        found = self._publicity.picture(name) if re.fullmatch(r"[0-9a-f]{64}", name) else None
        if found is None:
            raise HTTPException(404)
        media_type, data = found
        return Response(data, media_type=media_type, headers=FOR_EVER)

    def feed(self, request: Request) -> Response:
        """The newest announcements as Atom (RFC 4287), with an ETag for readers that ask often (RFC 9110, 13.1.2)."""
        pages, _ = self._publicity.newest(ON_A_PAGE)
        updated = max((page.changed_at for page in pages), default=datetime(2000, 1, 1, tzinfo=UTC))
        language = self._office.config.office.language
        text = self._typesetter.render("feed.atom", language, {"pages": pages, "updated": updated})
        tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
        known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
        if tag in known:
            return Response(status_code=304, headers={"etag": tag})
        return Response(text, media_type="application/atom+xml", headers={"etag": tag})

    def leaving(self, request: Request) -> Response:
        """The page with the button. Changes nothing: link scanners open it too (RFC 8058, 3.1)."""
        return self._typesetter.page(request, "leave.html", headers=NEVER_KEPT)

    def leave(self, request: Request) -> Response:
        """Leave at once, without cookie, redirect or question (RFC 8058, 3.1).

        Whatever the body says: mail programs send `List-Unsubscribe=One-Click`, as multipart or urlencoded, and whoever
        posts here holds the token and wants to leave. An unknown token gets the same page.
        """
        self._office.store.audience.leave(request.path_params["token"], self._office.clock.now())
        return self._typesetter.page(request, "left.html", headers=NEVER_KEPT)
