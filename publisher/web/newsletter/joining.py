"""Signing up for the newsletter: the form, the same answer for everybody, and the page whose button confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from publisher.config.tables import Web
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.sign_up import Asked
from publisher.domain.subscriber import Rhythm, Subscriber
from publisher.messages import say
from publisher.ports.channels import NoticeChannel
from publisher.web.guard import page_policy
from publisher.web.newsletter.forms import Form, Shown, Stamps, first, posted, token_of
from publisher.web.newsletter.visitors import Visitors
from publisher.web.typeset import NEVER_KEPT, Typesetter, chosen_language, language_of
from publisher.workflow.audience.signing_up import ask, confirm, open_newsletters
from publisher.workflow.audience.subscribing import usable_address
from publisher.workflow.office import Office

TRAP = "website"
"""A field that people do not see; robots fill in whatever there is."""
LONGEST_ADDRESS = 254
"""RFC 5321, section 4.5.3.1.3, less the brackets."""


def joining_routes(office: Office, typesetter: Typesetter, embedded: Typesetter) -> list[BaseRoute]:
    """The pages of signing up; `embedded` makes those that stand in a frame of the city's site."""
    if not open_newsletters(office):
        return []
    page, frame = _Joining(office, typesetter, {}), _Joining(office, embedded, _frameable(office.config.web))
    return [
        Route("/subscribe", page.form, methods=["GET"]),
        Route("/subscribe", posted(page.take), methods=["POST"]),
        Route("/subscribe/asked", page.asked),
        Route("/subscribe/embed", frame.form, methods=["GET"]),
        Route("/subscribe/embed", posted(frame.take), methods=["POST"]),
        Route("/subscribe/embed/asked", frame.asked),
        Route("/confirm/{token}", page.confirming, methods=["GET"]),
        Route("/confirm/{token}", page.confirm, methods=["POST"]),
    ]


