"""Made-up announcements that templates are tried on: one with everything, one with next to nothing, one with short words."""

from collections.abc import Iterator
from datetime import UTC, datetime

from publisher.domain.announcement import Announcement, Picture
from publisher.ports.words import IssueEntry, IssueOrder, IssuePicture, NoticeOrder, PostOrder

LINK = "https://musterstadt.example/aktuelles/probe"
PAGE = "https://musterstadt.example/a/probe"
NOON = datetime(2025, 11, 12, 11, 0, tzinfo=UTC)
PICTURE = Picture(
    sha256="0" * 64,
    media_type="image/jpeg",
    width=1200,
    height=800,
    name="brunnen.jpg",
    alt="Der Brunnen auf dem Marktplatz.",
    credit="Kim Muster",
    caption="Der Brunnen läuft wieder.",
)
FULL = Announcement(
    headline="Der Brunnen läuft wieder",
    lead="Der Brunnen auf dem Marktplatz ist repariert. Am Mittwoch, dem 12. November, wurde er eingeschaltet.",
    body="Er stand zwei Jahre still.\n\n– Kosten: 20.000 Euro\n\n– Bauzeit: drei Wochen",
    html="<p>Er stand zwei Jahre still.</p><ul><li>Kosten: 20.000 Euro</li><li>Bauzeit: drei Wochen</li></ul>",
    must="Das Baden im Brunnen ist nicht erlaubt.",
    link=LINK,
    embargo=NOON,
    publish=NOON,
    expires=NOON,
    urgent=True,
    topics=("kultur",),
    tags=("Stadtleben", "öffentlicher Raum"),
    pictures=(PICTURE,),
    contact="Pressestelle, Telefon 0000 0000",
)
MINIMAL = Announcement(headline="Der Brunnen läuft wieder")
SHORT = Announcement(
    headline="Der Brunnen läuft wieder", short={"": "Wasser marsch auf dem Marktplatz!"}, tags=("Stadtleben",)
)
SAMPLES = (FULL, MINIMAL, SHORT)


def post_samples(template: str) -> Iterator[PostOrder]:
    """Orders for a post template: each sample with much room, and with next to none."""
    for announcement in SAMPLES:
        for limit in (1000, 10):
            yield PostOrder(
                template=template,
                channel="probe",
                kind="probe",
                announcement=announcement,
                link=LINK,
                credits=tuple(picture.credit for picture in announcement.pictures),
                limit=limit,
                measure=len,
            )


def issue_samples(template: str) -> Iterator[IssueOrder]:
    """Orders for a folder of issue templates: one announcement, then several, in both languages."""
    shown = IssuePicture(
        url=f"{PAGE}/brunnen.jpg",
        width=1200,
        height=800,
        alt=PICTURE.alt,
        credit=PICTURE.credit,
        caption=PICTURE.caption,
    )
    entries = [
        IssueEntry(announcement=one, link=LINK, page=PAGE, pictures=(shown,) if one.pictures else ()) for one in SAMPLES
    ]
    for language in ("de", "en"):
        for some in (entries[:1], entries[1:2]):
            yield IssueOrder(template=template, language=language, entries=some, dated=NOON)
        yield IssueOrder(template=template, language=language, entries=entries, digest="daily", dated=NOON)


def notice_samples(template: str) -> Iterator[NoticeOrder]:
    """A mail to one person in both languages, about some topics and about all."""
    for language in ("de", "en"):
        for topics in ((), ("Verkehr und Baustellen", "Kultur")):
            yield NoticeOrder(template=template, language=language, link=LINK, topics=topics, asked_at=NOON, until=NOON)
