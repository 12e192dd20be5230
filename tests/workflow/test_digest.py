"""Digests: once a day or week in office time, to each reader what suits them and what they have not had."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.announcement import Announcement, Mark
from publisher.domain.digest import Digest, Schedule
from publisher.domain.issue import RecipientState
from publisher.domain.subscriber import Rhythm, SubscriberEntry
from publisher.workflow.dispatch.lane import LEASE
from publisher.workflow.editorial import decisions
from publisher.workflow.editorial.effect import consequence, decide
from publisher.workflow.mailing.digest import make_digest_now, make_due_digests
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakeNewsletter
from tests.workflow.conftest import OpenOffice

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Schedule(rhythm=Rhythm.DAILY, minute=17 * 60)
WEEKLY = Schedule(rhythm=Rhythm.WEEKLY, minute=12 * 60, weekday=4)
FIVE = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
"""17:00 in Berlin, five hours after the fake clock's noon."""

TEXTS = {
    "bruecke": "Die Brücke am Hafen ist ab Dienstag gesperrt. Der Bus fährt eine Umleitung.",
    "oper": "Die Oper spielt im Advent jeden Abend. Karten gibt es an der Kasse.",
    "rat": "Der Rat tagt am Montag im großen Saal. Zuhören darf jeder.",
}


def about(name: str, *topics: str, **also: object) -> Announcement:
    told = Announcement(
        headline=f"Meldung {name}", lead=TEXTS.get(name, name), body=f"Mehr zu {name}.", contact="Amt", topics=topics
    )
    return replace(told, **also)  # type: ignore[arg-type]  # fields by name


def subscribe(office: Office, name: str, *topics: str, rhythm: Rhythm = Rhythm.DAILY) -> None:
    entry = SubscriberEntry(
        address=f"{name}@leser.example", topics=topics, rhythm=rhythm, confirmed_at=NOON, evidence="Formular"
    )
    office.store.audience.add("newsletter", [entry])


def publish(office: Office, folder: FakeFolder, *announcements: Announcement) -> None:
    """Drop them together, the first named as the oldest: a source shows its newest first."""
    for announcement in reversed(announcements):
        folder.entries[f"{announcement.headline}.md"] = announcement
    one_pass(office)


def names(newsletter: FakeNewsletter) -> Counter[str]:
    return Counter(address.partition("@")[0] for address, _ in newsletter.mails)


def dossier_of(office: Office, name: str) -> str:
    return next(d.id for d in office.store.archive.dossiers() if d.announcement.headline == f"Meldung {name}")


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2026-03-28", 16), ("2026-03-29", 15), ("2026-10-24", 15), ("2026-10-25", 16)],
)
def test_five_in_the_afternoon_is_five_in_the_office_on_both_sides_of_a_change_of_the_clocks(
    day: str, utc: int
) -> None:
    late = datetime.fromisoformat(f"{day}T23:00").replace(tzinfo=BERLIN)
    moment = DAILY.latest(late, BERLIN)
    assert (moment.astimezone(BERLIN).isoformat()[:16], moment.hour) == (f"{day}T17:00", utc)


@pytest.mark.parametrize(
    ("day", "seen", "utc"),
    [("2026-03-29", "03:30", "01:30"), ("2026-10-25", "02:30", "00:30")],
    ids=["the night without a half past two", "the night with two of them: the first"],
)
def test_half_past_two_at_night_comes_once_whatever_the_clocks_do(
    office: Office,
    folder: FakeFolder,
    newsletter: FakeNewsletter,
    clock: FakeClock,
    day: str,
    seen: str,
    utc: str,
) -> None:
    newsletter.digests = (Schedule(rhythm=Rhythm.DAILY, minute=2 * 60 + 30),)
    subscribe(office, "dora")
    clock.moment = datetime.fromisoformat(f"{day}T12:00+00:00") - timedelta(days=1)
    one_pass(office)
    publish(office, folder, about("bruecke"))
    due = datetime.fromisoformat(f"{day}T{utc}+00:00")
    clock.moment = due - timedelta(minutes=1)
    one_pass(office)
    assert newsletter.mails == []
    for quarter in range(16):
        clock.moment = due + timedelta(minutes=15) * quarter
        one_pass(office)
        publish(office, folder, about(f"nachts {quarter}"))
    assert names(newsletter) == {"dora": 1}
    [issue] = office.store.digests.issues()
    assert f"{issue.digest.moment.astimezone(BERLIN):%H:%M}" == seen
    clock.moment = due + timedelta(days=1, hours=2)
    one_pass(office)
    assert names(newsletter) == {"dora": 2}