def _frameable(web: Web) -> dict[str, str]:
    """The form may stand in frames of the sites that config.toml names, and of no others."""
    ancestors = " ".join(web.embed_from) or "'none'"
    return {"content-security-policy": page_policy(ancestors), "cross-origin-resource-policy": "cross-origin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it is filled in. `remark`: code of what is to be said about it, `fault`: of what is wrong in it."""

    address: str = ""
    topics: Sequence[str] = ()
    rhythm: Rhythm = Rhythm.IMMEDIATE
    remark: str = ""
    fault: str = ""


class _Joining:
    """Each method answers one address. No GET changes anything: link scanners open every link."""

    def __init__(self, office: Office, typesetter: Typesetter, headers: dict[str, str]) -> None:
        self._office = office
        self._typesetter = typesetter
        self._headers = headers
        self._stamps = Stamps(office)
        self._visitors = Visitors(office.config.web.trusted_proxies)

    def form(self, request: Request) -> Response:
        """The empty form; with several newsletters, first the choice."""
        return self._form(request, request.query_params.get("newsletter", ""), Filled())

    def take(self, request: Request, form: Form) -> Response:
        """Take a sign-up in. Whatever becomes of it, the answer is the same.

        A form that we did not show just now (a snippet on the city's site, one left open over night, a robot's) is shown
        with what is filled in already: people press once more, and have seen what they agree to.
        """
        name = first(form, "newsletter") or request.query_params.get("newsletter", "")
        channel = self._newsletter(name)
        if channel is None:
            return self._form(request, "", Filled())
        if first(form, TRAP):
            return self._thank(request)
        filled, address = _filled(form, channel), _usable(first(form, "address"))
        shown = self._stamps.judge(first(form, "stamp"), self._consent(request, channel))
        if shown is Shown.NOT_BY_US:
            return self._form(request, channel.name, filled, remark="web-join-please-check")
        if address is None:
            return self._form(request, channel.name, filled, fault="web-join-bad-address")
        if shown is Shown.TOO_QUICK:
            return self._form(request, channel.name, filled, remark="web-join-too-quick")
        ask(self._office, self._asked(request, channel, filled, address), self._visitors.network_of(request))
        return self._thank(request)

    def asked(self, request: Request) -> Response:
        """What happens next, whoever asked."""
        return self._page(request, "asked.html", {})

    def confirming(self, request: Request) -> Response:
        """The page with the button. Changes nothing."""
        token = token_of(request)
        waiting = self._office.store.sign_ups.waiting(token, self._office.clock.now())
        channel = open_newsletters(self._office).get(waiting.asked.channel) if waiting else None
        if waiting is not None and channel is not None:
            names = [channel.topics[topic] for topic in waiting.asked.topics if topic in channel.topics]
            return self._page(
                request, "confirm.html", {"asked": waiting.asked, "topics": names, "newsletter": channel.title}
            )
        known = self._office.store.audience.by_token(token)
        return self._confirmed(request, known) if known else self._gone(request)

    def confirm(self, request: Request) -> Response:
        """Enter the subscriber; pressed twice, the same answer."""
        subscriber = confirm(self._office, token_of(request))
        return self._confirmed(request, subscriber) if subscriber else self._gone(request)

    def _newsletter(self, name: str) -> NoticeChannel | None:
        newsletters = open_newsletters(self._office)
        if not name and len(newsletters) == 1:
            return next(iter(newsletters.values()))
        return newsletters.get(name)

    def _form(self, request: Request, name: str, filled: Filled, *, remark: str = "", fault: str = "") -> Response:
        channel = self._newsletter(name)
        if channel is None:
            if name:
                raise HTTPException(404)
            return self._page(request, "newsletters.html", {"newsletters": list(open_newsletters(self._office))})
        consent = self._consent(request, channel)
        values = {
            "channel": channel,
            "filled": filled,
            "remark": remark,
            "fault": fault,
            "consent": consent,
            "stamp": self._stamps.stamp(consent),
            "trap": TRAP,
            "rhythms": list(Rhythm),
        }
        return self._page(request, "subscribe.html", values, status=422 if fault else 200)

    def _consent(self, request: Request, channel: NoticeChannel) -> str:
        """The words that people agree to, in the language of the page: what the office can show later."""
        name = self._office.config.office.name
        return say(self._language(request), "web-join-consent", newsletter=channel.title, office=name)

    def _language(self, request: Request) -> str:
        return language_of(request, self._office.config.office.language)

    def _asked(self, request: Request, channel: NoticeChannel, filled: Filled, address: str) -> Asked:
        seen = self._visitors.address_of(request) if channel.evidence_ip else None
        return Asked(
            channel=channel.name,
            address=address,
            topics=tuple(filled.topics),
            rhythm=filled.rhythm,
            language=self._language(request),
            wording=self._consent(request, channel),
            form=f"{self._office.config.web.public_url}{request.url.path}",
            ip=str(seen) if seen else "",
        )

    def _thank(self, request: Request) -> Response:
        # A redirect, so that going back or loading again does not send the form once more. Relative, for proxies.
        lang = chosen_language(request)
        place = f"{request.url.path.rpartition('/')[2]}/asked"
        return RedirectResponse(f"{place}?{urlencode({'lang': lang})}" if lang else place, 303, self._headers)

    def _confirmed(self, request: Request, subscriber: Subscriber) -> Response:
        channel = open_newsletters(self._office).get(subscriber.channel)
        if channel is None:
            return self._gone(request)
        return self._page(request, "confirmed.html", {"token": subscriber.token, "newsletter": channel.title})

    def _gone(self, request: Request) -> Response:
        return self._page(request, "gone.html", {}, status=404)

    def _page(self, request: Request, template: str, values: dict[str, object], *, status: int = 200) -> Response:
        headers = NEVER_KEPT | self._headers
        return self._typesetter.page(request, template, values, status=status, headers=headers)


def _filled(form: Form, channel: NoticeChannel) -> Filled:
    """What a form holds that can be chosen; the rest is left out."""
    rhythm = first(form, "rhythm")
    return Filled(
        address=" ".join(first(form, "address")[: LONGEST_ADDRESS * 2].split()),
        topics=[topic for topic in channel.topics if topic in form.get("topics", [])],
        rhythm=Rhythm(rhythm) if rhythm in list(Rhythm) else Rhythm.IMMEDIATE,
    )


def _usable(said: str) -> str | None:
    if len(said) > LONGEST_ADDRESS:
        return None
    try:
        return usable_address(said.strip(" "))
    except InvalidAnnouncement:
        return None
