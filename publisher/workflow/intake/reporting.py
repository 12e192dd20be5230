"""Tells the folder what became of its files: status files follow every change."""

from collections.abc import Iterable
from datetime import datetime

from publisher.domain.announcement import Dossier
from publisher.ports.sources import Keeper
from publisher.workflow.office import Office
from publisher.workflow.overview.status import status_text


def status_of(office: Office, dossier: Dossier) -> str:
    """The words of an announcement's status file as it stands now."""
    deliveries = office.store.outbox.deliveries_of(dossier.id)
    desk = office.config.office
    stop = office.store.outbox.stop()
    return status_text(dossier, deliveries, office.clock.now(), desk.language, desk.timezone, stop)


def report_changes(office: Office, since: datetime) -> None:
    """Rewrite the status files of announcements that changed at or after the moment."""
    report(office, office.store.archive.changed_since(since))


def report(office: Office, dossiers: Iterable[Dossier]) -> None:
    """Rewrite the status files of these announcements."""
    for dossier in dossiers:
        source = office.sources.get(dossier.standing.source)
        if source is not None and isinstance(source, Keeper):
            source.report(dossier.standing.key, status_of(office, dossier))
