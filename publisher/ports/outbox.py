"""Deliveries on their way out, and the emergency stop. Each method is one transaction; all raise StoreError."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from publisher.domain.announcement import Mark
from publisher.domain.delivery import Claim, Delivery, Outcome, Receipt, SentPart
from publisher.domain.stop import Stop
from publisher.domain.variant import JsonObject, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A variant to be put into the outbox, and when it is due.

    `held`: code of the finding that holds this variant back, "" for none. Its delivery is written down as `failed`
    with that reason, so that everybody sees it; a later revision words the channel anew. `held_detail`: the same in words.
    """

    variant: Variant
    due_at: datetime
    held: str = ""
    held_detail: str = ""


class Outbox(Protocol):
    """Deliveries. Every late write is guarded by the claim's token and answers whether it still counted."""

    def compose(self, id: str, revision: int, planned: Sequence[Planned], now: datetime) -> list[Delivery]:
        """Freeze variants and queue their deliveries, mark the revision composed, cancel the older ones' open deliveries."""

    def claim(
        self, channel: str, now: datetime, lease: timedelta, owner: str, *, urgent_only: bool = False
    ) -> Claim | None:
        """Lease the next due delivery of a channel: urgent first, then oldest due.

        Only queued or deferred ones whose due_at has come, whose lease is free or ran out, and whose announcement is
        neither held nor retracted; while a stop holds, only urgent ones that a person confirmed since, and none when it
        stops everything. Two workers never get the same one.
        """

    def renew(self, claim: Claim, until: datetime) -> bool: ...

    def begin(self, claim: Claim, request: JsonObject, now: datetime) -> bool:
        """Write the attempt and its exact request, and turn `sending`, before the first byte leaves."""

    def step(self, claim: Claim, name: str, result: JsonObject) -> bool:
        """Record a harmless earlier step (an upload), so that it is not done again."""

    def steps(self, delivery_id: str) -> Mapping[str, JsonObject]: ...

    def remake(self, claim: Claim, request: JsonObject, step: str) -> bool:
        """Put a request with fresh uploads in the place of one that the platform has refused for its forgotten ones.

        `step`: the one that asked for it, done with it.
        """

    def settle(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Record the outcome of the attempt under way and end the lease: sent, deferred, failed or uncertain."""

    def advance(self, claim: Claim, sent: SentPart, request: JsonObject, now: datetime) -> bool:
        """A part of a thread is out: keep its receipt, and make `request` (the next part's) the delivery's own.

        The delivery is `deferred` and due, its lease stays, and the announcement counts as published.
        """

    def parts(self, delivery_id: str) -> list[SentPart]:
        """The parts of a thread that are out, but for the last, which settles the delivery."""

    def drop(self, claim: Claim, state: str, code: str, now: datetime) -> bool:
        """End a claimed delivery that must not go out any more: `missed` or `cancelled`."""

    def unclaim(self, claim: Claim, due_at: datetime, code: str = "") -> bool:
        """Give a claimed delivery back, to be due again at `due_at`: nothing was attempted. `code`: why it waits."""

    def release_dead(self, now: datetime) -> int:
        """End the leases of workers whose process is gone, so that nobody waits for them to run out. Answers how many."""

    def expire_leases(self, now: datetime) -> list[Delivery]:
        """Turn `sending` deliveries whose lease ran out into `uncertain`. Answers those it turned."""

    def urgent_waits(self, channel: str, now: datetime) -> bool:
        """Whether an urgent delivery of a channel could be claimed now: what a long routine run makes way for."""

    def claim_uncertain(
        self, now: datetime, lease: timedelta, owner: str, *, channel: str = "", besides: Collection[str] = ()
    ) -> Claim | None:
        """Lease the next uncertain delivery whose due_at has come, for reconcile: of this channel, or ("") of all but
        those `besides`."""

    def postpone(self, claim: Claim, due_at: datetime, code: str, detail: str) -> bool:
        """Leave an uncertain delivery uncertain and look again at `due_at`."""

    def hasten(self, delivery_id: str, due_at: datetime) -> None:
        """Make an uncertain, queued or deferred delivery due at this moment if it would be later."""

    def delay(self, delivery_id: str, due_at: datetime) -> None:
        """Make a queued or deferred delivery due at this moment if it would be sooner."""

    def resolve(self, delivery_id: str, receipt: Receipt | None, mark: Mark) -> bool:
        """A person's word on an uncertain or failed delivery: sent with this receipt, or (None) queued again."""

    def first_attempt_at(self, delivery_id: str) -> datetime | None:
        """When the request that it has now was tried first (of a thread: the present part's)."""

    def variant(self, delivery_id: str) -> Variant: ...
    def delivery(self, delivery_id: str) -> Delivery | None: ...
    def deliveries(self, announcement_ids: Sequence[str]) -> Mapping[str, list[Delivery]]:
        """By announcement: those of its composed revision and all others that are not cancelled."""

    def deliveries_of(self, announcement_id: str) -> list[Delivery]:
        """The same of one announcement; none for an unknown one."""

    def open_deliveries(self) -> list[Delivery]:
        """Those that are queued, sending, deferred or uncertain."""

    def troubled(self) -> list[Delivery]:
        """Failed and uncertain ones of revisions that still count, of announcements that are not retracted."""

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest moment after which a claim may find something, uncertain ones included; None if nothing is open."""

    def stop(self) -> Stop | None: ...
    def set_stop(self, stop: Stop | None) -> None: ...
