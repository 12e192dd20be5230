"""From a source to the archive: look, wait until it has settled, read, examine, take in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from publisher.checks.sketches import Recent
from publisher.domain.alarm import Concern
from publisher.domain.announcement import Dossier, Mark
from publisher.domain.delivery import DeliveryState
from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement, TemporaryFailure
from publisher.domain.finding import Finding, Severity
from publisher.domain.sighting import Sighting, SightingState
from publisher.domain.timing import in_periods
from publisher.messages import say, tell
from publisher.ports.sources import Keeper, Source
from publisher.ports.store import Deed, Taking
from publisher.workflow.concerns import TROUBLE, raise_once
from publisher.workflow.examining import examine_draft, keep_pictures
from publisher.workflow.identity import original_of, remarks_on_identity, revised_by, said_already
from publisher.workflow.naming import new_id
from publisher.workflow.office import Office
from publisher.workflow.recent import recent_announcements, sketched
from publisher.workflow.reporting import status_of
from publisher.workflow.watching import settled, watch

log = structlog.get_logger()

LOOK_LEASE = timedelta(minutes=2)
SHOWN = "shown"
"""Scope in the notebook: the keys that a source showed at its last look."""
BATCH = 50
"""Items taken in per transaction: a crash repeats at most these, harmlessly."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What one intake brought: announcements or revisions taken, items refused."""

    taken: tuple[Dossier, ...] = ()
    refused: int = 0

    def __add__(self, other: "Intake") -> "Intake":
        return Intake(self.taken + other.taken, self.refused + other.refused)


def look_at(office: Office, source: Source) -> None:
    """Look at a source once and remember what it shows; a source that cannot be reached is asked again next time."""
    now = office.clock.now()
    with office.store.exclusive(f"source {source.name}", office.worker, now, LOOK_LEASE) as free:
        if free:
            _look(office, source, now)


def _look(office: Office, source: Source, now: datetime) -> None:
    memory = office.store.notebook.read("source", source.name)
    try:
        look = source.look({key: str(value) for key, value in (memory or {}).items()})
    except TemporaryFailure as error:
        log.warning("source not reached", source=source.name, reason=error.code)
        _note_trouble(office, source, now)
        return
    _note_trouble(office, source, None)
    archive = office.store.archive
    if look.items is not None:
        known = archive.sightings(source.name, [item.key for item in look.items])
        seen = watch(
            look.items,
            known,
            now,
            first_contact=memory is None,
            backlog=source.rules.backlog,
            moves=isinstance(source, Keeper),
            last_shown=_last_shown(office, source),
        )
        archive.remember(source.name, seen.remember)
        for sighting in seen.withdrawn:
            _withdraw(office, source, sighting, now)
        if seen.moved:
            _tell_of_move(office, source, seen.moved, now)
        _keep_shown(office, source, [item.key for item in look.items])
        if memory is None and source.rules.backlog is not None:
            waiting = sum(sighting.state is SightingState.WAITING for sighting in seen.remember)
            log.info("first contact", source=source.name, remembered=len(seen.remember) - waiting, taking=waiting)
    # Written last: a crash before this line repeats the whole look, and first contact stays first contact.
    office.store.notebook.write("source", source.name, dict(look.memory))


def _note_trouble(office: Office, source: Source, since: datetime | None) -> None:
    """Remember since when a source cannot be reached, or (None) that it can."""
    noted = office.store.notebook.read(TROUBLE, source.name)
    if since is None and noted is not None:
        office.store.notebook.write(TROUBLE, source.name, None)
    elif since is not None and noted is None:
        office.store.notebook.write(TROUBLE, source.name, {"since": since.isoformat()})


def _last_shown(office: Office, source: Source) -> list[str]:
    noted = office.store.notebook.read(SHOWN, source.name) or {}
    keys = noted.get("keys")
    return [str(key) for key in keys] if isinstance(keys, list) else []


def _keep_shown(office: Office, source: Source, keys: Sequence[str]) -> None:
    """Only of sources that can move: what a folder shows goes away as it is taken."""
    if not isinstance(source, Keeper) and sorted(keys) != sorted(_last_shown(office, source)):
        office.store.notebook.write(SHOWN, source.name, {"keys": list(keys)})


def _tell_of_move(office: Office, source: Source, count: int, now: datetime) -> None:
    log.warning("source looks moved, nothing taken", source=source.name, items=count)
    values = {"source": source.name, "count": str(count)}
    office.store.ledger.note(Deed(at=now, who=source.name, what="source-moved", subject=source.name, detail=str(count)))
    raise_once(office, Concern(subject=f"moved {source.name}", code="alarm-moved", values=values, lasting=False))


def _withdraw(office: Office, source: Source, sighting: Sighting, now: datetime) -> None:
    """The source took an item back: before it was published the announcement goes, afterwards a person decides."""
    if isinstance(source, Keeper):
        return  # A file that has been taken has left the folder because we moved it.
    known = sighting.announcement_id
    deliveries = office.store.outbox.deliveries([known]).get(known, [])
    unsent = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.CANCELLED, DeliveryState.MISSED)
    if all(delivery.state in unsent for delivery in deliveries):
        office.store.archive.retract(known, Mark(source.name, now))
        office.store.ledger.note(Deed(at=now, who=source.name, what="withdrawn-by-source", subject=known))
    else:
        office.store.ledger.note(Deed(at=now, who=source.name, what="withdrawn-after-publishing", subject=known))
        log.warning("withdrawn after publishing", source=source.name, announcement=known)


