"""Issues: everybody once, nobody skipped, whoever left is left alone."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.issue import RecipientState, Tally
from publisher.domain.subscriber import Rhythm, SubscriberEntry
from publisher.ports.channels import Begin
from publisher.workflow.dispatch.lane import LEASE
from publisher.workflow.dispatch.reconcile import end_abandoned
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.overview.words import reason_in_words
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakeNewsletter

BRIDGE = Announcement(
    headline="Brücke am Hafen gesperrt",
    lead="Die Brücke am Hafen ist ab Dienstag gesperrt.",
    body="Der Bus fährt eine Umleitung.",
    contact="Presseamt",
)


def subscribe(office: Office, *names: str, topics: tuple[str, ...] = (), rhythm: Rhythm = Rhythm.IMMEDIATE) -> None:
    entries = [
        SubscriberEntry(
            address=f"{name}@leser.example", topics=topics, rhythm=rhythm, confirmed_at=NOON, evidence="Formular"
        )
        for name in names
    ]
    office.store.audience.add("newsletter", entries)


def delivery(office: Office) -> Delivery:
    (dossier,) = office.store.archive.dossiers()
    return next(d for d in office.store.outbox.deliveries([dossier.id])[dossier.id] if d.channel == "newsletter")


def tally(office: Office) -> Tally:
    issue = office.store.mailroom.issue_of(delivery(office).id)
    assert issue is not None
    return office.store.mailroom.tally(issue.id)


def names(newsletter: FakeNewsletter) -> list[str]:
    return sorted(address.partition("@")[0] for address, _ in newsletter.mails)


def test_every_immediate_subscriber_gets_one_mail(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "anna", "bert", "cem")
    subscribe(office, "dora", rhythm=Rhythm.DAILY)
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    one_pass(office)
    assert names(newsletter) == ["anna", "bert", "cem"]
    assert delivery(office).state is DeliveryState.SENT


def test_without_any_subscriber_the_delivery_is_sent(office: Office, folder: FakeFolder) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).published == 1
    assert delivery(office).state is DeliveryState.SENT


def test_two_overlapping_topics_make_one_mail_and_no_topic_reaches_everybody(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "beide", topics=("verkehr", "kultur"))
    subscribe(office, "kultur", topics=("kultur",))
    subscribe(office, "alle")
    folder.entries["a.md"] = replace(BRIDGE, topics=("verkehr", "kultur"))
    one_pass(office)
    assert names(newsletter) == ["alle", "beide", "kultur"]
    newsletter.mails.clear()
    folder.entries["b.md"] = replace(
        BRIDGE, headline="Stau", body="Auf der Ringstraße staut es sich.", topics=("verkehr",)
    )
    one_pass(office)
    assert names(newsletter) == ["alle", "beide"]
    newsletter.mails.clear()
    folder.entries["c.md"] = replace(BRIDGE, headline="Ratssitzung", body="Der Rat tagt heute im Saal.", topics=())
    one_pass(office)
    assert names(newsletter) == ["alle", "beide", "kultur"]


def test_a_routine_issue_can_be_taken_back_during_undo(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    newsletter.undo = timedelta(minutes=1)
    subscribe(office, "anna")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert newsletter.mails == []
    (dossier,) = office.store.archive.dossiers()
    decisions.hold(office, dossier.id, "Petra")
    clock.moment += timedelta(minutes=2)
    one_pass(office)
    assert newsletter.mails == []


def test_an_urgent_issue_does_not_wait_for_undo(office: Office, folder: FakeFolder, newsletter: FakeNewsletter) -> None:
    newsletter.undo = timedelta(minutes=1)
    subscribe(office, "anna")
    folder.entries["hochwasser.md"] = replace(BRIDGE, urgent=True)
    one_pass(office)
    assert names(newsletter) == ["anna"]


def test_after_a_crash_in_mid_run_nobody_is_skipped_and_one_copy_is_repeated_under_the_same_id(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, *(f"leser{number}" for number in range(10)))
    folder.entries["bruecke.md"] = BRIDGE
    newsletter.breaks_after = 4
    with pytest.raises(KeyboardInterrupt):
        one_pass(office)
    clock.moment += LEASE + timedelta(seconds=1)
    one_pass(office)
    copies = Counter(newsletter.mails)
    assert len({address for address, _ in copies}) == 10
    assert sorted(copies.values()) == [1] * 9 + [2]
    assert (tally(office).candidates, tally(office).sent) == (10, 10)


def test_a_refused_reader_fails_alone_and_a_deferred_one_is_tried_again(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "gut", "voll", "weg")
    newsletter.answers = {"voll@leser.example": [RecipientState.DEFERRED], "weg@leser.example": [RecipientState.FAILED]}
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    for _ in range(3):
        clock.moment += timedelta(hours=1)
        one_pass(office)
    assert names(newsletter) == ["gut", "voll"]
    assert (tally(office).sent, tally(office).failed, tally(office).candidates) == (2, 1, 3)
    assert delivery(office).state is DeliveryState.SENT


def test_after_a_stop_in_mid_run_it_is_told_how_many_have_the_issue(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    def petra_stops_it(begin: Begin) -> None:
        decisions.stop(office, "Fehler im Text", "Petra", everything=False)

    newsletter.waits = petra_stops_it
    subscribe(office, "anna", "bert", "voll")
    newsletter.answers = {"anna@leser.example": [RecipientState.DEFERRED]}
    newsletter.reason = "452 4.2.2 Mailbox full"
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert reason_in_words(delivery(office), "de") == (
        "Einige Mails stehen noch aus und werden erneut versucht. "
        "(0 von 3 Mails gesendet, 2 eingereiht, 1 aufgeschoben – 452 4.2.2 Mailbox full)"
    )


def test_a_text_that_is_mended_in_mid_run_reaches_those_who_have_none_yet_and_nobody_twice(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    def petra_holds_it(begin: Begin) -> None:
        decisions.hold(office, delivery(office).announcement_id, "Petra")

    newsletter.waits = petra_holds_it
    subscribe(office, "anna", "bert", "cem")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert names(newsletter) == ["anna"]
    newsletter.waits = lambda begin: None
    folder.entries["bruecke.md"] = replace(BRIDGE, body="Der Bus fährt eine Umleitung über die Werftstraße.")
    clock.moment += timedelta(hours=1)
    one_pass(office)
    decisions.release(office, delivery(office).announcement_id, "Petra")
    one_pass(office)
    assert names(newsletter) == ["anna", "bert", "cem"]
    assert ["Werftstraße" in issue.text for issue in newsletter.issues] == [False, True]


def test_an_uncertain_mail_is_sent_once_more_and_then_left_to_people(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "anna")
    newsletter.answers = {"anna@leser.example": [RecipientState.UNCERTAIN] * 5}
    folder.entries["bruecke.md"] = BRIDGE
    for _ in range(5):
        one_pass(office)
        clock.moment += timedelta(hours=1)
    assert len(newsletter.mails) == 2
    assert len(set(newsletter.mails)) == 1
    assert tally(office).uncertain == 1


def test_copies_in_hand_outlast_their_lease_however_slow_the_relay_is(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    def two_seconds(begin: Begin) -> None:
        clock.moment += timedelta(seconds=2)

    newsletter.ahead, newsletter.waits = 50, two_seconds
    subscribe(office, *(f"leser{number}" for number in range(30)))
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert len(newsletter.mails) == len(set(newsletter.mails)) == 30
    assert len(newsletter.issues) == 1, "all in one run"
    assert tally(office).sent == 30


def test_a_copy_whose_answer_takes_minutes_is_in_nobody_elses_hands(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    doubted: list[int] = []

    def two_minutes(begin: Begin) -> None:
        issue = office.store.mailroom.issue_of(delivery(office).id)
        for _ in range(120):
            clock.moment += timedelta(seconds=1)
            assert begin(()) == ()
            doubted.append(office.store.mailroom.recover(issue.id if issue else "", clock.now()))
        end_abandoned(office)

    newsletter.waits = two_minutes
    subscribe(office, "anna", "bert")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert set(doubted) == {0}
    assert names(newsletter) == ["anna", "bert"]
    assert delivery(office).state is DeliveryState.SENT


def test_a_relay_that_cannot_be_reached_loses_nothing(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "anna")
    newsletter.unreachable = 1
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert names(newsletter) == ["anna"]


def test_who_leaves_before_their_copy_is_sent_gets_none(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "anna", "bert")
    folder.entries["bruecke.md"] = replace(BRIDGE, publish=NOON + timedelta(hours=1))
    one_pass(office)
    bert = next(s for s in office.store.audience.subscribers("newsletter") if s.address.startswith("bert"))
    assert office.store.audience.leave(bert.token, clock.now())
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert names(newsletter) == ["anna"]


def test_an_issue_that_no_reader_got_is_not_told_as_published(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "anna", "bert")
    newsletter.answers = {f"{name}@leser.example": [RecipientState.FAILED] for name in ("anna", "bert")}
    newsletter.reason = "550 5.1.1 User unknown"
    folder.entries["bruecke.md"] = BRIDGE
    summary = one_pass(office)
    assert (summary.failed, summary.needs_person) == (1, True)
    assert delivery(office).state is DeliveryState.FAILED
    words = reason_in_words(delivery(office), "de")
    assert words == "Keine der Mails wurde angenommen. (550 5.1.1 User unknown)"
    decisions.resolve(office, delivery(office).id, "Petra", None)
    one_pass(office)
    assert names(newsletter) == ["anna", "bert"]
    assert (delivery(office).state, tally(office).sent) == (DeliveryState.SENT, 2)
