"""Posts that wait until their announcement's own page is there."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.standing import State
from publisher.workflow.alarms.ringing import ring_alarms
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeBell, FakeClock, FakeFeed, FakeFolder, FakePages, FakePlatform
from tests.workflow.test_passing import BRIDGE, state

LINK = BRIDGE.link
WAITS = replace(BRIDGE, wait_for_link=True)


def minutes(clock: FakeClock, number: float) -> None:
    clock.moment += timedelta(minutes=number)


def test_nothing_leaves_until_the_page_answers_and_then_everything_does(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, pages: FakePages, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = WAITS
    one_pass(office)
    assert mastodon.posts == []
    assert "Seite der Meldung antwortet noch nicht" in folder.taken["bruecke.md"]
    pages.there.add(LINK)
    minutes(clock, 1)
    assert one_pass(office).published == 1
    assert len(mastodon.posts) == 1


def test_all_channels_together_ask_for_the_page_once_in_ten_seconds(
    office: Office, folder: FakeFolder, pages: FakePages
) -> None:
    folder.entries["bruecke.md"] = WAITS
    one_pass(office)
    assert pages.asked.count(LINK) == 1


def test_nobody_asks_for_the_page_before_the_embargo_or_while_a_stop_holds(
    office: Office, folder: FakeFolder, pages: FakePages, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(WAITS, embargo=clock.moment + timedelta(hours=1))
    one_pass(office)
    minutes(clock, 55)
    one_pass(office)
    assert pages.asked == []
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    minutes(clock, 10)
    one_pass(office)
    assert pages.asked == []


def test_a_source_can_let_all_its_announcements_wait(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, pages: FakePages, clock: FakeClock
) -> None:
    one_pass(office)
    feed.rules = replace(feed.rules, wait_for_link=True)
    feed.entries = {"guid-1": BRIDGE}
    one_pass(office)
    assert (mastodon.posts, state(office)) == ([], State.WAITING)
    pages.there.add(LINK)
    minutes(clock, 1)
    one_pass(office)
    assert len(mastodon.posts) == 1


def test_after_ten_minutes_people_hear_of_it_and_again_when_the_page_is_there(
    office: Office, folder: FakeFolder, pages: FakePages, bell: FakeBell, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = WAITS
    one_pass(office)
    minutes(clock, 9)
    one_pass(office)
    assert bell.notes == []
    minutes(clock, 2)
    one_pass(office)
    assert [line.code for line in bell.notes[-1].raised] == ["alarm-link"]
    pages.there.add(LINK)
    minutes(clock, 1)
    one_pass(office)
    ring_alarms(office, at_once=True)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-link"]
    assert len(bell.notes) == 2


def test_without_a_link_there_is_nothing_to_wait_for_and_that_is_said(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = replace(WAITS, link="")
    one_pass(office)
    assert len(mastodon.posts) == 1
    assert "auf die Seite warten" in folder.taken["bruecke.md"]
