"""What is remembered of announcements, and what a person's word changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from publisher.domain.announcement import Announcement, Audience, Grade, Mark, Picture
from publisher.domain.delivery import DeliveryState, Happened, Receipt
from publisher.domain.errors import StoreError
from publisher.domain.finding import Finding, Severity
from publisher.domain.sighting import SightingState
from publisher.ports.outbox import Planned
from publisher.store.database import SqlStore
from tests.store.press import ANNA, NOW, after, begun, claimed, queued, sighting, taking, variant

WHOLE = Announcement(
    headline="Die Brücke „Alte Mühle“ ist wieder frei",
    lead="Ab heute.",
    body="Erster Absatz.\n\n– Punkt",
    html="<p>Erster Absatz.</p>",
    short={"": "Brücke frei.", "mastodon": "Wieder frei! 🎉"},
    must="Mit Förderung des Landes.",
    link="https://musterstadt.example/bruecke",
    embargo=datetime(2026, 11, 26, 10, 0, 0, 123456, tzinfo=UTC),
    urgent=True,
    audience=Audience.PRESS,
    topics=("verkehr",),
    tags=("Öffentlicher Nahverkehr",),
    pictures=(Picture(sha256="0" * 64, media_type="image/jpeg", width=3, height=2, alt="Eine Brücke", until=NOW),),
    channels=("mastodon",),
    grade=Grade.CORRECTION,
)
REMARK = Finding(code="alt-missing", severity=Severity.ERROR, excerpt="foto.jpg", line=3, values={"name": "foto.jpg"})


def test_what_was_taken_in_comes_back_word_for_word(store: SqlStore) -> None:
    [dossier] = store.archive.take([taking("bridge", announcement=WHOLE, findings=(REMARK,))], NOW)
    assert dossier.announcement == WHOLE
    assert dossier.current.findings == (REMARK,)
    assert dossier.standing.taken_at == NOW
    assert dossier.standing.revision == 1
    assert store.archive.dossier("bridge") == dossier
    assert store.archive.by_key("queue", "bridge.md") == dossier


def test_a_row_written_before_a_field_existed_can_still_be_read(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    with store.database.writing() as connection:
        connection.execute(text("""UPDATE revisions SET content = '{"headline": "Von früher"}'"""))
    dossier = store.archive.dossier("bridge")
    assert dossier is not None
    assert dossier.announcement == Announcement(headline="Von früher")


def test_a_batch_is_taken_in_whole_or_not_at_all(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="announcement-unknown"):
        store.archive.take([taking("bridge"), taking("nobody-knows", revises=True)], NOW)
    assert store.archive.dossiers() == []
    assert store.archive.sightings("queue") == {}


def test_a_sighting_is_remembered_with_the_announcement_it_became(store: SqlStore) -> None:
    store.archive.remember("queue", [sighting("bridge.md", SightingState.WAITING), sighting("old.md")])
    store.archive.take([taking("bridge")], NOW)
    seen = store.archive.sightings("queue")
    assert seen["bridge.md"] == sighting("bridge.md", announcement_id="bridge")
    assert seen["old.md"] == sighting("old.md")
    assert store.archive.sightings("rathaus") == {}


def test_a_new_revision_clears_the_approval_of_other_words_and_no_hold(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    store.archive.approve("bridge", ANNA)
    store.archive.hold("bridge", ANNA)
    corrected = replace(WHOLE, headline="Die Brücke ist doch gesperrt")
    [dossier] = store.archive.take([taking("bridge", announcement=corrected, revises=True)], after(60))
    assert (dossier.standing.approved, dossier.standing.held) == (None, ANNA)
    assert dossier.standing.revision == 2
    assert dossier.standing.taken_at == NOW
    assert dossier.announcement.headline == "Die Brücke ist doch gesperrt"
    assert [revision.number for revision in store.archive.revisions("bridge")] == [1, 2]


def test_a_revision_in_another_file_is_told_of_there_but_another_source_takes_nothing_over(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    for source, file in (("queue", "correction.md"), ("rathaus", "guid-7")):
        there = replace(
            taking("bridge", source=source, revises=True), sighting=sighting(file, announcement_id="bridge")
        )
        [dossier] = store.archive.take([there], after(60))
        assert (dossier.standing.source, dossier.standing.key) == ("queue", "correction.md")


def test_a_hold_and_its_release_are_both_remembered(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], NOW)
    store.archive.hold("bridge", ANNA)
    held = store.archive.dossier("bridge")
    store.archive.release("bridge", Mark("Ben", after(5)))
    released = store.archive.dossier("bridge")
    assert held is not None
    assert held.standing.held == ANNA
    assert released is not None
    assert (released.standing.held, released.standing.released) == (None, Mark("Ben", after(5)))


def test_a_word_on_an_unknown_announcement_is_refused(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="announcement-unknown"):
        store.archive.approve("nobody-knows", ANNA)


def test_a_retraction_takes_back_what_has_not_left_and_nothing_else(store: SqlStore) -> None:
    queued(store, "bridge", "mastodon", "bluesky")
    claim = claimed(store)
    store.outbox.begin(claim, {}, NOW)
    store.archive.retract("bridge", ANNA)
    states = {delivery.channel: delivery.state for delivery in store.outbox.deliveries(["bridge"])["bridge"]}
    assert states == {"mastodon": DeliveryState.SENDING, "bluesky": DeliveryState.CANCELLED}
    dossier = store.archive.dossier("bridge")
    assert dossier is not None
    assert dossier.standing.retracted == ANNA
    assert store.archive.open_dossiers() == []


def test_a_retraction_overtakes_a_worker_that_has_not_begun(store: SqlStore) -> None:
    queued(store, "bridge")
    claim = claimed(store)
    store.archive.retract("bridge", ANNA)
    assert not store.outbox.begin(claim, {}, NOW)


def test_open_are_those_whose_newest_words_are_not_in_the_outbox(store: SqlStore) -> None:
    queued(store, "composed")
    queued(store, "revised")
    store.archive.take([taking("revised", revises=True), taking("fresh")], after(1))
    assert {dossier.id for dossier in store.archive.open_dossiers()} == {"revised", "fresh"}


def test_the_list_pages_from_the_newest_back(store: SqlStore) -> None:
    for number in range(4):
        store.archive.take([taking(f"a{number}")], after(number))
    first = store.archive.dossiers(limit=2)
    second = store.archive.dossiers(limit=2, before=first[-1].standing.taken_at)
    assert [dossier.id for dossier in first + second] == ["a3", "a2", "a1", "a0"]


def test_whatever_happens_to_an_announcement_or_its_deliveries_shows_as_a_change(store: SqlStore) -> None:
    queued(store, "bridge")
    store.archive.take([taking("other")], NOW)
    claim = claimed(store)
    store.outbox.begin(claim, {}, after(10))
    assert [dossier.id for dossier in store.archive.changed_since(after(10))] == ["bridge"]
    store.outbox.settle(claim, Happened(Receipt(ref="1")), after(20))
    assert [dossier.id for dossier in store.archive.changed_since(after(20))] == ["bridge"]
    store.archive.hold("other", Mark("Anna", after(30)))
    assert [dossier.id for dossier in store.archive.changed_since(after(30))] == ["other"]
    assert store.archive.changed_since(after(31)) == []


def test_a_change_written_with_an_older_time_does_not_hide_a_newer_one(store: SqlStore) -> None:
    store.archive.take([taking("bridge")], after(60))
    store.archive.approve("bridge", ANNA)
    assert [dossier.id for dossier in store.archive.changed_since(after(60))] == ["bridge"]


def test_the_flood_brake_counts_what_was_composed_of_its_sources(store: SqlStore) -> None:
    queued(store, "bridge")
    assert store.archive.composed_since(NOW, ["queue", "rathaus"]) == [NOW]
    assert store.archive.composed_since(after(1), ["queue"]) == []
    assert store.archive.composed_since(NOW, ["rathaus"]) == []
    assert store.archive.composed_since(NOW, []) == []


def test_published_is_what_the_public_got_and_may_still_see(store: SqlStore) -> None:
    for number, name in enumerate(("old", "new", "retracted", "press")):
        audience = Audience.PRESS if name == "press" else Audience.PUBLIC
        store.archive.take([taking(name, announcement=Announcement(headline=name, audience=audience))], NOW)
        store.outbox.compose(name, 1, [Planned(variant=variant(), due_at=NOW)], NOW)
        store.outbox.settle(claimed(store), Happened(Receipt(ref=name)), after(number))
    store.archive.retract("retracted", ANNA)
    queued(store, "not-yet")
    published = store.archive.published()
    assert [(dossier.id, when) for dossier, when in published] == [("new", after(1)), ("old", NOW)]
    assert [dossier.id for dossier, _ in store.archive.published(before=after(1))] == ["old"]


def test_the_public_never_sees_words_that_were_not_sent(store: SqlStore) -> None:
    claim = begun(store)
    store.outbox.settle(claim, Happened(Receipt(ref="1")), NOW)
    secret = Announcement(headline="Noch geheim", embargo=NOW + timedelta(days=1))
    store.archive.take([taking("bridge", announcement=secret, revises=True)], after(60))
    [(dossier, _)] = store.archive.published()
    assert dossier.announcement.headline == "Die Meldung bridge"
    assert dossier.standing.revision == 2


def test_a_picture_is_kept_once_under_its_hash(store: SqlStore) -> None:
    store.archive.keep_picture("a" * 64, "image/png", b"\x89PNG\x00")
    store.archive.keep_picture("a" * 64, "image/png", b"\x89PNG\x00")
    assert store.archive.picture("a" * 64) == ("image/png", b"\x89PNG\x00")
    assert store.archive.picture("b" * 64) is None


def test_findings_can_be_added_and_dropped_later_and_that_shows_as_a_change(store: SqlStore) -> None:
    store.archive.take([taking("bridge", findings=(REMARK,))], NOW)
    late = Finding(code="link-unreachable", severity=Severity.WARNING, excerpt="https://musterstadt.example")
    later = NOW + timedelta(minutes=1)
    for _ in range(2):
        store.archive.amend_findings("bridge", 1, add=[late], drop=[("alt-missing", "foto.jpg")], now=later)
    dossier = store.archive.dossier("bridge")
    assert dossier is not None
    assert dossier.current.findings == (late,)
    assert [changed.id for changed in store.archive.changed_since(later)] == ["bridge"]
    with pytest.raises(StoreError, match="announcement-unknown"):
        store.archive.amend_findings("bridge", 7, add=[late], drop=(), now=later)


def test_what_was_taken_in_lately_is_listed_by_revision_without_what_was_retracted(store: SqlStore) -> None:
    store.archive.take([taking("old")], NOW)
    store.archive.take([taking("gone"), taking("bridge")], NOW + timedelta(days=1))
    store.archive.take([taking("bridge", revises=True)], NOW + timedelta(days=2))
    store.archive.retract("gone", Mark("Anna", NOW + timedelta(days=2)))
    assert store.archive.taken_since(NOW + timedelta(hours=1), limit=9) == [("bridge", 2)]
    assert store.archive.taken_since(NOW, limit=1) == [("bridge", 2)]
