"""Issues: who gets a copy, that each gets one, and what becomes of those who leave meanwhile."""

from datetime import timedelta

from sqlalchemy import text

from publisher.domain.announcement import Mark
from publisher.domain.issue import Issue, Mailed, Recipient, RecipientState, Tally
from publisher.domain.stop import Stop
from publisher.domain.subscriber import Rhythm
from publisher.store.database import SqlStore
from tests.store.press import LEASE, NOW, after, entry, opened, queued

ADA, BEN, EVA = "ada@leser.example", "ben@leser.example", "eva@leser.example"


def copies(store: SqlStore, issue: Issue, most: int = 10, seconds: float = 0, owner: str = "desk-1") -> list[Recipient]:
    return store.mailroom.claim(issue.id, most, after(seconds), LEASE, owner)


def settled(store: SqlStore, copy: Recipient, state: RecipientState, reason: str = "", seconds: float = 0) -> None:
    store.mailroom.settle([Mailed(recipient_id=copy.id, state=state, reason=reason)], after(seconds))


def test_the_audience_is_frozen_with_the_issue(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN)
    store.audience.add("newsletter", [entry(EVA)])
    delivery = store.outbox.delivery(issue.delivery_id)
    assert delivery is not None
    assert store.mailroom.open_issue(delivery, (), after(60)) == issue
    assert store.mailroom.issue_of(delivery.id) == issue
    assert issue.dated == NOW
    assert store.mailroom.tally(issue.id) == Tally(queued=2)


def test_only_immediate_readers_of_the_topics_get_a_copy(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("all@leser.example"), entry("verkehr@leser.example", topics=["verkehr"])])
    store.audience.add("newsletter", [entry("both@leser.example", topics=["kultur", "verkehr"])])
    store.audience.add("newsletter", [entry("kultur@leser.example", topics=["kultur"])])
    store.audience.add("newsletter", [entry("near@leser.example", topics=["verkehr_neu", "100%"])])
    store.audience.add("newsletter", [entry("daily@leser.example", rhythm=Rhythm.DAILY)])
    store.audience.add("presse", [entry("redaktion@zeitung.example")])
    issue = opened(store, topics=["verkehr"])
    names = {copy.address.partition("@")[0] for copy in copies(store, issue)}
    assert names == {"all", "verkehr", "both"}


def test_without_topics_everybody_gets_it(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry(ADA, topics=["kultur"]), entry(BEN)])
    issue = opened(store)
    assert len(copies(store, issue)) == 2


def test_each_copy_is_claimed_begun_and_settled_once(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN, EVA)
    [first, second] = copies(store, issue, most=2)
    [third] = copies(store, issue)
    assert {first.address, second.address, third.address} == {ADA, BEN, EVA}
    assert copies(store, issue) == []
    assert store.mailroom.begin([first.id], NOW)
    assert not store.mailroom.begin([first.id], NOW)
    settled(store, first, RecipientState.SENT)
    assert store.mailroom.tally(issue.id) == Tally(sent=1, queued=2)
    assert not store.mailroom.begin([first.id], NOW)


