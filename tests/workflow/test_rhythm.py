"""Whatever rhythm somebody changes to, each announcement reaches them once."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.domain.subscriber import Rhythm
from publisher.workflow.audience import preferences
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakeNewsletter
from tests.workflow.test_digest import FIVE, about, dossier_of, names, publish, subscribe

FRIDAY_NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


def change(office: Office, name: str, rhythm: Rhythm) -> None:
    """What the preferences page does."""
    reader = next(s for s in office.store.audience.subscribers("newsletter") if s.address.startswith(f"{name}@"))
    assert preferences.change(office, reader.token, reader.topics, rhythm)


def test_whatever_rhythm_somebody_changes_to_they_are_told_once(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "anna", rhythm=Rhythm.IMMEDIATE)
    publish(office, folder, about("bruecke"))
    assert names(newsletter) == {"anna": 1}
    change(office, "anna", Rhythm.DAILY)
    clock.moment = FIVE - timedelta(hours=1)
    publish(office, folder, about("rat"))
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"anna": 2}
    assert "Meldung bruecke" not in newsletter.issues[-1].text
    change(office, "anna", Rhythm.WEEKLY)
    clock.moment = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    one_pass(office)
    assert names(newsletter) == {"anna": 2}


@pytest.mark.parametrize("faster", [Rhythm.DAILY, Rhythm.IMMEDIATE])
def test_whoever_changes_to_a_faster_rhythm_still_gets_once_what_was_gathered_for_them(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock, faster: Rhythm
) -> None:
    subscribe(office, "emma", rhythm=Rhythm.WEEKLY)
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE
    one_pass(office)
    clock.moment += timedelta(hours=1)
    change(office, "emma", faster)
    clock.moment += timedelta(hours=2)
    publish(office, folder, about("rat"))
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert names(newsletter)["emma"] == 1
    clock.moment = FRIDAY_NOON
    one_pass(office)
    assert names(newsletter)["emma"] == 2
    assert "Meldung bruecke" in newsletter.issues[-1].text
    assert "Meldung rat" not in newsletter.issues[-1].text
    clock.moment += timedelta(days=7)
    one_pass(office)
    assert names(newsletter)["emma"] == 2


def test_from_daily_to_immediate_the_days_digest_still_comes(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    change(office, "dora", Rhythm.IMMEDIATE)
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_from_daily_to_weekly_nothing_is_lost_that_this_weeks_digest_told_already(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    clock.moment = FRIDAY_NOON - timedelta(hours=1)
    publish(office, folder, about("bruecke"))
    clock.moment = FRIDAY_NOON
    one_pass(office)
    change(office, "dora", Rhythm.WEEKLY)
    clock.moment = FRIDAY_NOON + timedelta(hours=5)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_what_was_held_while_the_last_digest_was_made_still_comes_to_whoever_changed(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"), about("rat"))
    held = dossier_of(office, "bruecke")
    decisions.hold(office, held, "Petra")
    change(office, "dora", Rhythm.IMMEDIATE)
    clock.moment = FIVE
    one_pass(office)
    decisions.release(office, held, "Petra")
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 2}


def test_the_archive_of_own_data_tells_the_rhythm_that_somebody_had_before(office: Office, clock: FakeClock) -> None:
    subscribe(office, "dora")
    change(office, "dora", Rhythm.IMMEDIATE)
    [dora] = office.store.audience.subscribers("newsletter")
    assert preferences.personal_data(office, dora)["former_rhythms"] == {"daily": clock.moment.isoformat()}
