"""The card of a link where a platform wants it from us: its words, and the picture that the linked page offers.

The page is asked only once the announcement may leave: right away, or right before the post goes out.
"""

from datetime import datetime

from publisher.domain.announcement import Announcement
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.domain.timing import release_moment
from publisher.domain.variant import Card, Limits, PreparedPicture
from publisher.language.sentences import sentences
from publisher.workflow.compose.subject import Subject, prepared_of
from publisher.workflow.office import Office

CARD_PIXELS = 2_000_000


def card_of(
    office: Office, subject: Subject, limits: Limits, now: datetime, *, ask: bool
) -> tuple[Card | None, ReadPicture | None]:
    """The card, and its thumbnail's bytes. `ask=False` makes no call to the outside."""
    announcement = subject.announcement
    if limits.card_bytes is None:
        return None, None
    may_ask = ask and not announcement.wait_for_link and release_moment(announcement, now) <= now
    thumbnail = _thumbnail(office, announcement.link, limits.card_bytes) if may_ask else None
    card = Card(
        url=subject.link(office),
        title=announcement.headline,
        description=announcement.lead or _first_sentence(announcement),
        thumbnail=prepared_of(thumbnail, "") if thumbnail else None,
    )
    return card, thumbnail


def late_thumbnail(office: Office, announcement: Announcement, limits: Limits) -> PreparedPicture | None:
    """The picture for the card of a post that had to wait when it was worded, kept in the archive.

    Called when it may leave.
    """
    waited = announcement.wait_for_link or announcement.embargo or announcement.publish
    if not waited or limits.card_bytes is None:
        return None
    read = _thumbnail(office, announcement.link, limits.card_bytes)
    if read is None:
        return None
    prepared = prepared_of(read, "")
    office.store.archive.keep_picture(prepared.sha256, read.media_type, read.data)
    return prepared


def _first_sentence(announcement: Announcement) -> str:
    """Nothing if it only leads up to a list."""
    first = next(iter(sentences(announcement.body, announcement.language)), "")
    return "" if first.endswith(":") else first


def _thumbnail(office: Office, link: str, most_bytes: int) -> ReadPicture | None:
    raw = office.pages.preview_picture(link) if link else None
    if raw is None:
        return None
    try:
        read = office.studio.read(raw)
        return office.studio.prepare(read.data, PictureRoom(max_bytes=most_bytes, max_pixels=CARD_PIXELS))
    except InvalidAnnouncement:
        return None
