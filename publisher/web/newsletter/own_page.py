"""A subscriber's own page, behind the secret link of their mails: change, leave, take along, erase."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from publisher.domain.subscriber import Rhythm
from publisher.web.newsletter.forms import Form, first, posted, token_of
from publisher.web.typeset import NEVER_KEPT, Typesetter, chosen_language
from publisher.workflow.audience.preferences import change, erase, newsletter_of, personal_data
from publisher.workflow.office import Office

SAVED = "saved"


def own_routes(office: Office, typesetter: Typesetter) -> list[BaseRoute]:
    """The pages below `/preferences/{token}`."""
    pages = _OwnPages(office, typesetter)
    place = "/preferences/{token}"
    return [
        Route(place, pages.choices, methods=["GET"]),
        Route(place, posted(pages.choose), methods=["POST"]),
        Route(f"{place}/export", pages.export, methods=["POST"]),
        Route(f"{place}/erase", pages.erasing, methods=["GET"]),
        Route(f"{place}/erase", pages.erase, methods=["POST"]),
    ]


class _OwnPages:
    """Each method answers one address. No GET changes anything; an unknown link gets the same page everywhere."""

    def __init__(self, office: Office, typesetter: Typesetter) -> None:
        self._office = office
        self._typesetter = typesetter

    def choices(self, request: Request) -> Response:
        """What they get now, to be changed."""
        found = newsletter_of(self._office, token_of(request))
        if found is None:
            return self._gone(request)
        values = {
            "subscriber": found[0],
            "channel": found[1],
            "rhythms": list(Rhythm),
            "saved": SAVED in request.query_params,
            "resting": self._office.store.audience.troubles(found[0].id).suspended_at is not None,
        }
        return self._page(request, "preferences.html", values)

    def choose(self, request: Request, form: Form) -> Response:
        """Keep what they want from now on."""
        token = token_of(request)
        found, rhythm = newsletter_of(self._office, token), first(form, "rhythm")
        if found is None:
            return self._gone(request)
        topics = [topic for topic in found[1].topics if topic in form.get("topics", [])]
        if rhythm in list(Rhythm):
            change(self._office, token, topics, Rhythm(rhythm))
        lang = chosen_language(request)
        query = urlencode({SAVED: "1"} | ({"lang": lang} if lang else {}))
        return RedirectResponse(f"?{query}", 303, NEVER_KEPT)

    def export(self, request: Request) -> Response:
        """Everything that is kept about them, as a file."""
        found = newsletter_of(self._office, token_of(request))
        if found is None:
            return self._gone(request)
        headers = {**NEVER_KEPT, "content-disposition": 'attachment; filename="newsletter.json"'}
        return JSONResponse(personal_data(self._office, found[0]), headers=headers)

    def erasing(self, request: Request) -> Response:
        """The page with the button."""
        found = newsletter_of(self._office, token_of(request))
        return self._gone(request) if found is None else self._page(request, "erase.html", {})

    def erase(self, request: Request) -> Response:
        """Delete every trace; pressed twice, the same answer."""
        found = newsletter_of(self._office, token_of(request))
        if found is not None:
            erase(self._office, found[0])
        return self._page(request, "erased.html", {})

    def _gone(self, request: Request) -> Response:
        return self._page(request, "gone.html", {}, status=404)

    def _page(self, request: Request, template: str, values: dict[str, object], *, status: int = 200) -> Response:
        return self._typesetter.page(request, template, values, status=status, headers=NEVER_KEPT)
