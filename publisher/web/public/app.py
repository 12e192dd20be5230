"""What everybody may read: the archive, one page per announcement, its pictures, and the way off the list."""

import re
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from publisher.web.guard import Guard
from publisher.web.health import LastBeat, health_page, no_beat
from publisher.web.newsletter.forms import token_of
from publisher.web.newsletter.joining import joining_routes
from publisher.web.newsletter.own_page import own_routes
from publisher.web.paging import asked_before
from publisher.web.public.feeds import ON_A_PAGE, Feeds
from publisher.web.public.hooks import hook_routes
from publisher.web.public.press import press_routes
from publisher.web.public.publicity import Publicity
from publisher.web.styling import static_files
from publisher.web.typeset import NEVER_KEPT, Typesetter, chosen_language
from publisher.workflow.audience.signing_up import open_newsletters
from publisher.workflow.office import Office

CHOICES = "choices"
LONGEST_SEARCH = 200
MOST_WORDS = 10
FOR_EVER = {"cache-control": "public, max-age=31536000, immutable", "cross-origin-resource-policy": "cross-origin"}


def public_app(office: Office, last_beat: LastBeat = no_beat) -> Starlette:
    """The public listener's pages. `last_beat`: when the scheduler last did its round, for `/healthz`."""
    joinable = bool(open_newsletters(office))
    typesetter = Typesetter(office.config, "frame.html", joinable=joinable)
    embedded = Typesetter(office.config, "embed_frame.html")
    publicity = Publicity(office)
    pages, feeds = _PublicPages(office, typesetter, publicity), Feeds(office, typesetter, publicity)
    routes: list[BaseRoute] = [
        Route("/", pages.archive),
        Route("/a/{id}", pages.announcement),
        Route("/pictures/{sha256}", pages.picture),
        Route("/feed.atom", feeds.atom),
        Route("/feed.json", feeds.json),
        Route("/unsubscribe/{token}", pages.leaving, methods=["GET"]),
        Route("/unsubscribe/{token}", pages.leave, methods=["POST"]),
        *joining_routes(office, typesetter, embedded),
        *own_routes(office, typesetter),
        Route("/healthz", health_page(office, last_beat)),
        *hook_routes(office),
        *press_routes(office),
        Mount("/static", static_files()),
        Route("/{place:path}/", _without_slash, methods=["GET", "POST"]),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, sorry=typesetter.sorry)],
        exception_handlers={HTTPException: typesetter.excuse},
    )
    app.router.redirect_slashes = False
    return app


def _without_slash(request: Request) -> Response:
    """To the page of that name. Relative: Starlette's own way there names the Host header's machine, and never TLS."""
    name, query = request.url.path.rsplit("/", 2)[1], request.url.query
    return RedirectResponse(f"../{name}?{query}" if query else f"../{name}")


class _PublicPages:
    """Each method answers one address. Sync: Starlette runs them in threads."""

    def __init__(self, office: Office, typesetter: Typesetter, publicity: Publicity) -> None:
        self._office = office
        self._typesetter = typesetter
        self._publicity = publicity

    def archive(self, request: Request) -> Response:
        """The newest announcements, or those that hold all words of `?q=`; `?before=` pages on."""
        before, asked = asked_before(request), request.query_params.get("q", "")[:LONGEST_SEARCH].strip()
        pages, older = self._publicity.newest(ON_A_PAGE, before, asked.split()[:MOST_WORDS])
        moment = older.isoformat() if older else ""
        chosen = {name: value for name, value in {"q": asked, "lang": chosen_language(request)}.items() if value}
        values = {
            "pages": pages,
            "asked": asked,
            "older": urlencode(chosen | {"before": moment}) if older else "",
            "newest": urlencode(chosen),
            "first": before is None,
        }
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

    def leaving(self, request: Request) -> Response:
        """The page with the button. Changes nothing: link scanners open it too (RFC 8058, 3.1).

        With `?choices` on to the reader's own page: so this one need not repeat the token.
        """
        if CHOICES in request.query_params:
            place = f"../preferences/{token_of(request)}"
            lang = chosen_language(request)
            return RedirectResponse(f"{place}?lang={lang}" if lang else place, 303, NEVER_KEPT)
        return self._typesetter.page(request, "leave.html", headers=NEVER_KEPT)

    def leave(self, request: Request) -> Response:
        """Leave at once, without cookie, redirect or question (RFC 8058, 3.1).

        Whatever the body says: mail programs send `List-Unsubscribe=One-Click`, as multipart or urlencoded, and whoever
        posts here holds the token and wants to leave. An unknown token is told of: nobody guesses one, and whoever broke
        the link would otherwise believe to have left.
        """
        if self._office.store.audience.leave(token_of(request), self._office.clock.now()):
            return self._typesetter.page(request, "left.html", headers=NEVER_KEPT)
        return self._typesetter.page(request, "not_left.html", status=404, headers=NEVER_KEPT)
