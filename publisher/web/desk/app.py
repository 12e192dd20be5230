"""The desk as it is without a sign-in: one plain page to read, on this machine only, and the sandbox beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from publisher.config.tables import is_sandbox
from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery
from publisher.domain.errors import ConfigError, InvalidAnnouncement
from publisher.domain.standing import State, state_of
from publisher.domain.variant import PreparedPicture, Variant
from publisher.messages import tell
from publisher.sandbox.state import State as SandboxState
from publisher.web.desk.showcase import showcase_routes
from publisher.web.desk.waiting import answer_shelves, issue_notes, issue_title, resting_shelves
from publisher.web.frames import as_received, data_address, framed, picture_response
from publisher.web.guard import LOOPBACK_NAMES, Guard
from publisher.web.health import LastBeat, health_page, no_beat
from publisher.web.listen import is_loopback
from publisher.web.paging import asked_before
from publisher.web.styling import static_files
from publisher.web.typeset import NEVER_KEPT, Typesetter
from publisher.workflow.alarms.concerns import needs_a_word
from publisher.workflow.compose.subject import Worded
from publisher.workflow.editorial.trying import Tried, try_known, try_words
from publisher.workflow.mailing.digest_undo import words_of
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import AnnouncementRow, DeliveryRow, FindingRow, announcement_row, finding_row
from publisher.workflow.overview.status import standing_sentences
from publisher.workflow.overview.words import copies_in_words

ON_A_PAGE = 20


def desk_app(office: Office, sandbox_state: SandboxState | None, last_beat: LastBeat = no_beat) -> Starlette:
    """The desk's pages, and the sandbox's where there is one.

    Raises ConfigError (desk-needs-loopback): without a sign-in, other machines must not reach it.
    """
    host = office.config.web.desk[0]
    if not is_loopback(host):
        raise ConfigError("desk-needs-loopback", host=host)
    typesetter = Typesetter(
        office.config,
        "desk_frame.html",
        has_sandbox=sandbox_state is not None,
        sandboxed=sandboxed_channels(office),
        as_received=as_received,
        remarks=partial(remarks, language=office.config.office.language),
    )
    pages = _DeskPages(office, typesetter)
    routes: list[BaseRoute] = [
        Route("/", pages.announcements),
        Route("/preview/{id}", pages.preview),
        Route("/preview/{id}/{channel}", pages.preview_mail),
        Route("/variants/{id}", pages.mail),
        Route("/digests/{id}", pages.digest),
        Route("/pictures/{sha256}", pages.picture),
        Route("/healthz", health_page(office, last_beat)),
        Mount("/static", static_files()),
    ]
    if sandbox_state is not None:
        routes += showcase_routes(office, typesetter, sandbox_state)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, sorry=typesetter.sorry, hosts=LOOPBACK_NAMES | {host})],
        exception_handlers={HTTPException: typesetter.excuse},
    )
    app.state.loopback_only = True
    return app


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One announcement on the desk. `variants`: those of its deliveries, in their order."""

    row: AnnouncementRow
    taken_at: datetime
    state: State
    sentences: list[str]
    deliveries: list[tuple[DeliveryRow, Variant, str]]
    """Each with its variant and the address of what was published, "" for none."""