def test_every_day_has_one_due_moment_through_a_whole_year() -> None:
    moment, days = datetime(2026, 1, 1, tzinfo=UTC), set()
    for _ in range(365):
        moment = DAILY.following(moment, BERLIN)
        days.add(moment.astimezone(BERLIN).date())
        assert DAILY.latest(moment, BERLIN) == moment
        assert DAILY.latest(moment - timedelta(seconds=1), BERLIN) < moment
    assert len(days) == 365


def test_friday_noon_is_found_from_any_day() -> None:
    friday = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    for ahead in range(7):
        assert WEEKLY.latest(friday + timedelta(days=ahead), BERLIN) == friday
        assert WEEKLY.following(friday - timedelta(days=ahead, hours=1), BERLIN) == friday


def test_a_daily_reader_gets_the_days_announcements_in_one_mail(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"), about("rat"))
    assert newsletter.mails == []
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    digest = newsletter.issues[-1]
    assert digest.subject.startswith("Tagesüberblick: Meldung bruecke und eine weitere Meldung")
    assert digest.text.index("Meldung bruecke") < digest.text.index("Meldung rat")
    assert "Mittwoch, 25. November 2026" in digest.text
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_an_empty_day_makes_no_mail(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    clock.moment = FIVE
    assert make_due_digests(office) == 0
    one_pass(office)
    assert newsletter.mails == []


def test_readers_get_what_suits_their_topics_worded_once_per_set(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    for name in ("auto", "rad", "bus"):
        subscribe(office, name, "verkehr")
    subscribe(office, "musik", "kultur")
    subscribe(office, "alle")
    subscribe(office, "sport", "sport")
    publish(office, folder, about("bruecke", "verkehr"), about("oper", "kultur"))
    newsletter.issues.clear()
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"auto": 1, "rad": 1, "bus": 1, "musik": 1, "alle": 1}
    assert len(newsletter.issues) == 3


def test_urgent_news_reach_everybody_of_the_topic_at_once_and_no_digest_repeats_them(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora", "verkehr")
    subscribe(office, "emma", "verkehr", rhythm=Rhythm.WEEKLY)
    subscribe(office, "musik", "kultur")
    publish(office, folder, about("bruecke", "verkehr", urgent=True))
    assert names(newsletter) == {"dora": 1, "emma": 1}
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"dora": 1, "emma": 1}


def test_a_weekly_reader_gets_the_weeks_announcements_on_friday(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "emma", rhythm=Rhythm.WEEKLY)
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE + timedelta(days=1)
    publish(office, folder, about("rat"))
    assert newsletter.mails == []
    clock.moment = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
    one_pass(office)
    assert names(newsletter) == {"emma": 1}
    assert newsletter.issues[-1].subject.startswith("Wochenüberblick: ")


def test_what_was_retracted_before_the_digest_left_is_not_in_it(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"), about("rat"))
    clock.moment = FIVE
    assert make_due_digests(office) == 1
    office.store.archive.retract(dossier_of(office, "bruecke"), Mark("Petra", clock.now()))
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    assert "Meldung bruecke" not in newsletter.issues[-1].text
    assert "Meldung rat" in newsletter.issues[-1].text


def test_a_digest_that_lost_everything_is_cancelled(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE
    make_due_digests(office)
    office.store.archive.retract(dossier_of(office, "bruecke"), Mark("Petra", clock.now()))
    one_pass(office)
    assert newsletter.mails == []
    [issue] = office.store.digests.issues()
    assert issue.settled_as == "cancelled"
    assert office.store.mailroom.tally(issue.issue.id).cancelled == 1


def test_what_a_person_holds_waits_for_the_next_digest(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"), about("rat"))
    held = dossier_of(office, "bruecke")
    assert decide(office, held, "Petra", decisions.hold)
    assert "Tages- und Wochenausgaben zurückgehalten von Petra" in consequence(office, held, changed=True)[0]
    assert not decide(office, held, "Petra", decisions.hold)
    clock.moment = FIVE
    one_pass(office)
    assert "Meldung bruecke" not in newsletter.issues[-1].text
    assert decide(office, held, "Petra", decisions.release)
    assert consequence(office, held, changed=True) == []
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 2}
    assert "Meldung bruecke" in newsletter.issues[-1].text
    assert "Meldung rat" not in newsletter.issues[-1].text


def test_a_stop_holds_a_digest_back_and_after_it_the_next_one_tells_what_it_told(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    decisions.stop(office, "Probe", "Petra", everything=False)
    clock.moment = FIVE
    one_pass(office)
    assert newsletter.mails == []
    decisions.resume(office, "Petra")
    one_pass(office)
    assert newsletter.mails == []
    clock.moment += timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_quiet_hours_are_kept(
    open_office: OpenOffice, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    office = open_office(quiet_hours="16:30-19:00")
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE
    one_pass(office)
    assert newsletter.mails == []
    clock.moment = FIVE + timedelta(hours=2)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_after_a_night_without_the_program_the_digest_comes_late_and_once(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE + timedelta(hours=15)
    one_pass(office)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_what_went_out_before_a_weekend_without_the_program_is_in_the_next_daily_digest(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE + timedelta(days=2, hours=15)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_what_was_held_for_a_week_is_in_the_next_daily_digest(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    decisions.hold(office, dossier_of(office, "bruecke"), "Petra")
    for _ in range(7):
        clock.moment += timedelta(days=1)
        one_pass(office)
    decisions.release(office, dossier_of(office, "bruecke"), "Petra")
    assert newsletter.mails == []
    clock.moment += timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_a_weekly_digest_that_is_too_late_is_noted_and_its_announcements_come_with_the_next(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "emma", rhythm=Rhythm.WEEKLY)
    publish(office, folder, about("bruecke"))
    clock.moment = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    one_pass(office)
    assert newsletter.mails == []
    assert any(alarm.concern.code == "alarm-digest-missed" for alarm in office.store.alarms.all())
    clock.moment = datetime(2026, 12, 4, 11, 0, tzinfo=UTC)
    one_pass(office)
    assert names(newsletter) == {"emma": 1}


def test_after_a_crash_in_mid_digest_nobody_is_skipped_and_one_copy_is_repeated_under_the_same_id(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    for number in range(10):
        subscribe(office, f"leser{number}")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE
    newsletter.breaks_after = 4
    with pytest.raises(KeyboardInterrupt):
        one_pass(office)
    clock.moment += LEASE + timedelta(seconds=1)
    one_pass(office)
    copies = Counter(newsletter.mails)
    assert len({address for address, _ in copies}) == 10
    assert sorted(copies.values()) == [1] * 9 + [2]


def test_a_reader_who_is_refused_for_now_gets_the_digest_later(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    subscribe(office, "voll")
    publish(office, folder, about("bruecke"))
    newsletter.answers = {"voll@leser.example": [RecipientState.DEFERRED]}
    clock.moment = FIVE
    one_pass(office)
    clock.moment += timedelta(minutes=2)
    one_pass(office)
    assert names(newsletter) == {"dora": 1, "voll": 1}
    [issue] = office.store.digests.issues()
    assert issue.settled_as == "sent"


def test_an_unreachable_relay_loses_no_digest(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    clock.moment = FIVE
    newsletter.unreachable = 1
    one_pass(office)
    clock.moment += timedelta(minutes=2)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}


def test_by_hand_the_next_digest_is_made_before_its_time_and_not_once_more_then(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    one_pass(office)
    assert make_digest_now(office, newsletter, Rhythm.DAILY) is None
    publish(office, folder, about("bruecke"))
    made = make_digest_now(office, newsletter, Rhythm.DAILY)
    assert isinstance(made, Digest)
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    clock.moment = FIVE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    clock.moment = FIVE + timedelta(hours=1)
    publish(office, folder, about("rat"))
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 2}


def test_embargoed_news_are_in_no_digest_before_they_are_out(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke", embargo=FIVE + timedelta(hours=1)), about("rat"))
    clock.moment = FIVE
    one_pass(office)
    assert "bruecke" not in newsletter.issues[-1].text
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert "Meldung bruecke" in newsletter.issues[-1].text
