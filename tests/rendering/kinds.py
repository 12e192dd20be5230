"""Each kind of mail that is made from templates, worded in German as its readers get it."""

from dataclasses import replace

from publisher.domain.announcement import Announcement
from publisher.ports.words import IssueEntry, IssueOrder, IssuePicture, IssueWords, NoticeWords
from publisher.rendering.samples import NOON, notice_samples
from publisher.rendering.templates import Templates
from tests.rendering.test_issue import FOUNTAIN, PICTURE, ROAD, entry

BATHS = Announcement(
    headline="Freibad öffnet am Samstag",
    lead="Am Samstag beginnt im Freibad am Stadtpark die Saison.",
    body="Geöffnet ist täglich von 8 bis 20 Uhr. Der Eintritt kostet für Erwachsene 4 Euro, für Kinder 2 Euro.",
    link="https://www.musterstadt.example/aktuelles/freibad",
    contact="Pressestelle, Telefon 0000 0000",
)
ENCLOSED = "brunnen.jpg"


def issues(templates: Templates, picture: IssuePicture = PICTURE) -> dict[str, IssueWords]:
    """What goes to lists: an announcement with a picture, a digest of three, a press mail ahead of its embargo."""
    told = entry(FOUNTAIN, picture)
    single = IssueOrder(template="newsletter", language="de", entries=[told], dated=NOON)
    digest = replace(single, entries=[told, entry(BATHS), entry(ROAD)], digest="daily")
    unseen = IssueEntry(announcement=BATHS, link="", page="", pictures=(picture,))
    press = replace(single, template="press", entries=[unseen], embargo=NOON, enclosed=[ENCLOSED])
    return {name: templates.issue(order) for name, order in (("single", single), ("digest", digest), ("press", press))}


def notices(templates: Templates) -> dict[str, NoticeWords]:
    """What goes to one person: a request to confirm, and "you are subscribed already"."""
    return {name: templates.notice(next(notice_samples(f"notice/{name}"))) for name in ("confirm", "known")}
