"""A small press office for the store's tests: announcements, variants and readers, made up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from publisher.domain.announcement import Announcement, Mark
from publisher.domain.delivery import Claim, Delivery
from publisher.domain.finding import Finding
from publisher.domain.issue import Issue
from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.domain.subscriber import Rhythm, SubscriberEntry
from publisher.domain.variant import Variant
from publisher.ports.archive import Taking
from publisher.ports.outbox import Planned
from publisher.store.database import SqlStore

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
ANNA = Mark("Anna", NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def sighting(key: str, state: SightingState = SightingState.TAKEN, announcement_id: str = "") -> Sighting:
    item = Item(key=key, fingerprint=f"print of {key}", payload=f"queue/{key}")
    return Sighting(item=item, state=state, first_seen=NOW, changed_at=NOW, announcement_id=announcement_id)


def taking(
    id: str,
    *,
    announcement: Announcement | None = None,
    findings: tuple[Finding, ...] = (),
    source: str = "queue",
    revises: bool = False,
    urgent: bool = False,
    needs_approval: bool = False,
) -> Taking:
    return Taking(
        id=id,
        source=source,
        sighting=sighting(f"{id}.md", announcement_id=id),
        announcement=announcement or Announcement(headline=f"Die Meldung {id}"),
        findings=findings,
        needs_approval=needs_approval,
        urgent=urgent,
        revises=revises,
    )


def variant(channel: str = "mastodon", text: str = "Die Brücke ist frei.") -> Variant:
    return Variant(channel=channel, kind="mastodon", language="de", text=text, length=len(text), limit=500, link="")


def queued(
    store: SqlStore,
    id: str,
    *channels: str,
    due: datetime = NOW,
    urgent: bool = False,
    needs_approval: bool = False,
) -> list[Delivery]:
    """Take an announcement in and compose it for these channels (default: mastodon)."""
    store.archive.take([taking(id, urgent=urgent, needs_approval=needs_approval)], NOW)
    planned = [Planned(variant=variant(channel), due_at=due) for channel in channels or ("mastodon",)]
    return store.outbox.compose(id, 1, planned, NOW)


def claimed(store: SqlStore, now: datetime = NOW, channel: str = "mastodon", owner: str = "desk-1") -> Claim:
    claim = store.outbox.claim(channel, now, LEASE, owner)
    assert claim is not None
    return claim


def begun(store: SqlStore, id: str = "bridge") -> Claim:
    """One delivery that is being sent right now."""
    queued(store, id)
    claim = claimed(store)
    assert store.outbox.begin(claim, {"status": "Die Brücke ist frei."}, NOW)
    return claim


def entry(address: str, *, topics: Sequence[str] = (), rhythm: Rhythm = Rhythm.IMMEDIATE) -> SubscriberEntry:
    return SubscriberEntry(
        address=address, topics=tuple(topics), rhythm=rhythm, confirmed_at=NOW, evidence="Liste des Bürgerbüros"
    )


def opened(store: SqlStore, *readers: str, topics: Sequence[str] = ()) -> Issue:
    """An issue for these readers of the newsletter."""
    store.audience.add("newsletter", [entry(reader) for reader in readers])
    [delivery] = queued(store, "bridge", "newsletter")
    return store.mailroom.open_issue(delivery, topics, NOW)
