"""What a look at a source means."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.workflow.intake.watching import Watch, settled, settles_at, watch

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def item(key: str, fingerprint: str = "a") -> Item:
    return Item(key=key, fingerprint=fingerprint, payload="{}")


def looked(
    items: Sequence[Item], known: Mapping[str, Sighting], now: datetime = LATER, *, moves: bool = False
) -> Watch:
    return watch(items, known, now, first_contact=False, backlog=0, moves=moves)


def first_contact(items: Sequence[Item], backlog: int | None) -> dict[str, Sighting]:
    seen = watch(items, {}, NOON, first_contact=True, backlog=backlog, moves=False)
    return {sighting.item.key: sighting for sighting in seen.remember}


def states(seen: Watch) -> dict[str, SightingState]:
    return {sighting.item.key: sighting.state for sighting in seen.remember}


def in_state(key: str, state: SightingState, seen: datetime = NOON, announcement_id: str = "") -> Sighting:
    return Sighting(item=item(key), state=state, first_seen=seen, changed_at=seen, announcement_id=announcement_id)


def test_first_contact_with_a_feed_remembers_everything_and_takes_nothing() -> None:
    known = first_contact([item(str(number)) for number in range(1_000)], backlog=0)
    assert len(known) == 1_000
    assert {sighting.state for sighting in known.values()} == {SightingState.SEEN}


def test_first_contact_takes_the_newest_items_that_the_office_asked_for() -> None:
    known = first_contact([item("newest"), item("second"), item("old")], backlog=2)
    waiting = {key for key, sighting in known.items() if sighting.state is SightingState.WAITING}
    assert waiting == {"newest", "second"}


def test_the_folder_takes_everything_on_first_contact() -> None:
    assert first_contact([item("a")], backlog=None)["a"].state is SightingState.WAITING


def test_a_new_item_of_a_known_feed_waits_until_it_has_settled() -> None:
    known = first_contact([item("old")], backlog=0)
    seen = looked([item("new"), item("old")], known)
    assert states(seen) == {"new": SightingState.WAITING}
    assert settled(seen.remember, LATER + timedelta(minutes=14), timedelta(minutes=15)) == []
    ready = settled(seen.remember, LATER + timedelta(minutes=15), timedelta(minutes=15))
    assert [sighting.item.key for sighting in ready] == ["new"]
    assert settles_at(seen.remember, timedelta(minutes=15)) == LATER + timedelta(minutes=15)


def test_a_change_begins_the_settling_anew() -> None:
    known = {"a": in_state("a", SightingState.WAITING)}
    changed = looked([item("a", "b")], known).remember[0]
    assert changed.changed_at == LATER
    assert changed.first_seen == NOON


def test_an_unchanged_item_is_not_written_again() -> None:
    assert looked([item("a")], {"a": in_state("a", SightingState.TAKEN)}).remember == ()


def test_a_changed_item_that_was_taken_waits_to_become_a_revision() -> None:
    known = {"a": in_state("a", SightingState.TAKEN, announcement_id="id-1")}
    changed = looked([item("a", "b")], known).remember[0]
    assert (changed.state, changed.announcement_id) == (SightingState.WAITING, "id-1")


def test_a_changed_old_item_that_was_never_taken_does_not_become_news() -> None:
    changed = looked([item("a", "b")], {"a": in_state("a", SightingState.SEEN)}).remember[0]
    assert (changed.state, changed.item.fingerprint) == (SightingState.SEEN, "b")


def test_an_item_withdrawn_while_it_waits_is_dropped() -> None:
    known = {"old": in_state("old", SightingState.SEEN), "new": in_state("new", SightingState.WAITING, LATER)}
    seen = looked([item("old")], known, LATER + timedelta(minutes=5))
    assert states(seen) == {"new": SightingState.DROPPED}
    assert seen.withdrawn == ()


def test_the_last_item_of_a_feed_is_withdrawn_when_the_feed_is_empty() -> None:
    assert states(looked([], {"a": in_state("a", SightingState.WAITING)})) == {"a": SightingState.DROPPED}


def test_an_item_pushed_off_the_end_by_new_ones_still_settles() -> None:
    known = {"a": in_state("a", SightingState.WAITING), "b": in_state("b", SightingState.WAITING, LATER)}
    fresh = [item(f"n{number}") for number in range(5)]
    seen = looked([*fresh, item("b")], known, LATER + timedelta(minutes=5))
    assert "a" not in states(seen)


def test_a_published_item_that_only_falls_off_the_end_is_not_withdrawn_then_or_later() -> None:
    known = {
        "a": in_state("a", SightingState.TAKEN, announcement_id="id-1"),
        "b": in_state("b", SightingState.TAKEN, LATER),
    }
    first = looked([item("new"), item("b")], known, LATER)
    assert first.withdrawn == ()
    known |= {sighting.item.key: sighting for sighting in first.remember}
    assert looked([item("new"), item("b")], known, LATER + timedelta(minutes=5)).withdrawn == ()


def test_a_taken_item_that_vanishes_from_among_older_ones_is_withdrawn() -> None:
    known = {
        "old": in_state("old", SightingState.TAKEN),
        "new": in_state("new", SightingState.TAKEN, LATER, announcement_id="id-1"),
    }
    seen = looked([item("old")], known, LATER + timedelta(minutes=5))
    assert [sighting.announcement_id for sighting in seen.withdrawn] == ["id-1"]


def test_nothing_is_withdrawn_when_a_moved_feed_shows_only_new_guids() -> None:
    known = {"a": in_state("a", SightingState.WAITING), "b": in_state("b", SightingState.TAKEN, announcement_id="id-1")}
    assert looked([item("x"), item("y")], known).withdrawn == ()


def test_a_withdrawn_item_that_comes_back_waits_again() -> None:
    assert states(looked([item("a")], {"a": in_state("a", SightingState.DROPPED)})) == {"a": SightingState.WAITING}


def test_a_file_that_lies_in_the_folder_again_is_looked_at_again() -> None:
    for state in (SightingState.TAKEN, SightingState.REFUSED):
        assert states(looked([item("a")], {"a": in_state("a", state)}, moves=True)) == {"a": SightingState.WAITING}


def moved(shown: Sequence[str], last: Sequence[str], known: Sequence[str] = ()) -> Watch:
    remembered = {key: in_state(key, SightingState.SEEN) for key in known}
    items = [item(key) for key in shown]
    return watch(items, remembered, LATER, first_contact=False, backlog=0, moves=False, last_shown=last)


def test_a_feed_that_shows_only_strangers_and_has_lost_its_own_has_moved() -> None:
    old, new = [f"a{n}" for n in range(10)], [f"b{n}" for n in range(10)]
    seen = moved(new, old)
    assert seen.moved == 10
    assert set(states(seen).values()) == {SightingState.SEEN}


def test_many_new_items_beside_the_old_ones_are_news() -> None:
    old, new = [f"a{n}" for n in range(10)], [f"b{n}" for n in range(10)]
    assert moved([*new, *old], old, old).moved == 0


def test_four_strangers_are_never_a_move_and_less_than_half_neither() -> None:
    assert moved([f"b{n}" for n in range(4)], ["a1", "a2"]).moved == 0
    kept = [f"k{n}" for n in range(6)]
    assert moved([*(f"b{n}" for n in range(5)), *kept], [*kept, *(f"a{n}" for n in range(20))], kept).moved == 0
