"""The card of a link: its words and its picture, and when the linked page is asked for it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.variant import Limits
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakePages, FakePlatform
from tests.workflow.test_passing import BRIDGE, picture


@dataclass
class CardPlatform(FakePlatform):
    """A platform that wants its cards from us."""

    limits: Limits = field(default_factory=lambda: Limits(text=300, card_bytes=1_000_000))


@pytest.fixture
def bluesky() -> FakePlatform:
    return CardPlatform(name="bluesky", kind="bluesky")


def card(office: Office) -> str:
    (delivery,) = [d for d in office.store.outbox.open_deliveries() if d.channel == "bluesky"]
    made = office.store.outbox.variant(delivery.id).card
    return made.description if made else "no card"


@pytest.mark.parametrize(
    "waiting",
    [BRIDGE, replace(BRIDGE, wait_for_link=True), replace(BRIDGE, embargo=NOON + timedelta(minutes=30))],
    ids=["at once", "for its page", "for the end of an embargo"],
)
def test_a_card_has_the_pages_picture_however_long_the_post_had_to_wait(
    office: Office,
    folder: FakeFolder,
    bluesky: FakePlatform,
    pages: FakePages,
    clock: FakeClock,
    waiting: Announcement,
) -> None:
    folder.entries["bruecke.md"] = waiting
    pages.previews[BRIDGE.link] = picture()
    if waiting != BRIDGE:
        one_pass(office)
        assert bluesky.uploads == []
    pages.there.add(BRIDGE.link)
    clock.moment += timedelta(hours=1)
    one_pass(office)
    assert (len(bluesky.posts), len(bluesky.uploads)) == (1, 1)


def test_before_the_embargo_the_page_is_not_asked(
    office: Office, folder: FakeFolder, pages: FakePages, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, embargo=clock.moment + timedelta(hours=1))
    one_pass(office)
    assert pages.asked == []


@pytest.mark.parametrize(
    ("body", "said"), [("Sie ist zu. Bis Montag.", "Sie ist zu."), ("Gesperrt sind:\n\n– die Brücke", "")]
)
def test_a_card_without_a_lead_says_the_first_sentence(
    office: Office, folder: FakeFolder, body: str, said: str
) -> None:
    waits = replace(BRIDGE, embargo=NOON + timedelta(hours=1))
    folder.entries["bruecke.md"] = replace(waits, lead="", body=body)
    one_pass(office)
    assert card(office) == said