def test_a_lease_that_ran_out_lets_others_at_the_copy_and_not_its_owner(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    assert store.mailroom.next_due(issue.id, NOW) == after(30)
    assert not store.mailroom.begin([copy.id], after(30))
    assert [again.id for again in copies(store, issue, seconds=30, owner="desk-2")] == [copy.id]


def test_copies_not_begun_can_be_given_back(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN)
    [begun, _] = copies(store, issue)
    store.mailroom.begin([begun.id], NOW)
    store.mailroom.unlease(issue.id, "desk-1")
    assert len(copies(store, issue, owner="desk-2")) == 1
    assert store.mailroom.tally(issue.id) == Tally(sending=1, queued=1)


def test_a_deferred_copy_comes_back_when_it_is_due(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    store.mailroom.begin([copy.id], NOW)
    later = Mailed(recipient_id=copy.id, state=RecipientState.DEFERRED, reason="451 später", due_at=after(600))
    store.mailroom.settle([later], after(1))
    assert store.mailroom.next_due(issue.id, after(1)) == after(600)
    assert copies(store, issue, seconds=599) == []
    [again] = copies(store, issue, seconds=600)
    assert again.attempts == 1


def test_an_uncertain_copy_goes_out_once_more_and_then_never(store: SqlStore) -> None:
    issue = opened(store, ADA)
    for seconds, left in ((0, Tally(queued=1)), (60, Tally(uncertain=1))):
        [copy] = copies(store, issue, seconds=seconds)
        store.mailroom.begin([copy.id], after(seconds))
        settled(store, copy, RecipientState.UNCERTAIN, "Verbindung abgebrochen", seconds)
        assert store.mailroom.tally(issue.id) == left
    assert store.mailroom.next_due(issue.id, after(60)) is None


def test_a_crash_while_sending_is_such_an_uncertain_attempt(store: SqlStore) -> None:
    issue = opened(store, ADA)
    for seconds, left in ((0, Tally(queued=1)), (60, Tally(uncertain=1))):
        [copy] = copies(store, issue, seconds=seconds)
        store.mailroom.begin([copy.id], after(seconds))
        assert store.mailroom.recover(issue.id, after(seconds + 29)) == 0
        assert store.mailroom.recover(issue.id, after(seconds + 30)) == 1
        assert store.mailroom.tally(issue.id) == left


def test_that_a_copy_is_out_counts_even_after_its_lease_was_lost(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    store.mailroom.begin([copy.id], NOW)
    store.mailroom.recover(issue.id, after(31))
    settled(store, copy, RecipientState.SENT, seconds=32)
    assert store.mailroom.tally(issue.id) == Tally(sent=1)
    settled(store, copy, RecipientState.FAILED, seconds=33)
    assert store.mailroom.tally(issue.id) == Tally(sent=1)


def test_what_was_uncertain_may_turn_out_to_have_left_even_after_its_issue_was_closed(store: SqlStore) -> None:
    issue = opened(store, ADA)
    for seconds in (0, 60):
        [copy] = copies(store, issue, seconds=seconds)
        store.mailroom.begin([copy.id], after(seconds))
        store.mailroom.recover(issue.id, after(seconds + 30))
    assert store.mailroom.close(issue.id, after(91)) == Tally(uncertain=1)
    settled(store, copy, RecipientState.SENT, seconds=92)
    assert store.mailroom.tally(issue.id) == Tally(sent=1)


def test_who_leaves_before_their_message_gets_none(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN)
    [ada, _] = copies(store, issue)
    assert store.audience.leave(ada.token, NOW)
    assert not store.mailroom.begin([ada.id], NOW)
    assert store.mailroom.tally(issue.id) == Tally(queued=1, suppressed=1)


def test_who_left_while_the_audience_was_frozen_gets_none(store: SqlStore) -> None:
    issue = opened(store, ADA)
    with store.database.writing() as connection:
        connection.execute(text("DELETE FROM subscribers"))
    assert copies(store, issue) == []
    assert store.mailroom.tally(issue.id) == Tally(suppressed=1)


def test_a_new_reader_never_inherits_the_copy_of_one_who_left(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [subscriber] = store.audience.subscribers("newsletter")
    store.audience.leave(subscriber.token, NOW)
    store.audience.add("newsletter", [entry(BEN)])
    assert copies(store, issue) == []


def test_no_address_gets_in_with_a_mail_servers_answer(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    store.mailroom.begin([copy.id], NOW)
    settled(store, copy, RecipientState.FAILED, "550 5.1.1 <ada@leser.example>: unbekannt")
    with store.database.reading() as connection:
        reason = connection.scalar(text("SELECT reason FROM recipients"))
    assert reason == "550 5.1.1 <…>: unbekannt"


def test_an_issue_without_readers_is_done_at_once(store: SqlStore) -> None:
    [delivery] = queued(store, "bridge", "newsletter")
    issue = store.mailroom.open_issue(delivery, (), NOW)
    assert store.mailroom.tally(issue.id) == Tally()
    assert store.mailroom.issue_of("unknown") is None


def test_three_thousand_readers_each_get_one_row(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry(f"leser{number}@leser.example") for number in range(3_000)])
    issue = opened(store)
    assert store.mailroom.tally(issue.id).candidates == 3_000
    seen: set[int] = set()
    while batch := store.mailroom.claim(issue.id, 1_000, NOW, timedelta(hours=1), "desk-1"):
        seen.update(copy.subscriber_id for copy in batch)
    assert len(seen) == 3_000


def test_a_worker_that_was_frozen_writes_nothing_over_what_another_has_begun(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    assert store.mailroom.begin([copy.id], NOW, "desk-1")
    store.mailroom.recover(issue.id, after(30))
    [again] = copies(store, issue, seconds=31, owner="desk-2")
    assert not store.mailroom.begin([again.id], after(31), "desk-1")
    assert store.mailroom.begin([again.id], after(32), "desk-2")
    late = Mailed(recipient_id=copy.id, state=RecipientState.DEFERRED, reason="busy", due_at=after(40))
    store.mailroom.settle([late], after(33), "desk-1")
    assert store.mailroom.tally(issue.id) == Tally(sending=1)
    store.mailroom.settle([Mailed(recipient_id=copy.id, state=RecipientState.SENT)], after(34), "desk-2")
    assert store.mailroom.tally(issue.id) == Tally(sent=1)


def test_answers_and_the_next_attempts_are_written_together(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN)
    first, second = copies(store, issue)
    assert store.mailroom.begin([first.id], NOW) == {first.id}
    sent = Mailed(recipient_id=first.id, state=RecipientState.SENT)
    assert store.mailroom.begin([first.id, second.id], NOW, settled=[sent]) == {second.id}
    assert store.mailroom.tally(issue.id) == Tally(sent=1, sending=1)


def test_a_copy_that_was_refused_by_its_envelope_alone_was_attempted(store: SqlStore) -> None:
    issue = opened(store, ADA)
    [copy] = copies(store, issue)
    later = Mailed(recipient_id=copy.id, state=RecipientState.DEFERRED, reason="450 later", due_at=after(60))
    store.mailroom.settle([later], after(1), "desk-1")
    [again] = copies(store, issue, seconds=3600)
    assert again.attempts == 1


def test_while_a_stop_holds_no_copy_begins_and_answers_are_written_all_the_same(store: SqlStore) -> None:
    issue = opened(store, ADA, BEN)
    first, second = copies(store, issue)
    assert store.mailroom.begin([first.id], NOW, while_intact=issue.id) == {first.id}
    store.outbox.set_stop(Stop(mark=Mark("Petra", NOW), reason="Falscher Text"))
    sent = Mailed(recipient_id=first.id, state=RecipientState.SENT)
    assert store.mailroom.begin([second.id], NOW, settled=[sent], while_intact=issue.id) == set()
    assert store.mailroom.tally(issue.id) == Tally(queued=1, sent=1)
