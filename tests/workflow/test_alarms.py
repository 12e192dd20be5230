"""Alarms: one when something needs a person, one when it is over, never a storm."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.alarm import Alarm, Concern, Told
from publisher.domain.errors import ChannelSuspended, PermanentFailure, TemporaryFailure, UncertainOutcome
from publisher.domain.issue import RecipientState
from publisher.workflow.alarms.concerns import concerns
from publisher.workflow.alarms.ringing import REST, Weighed, ring_alarms, to_tell, weigh, word
from publisher.workflow.dispatch.lane import resume_channel
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeBell, FakeClock, FakeFeed, FakeFolder, FakeNewsletter, FakePlatform
from tests.workflow.conftest import OpenOffice
from tests.workflow.test_mailing import subscribe
from tests.workflow.test_passing import BRIDGE, announcement, deliveries

SUSPENDED = Concern(subject="channel mastodon", code="alarm-suspended", values={"channel": "mastodon"})
MINUTE = timedelta(minutes=1)


def told(alarm: Alarm, moment: timedelta = MINUTE) -> Alarm:
    return replace(alarm, told=Told.OVER if alarm.over else Told.RAISED, told_at=NOON + moment)


def weighed(known: list[Alarm], *seen: Concern, after: timedelta = timedelta(0)) -> Weighed:
    return weigh(known, seen, NOON + after)


def test_a_new_concern_is_told_once_it_has_waited_a_minute_for_others() -> None:
    (alarm,) = weighed([], SUSPENDED).alarms
    assert to_tell([alarm], NOON + timedelta(seconds=59)) == []
    younger = replace(alarm, concern=replace(SUSPENDED, subject="channel x"), since=NOON + timedelta(seconds=55))
    assert to_tell([alarm, younger], NOON + MINUTE) == [alarm, younger]


def test_what_has_been_told_is_not_told_again_while_it_lasts() -> None:
    (alarm,) = weighed([], SUSPENDED).alarms
    (still,) = weighed([told(alarm)], SUSPENDED, after=timedelta(days=1)).alarms
    assert to_tell([still], NOON + timedelta(days=1)) == []


def test_when_it_is_over_that_is_told_too() -> None:
    (alarm,) = weighed([], SUSPENDED).alarms
    (over,) = weighed([told(alarm)], after=5 * MINUTE).alarms
    assert (over.over, over.since) == (True, NOON + 5 * MINUTE)
    assert to_tell([over], NOON + 6 * MINUTE) == [over]


def test_what_was_over_before_anybody_was_told_is_forgotten() -> None:
    (alarm,) = weighed([], SUSPENDED).alarms
    assert weighed([alarm], after=timedelta(seconds=30)) == Weighed((), ("channel mastodon",))


def test_what_comes_and_goes_is_told_at_most_once_an_hour() -> None:
    (alarm,) = weighed([], SUSPENDED).alarms
    (over,) = weighed([told(alarm)], after=2 * MINUTE).alarms
    (again,) = weighed([told(over, 3 * MINUTE)], SUSPENDED, after=5 * MINUTE).alarms
    assert to_tell([again], NOON + 50 * MINUTE) == []
    assert to_tell([again], NOON + 3 * MINUTE + REST) == [again]


def test_a_concern_that_changes_is_told_anew() -> None:
    (alarm,) = weighed([], Concern(subject="delivery 1", code="alarm-uncertain")).alarms
    (changed,) = weighed([told(alarm)], Concern(subject="delivery 1", code="alarm-failed"), after=5 * MINUTE).alarms
    assert to_tell([changed], NOON + 6 * MINUTE) == [changed]


def test_what_happened_once_is_never_over_and_forgotten_after_an_hour() -> None:
    moved = Alarm(concern=Concern(subject="moved rathaus", code="alarm-moved", lasting=False), since=NOON)
    assert weighed([moved], after=5 * MINUTE).alarms == (moved,)
    assert weighed([told(moved)], after=5 * MINUTE).alarms == (told(moved),)
    assert weighed([told(moved)], after=MINUTE + REST) == Weighed((), ("moved rathaus",))


def test_five_hundred_at_once_are_one_message_of_twenty_lines() -> None:
    alarms = [Alarm(concern=replace(SUSPENDED, subject=f"channel {number}"), since=NOON) for number in range(500)]
    note = word(alarms, "Stadt Musterstadt", "de", NOON)
    assert note.title == "Stadt Musterstadt: Der Publisher braucht Sie (500)"
    assert note.text.count("\n- ") == 21
    assert "und 480 weitere" in note.text


def test_a_row_that_the_catalogue_no_longer_fits_is_still_told() -> None:
    for concern in (replace(SUSPENDED, values={}), replace(SUSPENDED, code="alarm-of-another-version")):
        note = word([Alarm(concern=concern, since=NOON)], "Stadt", "de", NOON)
        assert f"{concern.code} channel mastodon" in note.text


def test_refused_credentials_ring_once_and_once_more_when_the_channel_works_again(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    mastodon.faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries = {f"{number}.md": announcement(number) for number in range(5)}
    for _ in range(4):
        one_pass(office)
        clock.moment += timedelta(minutes=5)
    assert [[line.code for line in note.raised] for note in bell.notes] == [["alarm-suspended"]]
    resume_channel(office, "mastodon")
    one_pass(office)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-suspended"]
    assert len(bell.notes) == 2


def test_an_alarm_names_no_word_of_the_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell
) -> None:
    mastodon.faults = [PermanentFailure("platform-refuses-post", detail="422 Brücke")]
    folder.entries["geheime-bruecke.md"] = replace(BRIDGE, lead="Sperrfrist: Redebeginn. Die Brücke ist gesperrt.")
    folder.entries["b.md"] = announcement(1)
    folder.entries["leer.md"] = replace(BRIDGE, headline="")
    one_pass(office)
    (note,) = bell.notes
    codes = {line.code for line in note.raised}
    assert codes == {"alarm-failed", "alarm-held-findings", "alarm-refused"}
    assert not any(word in note.text for word in ("Brücke", "bruecke", "Meldung 1", "leer"))
    assert all(dossier.id in note.text for dossier in office.store.archive.dossiers())


def test_an_uncertain_delivery_rings_when_asking_has_led_nowhere_and_is_over_by_a_persons_word(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    mastodon.repeatable = False
    mastodon.faults = [UncertainOutcome("reply-lost")]
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert bell.notes == []
    clock.moment += timedelta(minutes=6)
    one_pass(office)
    delivery = deliveries(office)["mastodon"]
    assert f"publisher resolve {delivery.id}" in bell.notes[-1].text
    decisions.resolve(office, delivery.id, "Petra", "https://social.example/@stadt/9")
    one_pass(office)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-uncertain"]


def test_a_feed_out_of_reach_rings_after_an_hour_and_once_it_is_back(
    office: Office, feed: FakeFeed, bell: FakeBell, clock: FakeClock
) -> None:
    one_pass(office)
    feed.broken = True
    one_pass(office)
    clock.moment += timedelta(minutes=59)
    one_pass(office)
    assert bell.notes == []
    clock.moment += timedelta(minutes=2)
    one_pass(office)
    assert "rathaus" in bell.notes[-1].text
    feed.broken = False
    one_pass(office)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-unreachable"]


def test_alarms_ring_during_a_stop_and_what_a_person_holds_needs_none(
    office: Office, folder: FakeFolder, bell: FakeBell
) -> None:
    decisions.stop(office, "Konto übernommen", "Petra", everything=True)
    folder.rules = replace(folder.rules, needs_approval=True)
    folder.entries["a.md"] = announcement(1)
    one_pass(office)
    assert [line.code for line in bell.notes[-1].raised] == ["alarm-held-approval"]
    (dossier,) = office.store.archive.dossiers()
    decisions.approve(office, dossier.id, "Petra")
    decisions.hold(office, dossier.id, "Petra")
    one_pass(office)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-held-approval"]


def test_an_alarm_that_could_not_be_delivered_is_tried_again(
    office: Office, folder: FakeFolder, bell: FakeBell, clock: FakeClock
) -> None:
    bell.broken = True
    folder.rules = replace(folder.rules, needs_approval=True)
    folder.entries["a.md"] = announcement(1)
    one_pass(office)
    bell.broken = False
    clock.moment += MINUTE
    assert ring_alarms(office) == 1
    assert ring_alarms(office) == 0
    assert len(bell.notes) == 1


def test_a_way_that_failed_is_tried_again_and_the_other_one_is_not_rung_twice(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    mail = FakeBell(name="mail", broken=True)
    two = replace(office, bells=lambda: [bell, mail])
    mastodon.faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries["a.md"] = announcement(1)
    one_pass(two)
    assert (len(bell.notes), len(mail.notes)) == (1, 0)
    mail.broken = False
    ring_alarms(two)
    assert len(mail.notes) == 0  # a server that is down is left alone for some minutes
    clock.moment += 5 * MINUTE
    ring_alarms(two)
    ring_alarms(two)
    assert [[line.code for line in note.raised] for note in mail.notes] == [["alarm-suspended"]]
    assert len(bell.notes) == 1


def test_a_way_that_failed_hears_that_it_is_over_if_it_is_over_by_then(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bell: FakeBell, clock: FakeClock
) -> None:
    mail = FakeBell(name="mail", broken=True)
    two = replace(office, bells=lambda: [bell, mail])
    mastodon.faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries["a.md"] = announcement(1)
    one_pass(two)
    resume_channel(two, "mastodon")
    ring_alarms(two, at_once=True)
    mail.broken = False
    clock.moment += 5 * MINUTE
    ring_alarms(two)
    (note,) = mail.notes
    assert ([line.code for line in note.raised], [line.code for line in note.over]) == ([], ["alarm-suspended"])
    clock.moment += 5 * MINUTE
    ring_alarms(two)
    assert len(mail.notes) == 1


def test_a_channel_that_takes_nothing_for_a_quarter_of_an_hour_is_told_of_until_it_does(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [TemporaryFailure("mastodon-busy") for _ in range(20)]
    folder.entries["bruecke.md"] = BRIDGE
    for _ in range(14):
        one_pass(office)
        clock.moment += MINUTE
    assert concerns(office) == []
    clock.moment += 2 * MINUTE
    assert [(concern.code, dict(concern.values)) for concern in concerns(office)] == [
        ("alarm-stuck", {"channel": "mastodon", "minutes": "15"})
    ]
    mastodon.faults.clear()
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert concerns(office) == []


def test_an_urgent_one_is_told_of_after_two_minutes(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [TemporaryFailure("mastodon-busy") for _ in range(20)]
    folder.entries["hochwasser.md"] = replace(BRIDGE, urgent=True)
    one_pass(office)
    clock.moment += 2 * MINUTE
    assert [concern.code for concern in concerns(office)] == ["alarm-stuck"]


def test_what_the_night_holds_back_needs_nobody(
    open_office: OpenOffice, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    office = open_office(quiet_hours="22:00-06:00")
    clock.moment = NOON.replace(hour=20, minute=59)  # 21:59 in Berlin
    mastodon.faults = [TemporaryFailure("mastodon-busy") for _ in range(20)]
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    clock.moment += timedelta(hours=3)
    one_pass(office)
    assert concerns(office) == []


def test_a_newsletter_of_which_most_is_out_needs_nobody_for_the_rest(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "gut", "voll")
    newsletter.answers = {"voll@leser.example": [RecipientState.DEFERRED] * 20}
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    clock.moment += timedelta(hours=1)
    assert concerns(office) == []
