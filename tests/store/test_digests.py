"""Digests: one per day, nothing told twice to anybody, and what drops out is told to nobody from then on."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor as Processes
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from publisher.domain.announcement import Mark
from publisher.domain.digest import LOOK_BACK, Digest, DigestClaim, Gathered
from publisher.domain.issue import Entry, Mailed, Recipient, RecipientState, Tally
from publisher.domain.subscriber import Rhythm, Subscriber
from publisher.domain.variant import Variant
from publisher.store.database import SqlStore, open_store
from tests.store.press import LEASE, NOW, after, entry, queued

TODAY = Digest(channel="newsletter", rhythm=Rhythm.DAILY, day=date(2026, 11, 25), moment=after(3600))
WORDS = Variant(channel="newsletter", kind="newsletter", language="de", text="Zwei.", length=5, limit=None, link="")


FRIDAY = Digest(channel="newsletter", rhythm=Rhythm.WEEKLY, day=date(2026, 11, 27), moment=after(2 * 86_400))


def told(id: str, *topics: str, seconds: float = 0) -> Gathered:
    return Gathered(entry=Entry(announcement_id=id, revision=1), topics=topics, sent_at=after(seconds))


def published(store: SqlStore, *ids: str, urgent: bool = False) -> None:
    """Issues of their own for these announcements, whoever their readers are."""
    for each in ids:
        [delivery] = queued(store, each, "newsletter", urgent=urgent)
        store.mailroom.open_issue(delivery, (), NOW, whatever_rhythm=urgent)


def subscribe(store: SqlStore, name: str, *topics: str, rhythm: Rhythm = Rhythm.DAILY) -> None:
    store.audience.add("newsletter", [entry(f"{name}@leser.example", topics=topics, rhythm=rhythm)])


def change(store: SqlStore, name: str, rhythm: Rhythm, seconds: float) -> None:
    """What the preferences page does."""
    reader = next(each for each in store.audience.subscribers("newsletter") if each.address.startswith(f"{name}@"))
    assert store.audience.change(reader.token, reader.topics, rhythm, after(seconds)) is not None


def claimed(store: SqlStore, seconds: float = 3600) -> DigestClaim:
    claim = store.digests.claim("newsletter", after(seconds), LEASE, "desk-1")
    assert claim is not None
    return claim


def copies(store: SqlStore, claim: DigestClaim, most: int = 10) -> list[Recipient]:
    return store.mailroom.claim(claim.issue.id, most, after(3600), LEASE, "desk-1")


def readers(store: SqlStore) -> dict[str, list[str]]:
    """Who gets which announcements, over all of a digest's issues."""
    found: dict[str, list[str]] = {}
    while (claim := store.digests.claim("newsletter", after(3600), LEASE, "desk-1")) is not None:
        for copy in copies(store, claim):
            found[copy.address.partition("@")[0]] = [each.announcement_id for each in claim.entries]
    return found


def make_elsewhere(url: str, folder: Path, digest: Digest, ids: Sequence[str]) -> bool:
    """Make a digest in another process."""
    store = open_store(url, folder)
    made = store.digests.make(digest, [told(each) for each in ids], after(3600), after(3600))
    store.close()
    return made


def claim_elsewhere(url: str, folder: Path, owner: str) -> bool:
    """Try to take an issue in another process."""
    store = open_store(url, folder)
    claim = store.digests.claim("newsletter", after(3600), LEASE, owner)
    store.close()
    return claim is not None


def only(store: SqlStore) -> Subscriber:
    [reader] = store.audience.subscribers("newsletter")
    return reader


def test_what_was_sent_out_waits_for_the_digest_until_one_has_taken_it_up(store: SqlStore) -> None:
    published(store, "a", "b")
    assert store.digests.untold("newsletter", Rhythm.DAILY, after(-60)) == {"a": NOW, "b": NOW}
    assert store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    assert list(store.digests.untold("newsletter", Rhythm.DAILY, after(-60))) == ["b"]
    assert list(store.digests.untold("newsletter", Rhythm.WEEKLY, after(-60))) == ["a", "b"]
    assert store.digests.untold("newsletter", Rhythm.DAILY, after(60)) == {}