def take_settled(office: Office, source: Source) -> Intake:
    """Take in everything of a source that has been still for long enough."""
    now = office.clock.now()
    with office.store.exclusive(f"source {source.name}", office.worker, now, LOOK_LEASE) as free:
        if not free:
            return Intake()
        ready = settled(office.store.archive.sightings(source.name).values(), now, source.rules.settle)
        done = Intake()
        for start in range(0, len(ready), BATCH):
            done += _take_batch(office, source, ready[start : start + BATCH], now)
        return done


def _take_batch(office: Office, source: Source, ready: Sequence[Sighting], now: datetime) -> Intake:
    takings: list[Taking] = []
    replaced: dict[str, str] = {}
    recent = recent_announcements(office, now)
    refused = 0
    for sighting in ready:
        try:
            draft = source.read(sighting.item)
            revised = revised_by(office, source, sighting, draft)
            taking = _taking(office, source, sighting, draft, now, recent, revised)
        except InvalidAnnouncement as error:
            refused += 1
            _refuse(office, source, sighting, error, now)
        except TemporaryFailure as error:
            log.warning("item not readable yet", source=source.name, reason=error.code)
        else:
            if isinstance(taking, Dossier):
                _take_again(office, source, replace(sighting, announcement_id=taking.id))
            elif not any(_same_words(taking, other) for other in takings):
                # Two files with the same words: the second waits for the next round, which knows the first.
                takings.append(taking)
                recent.append(sketched(taking.id, taking.announcement))
                if revised is not None:
                    replaced[revised.id] = revised.standing.key
    dossiers = office.store.archive.take(takings, now)
    for dossier, taking in zip(dossiers, takings, strict=True):
        office.store.ledger.note(Deed(at=now, who=source.name, what="taken-in", subject=dossier.id))
        _tell_original(office, dossier, now)
        if isinstance(source, Keeper):
            source.take(taking.sighting.item, status_of(office, dossier))
            _tell_replaced(office, source, dossier, replaced.get(dossier.id, ""))
    return Intake(tuple(dossiers), refused)


def _same_words(one: Taking, other: Taking) -> bool:
    return one.announcement == other.announcement


def _tell_replaced(office: Office, source: Keeper, dossier: Dossier, key: str) -> None:
    """The file of the revision before says what took its place, and nothing of what no longer holds."""
    if key and key != dossier.standing.key:
        told = {"id": dossier.id, "revision": dossier.standing.revision, "file": dossier.standing.key}
        source.report(key, say(office.config.office.language, "status-replaced", **told) + "\n")


def _refuse(office: Office, source: Source, sighting: Sighting, error: InvalidAnnouncement, now: datetime) -> None:
    reason = tell(error, office.config.office.language)
    log.warning("item refused", source=source.name, reason=error.code)
    if isinstance(source, Keeper):
        source.refuse(sighting.item, reason + "\n")
    office.store.ledger.note(Deed(at=now, who=source.name, what="refused", subject=sighting.item.key, detail=reason))
    subject = f"refused {source.name} {sha256(sighting.item.key.encode()).hexdigest()[:12]}"
    raise_once(office, Concern(subject=subject, code="alarm-refused", values={"source": source.name}, lasting=False))
    office.store.archive.remember(source.name, [replace(sighting, state=SightingState.REFUSED)])


def _take_again(office: Office, source: Source, sighting: Sighting) -> None:
    """The same words once more: nothing to publish, and the file goes to the others."""
    office.store.archive.remember(source.name, [replace(sighting, state=SightingState.TAKEN)])
    dossier = office.store.archive.dossier(sighting.announcement_id)
    if isinstance(source, Keeper) and dossier is not None:
        source.take(sighting.item, status_of(office, dossier))


def _taking(
    office: Office,
    source: Source,
    sighting: Sighting,
    draft: Draft,
    now: datetime,
    recent: Sequence[Recent],
    revised: Dossier | None,
) -> Taking | Dossier:
    """The taking for a draft, or the announcement that says the very same already."""
    examined = examine_draft(office, draft, source.rules, now, recent, revised.id if revised else "")
    announcement = examined.announcement
    if revised is not None and revised.announcement == announcement:
        return revised
    twin = None if revised else said_already(office, announcement, recent)
    if twin is not None:
        office.store.ledger.note(Deed(at=now, who=source.name, what="said-already", subject=twin.id))
        return twin
    findings = [*examined.findings, *remarks_on_identity(office, sighting, draft, revised, announcement)]
    if announcement.version_of:
        original = original_of(office, source, announcement.version_of)
        announcement = replace(announcement, version_of=original or announcement.version_of)
        if original is None:
            findings.append(Finding(code="unknown-original", severity=Severity.ERROR, excerpt=announcement.version_of))
    keep_pictures(office, examined)
    zone = office.config.office.timezone
    taken_as = revised.id if revised else new_id(now, zone)
    return Taking(
        id=taken_as,
        source=source.name,
        sighting=replace(sighting, state=SightingState.TAKEN, announcement_id=taken_as),
        announcement=announcement,
        findings=tuple(findings),
        needs_approval=source.rules.needs_approval or in_periods(now, office.config.publishing.approval_periods, zone),
        urgent=announcement.urgent,
        revises=revised is not None,
    )


def _tell_original(office: Office, version: Dossier, now: datetime) -> None:
    """The version that was missed is there: the remark goes from the original."""
    original = version.announcement.version_of and office.store.archive.dossier(version.announcement.version_of)
    if original:
        there = ("version-missing", version.announcement.language)
        office.store.archive.amend_findings(original.id, original.standing.revision, add=(), drop=(there,), now=now)
