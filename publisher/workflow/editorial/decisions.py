"""What a person at the desk may say: approve, hold, release, resolve, stop, resume.

Each word is noted with its speaker, and the status files say at once what it changed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from publisher.domain.announcement import Dossier, Mark
from publisher.domain.delivery import DeliveryState, Receipt
from publisher.domain.digest import DigestIssue
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.gate import passes_stop
from publisher.domain.stop import Stop
from publisher.ports.ledger import Deed
from publisher.workflow.dispatch.lane import for_newsrooms
from publisher.workflow.intake.reporting import report
from publisher.workflow.mailing.digest_undo import take_back
from publisher.workflow.office import Office

STOPPED = "Not-Halt"
"""Speaker of the holds that `resume` leaves behind."""


def require(office: Office, id: str) -> Dossier:
    """The announcement, or InvalidAnnouncement (announcement-unknown)."""
    dossier = office.store.archive.dossier(id)
    if dossier is None:
        raise InvalidAnnouncement("announcement-unknown", id=id)
    return dossier


def approve(office: Office, id: str, who: str) -> None:
    """Approve the newest revision. Raises InvalidAnnouncement for an unknown ID."""
    _write_down(office, id, who, "approved", office.store.archive.approve)


def hold(office: Office, id: str, who: str) -> None:
    """Keep everything of it that has not left yet. Raises InvalidAnnouncement for an unknown ID."""
    _write_down(office, id, who, "held", office.store.archive.hold)


def release(office: Office, id: str, who: str) -> None:
    """Undo a hold; what is uncertain is looked after at once. Raises InvalidAnnouncement for an unknown ID."""
    mark = _write_down(office, id, who, "released", office.store.archive.release)
    for delivery in office.store.outbox.deliveries_of(id):
        if delivery.state is DeliveryState.UNCERTAIN:
            office.store.outbox.hasten(delivery.id, mark.at)


def _write_down(office: Office, id: str, who: str, what: str, word: Callable[[str, Mark], None]) -> Mark:
    require(office, id)
    mark = Mark(who, office.clock.now())
    word(id, mark)
    _note(office, mark, what, id)
    report(office, [require(office, id)])
    return mark


def resolve(office: Office, delivery_id: str, who: str, url: str | None) -> None:
    """A person's word on an uncertain or failed delivery: sent as `url`, or (None) not sent, so it is queued again.

    Raises InvalidAnnouncement for a delivery that is unknown or not open to a person's word, and for no web address:
    a wrong word cannot be taken back.
    """
    if url is not None and not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise InvalidAnnouncement("resolve-wants-address", given=url)
    known = office.store.outbox.delivery(delivery_id)
    private = known is not None and for_newsrooms(office, known.channel)
    receipt = None if url is None else Receipt(ref=url, url=url, private=private)
    mark = Mark(who, office.clock.now())
    if known is not None and known.state is DeliveryState.FAILED and url is None:
        office.store.mailroom.reopen(delivery_id, mark.at)
    if not office.store.outbox.resolve(delivery_id, receipt, mark):
        raise InvalidAnnouncement("delivery-not-open", id=delivery_id)
    _note(office, mark, "resolved-sent" if url else "resolved-not-sent", delivery_id, url or "")
    report(office, [require(office, known.announcement_id)] if known else [])


def stop(office: Office, reason: str, who: str, *, everything: bool) -> Stop:
    """The emergency stop: from now on at most the calls in flight go out."""
    said = Stop(mark=Mark(who, office.clock.now()), reason=reason, everything=everything)
    office.store.outbox.set_stop(said)
    _note(office, said.mark, "stopped", "", reason)
    report(office, _waiting(office))
    return said


def word_under_stop(office: Office, id: str) -> str:
    """What approving or releasing it means while a stop holds: the code of a sentence, "" without a stop."""
    held_by = office.store.outbox.stop()
    if held_by is None:
        return ""
    return "stop-lets-through" if passes_stop(require(office, id), held_by) else "stop-keeps-back"


@dataclass(frozen=True, slots=True)
class Resumed:
    """Whether a stop was lifted, and what waited behind it: announcements, held now, each until a person releases it;
    issues of digests, taken back, so that the next digest tells what they told."""

    lifted: bool
    waiting: tuple[Dossier, ...] = ()
    digests: tuple[DigestIssue, ...] = ()


def resume(office: Office, who: str) -> Resumed:
    """Lift the stop and release nothing by itself: what waited is held first, then the stop is taken away."""
    if office.store.outbox.stop() is None:
        return Resumed(lifted=False)
    mark = Mark(who, office.clock.now())
    waiting = tuple(_waiting(office))
    for dossier in waiting:
        if dossier.standing.held is None:
            office.store.archive.hold(dossier.id, Mark(STOPPED, mark.at))
    digests = tuple(each for each in office.store.digests.open_issues() if take_back(office, each.issue.id, STOPPED))
    office.store.outbox.set_stop(None)
    _note(office, mark, "resumed", "", ", ".join(dossier.id for dossier in waiting))
    report(office, (require(office, dossier.id) for dossier in waiting))
    return Resumed(lifted=True, waiting=waiting, digests=digests)


def _waiting(office: Office) -> list[Dossier]:
    """Announcements of which something would leave by itself: not composed yet, or with open deliveries; an uncertain one
    might be repeated."""
    dossiers = {dossier.id: dossier for dossier in office.store.archive.open_dossiers()}
    for delivery in office.store.outbox.open_deliveries():
        if delivery.announcement_id not in dossiers:
            dossiers[delivery.announcement_id] = require(office, delivery.announcement_id)
    return list(dossiers.values())


def _note(office: Office, mark: Mark, what: str, subject: str, detail: str = "") -> None:
    office.store.ledger.note(Deed(at=mark.at, who=mark.by, what=what, subject=subject, detail=detail))
