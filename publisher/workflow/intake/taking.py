"""From a source to the archive: what has settled is read, examined and taken in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from hashlib import sha256

import structlog

from publisher.checks.sketches import Recent
from publisher.domain.alarm import Concern
from publisher.domain.announcement import Dossier
from publisher.domain.draft import Draft
from publisher.domain.errors import InvalidAnnouncement, TemporaryFailure
from publisher.domain.finding import Finding, Severity
from publisher.domain.sighting import Sighting, SightingState
from publisher.domain.timing import in_periods
from publisher.messages import say, tell
from publisher.ports.archive import Taking
from publisher.ports.ledger import Deed
from publisher.ports.sources import Keeper, Source
from publisher.workflow.intake.examining import examine_draft, keep_pictures
from publisher.workflow.intake.identity import is_freed, original_of, remarks_on_identity, revised_by, said_already
from publisher.workflow.intake.looking import LOOK_LEASE
from publisher.workflow.intake.recent import recent_announcements, remember_sketch, sketched
from publisher.workflow.intake.reporting import status_of
from publisher.workflow.intake.watching import settled
from publisher.workflow.office import Office

log = structlog.get_logger()

# Without letters and digits that are taken for one another when read aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"

BATCH = 50
"""Items taken in per transaction: a crash repeats at most these, harmlessly."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What one intake brought: announcements or revisions taken, items refused."""

    taken: tuple[Dossier, ...] = ()
    refused: int = 0

    def __add__(self, other: "Intake") -> "Intake":
        return Intake(self.taken + other.taken, self.refused + other.refused)


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
    before = office.store.archive.these({sighting.announcement_id for sighting in ready})
    refused = 0
    for sighting in ready:
        try:
            draft = source.read(sighting.item)
            revised = revised_by(office, source, before.get(sighting.announcement_id), draft)
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
    return Intake(_take(office, source, takings, replaced, now), refused)


def _take(
    office: Office, source: Source, takings: Sequence[Taking], replaced: Mapping[str, str], now: datetime
) -> tuple[Dossier, ...]:
    """Take in, all in one transaction, then tell of it. `replaced`: the file of the revision before, by announcement."""
    dossiers = office.store.archive.take(takings, now)
    deeds = [Deed(at=now, who=source.name, what="taken-in", subject=dossier.id) for dossier in dossiers]
    office.store.ledger.note(*deeds)
    for dossier, taking in zip(dossiers, takings, strict=True):
        remember_sketch(office, dossier)
        _tell_original(office, dossier, now)
        if isinstance(source, Keeper):
            source.take(taking.sighting.item, status_of(office, dossier))
            _tell_replaced(office, source, dossier, replaced.get(dossier.id, ""))
    return tuple(dossiers)


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
    office.store.alarms.raise_once(
        Concern(subject=subject, code="alarm-refused", values={"source": source.name}, lasting=False),
        office.clock.now(),
    )
    office.store.archive.remember(source.name, [replace(sighting, state=SightingState.REFUSED)])


def _take_again(office: Office, source: Source, sighting: Sighting) -> None:
    """The same words once more: nothing to publish, and the file goes to the others."""
    office.store.archive.remember(source.name, [replace(sighting, state=SightingState.TAKEN)])
    dossier = office.store.archive.dossier(sighting.announcement_id)
    if isinstance(source, Keeper) and dossier is not None:
        source.take(sighting.item, _status_again(office, source, sighting, dossier))


def _status_again(office: Office, source: Source, sighting: Sighting, dossier: Dossier) -> str:
    """The announcement's own file goes on telling how it stands; one that only repeats it says where to look."""
    if (dossier.standing.source, dossier.standing.key) == (source.name, sighting.item.key):
        return status_of(office, dossier)
    told = {"id": dossier.id, "source": dossier.standing.source, "file": dossier.standing.key}
    return say(office.config.office.language, "status-said-already", **told) + "\n"


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
    twin = None if revised else said_already(office, announcement, recent)
    if twin is not None and is_freed(twin, examined.findings):
        revised, twin = twin, None
    if revised is not None and revised.announcement == announcement and not is_freed(revised, examined.findings):
        return revised
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


def new_id(now: datetime, zone: tzinfo) -> str:
    """ "2026-11-25-k7m3qz": the office's date and 30 random bits, short enough to be copied by hand."""
    return f"{now.astimezone(zone):%Y-%m-%d}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"
