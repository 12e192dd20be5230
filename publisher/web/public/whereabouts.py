"""Which announcements carry a picture, and which are versions of another: an index of what the archive says, kept fresh.

The archive is asked by announcement; pages are asked by picture. The index only finds candidates: whether the public may
see them is decided elsewhere, at every request.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Lock

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery
from publisher.workflow.office import Office

CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of machines that share a database may differ."""
AT_ONCE = 200


class Whereabouts:
    """Filled at the first question, then brought up to date by what has changed. Safe for several threads."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._since = datetime(1970, 1, 1, tzinfo=UTC)
        self._carriers: defaultdict[str, set[str]] = defaultdict(set)
        self._versions: defaultdict[str, set[str]] = defaultdict(set)

    def carriers_of(self, sha256: str) -> list[str]:
        """IDs of the announcements that have, or had, this picture: as it came or prepared for a channel."""
        with self._lock:
            if sha256 not in self._carriers:
                self._refresh()
            return sorted(self._carriers.get(sha256, ()))

    def versions_of(self, id: str) -> list[str]:
        """IDs of the announcements that say they are this one's version in another language."""
        with self._lock:
            self._refresh()
            return sorted(self._versions.get(id, ()))

    def _refresh(self) -> None:
        now = self._office.clock.now()
        changed = self._office.store.archive.changed_since(self._since)
        for start in range(0, len(changed), AT_ONCE):
            some = changed[start : start + AT_ONCE]
            deliveries = self._office.store.outbox.deliveries([dossier.id for dossier in some])
            for dossier in some:
                if dossier.announcement.version_of:
                    self._versions[dossier.announcement.version_of].add(dossier.id)
                for sha256 in self._pictures(dossier, deliveries.get(dossier.id, [])):
                    self._carriers[sha256].add(dossier.id)
        self._since = now - CLOCKS_APART

    def _pictures(self, dossier: Dossier, deliveries: list[Delivery]) -> Iterator[str]:
        archive, outbox = self._office.store.archive, self._office.store.outbox
        first = dossier.current.number == 1
        for revision in [dossier.current] if first else archive.revisions(dossier.id):
            yield from (picture.sha256 for picture in revision.announcement.pictures)
        for delivery in deliveries:
            yield from (picture.sha256 for picture in outbox.variant(delivery.id).pictures)
