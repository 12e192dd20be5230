"""What was announced lately, sketched once and remembered, so that looking for duplicates stays cheap."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from publisher.checks.sketches import Recent, sketch
from publisher.domain.announcement import Announcement, Dossier
from publisher.workflow.office import Office

LATELY = timedelta(days=30)
MOST = 500
SINGLY = 100
"""So many are read one by one; more in one go."""


def recent_announcements(office: Office, now: datetime) -> list[Recent]:
    """What was taken in during the last 30 days and not retracted, newest first, at most MOST. Raises StoreError."""
    known = office.sketches
    wanted = office.store.archive.taken_since(now - LATELY, limit=MOST)
    missing = [pair for pair in wanted if pair not in known]
    for dossier in _read(office, missing):
        if (dossier.id, dossier.standing.revision) not in known:
            known[dossier.id, dossier.standing.revision] = sketched(dossier.id, dossier.announcement)
    for outdated in set(known) - set(wanted):
        known.pop(outdated, None)
    return [known[pair] for pair in wanted if pair in known]


def remember_sketch(office: Office, dossier: Dossier) -> None:
    """Keep the sketch of what was just taken in, so that it need not be read again."""
    office.sketches[dossier.id, dossier.standing.revision] = sketched(dossier.id, dossier.announcement)


def sketched(id: str, announcement: Announcement) -> Recent:
    """An announcement as later ones are compared with it."""
    return Recent(
        id=id,
        headline=announcement.headline,
        sketch=sketch(announcement),
        language=announcement.language,
        version_of=announcement.version_of,
    )


def _read(office: Office, missing: list[tuple[str, int]]) -> Iterable[Dossier]:
    archive = office.store.archive
    if len(missing) > SINGLY:
        return archive.dossiers(limit=MOST)
    return [dossier for known, _ in missing if (dossier := archive.dossier(known)) is not None]