class _DeskPages:
    """Each method answers one address. Nothing here changes anything."""

    def __init__(self, office: Office, typesetter: Typesetter) -> None:
        self._office = office
        self._typesetter = typesetter
        self._language = office.config.office.language
        self._sandboxed = sandboxed_channels(office)

    def announcements(self, request: Request) -> Response:
        """All announcements, newest first; `?before=` pages on."""
        before = asked_before(request)
        first = before is None
        dossiers = self._office.store.archive.dossiers(limit=ON_A_PAGE + 1, before=before)
        shown = dossiers[:ON_A_PAGE]
        deliveries = self._office.store.outbox.deliveries([dossier.id for dossier in shown])
        values = {
            "copies_in_words": copies_in_words,
            "sheets": [self._sheet(dossier, deliveries.get(dossier.id, [])) for dossier in shown],
            "older": shown[-1].standing.taken_at.isoformat() if len(dossiers) > ON_A_PAGE else "",
            "first": first,
            "answers": answer_shelves(self._office) if first else [],
            "resting": resting_shelves(self._office) if first else [],
            "issues": issue_notes(self._office, deliveries) if first else [],
            "headlines": {dossier.id: dossier.announcement.headline for dossier in shown},
            "issue_title": issue_title,
            "stop": self._office.store.outbox.stop(),
            "doubtful": doubtful_deliveries(self._office),
            "picture_path": lambda picture: f"pictures/{picture.sha256}",
        }
        return self._typesetter.page(request, "desk.html", values, language=self._language, headers=NEVER_KEPT)

    def preview(self, request: Request) -> Response:
        """What each channel would get, for an announcement that is not worded yet. Makes no call to the outside."""
        tried = self._tried(request.path_params["id"])
        values: dict[str, object] = {"tried": tried, "worded": [], "trouble": "", "source_of": _source_of}
        try:
            values["worded"] = try_words(self._office, tried)
        except ConfigError as error:
            values["trouble"] = tell(error, self._language)
        return self._typesetter.page(request, "preview.html", values, language=self._language)

    def preview_mail(self, request: Request) -> Response:
        """The HTML part of a mail that is not worded yet, for the preview's frame."""
        channel = request.path_params["channel"]
        if channel not in self._office.channels:
            raise HTTPException(404)
        (worded,) = try_words(self._office, self._tried(request.path_params["id"]), channel)
        kept = {name: (read.media_type, read.data) for name, read in worded.pictures.items()}
        return framed(worded.variant.html, self._office.config.web, kept.get)

    def mail(self, request: Request) -> Response:
        """The HTML part of a frozen mail, for a frame."""
        delivery = self._office.store.outbox.delivery(request.path_params["id"])
        if delivery is None:
            raise HTTPException(404)
        variant = self._office.store.outbox.variant(delivery.id)
        return framed(variant.html, self._office.config.web, self._office.store.archive.picture)

    def digest(self, request: Request) -> Response:
        """A digest's issue as it goes out."""
        worded = words_of(self._office, request.path_params["id"])
        if worded is None:
            raise HTTPException(404)
        kept = {name: (read.media_type, read.data) for name, read in worded.pictures.items()}
        return framed(worded.variant.html, self._office.config.web, kept.get)

    def picture(self, request: Request) -> Response:
        """Any kept picture, also of what is not published yet."""
        return picture_response(self._office.store.archive.picture(request.path_params["sha256"]))

    def _tried(self, id: str) -> Tried:
        try:
            return try_known(self._office, id)
        except InvalidAnnouncement:
            raise HTTPException(404) from None

    def _sheet(self, dossier: Dossier, deliveries: list[Delivery]) -> Sheet:
        now, zone = self._office.clock.now(), self._office.config.office.timezone
        row = announcement_row(dossier, deliveries, now, self._language)
        variants = [self._office.store.outbox.variant(delivery.id) for delivery in deliveries]
        told = zip(row["deliveries"], variants, strict=True)
        return Sheet(
            row=row,
            taken_at=dossier.standing.taken_at,
            state=state_of(dossier, deliveries, now),
            sentences=standing_sentences(dossier, deliveries, now, self._language, zone),
            deliveries=[(delivery, variant, self._address(delivery)) for delivery, variant in told],
        )

    def _address(self, delivery: DeliveryRow) -> str:
        """Where a receipt leads from this desk: the sandbox's pages stand here, whatever port a receipt was made with."""
        if delivery["channel"] not in self._sandboxed or not delivery["url"]:
            return delivery["url"]
        return "sandbox" + urlsplit(delivery["url"]).path.removeprefix("/sandbox")


def remarks(variant: Variant, language: str) -> list[FindingRow]:
    """What this channel will lose."""
    return [finding_row(finding, language) for finding in variant.findings]


def doubtful_deliveries(office: Office) -> list[Delivery]:
    """Uncertain ones that only a person can settle."""
    now = office.clock.now()
    return [delivery for delivery in office.store.outbox.troubled() if needs_a_word(delivery, now)]


def sandboxed_channels(office: Office) -> list[str]:
    """The channels that reach nobody."""
    return [name for name, table in office.config.channels.items() if is_sandbox(table)]


def _source_of(worded: Worded) -> Callable[[PreparedPicture], str]:
    """Addresses of pictures that are nowhere but in this preview."""

    def address(picture: PreparedPicture) -> str:
        read = worded.pictures[picture.sha256]
        return data_address((read.media_type, read.data))

    return address
