"""Deliveries: claimed by one, begun before they leave, settled under the claim's token only."""

from dataclasses import replace

import pytest

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Claim, Delivery, DeliveryState, Happened, Never, NotYet, Receipt, Unknown
from publisher.domain.errors import StoreError
from publisher.domain.finding import Finding, Severity
from publisher.domain.stop import Stop
from publisher.domain.variant import Card, JsonObject, PreparedPicture
from publisher.ports.outbox import Planned
from publisher.store.database import SqlStore
from tests.store.press import ANNA, LEASE, NOW, after, begun, claimed, queued, taking, variant

RECEIPT = Receipt(ref="113", url="https://social.example/@stadt/113", details={"cid": "bafy", "uploads": [1, None]})


def now_of(store: SqlStore, claim: Claim) -> Delivery:
    delivery = store.outbox.delivery(claim.delivery.id)
    assert delivery is not None
    return delivery


def test_a_variant_is_frozen_as_it_was_composed(store: SqlStore) -> None:
    picture = PreparedPicture(sha256="c" * 64, media_type="image/jpeg", width=1, height=2, size=3, alt="Brücke")
    worded = replace(
        variant(),
        pictures=(picture,),
        card=Card(url="https://musterstadt.example", title="T", description="D", thumbnail=picture),
        details={"facets": [{"index": {"byteStart": 0}, "features": ["#ÖPNV"]}], "visibility": "public", "n": None},
        findings=(Finding(code="sentences-dropped", severity=Severity.NOTICE),),
    )
    store.archive.take([taking("bridge")], NOW)
    [delivery] = store.outbox.compose("bridge", 1, [Planned(variant=worded, due_at=NOW)], NOW)
    assert store.outbox.variant(delivery.id) == worded
    assert (delivery.state, delivery.revision, delivery.due_at) == (DeliveryState.QUEUED, 1, NOW)


def test_composing_twice_makes_nothing_twice(store: SqlStore) -> None:
    first = queued(store, "bridge", "mastodon", "bluesky")
    again = store.outbox.compose("bridge", 1, [Planned(variant=variant("newsletter"), due_at=NOW)], NOW)
    assert again == first


def test_a_held_variant_is_written_down_as_failed_with_its_reason(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    held = Planned(variant=variant(), due_at=NOW, held="headline-too-long")
    [delivery] = store.outbox.compose("bridge", 1, [held], NOW)
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "headline-too-long")
    assert delivery.settled_at == NOW
    assert store.outbox.claim("mastodon", NOW, LEASE, "desk-1") is None


def test_a_newer_revision_takes_back_what_the_older_one_has_not_sent(store: SqlStore) -> None:
    queued(store, "bridge", "mastodon", "bluesky")
    claim = claimed(store)
    store.outbox.settle(claim, Happened(RECEIPT), NOW)
    store.archive.take([taking("bridge", revises=True)], after(60))
    assert store.outbox.compose("bridge", 1, [], after(60))[0].revision == 1
    store.outbox.compose("bridge", 2, [Planned(variant=variant("bluesky"), due_at=after(60))], after(60))
    rows = store.outbox.deliveries(["bridge", "unknown"])
    told = [(delivery.revision, delivery.channel, delivery.state.value) for delivery in rows["bridge"]]
    assert told == [(1, "mastodon", "sent"), (2, "bluesky", "queued")]
    assert rows["unknown"] == []


