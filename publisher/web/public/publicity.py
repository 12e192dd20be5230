"""What the public may see, and since when: decided anew at every request, from the archive and the outbox alone.

A page opens with the first attempt: the attempt is written before its first byte leaves, so whoever clicks the link of a
post finds the page, and nobody finds it earlier. `Archive.published` alone would open it only after the receipt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from publisher.domain.announcement import Announcement, Audience, Dossier, Picture, Revision
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.picture import PictureRoom
from publisher.domain.timing import release_moment
from publisher.domain.variant import PreparedPicture
from publisher.rendering.mending import well_set
from publisher.web.public.whereabouts import Whereabouts
from publisher.workflow.dispatch.lane import for_newsrooms
from publisher.workflow.office import Office

OUTSIDE = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)
PAGE_ROOM = PictureRoom(max_bytes=400_000, max_pixels=2_000_000, max_edge=1_600)
KEPT_READY = 32
"""Prepared pictures kept in memory: making one takes a third of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """One announcement as the public sees it: the newest revision that has left, not the newest that was taken in."""

    id: str
    announcement: Announcement
    published_at: datetime
    changed_at: datetime
    deliveries: tuple[str, ...]
    """IDs of the deliveries that have left."""

    def pictures(self, now: datetime) -> list[Picture]:
        """The pictures whose rights have not ended, with an alt text."""
        return [p for p in self.announcement.pictures if p.alt and _may_be_shown(p, now)]


def has_left(delivery: Delivery) -> bool:
    """Whether followers may have it already. A deferred one counts: some mails of its issue may be out."""
    return delivery.state in OUTSIDE or (delivery.state is DeliveryState.DEFERRED and delivery.attempts > 0)


def may_be_read(dossier: Dossier, shown: Announcement, now: datetime) -> bool:
    """Whether the revision that has left may stand on a public page at this moment."""
    if dossier.standing.retracted is not None:
        return False
    for_everybody = all(each.audience is Audience.PUBLIC for each in (dossier.announcement, shown))
    return for_everybody and release_moment(shown, now) <= now


def still_licensed(prepared: PreparedPicture, originals: Iterable[Picture], now: datetime) -> bool:
    """Whether a prepared picture may be shown: by the rights of the original that has its alt text."""
    same = [p for p in originals if prepared.alt and p.alt.startswith(prepared.alt)]
    return any(_may_be_shown(picture, now) for picture in same)


def _may_be_shown(picture: Picture, now: datetime) -> bool:
    return picture.until is None or picture.until > now


class Publicity:
    """The public's view of an office. Raises StoreError."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._whereabouts = Whereabouts(office)
        self._ready = lru_cache(KEPT_READY)(self._make_ready)

    def page(self, id: str) -> PublicPage | None:
        """The page of an announcement, None where there is none for the public."""
        dossier = self._office.store.archive.dossier(id)
        if dossier is None:
            return None
        return self._open(dossier, self._office.store.outbox.deliveries_of(id))

    def newest(
        self, limit: int, before: datetime | None = None, words: Sequence[str] = ()
    ) -> tuple[list[PublicPage], datetime | None]:
        """Published announcements, newest first, and the moment to ask on `before`, None at the end.

        `words`: only those that hold all of these.
        """
        found = self._office.store.archive.published(limit=limit + 1, before=before, words=words)
        published = found[:limit]
        deliveries = self._office.store.outbox.deliveries([dossier.id for dossier, _ in published])
        pages = [self._open(dossier, deliveries.get(dossier.id, [])) for dossier, _ in published]
        older = published[-1][1] if len(found) > limit else None
        return [page for page in pages if page is not None], older

    def versions(self, page: PublicPage) -> list[PublicPage]:
        """The same announcement in other languages."""
        root = page.announcement.version_of or page.id
        family = {root, *self._whereabouts.versions_of(root)} - {page.id}
        others = [self.page(member) for member in sorted(family)]
        return [other for other in others if other is not None]

    def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """Media type and bytes of a picture that stands on a public page, in a post or in a mail.

        Originals are prepared first: what leaves has no metadata (GPS) and a sane size.
        """
        now = self._office.clock.now()
        for page in filter(None, map(self.page, self._whereabouts.carriers_of(sha256))):
            if any(picture.sha256 == sha256 for picture in page.pictures(now)):
                return self._ready(sha256)
            if any(still_licensed(made, page.announcement.pictures, now) for made in self._made(page, sha256)):
                return self._office.store.archive.picture(sha256)
        return None

    def _made(self, page: PublicPage, sha256: str) -> list[PreparedPicture]:
        variants = [self._office.store.outbox.variant(delivery) for delivery in page.deliveries]
        return [picture for variant in variants for picture in variant.pictures if picture.sha256 == sha256]

    def _make_ready(self, sha256: str) -> tuple[str, bytes] | None:
        kept = self._office.store.archive.picture(sha256)
        if kept is None:
            return None
        try:
            ready = self._office.studio.prepare(kept[1], PAGE_ROOM)
        except InvalidAnnouncement:
            return None
        return ready.media_type, ready.data

    def _is_private(self, delivery: Delivery) -> bool:
        """What newsrooms got, perhaps ahead of the embargo, opens no page."""
        private = delivery.receipt is not None and delivery.receipt.private
        return private or for_newsrooms(self._office, delivery.channel)

    def _open(self, dossier: Dossier, deliveries: Sequence[Delivery]) -> PublicPage | None:
        left = [delivery for delivery in deliveries if has_left(delivery) and not self._is_private(delivery)]
        if not left:
            return None
        shown = self._revision(dossier, max(delivery.revision for delivery in left))
        if shown is None or not may_be_read(dossier, shown.announcement, self._office.clock.now()):
            return None
        since = min(delivery.last_attempt_at or delivery.due_at for delivery in left)
        return PublicPage(
            id=dossier.id,
            announcement=well_set(shown.announcement),
            published_at=since,
            changed_at=max(since, shown.made_at),
            deliveries=tuple(delivery.id for delivery in left),
        )

    def _revision(self, dossier: Dossier, number: int) -> Revision | None:
        if dossier.current.number == number:
            return dossier.current
        revisions = self._office.store.archive.revisions(dossier.id)
        return next((revision for revision in revisions if revision.number == number), None)
