"""Parts of threads, alarms, and who may leave while a stop holds: the same on both databases."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.alarm import Alarm, Concern, Told
from publisher.domain.announcement import Mark
from publisher.domain.delivery import DeliveryState, Happened, Never, Receipt, SentPart, Unknown
from publisher.domain.stop import Stop
from publisher.store.database import SqlStore
from tests.store.press import ANNA, LEASE, NOW, after, begun, claimed, queued

FIRST = SentPart(number=1, request={"status": "Eins"}, receipt=Receipt(ref="1", details={"cid": "bafy"}))
ALARM = Alarm(concern=Concern(subject="channel x", code="alarm-suspended", values={"channel": "x"}), since=NOW)


def state(store: SqlStore, delivery_id: str) -> DeliveryState:
    delivery = store.outbox.delivery(delivery_id)
    assert delivery is not None
    return delivery.state


def test_a_parts_receipt_is_kept_and_the_next_parts_request_takes_its_place(store: SqlStore) -> None:
    claim = begun(store)
    assert store.outbox.advance(claim, FIRST, {"status": "Zwei"}, after(1))
    delivery = store.outbox.delivery(claim.delivery.id)
    assert delivery is not None
    assert (delivery.state, delivery.request) == (DeliveryState.DEFERRED, {"status": "Zwei"})
    assert store.outbox.parts(delivery.id) == [FIRST]
    assert [dossier.id for dossier, _ in store.archive.published()] == ["bridge"]
    assert store.outbox.begin(claim, {"status": "Zwei"}, after(2))
    assert store.outbox.first_attempt_at(delivery.id) == after(2)
    assert store.outbox.settle(claim, Happened(Receipt(ref="1")), after(3))


def test_an_uncertain_part_that_is_found_goes_on_too(store: SqlStore) -> None:
    claim = begun(store)
    store.outbox.settle(claim, Unknown("reply-lost"), after(1))
    found = store.outbox.claim_uncertain(after(2), LEASE, "desk-2")
    assert found is not None
    assert store.outbox.advance(found, FIRST, {"status": "Zwei"}, after(3))
    assert store.outbox.unclaim(found, after(3))
    again = claimed(store, after(4))
    assert again.delivery.request == {"status": "Zwei"}


def test_a_part_that_is_reported_too_late_changes_nothing(store: SqlStore) -> None:
    claim = begun(store)
    store.outbox.expire_leases(after(31))
    assert not store.outbox.advance(claim, FIRST, {"status": "Zwei"}, after(32))
    assert store.outbox.parts(claim.delivery.id) == []
    assert state(store, claim.delivery.id) is DeliveryState.UNCERTAIN


def test_while_the_routine_is_stopped_only_confirmed_urgent_work_is_claimed(store: SqlStore) -> None:
    queued(store, "routine")
    queued(store, "urgent", urgent=True)
    store.archive.approve("routine", Mark("Anna", after(5)))
    store.outbox.set_stop(Stop(mark=Mark("Petra", after(1)), reason="Falschmeldung"))
    assert store.outbox.claim("mastodon", after(6), LEASE, "desk-1") is None
    assert store.outbox.next_due(after(6)) is None
    store.archive.approve("urgent", Mark("Anna", after(7)))
    assert store.outbox.next_due(after(8)) == NOW
    assert claimed(store, after(8)).delivery.announcement_id == "urgent"
    assert store.outbox.claim("mastodon", after(8), LEASE, "desk-1") is None


def test_when_everything_is_stopped_nothing_is_claimed(store: SqlStore) -> None:
    queued(store, "urgent", urgent=True)
    store.outbox.set_stop(Stop(mark=Mark("Petra", NOW), reason="Konto übernommen", everything=True))
    store.archive.approve("urgent", Mark("Anna", after(1)))
    assert store.outbox.claim("mastodon", after(2), LEASE, "desk-1") is None
    store.outbox.set_stop(None)
    assert claimed(store, after(3)).delivery.announcement_id == "urgent"


def test_a_slowed_lane_claims_only_what_is_urgent(store: SqlStore) -> None:
    queued(store, "routine")
    assert store.outbox.claim("mastodon", NOW, LEASE, "desk-1", urgent_only=True) is None
    queued(store, "urgent", urgent=True)
    assert store.outbox.claim("mastodon", NOW, LEASE, "desk-1", urgent_only=True) is not None


def test_what_waits_can_be_told_why_and_be_put_off(store: SqlStore) -> None:
    [delivery] = queued(store, "bridge")
    assert store.outbox.unclaim(claimed(store), after(10), "link-not-there")
    waiting = store.outbox.delivery(delivery.id)
    assert waiting is not None
    assert (waiting.reason, waiting.due_at) == ("link-not-there", after(10))
    store.outbox.delay(delivery.id, after(60))
    store.outbox.delay(delivery.id, after(30))
    assert store.outbox.next_due(after(20)) == after(60)


def test_the_troubled_are_failed_and_uncertain_ones_that_still_count(store: SqlStore) -> None:
    assert store.outbox.settle(begun(store, "failed"), Never("platform-refuses-post"), after(1))
    assert store.outbox.settle(begun(store, "uncertain"), Unknown("reply-lost"), after(1))
    queued(store, "fine")
    assert {d.announcement_id for d in store.outbox.troubled()} == {"failed", "uncertain"}
    store.archive.retract("failed", ANNA)
    assert {d.announcement_id for d in store.outbox.troubled()} == {"uncertain"}


def test_a_period_lets_what_has_still_to_leave_wait_for_a_person(store: SqlStore) -> None:
    queued(store, "waiting", due=after(60))
    queued(store, "approved", due=after(60))
    store.archive.approve("approved", ANNA)
    store.outbox.settle(begun(store, "out"), Happened(Receipt(ref="1")), after(1))
    assert store.archive.require_approval(after(2)) == ["waiting"]
    assert store.archive.require_approval(after(3)) == []
    assert claimed(store, after(61)).delivery.announcement_id == "approved"
    assert store.outbox.claim("mastodon", after(61), LEASE, "desk-1") is None


def test_alarms_are_kept_one_per_subject_and_forgotten(store: SqlStore) -> None:
    store.alarms.keep([ALARM])
    other = replace(ALARM, concern=replace(ALARM.concern, subject="source y", lasting=False), since=after(1))
    told = replace(ALARM, told=Told.RAISED, told_at=after(60))
    store.alarms.keep([told, other])
    assert store.alarms.all() == [told, other]
    over = replace(told, over=True, since=NOW + timedelta(hours=1))
    store.alarms.keep([over])
    store.alarms.forget(["source y", "never heard of"])
    assert store.alarms.all() == [over]
    store.alarms.keep([])
    store.alarms.forget([])
    assert store.alarms.all() == [over]