def test_nothing_is_composed_of_what_was_retracted(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    store.archive.retract("bridge", ANNA)
    assert store.outbox.compose("bridge", 1, [Planned(variant=variant(), due_at=NOW)], NOW) == []


def test_urgent_before_routine_and_then_the_oldest(store: SqlStore) -> None:
    queued(store, "late", due=after(2))
    queued(store, "early", due=after(1))
    queued(store, "urgent", due=after(3), urgent=True)
    queued(store, "future", due=after(100))
    queued(store, "elsewhere", "bluesky")
    order = [claimed(store, after(10)).delivery.announcement_id for _ in range(3)]
    assert order == ["urgent", "early", "late"]
    assert store.outbox.claim("mastodon", after(10), LEASE, "desk-1") is None


def test_a_routine_run_learns_that_urgent_news_waits_for_its_channel(store: SqlStore) -> None:
    queued(store, "routine")
    queued(store, "elsewhere", "bluesky", urgent=True)
    queued(store, "later", urgent=True, due=after(10))
    queued(store, "held", urgent=True)
    store.archive.hold("held", ANNA)
    assert not store.outbox.urgent_waits("mastodon", NOW)
    assert store.outbox.urgent_waits("mastodon", after(10))
    assert claimed(store, after(10)).delivery.announcement_id == "later"
    assert not store.outbox.urgent_waits("mastodon", after(10))


def test_what_is_held_unapproved_or_retracted_is_never_claimed(store: SqlStore) -> None:
    queued(store, "held")
    queued(store, "unapproved", needs_approval=True)
    queued(store, "retracted")
    store.archive.hold("held", ANNA)
    store.archive.retract("retracted", ANNA)
    assert store.outbox.claim("mastodon", NOW, LEASE, "desk-1") is None
    assert store.outbox.next_due(NOW) is None
    store.archive.approve("unapproved", ANNA)
    assert claimed(store).delivery.announcement_id == "unapproved"


def test_a_live_lease_keeps_others_away_and_a_dead_one_does_not(store: SqlStore) -> None:
    queued(store, "bridge")
    first = claimed(store)
    assert store.outbox.claim("mastodon", after(29), LEASE, "desk-2") is None
    assert store.outbox.next_due(after(1)) == first.until
    second = claimed(store, after(30), owner="desk-2")
    assert second.delivery.id == first.delivery.id
    assert not store.outbox.begin(first, {}, after(31))
    assert not store.outbox.renew(first, after(90))
    assert not store.outbox.step(first, "upload", {"id": "1"})
    assert not store.outbox.unclaim(first, after(31))
    assert store.outbox.begin(second, {}, after(31))
    assert not store.outbox.settle(first, Happened(RECEIPT), after(32))
    assert store.outbox.settle(second, Happened(RECEIPT), after(32))


def test_a_renewed_lease_lasts_longer(store: SqlStore) -> None:
    queued(store, "bridge")
    claim = claimed(store)
    assert store.outbox.renew(claim, after(60))
    assert store.outbox.claim("mastodon", after(45), LEASE, "desk-2") is None
    assert store.outbox.begin(claim, {}, after(45))


def test_nothing_begins_under_a_lease_that_ran_out(store: SqlStore) -> None:
    queued(store, "bridge")
    claim = claimed(store)
    assert not store.outbox.begin(claim, {}, after(30))
    assert now_of(store, claim).attempts == 0


def test_the_attempt_and_its_request_stand_before_the_first_byte_leaves(store: SqlStore) -> None:
    claim = begun(store)
    delivery = now_of(store, claim)
    assert (delivery.state, delivery.attempts, delivery.last_attempt_at) == (DeliveryState.SENDING, 1, NOW)
    assert delivery.request == {"status": "Die Brücke ist frei."}
    assert not store.outbox.begin(claim, {}, NOW)


def test_a_repeat_keeps_the_first_request_and_counts_the_attempt(store: SqlStore) -> None:
    claim = begun(store)
    store.outbox.settle(claim, NotYet("server-busy", after(2), "Der Server hat zu tun."), after(1))
    delivery = now_of(store, claim)
    assert (delivery.state, delivery.due_at, delivery.reason) == (DeliveryState.DEFERRED, after(2), "server-busy")
    assert delivery.reason_detail == "Der Server hat zu tun."
    assert store.outbox.claim("mastodon", after(1), LEASE, "desk-1") is None
    again = claimed(store, after(2))
    assert store.outbox.begin(again, {"status": "andere Worte"}, after(2))
    repeated = now_of(store, again)
    assert (repeated.attempts, repeated.request) == (2, {"status": "Die Brücke ist frei."})
    assert repeated.reason == ""
    assert store.outbox.first_attempt_at(again.delivery.id) == NOW


def test_a_request_whose_uploads_are_forgotten_gives_way_once_to_one_with_fresh_ones(store: SqlStore) -> None:
    claim = begun(store)
    assert store.outbox.step(claim, "uploads anew", {"done": False})
    store.outbox.settle(claim, NotYet("uploads-forgotten", after(1)), after(1))
    again = claimed(store, after(2))
    fresh: JsonObject = {"status": "Die Brücke ist frei.", "media_ids": ["2"]}
    assert not store.outbox.remake(claim, {"status": "zu spät"}, "uploads anew")
    assert store.outbox.remake(again, fresh, "uploads anew")
    assert store.outbox.begin(again, fresh, after(2))
    assert not store.outbox.remake(again, {"status": "mitten im Senden"}, "uploads anew")
    assert now_of(store, again).request == fresh
    assert store.outbox.steps(again.delivery.id) == {"uploads anew": {"done": True}}


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Happened(RECEIPT), DeliveryState.SENT),
        (NotYet("busy", after(60)), DeliveryState.DEFERRED),
        (Never("too-long", "Zu lang."), DeliveryState.FAILED),
        (Unknown("timeout", "Keine Antwort."), DeliveryState.UNCERTAIN),
    ],
)
def test_each_outcome_has_its_state(
    store: SqlStore, outcome: Happened | NotYet | Never | Unknown, state: DeliveryState
) -> None:
    claim = begun(store)
    assert store.outbox.settle(claim, outcome, after(1))
    delivery = now_of(store, claim)
    assert delivery.state is state
    assert delivery.receipt == (RECEIPT if state is DeliveryState.SENT else None)
    assert delivery.settled_at == (after(1) if state.settled else None)
    assert not store.outbox.settle(claim, outcome, after(1))


