"""What came back from mailboxes: kept once per copy, undone by a person, and gone with its reader."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from publisher.domain.returned import Answer, Cause, NotedBounce, Suspension, WaitingAnswer
from publisher.domain.subscriber import Subscriber
from publisher.store.database import SqlStore
from tests.store.press import NOW, after, entry, opened


def bounce(reader: Subscriber, copy: int = 1, cause: Cause = Cause.FULL, *, hard: bool = False) -> NotedBounce:
    return NotedBounce(
        copy_id=copy, subscriber_id=reader.id, at=after(copy), cause=cause, hard=hard, status="5.0.0", words=str(cause)
    )


def reader(store: SqlStore, address: str = "ada@leser.example") -> Subscriber:
    store.audience.add("newsletter", [entry(address)])
    return next(each for each in store.audience.subscribers("newsletter") if each.address == address)


GONE = Suspension(at=NOW, cause=Cause.NO_MAILBOX, repeated=False, words="550 nobody here")


def test_a_bounce_is_kept_once_per_copy_the_graver_one(store: SqlStore) -> None:
    ada = reader(store)
    assert [each.cause for each in store.returns.note(bounce(ada))] == [Cause.FULL]
    assert [each.cause for each in store.returns.note(bounce(ada, cause=Cause.TEMPORARY))] == [Cause.TEMPORARY]
    hard = bounce(ada, cause=Cause.NO_MAILBOX, hard=True)
    assert store.returns.note(hard) == [hard]
    assert store.returns.note(bounce(ada)) == [hard]
    assert store.returns.note(bounce(ada, 2)) == [hard, bounce(ada, 2)]


def test_nothing_is_kept_of_somebody_who_has_left(store: SqlStore) -> None:
    ada = reader(store)
    store.returns.note(bounce(ada))
    store.returns.suspend(ada.id, GONE)
    store.audience.leave(ada.token, NOW)
    assert store.returns.reader(ada.id) is None
    assert store.returns.note(bounce(ada)) == []
    assert not store.returns.suspend(ada.id, GONE)
    assert store.returns.suspended("newsletter", 100) == []
    with store.database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM bounces")) == 0


def test_a_long_list_of_suspended_readers_is_read_in_pieces_newest_first(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry(f"leser{number}@leser.example") for number in range(5)])
    for number, one in enumerate(store.audience.subscribers("newsletter")):
        store.returns.suspend(one.id, replace(GONE, at=after(number // 2)))
    whole = store.returns.suspended("newsletter", 100)
    assert [why.at for _, why in whole] == [after(2), after(1), after(1), NOW, NOW]
    first = store.returns.suspended("newsletter", 2)
    assert first + store.returns.suspended("newsletter", 100, behind=first[-1]) == whole
    assert store.returns.suspended("newsletter", 100, behind=whole[-1]) == []
    assert (store.returns.count_suspended("newsletter"), store.returns.count_suspended("presse")) == (5, 0)


def test_a_suspension_is_told_once_and_undone_by_any_spelling(store: SqlStore) -> None:
    ada = reader(store)
    store.returns.note(bounce(ada))
    assert store.returns.suspend(ada.id, GONE)
    assert not store.returns.suspend(ada.id, GONE)
    assert store.returns.suspended("newsletter", 100) == [(ada, GONE)]
    assert store.returns.suspended("presse", 100) == []
    assert not store.returns.restore("presse", "ada@leser.example")
    assert store.returns.restore("newsletter", " ADA@leser.example")
    assert not store.returns.restore("newsletter", "ada@leser.example")
    assert store.returns.note(bounce(ada, 3)) == [bounce(ada, 3)]


def test_who_is_suspended_is_in_no_new_audience_and_open_copies_are_kept_back(store: SqlStore) -> None:
    issue = opened(store, "ada@leser.example", "ben@leser.example")
    [ada, _] = store.audience.subscribers("newsletter")
    store.returns.suspend(ada.id, GONE)
    tally = store.mailroom.tally(issue.id)
    assert (tally.candidates, tally.suppressed, tally.queued) == (2, 1, 1)
    assert len(store.mailroom.claim(issue.id, 9, NOW, timedelta(seconds=30), "desk-1")) == 1


def waiting(id: str, sender: str = "ada@leser.example", days: int = 0) -> WaitingAnswer:
    answer = Answer(sender=sender, subject="Re: Brunnen", excerpt="Bitte abmelden", wish=True)
    return WaitingAnswer(id=id, channel="newsletter", at=after(days * 86_400), answer=answer)


def test_an_answer_waits_once_and_goes_when_somebody_has_dealt_with_it(store: SqlStore) -> None:
    ada = reader(store)
    assert store.returns.keep_answer(waiting("b", days=1), ada.id)
    assert not store.returns.keep_answer(waiting("b"), ada.id)
    assert store.returns.keep_answer(waiting("a", "neu@leser.example"), None)
    assert store.returns.keep_answer(waiting("c", "wer@leser.example", 2), 999)
    assert [(each.id, each.subscriber) for each in store.returns.answers("newsletter")] == [
        ("a", ""),
        ("b", "ada@leser.example"),
        ("c", ""),
    ]
    assert not store.returns.drop_answer("presse", "a")
    assert store.returns.drop_answer("newsletter", "a")
    assert not store.returns.drop_answer("newsletter", "a")
    store.audience.erase("newsletter", "ada@leser.example")
    store.audience.erase("newsletter", "Wer@leser.example")
    assert store.returns.answers("newsletter") == []


def test_what_is_kept_first_stays(store: SqlStore) -> None:
    assert store.notebook.keep("keys", "x", {"key": "a"}) == {"key": "a"}
    assert store.notebook.keep("keys", "x", {"key": "b"}) == {"key": "a"}


def test_who_is_suspended_is_counted_apart_until_restored_and_no_reader_twice(store: SqlStore) -> None:
    ada, _ = reader(store), reader(store, "ben@leser.example")
    store.returns.suspend(ada.id, GONE)
    counts = store.audience.stats("newsletter")
    assert counts == {"active": 1, "immediate": 1, "daily": 0, "weekly": 0, "suspended": 1, "suppressed": 0}
    assert store.audience.stats("presse")["suspended"] == 0
    store.returns.restore("newsletter", ada.address)
    counts = store.audience.stats("newsletter")
    assert (counts["active"], counts["suspended"]) == (2, 0)
    store.returns.suspend(ada.id, GONE)
    store.audience.leave(ada.token, NOW)
    counts = store.audience.stats("newsletter")
    assert (counts["active"], counts["suspended"], counts["suppressed"]) == (1, 0, 1)
