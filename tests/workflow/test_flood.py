"""Nothing old is poured on followers: moved feeds, a restart after days, a period that begins while something waits."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.delivery import DeliveryState
from publisher.domain.standing import State
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeBell, FakeClock, FakeFeed, FakeFolder, FakePlatform
from tests.workflow.conftest import OpenOffice
from tests.workflow.test_passing import BRIDGE, announcement, state


def test_when_all_guids_of_a_feed_change_there_is_one_alarm_and_no_post(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    feed.entries = {f"alt-{number}": announcement(number) for number in range(500)}
    one_pass(office)
    feed.entries = {f"neu-{number}": announcement(number) for number in range(500)}
    for _ in range(3):
        clock.moment += timedelta(minutes=5)
        one_pass(office)
    assert mastodon.posts == []
    assert [line.code for note in bell.notes for line in note.raised] == ["alarm-moved"]
    assert "rathaus: 500" in bell.notes[0].text


def test_a_short_feed_with_new_guids_at_every_look_tells_what_is_new_and_nothing_old(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, clock: FakeClock
) -> None:
    feed.entries = {f"erst-{number}": announcement(number) for number in range(3)}
    one_pass(office)
    for look in ("dann", "zuletzt"):
        feed.entries = {"frisch": announcement(99)} | {f"{look}-{number}": announcement(number) for number in range(3)}
        clock.moment += timedelta(minutes=5)
        one_pass(office)
    assert [row["headline"] for row in announcement_overview(office)] == [announcement(99).headline]


def test_after_a_move_what_is_really_new_goes_out_again(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, clock: FakeClock
) -> None:
    feed.entries = {f"alt-{number}": announcement(number) for number in range(10)}
    one_pass(office)
    moved = {f"neu-{number}": announcement(number) for number in range(10)}
    feed.entries = moved
    clock.moment += timedelta(minutes=5)
    one_pass(office)
    feed.entries = {"neu-frisch": announcement(99)} | moved
    clock.moment += timedelta(minutes=5)
    assert one_pass(office).published == 1


def test_what_was_published_is_not_withdrawn_by_a_move(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, clock: FakeClock
) -> None:
    feed.entries = {f"alt-{number}": announcement(number) for number in range(6)}
    one_pass(office)
    feed.entries = {"alt-neu": BRIDGE} | feed.entries
    clock.moment += timedelta(minutes=5)
    one_pass(office)
    feed.entries = {f"neu-{number}": announcement(number) for number in range(7)}
    clock.moment += timedelta(minutes=5)
    one_pass(office)
    assert state(office) == State.PUBLISHED


def test_down_for_three_days_nothing_stale_goes_out_and_all_of_it_is_listed_as_missed(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries = {
        f"{number}.md": replace(announcement(number), publish=NOON + timedelta(minutes=5)) for number in range(40)
    }
    one_pass(office)
    clock.moment += timedelta(days=3)
    one_pass(office)
    assert mastodon.posts == []
    assert {row["state"] for row in announcement_overview(office)} == {State.MISSED}


def test_an_announcements_own_end_goes_before_the_offices_patience(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["a.md"] = replace(BRIDGE, publish=NOON + timedelta(hours=1), expires=NOON + timedelta(hours=2))
    one_pass(office)
    clock.moment += timedelta(hours=3)
    one_pass(office)
    assert mastodon.posts == []
    assert {row["reason"] for row in announcement_overview(office)[0]["deliveries"]} == {
        "Die Meldung war abgelaufen, bevor sie hinausgehen konnte."
    }


def test_what_waits_when_an_approval_period_begins_waits_for_a_person(
    open_office: OpenOffice, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    office = open_office(approval_periods=["2026-11-26/2026-11-30"])
    folder.entries["a.md"] = replace(BRIDGE, publish=NOON + timedelta(days=1))
    one_pass(office)
    assert state(office) == State.WAITING
    clock.moment += timedelta(days=1, minutes=1)
    one_pass(office)
    assert (state(office), mastodon.posts) == (State.HELD, [])
    assert [line.code for line in bell.notes[-1].raised] == ["alarm-held-approval"]
    (dossier,) = office.store.archive.dossiers()
    decisions.approve(office, dossier.id, "Petra")
    one_pass(office)
    assert len(mastodon.posts) == 1


def test_a_retry_that_falls_into_the_quiet_hours_waits_for_the_morning(
    open_office: OpenOffice, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    office = open_office(quiet_hours="22:00-06:00")
    folder.entries["a.md"] = replace(BRIDGE, publish=NOON + timedelta(hours=9, minutes=59))  # 21:59 in Musterstadt
    one_pass(office)
    clock.moment = NOON + timedelta(hours=11)
    one_pass(office)
    assert mastodon.posts == []
    deliveries = office.store.outbox.open_deliveries()
    assert {delivery.state for delivery in deliveries} == {DeliveryState.QUEUED}
    clock.moment = NOON + timedelta(hours=18, minutes=1)
    one_pass(office)
    assert len(mastodon.posts) == 1