def test_an_upload_is_recorded_and_not_done_again(store: SqlStore) -> None:
    queued(store, "bridge")
    claim = claimed(store)
    assert store.outbox.step(claim, "picture 1", {"id": "77"})
    assert store.outbox.steps(claim.delivery.id) == {"picture 1": {"id": "77"}}


def test_a_lease_that_ran_out_while_sending_leaves_uncertainty_never_a_repeat(store: SqlStore) -> None:
    claim = begun(store)
    queued(store, "waiting")
    claimed(store)
    assert store.outbox.next_due(NOW) == claim.until
    assert store.outbox.expire_leases(after(29)) == []
    [turned] = store.outbox.expire_leases(after(30))
    assert (turned.id, turned.state, turned.reason) == (claim.delivery.id, DeliveryState.UNCERTAIN, "lease-ran-out")
    assert claimed(store, after(31)).delivery.announcement_id == "waiting"
    assert store.outbox.claim("mastodon", after(31), LEASE, "desk-2") is None
    assert not store.outbox.settle(claim, Happened(RECEIPT), after(32))


def test_reconcile_takes_uncertain_ones_and_pauses_between_looks(store: SqlStore) -> None:
    claim = begun(store)
    assert store.outbox.claim_uncertain(after(1), LEASE, "desk-1") is None
    store.outbox.settle(claim, Unknown("timeout"), after(1))
    look = store.outbox.claim_uncertain(after(1), LEASE, "desk-1")
    assert look is not None
    assert store.outbox.claim_uncertain(after(1), LEASE, "desk-2") is None
    assert store.outbox.postpone(look, after(60), "nobody-can-tell", "Niemand weiß es.")
    assert store.outbox.claim_uncertain(after(59), LEASE, "desk-1") is None
    assert store.outbox.next_due(after(1)) == after(60)
    again = store.outbox.claim_uncertain(after(60), LEASE, "desk-1")
    assert again is not None
    assert again.delivery.reason_detail == "Niemand weiß es."
    assert store.outbox.settle(again, Happened(RECEIPT), after(61))
    assert now_of(store, claim).state is DeliveryState.SENT


