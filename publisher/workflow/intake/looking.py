"""A look at a source: what it shows is remembered, and what it took back is taken back here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.announcement import Mark
from publisher.domain.errors import TemporaryFailure
from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.ports.ledger import Deed
from publisher.ports.sources import Keeper, Source
from publisher.workflow.intake.identity import is_unsent
from publisher.workflow.intake.watching import watch
from publisher.workflow.office import Office
from publisher.workflow.trouble import note_trouble

log = structlog.get_logger()

LOOK_LEASE = timedelta(minutes=2)
TROUBLE = "source-trouble"
"""Scope in the notebook: since when a source cannot be reached."""
RESTS = "source-rests"
"""Scope in the notebook: until when a source asked to be left alone."""
LONGEST_REST = timedelta(hours=1)
SHOWN = "shown"
"""Scope in the notebook: the keys that a source showed at its last look."""


def look_at(office: Office, source: Source) -> None:
    """Look at a source once and remember what it shows; a source that cannot be reached is asked again next time."""
    now = office.clock.now()
    with office.store.exclusive(f"source {source.name}", office.worker, now, LOOK_LEASE) as free:
        if free and not _rests(office, source, now):
            _look(office, source, now)


def _look(office: Office, source: Source, now: datetime) -> None:
    memory = office.store.notebook.read("source", source.name)
    try:
        look = source.look({key: str(value) for key, value in (memory or {}).items()})
    except TemporaryFailure as error:
        log.warning("source not reached", source=source.name, reason=error.code)
        note_trouble(office, TROUBLE, source.name, now)
        if error.retry_after is not None:
            until = now + min(error.retry_after, LONGEST_REST)
            office.store.notebook.write(RESTS, source.name, {"until": until.isoformat()})
        return
    note_trouble(office, TROUBLE, source.name, None)
    if look.items is not None:
        _heed(office, source, look.items, now, first_contact=memory is None)
    # Written last: a crash before this line repeats the whole look, and first contact stays first contact.
    office.store.notebook.write("source", source.name, dict(look.memory))


def _rests(office: Office, source: Source, now: datetime) -> bool:
    noted = office.store.notebook.read(RESTS, source.name)
    return noted is not None and now < datetime.fromisoformat(str(noted["until"]))


def _heed(office: Office, source: Source, items: Sequence[Item], now: datetime, *, first_contact: bool) -> None:
    """Act on what is shown: remember, withdraw, tell of a move."""
    keys, last_shown = [item.key for item in items], _last_shown(office, source)
    seen = watch(
        items,
        office.store.archive.sightings(source.name, {*keys, *last_shown}),
        now,
        first_contact=first_contact,
        backlog=source.rules.backlog,
        moves=isinstance(source, Keeper),
        last_shown=last_shown,
    )
    office.store.archive.remember(source.name, seen.remember)
    for sighting in seen.withdrawn:
        _withdraw(office, source, sighting, now)
    if seen.moved:
        _tell_of_move(office, source, seen.moved, now)
    _keep_shown(office, source, keys)
    if first_contact and source.rules.backlog is not None:
        waiting = sum(sighting.state is SightingState.WAITING for sighting in seen.remember)
        # A warning: who has connected a feed and sees nothing published must see why, in one pass too.
        log.warning("first contact", source=source.name, remembered=len(seen.remember) - waiting, taking=waiting)


def _last_shown(office: Office, source: Source) -> list[str]:
    noted = office.store.notebook.read(SHOWN, source.name) or {}
    keys = noted.get("keys")
    return [str(key) for key in keys] if isinstance(keys, list) else []


def _keep_shown(office: Office, source: Source, keys: Sequence[str]) -> None:
    """Only of sources that can move: what a folder shows goes away as it is taken."""
    if not isinstance(source, Keeper) and sorted(keys) != sorted(_last_shown(office, source)):
        office.store.notebook.write(SHOWN, source.name, {"keys": list(keys)})


def _tell_of_move(office: Office, source: Source, count: int, now: datetime) -> None:
    log.warning("source looks moved, nothing taken", source=source.name, items=count)
    values = {"source": source.name, "count": str(count)}
    office.store.ledger.note(Deed(at=now, who=source.name, what="source-moved", subject=source.name, detail=str(count)))
    office.store.alarms.raise_once(
        Concern(subject=f"moved {source.name}", code="alarm-moved", values=values, lasting=False), office.clock.now()
    )


def _withdraw(office: Office, source: Source, sighting: Sighting, now: datetime) -> None:
    """The source took an item back: before it was published the announcement goes, afterwards a person decides."""
    if isinstance(source, Keeper):
        return  # A file that has been taken has left the folder because we moved it.
    known = sighting.announcement_id
    if is_unsent(office, known):
        office.store.archive.retract(known, Mark(source.name, now))
        office.store.ledger.note(Deed(at=now, who=source.name, what="withdrawn-by-source", subject=known))
    else:
        office.store.ledger.note(Deed(at=now, who=source.name, what="withdrawn-after-publishing", subject=known))
        log.warning("withdrawn after publishing", source=source.name, announcement=known)
