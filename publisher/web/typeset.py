"""From a page's template and its values to an answer, in the reader's language."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from publisher.config.tables import Config
from publisher.language.dates import office_moment
from publisher.messages import say
from publisher.rendering.bodies import body_html, with_links, with_scrolling_tables
from publisher.web.prose import lasting_name, linked, long_date, nice_link

PAGES = Path(__file__).parent / "pages"
LANGUAGES = ("de", "en")
KEPT_WHEN_SWITCHING = ("before", "newsletter", "q")
NEVER_KEPT = {"cache-control": "no-store", "x-robots-tag": "noindex"}
"""For pages that are one person's, or that hold what one person typed."""
EXPLAINED = (403, 404, 405, 421, 500, 503)


def language_of(request: Request, fallback: str) -> str:
    """The page's language: as the address says (`?lang=`), else as the browser asks (RFC 9110, 12.5.4), else the office's."""
    if chosen := chosen_language(request):
        return chosen
    wishes: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            wishes.append((_weight(weight), language))
    best = max(wishes, key=lambda wish: wish[0], default=(0.0, fallback))
    return best[1] if best[0] > 0 else fallback


def chosen_language(request: Request) -> str:
    """The language that the address says, "" if it says none."""
    chosen = request.query_params.get("lang", "")
    return chosen if chosen in LANGUAGES else ""


def switched(request: Request, language: str) -> str:
    """The query of the same page in another language."""
    kept = {name: value for name, value in request.query_params.items() if name in KEPT_WHEN_SWITCHING}
    return urlencode(kept | {"lang": language})


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@cache
def pages() -> Environment:
    """The templates of all pages: read once, shared by both listeners. Not the editors' ones, and not for them."""
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=select_autoescape(("html", "atom")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (body_html, lasting_name, linked, nice_link, with_links, with_scrolling_tables)
    environment.filters |= {words.__name__: words for words in filters}
    return environment


class Typesetter:
    """Makes the pages of one listener. `frame`: the template they all stand in; `shown`: values that it needs."""

    def __init__(self, config: Config, frame: str, **shown: object) -> None:
        self._config = config
        self._frame = {"office": config.office, "web": config.web, "frame": frame, **shown}

    def render(self, template: str, language: str, values: Mapping[str, object]) -> str:
        """A template filled: `t` says a sentence of the catalogue, `date` and `moment` write times as the office does."""
        office = self._config.office
        spoken = {
            "t": partial(say, language),
            "date": partial(long_date, zone=office.timezone, language=language),
            "moment": partial(office_moment, zone=office.timezone, language=language),
            "language_name": partial(language_name, language=language),
            "language": language,
            "other": "en" if language == "de" else "de",
        }
        return pages().get_template(template).render(**self._frame, **spoken, **values)

    def page(
        self,
        request: Request,
        template: str,
        values: Mapping[str, object] | None = None,
        *,
        status: int = 200,
        language: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """A page; `language` "" leaves it to the reader."""
        spoken = language or language_of(request, self._config.office.language)
        path, chosen = request.url.path, chosen_language(request)
        place = {
            "path": path,
            # Relative, so that the pages work below any path of a proxy.
            "root": "../" * (path.count("/") - 1),
            "switchable": not language,
            "switched": partial(switched, request),
            "lang_asked": chosen,
            # Behind every link within the pages: who chose a language keeps it.
            "lang": f"?lang={chosen}" if chosen else "",
        }
        text = self.render(template, spoken, place | dict(values or {}))
        told = {"content-language": spoken, **({} if language else {"vary": "Accept-Language"}), **(headers or {})}
        return HTMLResponse(text, status_code=status, headers=told)

    def sorry(self, request: Request, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
        """The page for an error: what happened and what to do, nothing about the inside."""
        code = status if status in EXPLAINED else 400
        return self.page(request, "sorry.html", {"code": code}, status=status, headers=headers)

    def excuse(self, request: Request, error: Exception) -> HTMLResponse:
        """The same, as Starlette's exception handler for 404 and 405."""
        if not isinstance(error, HTTPException):
            raise error
        return self.sorry(request, error.status_code, error.headers)


def language_name(code: str, language: str) -> str:
    """What speakers of a language call it; Leichte Sprache has no locale of its own."""
    if code == "de-simple":
        return say(language, "web-easy-language")
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
