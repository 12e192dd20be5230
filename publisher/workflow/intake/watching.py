"""What a look at a source means: pure decisions about new, changed and vanished items."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher.domain.sighting import Item, Sighting, SightingState


@dataclass(frozen=True, slots=True)
class Watch:
    """The consequences of one look.

    `remember`: sightings to write down. `withdrawn`: those that were taken in earlier and that the source has taken
    back since. `moved`: how many items only look new because the source has moved, or gives them new names; they are
    remembered and not taken.
    """

    remember: tuple[Sighting, ...]
    withdrawn: tuple[Sighting, ...]
    moved: int = 0


FEWEST_MOVED = 5


def watch(
    items: Sequence[Item],
    known: Mapping[str, Sighting],
    now: datetime,
    *,
    first_contact: bool,
    backlog: int | None,
    moves: bool,
    last_shown: Collection[str] = (),
) -> Watch:
    """Compare what a source shows (newest first) with what is remembered of it.

    On first contact all but the `backlog` newest items are only remembered; None takes all. `moves`: what is taken
    or refused is moved out of sight, so what is shown once more was put there again, or a crash left it there.
    `last_shown`: keys of the look before.
    """
    fresh = {item.key: item for item in reversed(items)}
    strangers = [item for key, item in fresh.items() if key not in known]
    if not first_contact and not moves and looks_moved(len(fresh), len(strangers), last_shown, fresh):
        return _moved(strangers, fresh, known, now)
    taken_first = len(items) if backlog is None or not first_contact else backlog
    old = _old_words(last_shown, fresh, known)
    wanted = {item.key for item in items[:taken_first] if item.fingerprint not in old}
    again = (SightingState.DROPPED, SightingState.TAKEN, SightingState.REFUSED) if moves else (SightingState.DROPPED,)
    # Oldest first, each a microsecond after the one before: so they keep their order all the way out.
    seen = [
        _see(item, known.get(item.key), now, again, place * timedelta.resolution, wanted=item.key in wanted)
        for place, item in enumerate(fresh.values())
    ]
    missing = _missing(fresh, known)
    taken_away = _taken_away(missing, fresh, known)
    # What is taken and has left the feed is watched no longer; what waits and was only pushed off still settles.
    dropped = [
        replace(sighting, state=SightingState.DROPPED)
        for sighting in missing
        if sighting.item.key in taken_away or sighting.state is SightingState.TAKEN
    ]
    return Watch(
        remember=(*(sighting for sighting in seen if sighting is not None), *dropped),
        withdrawn=tuple(s for s in missing if s.item.key in taken_away and s.announcement_id),
    )


def looks_moved(shown: int, strangers: int, last_shown: Collection[str], fresh: Collection[str]) -> bool:
    """Whether a known source suddenly shows mostly strangers while most of what it showed before has vanished."""
    gone = sum(key not in fresh for key in last_shown)
    return strangers >= FEWEST_MOVED and 2 * strangers >= shown and 2 * gone > len(last_shown)


def _old_words(last_shown: Collection[str], fresh: Collection[str], known: Mapping[str, Sighting]) -> set[str]:
    """Fingerprints of what was only remembered and has just vanished: shown under another key it is no news either."""
    gone = (known[key] for key in last_shown if key in known and key not in fresh)
    return {sighting.item.fingerprint for sighting in gone if sighting.state is SightingState.SEEN}


def _moved(strangers: Sequence[Item], fresh: Collection[str], known: Mapping[str, Sighting], now: datetime) -> Watch:
    """All strangers are remembered, none is taken, and nothing counts as withdrawn; what is taken is watched no longer."""
    seen = [Sighting(item=item, state=SightingState.SEEN, first_seen=now, changed_at=now) for item in strangers]
    left = [
        replace(sighting, state=SightingState.DROPPED)
        for key, sighting in known.items()
        if key not in fresh and sighting.state is SightingState.TAKEN
    ]
    return Watch(remember=(*seen, *left), withdrawn=(), moved=len(seen))


def _see(
    item: Item,
    before: Sighting | None,
    now: datetime,
    again: Sequence[SightingState],
    behind: timedelta,
    *,
    wanted: bool,
) -> Sighting | None:
    """The sighting to remember for an item that is shown, None if nothing changed. `behind`: the items before it."""
    if before is None:
        state = SightingState.WAITING if wanted else SightingState.SEEN
        return Sighting(item=item, state=state, first_seen=now + behind, changed_at=now)
    if before.state in again:
        return replace(before, item=item, state=SightingState.WAITING, changed_at=now)
    if before.item.fingerprint == item.fingerprint:
        return None
    # A change to an old item that was never taken does not make it news.
    state = SightingState.SEEN if before.state is SightingState.SEEN else SightingState.WAITING
    return replace(before, item=item, state=state, changed_at=now)


def _missing(fresh: Mapping[str, Item], known: Mapping[str, Sighting]) -> list[Sighting]:
    """Sightings that were still being watched and are shown no more."""
    watched = (SightingState.WAITING, SightingState.TAKEN)
    return [sighting for key, sighting in known.items() if key not in fresh and sighting.state in watched]


def _taken_away(missing: Sequence[Sighting], fresh: Mapping[str, Item], known: Mapping[str, Sighting]) -> set[str]:
    """Keys of missing ones that were taken away on purpose and did not just fall off the old end of the feed.

    Something older that is still shown proves it; so does an equally old one where nothing new came to push it off,
    and an empty feed.
    """
    pushed = any(key not in known for key in fresh)
    oldest = min((known[key].first_seen for key in fresh if key in known), default=None)

    def proved(first_seen: datetime) -> bool:
        if oldest is None:
            return not fresh
        return oldest < first_seen or (oldest == first_seen and not pushed)

    return {sighting.item.key for sighting in missing if proved(sighting.first_seen)}


def settled(known: Iterable[Sighting], now: datetime, settle: timedelta) -> list[Sighting]:
    """Waiting sightings whose content has been unchanged for long enough, in the order they were seen."""
    ready = [
        sighting
        for sighting in known
        if sighting.state is SightingState.WAITING and sighting.changed_at + settle <= now
    ]
    return sorted(ready, key=lambda sighting: sighting.first_seen)


def settles_at(known: Iterable[Sighting], settle: timedelta) -> datetime | None:
    """When the next waiting sighting will have settled, None if none waits."""
    return min((s.changed_at + settle for s in known if s.state is SightingState.WAITING), default=None)
