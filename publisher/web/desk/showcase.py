"""The sandbox's posts and mails as followers would see them, each marked: nothing of it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from publisher.sandbox.seen import Mail, Post
from publisher.sandbox.state import State
from publisher.web.frames import framed, picture_response
from publisher.web.typeset import Typesetter
from publisher.workflow.office import Office

MOST = 200
SHOWN_HEADERS = ("From", "To", "Subject", "Date", "Reply-To", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")


@dataclass(frozen=True, slots=True)
class SeenMail:
    """A mail as its reader sees it."""

    mail: Mail
    headers: dict[str, str]
    text: str
    html: str


def showcase_routes(office: Office, typesetter: Typesetter, state: State) -> list[BaseRoute]:
    """The sandbox's pages, below `/sandbox` of the desk: the addresses that sandbox receipts hold."""
    pages = _Showcase(office, typesetter, state)
    return [
        Route("/sandbox/", pages.everything),
        Route("/sandbox", pages.everything),
        Route("/sandbox/mastodon/@{author}/{ref}", pages.mastodon_post),
        Route("/sandbox/bluesky/profile/{author}/post/{ref}", pages.bluesky_post),
        Route("/sandbox/pictures/{platform}/{ref}", pages.picture),
        Route("/sandbox/mail/{id:int}", pages.mail),
        Route("/sandbox/mail/{id:int}/html", pages.mail_html),
    ]


class _Showcase:
    """Each method answers one address."""

    def __init__(self, office: Office, typesetter: Typesetter, state: State) -> None:
        self._office = office
        self._typesetter = typesetter
        self._state = state

    def everything(self, request: Request) -> Response:
        """All posts and mails, newest first."""
        posts, mails = self._state.posts(limit=MOST), [seen(mail) for mail in self._state.mails(limit=MOST)]
        shown: Sequence[Post | SeenMail] = sorted([*posts, *mails], key=_when, reverse=True)
        return self._page(request, "sandbox.html", shown=shown, path_of=path_of)

    def mastodon_post(self, request: Request) -> Response:
        """One post, at the address that its receipt holds."""
        return self._post(request, "mastodon")

    def bluesky_post(self, request: Request) -> Response:
        """One post, at the address that its receipt holds."""
        return self._post(request, "bluesky")

    def _post(self, request: Request, platform: str) -> Response:
        post = self._state.post(platform, request.path_params["author"], request.path_params["ref"])
        if post is None:
            raise HTTPException(404)
        return self._page(request, "sandbox_post.html", post=post, path_of=path_of)

    def picture(self, request: Request) -> Response:
        """An uploaded picture."""
        blob = self._state.blob(request.path_params["platform"], request.path_params["ref"])
        return picture_response((blob.media_type, blob.data) if blob else None)

    def mail(self, request: Request) -> Response:
        """One mail: headers, both parts."""
        return self._page(request, "sandbox_mail.html", seen=self._seen(request))

    def mail_html(self, request: Request) -> Response:
        """The HTML part, for the frame."""
        return framed(self._seen(request).html, self._office.config.web, self._office.store.archive.picture)

    def _seen(self, request: Request) -> SeenMail:
        mail = self._state.mail(request.path_params["id"])
        if mail is None:
            raise HTTPException(404)
        return seen(mail)

    def _page(self, request: Request, template: str, **values: object) -> Response:
        return self._typesetter.page(request, template, values, language=self._office.config.office.language)


def path_of(post: Post) -> str:
    """A post's page, below `/sandbox/`."""
    if post.platform == "mastodon":
        return f"mastodon/@{post.author}/{post.ref}"
    return f"{post.platform}/profile/{post.author}/post/{post.ref}"


def seen(mail: Mail) -> SeenMail:
    """Open a mail as a mail program does."""
    message = message_from_bytes(mail.raw, policy=modern)
    headers = {name: str(message[name]) for name in SHOWN_HEADERS if message[name] is not None}
    return SeenMail(mail, headers, _part(message, "plain"), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _when(shown: Post | SeenMail) -> datetime:
    return shown.at if isinstance(shown, Post) else shown.mail.at