def test_two_machines_make_one_digest(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    published(store, "a")
    subscribe(store, "dora")
    assert store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    assert not open_another().digests.make(TODAY, [told("a")], after(3600), after(3600))
    assert store.digests.is_made("newsletter", Rhythm.DAILY, TODAY.day)
    assert len(store.digests.issues()) == 1


def test_an_empty_digest_is_noted_and_makes_no_issue(store: SqlStore) -> None:
    subscribe(store, "dora")
    assert store.digests.make(TODAY, [], after(3600), after(3600))
    assert store.digests.first("newsletter", Rhythm.DAILY) == TODAY.moment
    assert store.digests.issues() == []


def test_readers_are_grouped_by_what_suits_them(store: SqlStore) -> None:
    published(store, "strasse", "oper", "rat")
    for name, topics in {"alle": (), "auto": ("verkehr",), "rad": ("verkehr",), "musik": ("kultur",)}.items():
        subscribe(store, name, *topics)
    subscribe(store, "woche", rhythm=Rhythm.WEEKLY)
    gathering = [told("strasse", "verkehr"), told("oper", "kultur"), told("rat")]
    store.digests.make(TODAY, gathering, after(3600), after(3600))
    assert sorted(issue.issue.candidates for issue in store.digests.issues()) == [1, 1, 2]
    assert readers(store) == {
        "alle": ["strasse", "oper", "rat"],
        "auto": ["strasse", "rat"],
        "rad": ["strasse", "rat"],
        "musik": ["oper", "rat"],
    }


def test_nobody_is_told_again_what_they_were_sent_in_another_issue(store: SqlStore) -> None:
    subscribe(store, "dora")
    published(store, "hochwasser", urgent=True)
    subscribe(store, "neu")
    published(store, "rat")
    store.digests.make(TODAY, [told("hochwasser"), told("rat")], after(3600), after(3600))
    assert readers(store) == {"dora": ["rat"], "neu": ["hochwasser", "rat"]}


@pytest.mark.parametrize("rhythm", [Rhythm.IMMEDIATE, Rhythm.WEEKLY])
def test_the_digest_under_way_still_reaches_whoever_changed_the_rhythm_with_what_was_out_by_then(
    store: SqlStore, rhythm: Rhythm
) -> None:
    subscribe(store, "dora", "verkehr")
    published(store, "strasse", "oper", "abend")
    change(store, "dora", rhythm, 60)
    gathering = [told("strasse", "verkehr"), told("oper", "kultur"), told("abend", seconds=9_000)]
    store.digests.make(TODAY, gathering, after(3600), after(3600))
    assert readers(store) == {"dora": ["strasse"]}


def test_whoever_had_it_in_the_new_rhythm_is_not_told_again_by_the_old_one(store: SqlStore) -> None:
    subscribe(store, "dora", rhythm=Rhythm.WEEKLY)
    published(store, "a", "b")
    change(store, "dora", Rhythm.DAILY, 60)
    store.digests.make(TODAY, [told("b")], after(3600), after(3600))
    assert readers(store) == {"dora": ["b"]}
    store.digests.make(FRIDAY, [told("a"), told("b")], after(3600), after(3600))
    assert readers(store) == {"dora": ["a"]}


def test_a_rhythm_that_somebody_came_back_to_counts_as_theirs(store: SqlStore) -> None:
    subscribe(store, "dora")
    change(store, "dora", Rhythm.IMMEDIATE, 60)
    change(store, "dora", Rhythm.DAILY, 120)
    published(store, "a")
    store.digests.make(TODAY, [told("a", seconds=9_000)], after(9_600), after(3600))
    assert store.audience.former_rhythms(only(store).id) == {Rhythm.DAILY: after(60)}
    [issue] = store.digests.issues()
    assert issue.issue.candidates == 1


def test_a_former_rhythm_is_forgotten_once_no_digest_can_bring_anything_of_it(store: SqlStore) -> None:
    subscribe(store, "dora")
    change(store, "dora", Rhythm.IMMEDIATE, 60)
    later = Digest(channel="newsletter", rhythm=Rhythm.DAILY, day=date(2026, 12, 9), moment=after(60) + LOOK_BACK)
    store.digests.make(replace(later, moment=later.moment - timedelta(seconds=1)), [], NOW, NOW)
    assert store.audience.former_rhythms(only(store).id) == {Rhythm.DAILY: after(60)}
    store.digests.make(replace(later, day=date(2026, 12, 10)), [], NOW, NOW)
    assert store.audience.former_rhythms(only(store).id) == {}


def test_who_leaves_after_a_change_of_rhythm_gets_no_last_digest(store: SqlStore) -> None:
    subscribe(store, "dora")
    published(store, "a")
    change(store, "dora", Rhythm.IMMEDIATE, 60)
    assert store.audience.leave(only(store).token, after(90))
    store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    assert store.digests.issues() == []


def test_two_processes_make_one_digest(store: SqlStore, store_url: str, tmp_path: Path, processes: Processes) -> None:
    published(store, "a")
    subscribe(store, "dora")
    made = [processes.submit(make_elsewhere, store_url, tmp_path, TODAY, ["a"]) for _ in range(5)]
    assert sorted(each.result(60) for each in made) == [False] * 4 + [True]
    assert readers(store) == {"dora": ["a"]}


def test_digests_of_two_rhythms_made_at_the_same_time_tell_nobody_twice(
    store: SqlStore, store_url: str, tmp_path: Path, processes: Processes
) -> None:
    many = [entry(f"leser{number}@leser.example", rhythm=Rhythm.WEEKLY) for number in range(300)]
    store.audience.add("newsletter", many)
    published(store, "a")
    for reader in store.audience.subscribers("newsletter"):
        store.audience.change(reader.token, (), Rhythm.DAILY, after(60))
    made = [processes.submit(make_elsewhere, store_url, tmp_path, each, ["a"]) for each in (TODAY, FRIDAY)]
    assert all(each.result(60) for each in made)
    assert sum(issue.issue.candidates for issue in store.digests.issues()) == len(many)


def test_a_claim_is_one_workers_until_its_lease_ends(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    published(store, "a")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    assert store.digests.claim("newsletter", after(3599), LEASE, "desk-1") is None
    claim = claimed(store)
    assert (claim.digest, claim.variant, [each.announcement_id for each in claim.entries]) == (TODAY, None, ["a"])
    assert open_another().digests.claim("newsletter", after(3610), LEASE, "desk-2") is None
    assert store.digests.next_due(after(3610)) == after(3630)
    assert store.digests.word(claim, WORDS)
    again = store.digests.claim("newsletter", after(3631), LEASE, "desk-2")
    assert again is not None
    assert again.variant == WORDS
    assert not store.digests.put_off(claim, after(9999), "")
    assert store.digests.settle(again, RecipientState.SENT, "")
    assert store.digests.next_due(after(3700)) is None


def test_processes_never_take_the_same_issue_of_a_digest(
    store: SqlStore, store_url: str, tmp_path: Path, processes: Processes
) -> None:
    published(store, "a")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    taken = [processes.submit(claim_elsewhere, store_url, tmp_path, f"desk-{number}") for number in range(5)]
    assert sorted(each.result(60) for each in taken) == [False] * 4 + [True]


def test_what_was_retracted_before_a_copy_left_is_told_to_nobody(store: SqlStore) -> None:
    published(store, "a", "b")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a"), told("b")], after(3600), after(3600))
    claim = claimed(store)
    store.digests.word(claim, WORDS)
    assert store.mailroom.intact(claim.issue.id)
    store.archive.retract("a", Mark("Petra", after(3601)))
    assert not store.mailroom.intact(claim.issue.id)
    assert store.digests.leave_out(claim, claim.entries[:1], (), after(3601))
    again = claimed(store, 3602)
    assert (again.issue.id, again.entries, again.variant) == (claim.issue.id, claim.entries[1:], None)


def test_in_mid_run_the_rest_get_an_issue_without_it(store: SqlStore) -> None:
    published(store, "a", "b")
    subscribe(store, "dora")
    subscribe(store, "emil")
    store.digests.make(TODAY, [told("a"), told("b")], after(3600), after(3600))
    claim = claimed(store)
    store.digests.word(claim, WORDS)
    [first] = copies(store, claim, most=1)
    assert store.mailroom.begin([first.id], after(3600))
    store.mailroom.settle([Mailed(recipient_id=first.id, state=RecipientState.SENT)], after(3600))
    assert store.digests.leave_out(claim, claim.entries[:1], (), after(3601))
    states = {
        tuple(each.announcement_id for each in issue.entries): (
            store.mailroom.tally(issue.issue.id),
            issue.issue.candidates,
        )
        for issue in store.digests.issues()
    }
    assert states == {("a", "b"): (Tally(sent=1), 1), ("b",): (Tally(queued=1), 1)}
    [told_already] = [issue for issue in store.digests.issues() if len(issue.entries) == 2]
    assert told_already.settled_as == "sent"
    assert claimed(store, 3601).entries == claim.entries[1:]
    assert store.digests.claim("newsletter", after(3602), LEASE, "desk-1") is None


def test_with_nothing_left_to_tell_the_copies_are_cancelled(store: SqlStore) -> None:
    published(store, "a")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    claim = claimed(store)
    assert store.digests.leave_out(claim, claim.entries, (), after(3601))
    assert store.mailroom.tally(claim.issue.id) == Tally(cancelled=1)


def test_a_digest_taken_back_leaves_its_announcements_for_the_next(store: SqlStore) -> None:
    published(store, "a", "b")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a"), told("b")], after(3600), after(3600))
    claim = claimed(store)
    store.digests.word(claim, WORDS)
    assert store.digests.take_back(claim.issue.id, after(3601))
    assert not store.digests.take_back(claim.issue.id, after(3602))
    assert store.mailroom.tally(claim.issue.id) == Tally(cancelled=1)
    taken_back = store.digests.issue(claim.issue.id)
    assert taken_back is not None
    assert (taken_back.settled_as, taken_back.reason, taken_back.variant) == ("cancelled", "taken-back", WORDS)
    assert not store.digests.put_off(claim, after(9999), "")
    assert list(store.digests.untold("newsletter", Rhythm.DAILY, after(-60))) == ["a", "b"]
    again = replace(TODAY, moment=after(3600))
    assert store.digests.make(again, [told("a"), told("b")], after(3600), after(3600))
    assert readers(store) == {"dora": ["a", "b"]}


def test_taken_back_in_mid_run_it_comes_with_the_next_digest_to_those_who_had_none(store: SqlStore) -> None:
    published(store, "a")
    subscribe(store, "dora")
    subscribe(store, "emil")
    store.digests.make(TODAY, [told("a")], after(3600), after(3600))
    claim = claimed(store)
    [first] = copies(store, claim, most=1)
    store.mailroom.begin([first.id], after(3600))
    assert store.digests.take_back(claim.issue.id, after(3601))
    store.mailroom.settle([Mailed(recipient_id=first.id, state=RecipientState.SENT)], after(3601))
    assert store.mailroom.tally(claim.issue.id) == Tally(sent=1, cancelled=1)
    store.digests.make(replace(TODAY, day=date(2026, 11, 26)), [told("a")], after(3600), after(3600))
    assert readers(store) == {"emil": ["a"]}


def test_what_is_only_held_is_taken_up_by_the_next_digest(store: SqlStore) -> None:
    published(store, "a", "b")
    subscribe(store, "dora")
    store.digests.make(TODAY, [told("a"), told("b")], after(3600), after(3600))
    claim = claimed(store)
    store.digests.leave_out(claim, claim.entries[:1], claim.entries[:1], after(3601))
    assert list(store.digests.untold("newsletter", Rhythm.DAILY, after(-60))) == ["a"]


def test_after_a_while_only_counts_are_left_of_an_issue(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example"), entry("ben@leser.example")])
    [delivery] = queued(store, "a", "newsletter")
    issue = store.mailroom.open_issue(delivery, (), NOW)
    assert issue.candidates == 2
    for copy in store.mailroom.claim(issue.id, 10, NOW, LEASE, "desk-1"):
        store.mailroom.begin([copy.id], NOW)
        store.mailroom.settle([Mailed(recipient_id=copy.id, state=RecipientState.SENT)], NOW)
    assert store.mailroom.forget_copies("newsletter", after(60)) == 0
    assert store.mailroom.close(issue.id, after(60)).adds_up(issue.candidates)
    assert store.mailroom.forget_copies("newsletter", after(60)) == 0
    assert store.mailroom.forget_copies("newsletter", after(61)) == 1
    assert store.mailroom.tally(issue.id) == Tally(sent=2)
    assert store.mailroom.claim(issue.id, 10, after(99), LEASE, "desk-1") == []
    assert store.mailroom.forget_copies("newsletter", NOW + timedelta(days=1)) == 0


def test_copies_whose_delivery_was_taken_back_do_not_wait_for_ever(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [delivery] = queued(store, "a", "newsletter")
    issue = store.mailroom.open_issue(delivery, (), NOW)
    assert store.mailroom.ended("newsletter") == []
    store.archive.retract("a", Mark("Petra", after(1)))
    assert store.mailroom.ended("newsletter") == [(issue, RecipientState.CANCELLED)]
    assert store.mailroom.end_copies(issue.id, RecipientState.CANCELLED, after(2)) == 1
    assert store.mailroom.close(issue.id, after(2)).adds_up(issue.candidates)
    assert store.mailroom.ended("newsletter") == []