def test_an_uncertain_request_may_be_begun_once_more(store: SqlStore) -> None:
    claim = begun(store)
    store.outbox.settle(claim, Unknown("timeout"), after(1))
    look = store.outbox.claim_uncertain(after(5), LEASE, "desk-1")
    assert look is not None
    assert look.delivery.request is not None
    assert store.outbox.begin(look, look.delivery.request, after(5))
    assert now_of(store, claim).attempts == 2


def test_what_may_not_go_out_any_more_is_dropped_and_what_may_not_yet_is_given_back(store: SqlStore) -> None:
    queued(store, "stale")
    stale = claimed(store)
    assert store.outbox.drop(stale, "missed", "stale", after(1))
    assert (now_of(store, stale).state, now_of(store, stale).settled_at) == (DeliveryState.MISSED, after(1))
    queued(store, "stopped")
    stopped = claimed(store)
    assert store.outbox.unclaim(stopped, after(60))
    assert now_of(store, stopped).attempts == 0
    assert store.outbox.next_due(NOW) == after(60)
    assert claimed(store, after(60)).delivery.announcement_id == "stopped"


def test_a_persons_word_settles_what_nobody_else_can(store: SqlStore) -> None:
    claim = begun(store)
    assert not store.outbox.resolve(claim.delivery.id, RECEIPT, ANNA)
    store.outbox.settle(claim, Unknown("timeout"), after(1))
    look = store.outbox.claim_uncertain(after(1), LEASE, "desk-1")
    assert look is not None
    assert store.outbox.resolve(claim.delivery.id, None, Mark("Anna", after(2)))
    assert not store.outbox.settle(look, Happened(RECEIPT), after(3))
    again = claimed(store, after(3))
    store.outbox.begin(again, {}, after(3))
    store.outbox.settle(again, Never("refused"), after(4))
    assert store.outbox.resolve(claim.delivery.id, RECEIPT, Mark("Anna", after(5)))
    assert (now_of(store, claim).state, now_of(store, claim).receipt) == (DeliveryState.SENT, RECEIPT)
    assert not store.outbox.resolve("unknown", None, ANNA)


def test_open_deliveries_can_be_listed_and_hastened(store: SqlStore) -> None:
    [delivery] = queued(store, "bridge", due=after(600))
    queued(store, "sent", "bluesky")
    store.outbox.settle(claimed(store, channel="bluesky"), Happened(RECEIPT), NOW)
    store.outbox.hasten(delivery.id, after(1))
    assert [(one.id, one.due_at) for one in store.outbox.open_deliveries()] == [(delivery.id, after(1))]
    store.outbox.hasten(delivery.id, after(300))
    assert store.outbox.next_due(NOW) == after(1)


def test_nothing_is_due_in_an_empty_house(store: SqlStore) -> None:
    assert store.outbox.next_due(NOW) is None
    assert store.outbox.delivery("unknown") is None
    with pytest.raises(StoreError, match="delivery-unknown"):
        store.outbox.variant("unknown")


def test_there_is_one_emergency_stop_and_it_can_be_lifted(store: SqlStore) -> None:
    assert store.outbox.stop() is None
    store.outbox.set_stop(Stop(mark=ANNA, reason="Falscher Text", everything=False))
    wider = Stop(mark=Mark("Ben", after(1)), reason="Alles anhalten", everything=True)
    store.outbox.set_stop(wider)
    assert store.outbox.stop() == wider
    store.outbox.set_stop(None)
    assert store.outbox.stop() is None
