"""Alarms to people: one message when something needs a person, one when it is over, never a storm."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Alarm, AlarmLine, AlarmNote, Concern, Told
from publisher.domain.errors import PublisherError
from publisher.messages import say
from publisher.ports.alarms import Bell
from publisher.workflow.alarms.concerns import concerns
from publisher.workflow.office import Office

log = structlog.get_logger()

GATHER = timedelta(minutes=1)
"""What begins within a minute is told together."""
REST = timedelta(hours=1)
"""How often the same subject may be told of, unless it changes."""
AGAIN = timedelta(minutes=5)
"""How long a way that failed is left alone while the others work."""
OWED = "alarms owed"
"""Scope in the notebook: the subjects that each way missed, by its place in the config, one a line."""
MOST_LINES = 20
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is to be remembered from now on: all alarms as they stand, and the subjects to forget."""

    alarms: tuple[Alarm, ...]
    forget: tuple[str, ...]


def weigh(known: Sequence[Alarm], seen: Sequence[Concern], now: datetime) -> Weighed:
    """Compare what is remembered with what needs a person now."""
    before = {alarm.concern.subject: alarm for alarm in known}
    present = {concern.subject: concern for concern in seen}
    alarms = [_still(before.get(subject), concern, now) for subject, concern in present.items()]
    gone = [_gone(alarm, now) for subject, alarm in before.items() if subject not in present]
    forgotten = tuple(alarm.concern.subject for alarm in gone if _forgettable(alarm, now))
    return Weighed((*alarms, *(alarm for alarm in gone if alarm.concern.subject not in forgotten)), forgotten)


def _still(before: Alarm | None, concern: Concern, now: datetime) -> Alarm:
    if before is None or before.concern.code != concern.code:
        return Alarm(concern=concern, since=now)
    return replace(before, concern=concern, over=False, since=now if before.over else before.since)


def _gone(alarm: Alarm, now: datetime) -> Alarm:
    if alarm.over or not alarm.concern.lasting:
        return alarm
    return replace(alarm, over=True, since=now)


def _forgettable(alarm: Alarm, now: datetime) -> bool:
    """Over before anybody was told, or told of to its end an hour ago."""
    if alarm.over and alarm.told is Told.NOTHING:
        return True
    ended = alarm.told is Told.OVER or (not alarm.concern.lasting and alarm.told is Told.RAISED)
    return ended and alarm.told_at is not None and now - alarm.told_at >= REST


def to_tell(alarms: Sequence[Alarm], now: datetime, *, at_once: bool = False) -> list[Alarm]:
    """The alarms to tell people of now: all that are due, as soon as the first has waited a minute for the others."""
    due = [alarm for alarm in alarms if _due(alarm, now)]
    return due if at_once or any(now - alarm.since >= GATHER for alarm in due) else []


def _due(alarm: Alarm, now: datetime) -> bool:
    if alarm.over:
        return alarm.told is Told.RAISED
    rested = alarm.told_at is None or now - alarm.told_at >= REST
    return alarm.told is not Told.RAISED and rested


def ring_alarms(office: Office, *, at_once: bool = False) -> int:
    """Tell people what needs them and what is over; answers how many alarms were told of. Raises StoreError.

    Sent also while a stop holds: this goes to the office itself.
    """
    now = office.clock.now()
    with office.store.exclusive("alarms", office.worker, now, LEASE) as free:
        return _ring(office, now, at_once=at_once) if free else 0


def _ring(office: Office, now: datetime, *, at_once: bool) -> int:
    book = office.store.alarms
    known = book.all()
    weighed = weigh(known, concerns(office), now)
    book.keep([alarm for alarm in weighed.alarms if alarm not in known])
    book.forget(weighed.forget)
    due = to_tell(weighed.alarms, now, at_once=at_once)
    owed = {place: str(missed) for place, missed in (office.store.notebook.read(OWED, "") or {}).items()}
    if not due and not (owed and now - datetime.fromisoformat(owed["since"]) >= AGAIN):
        return 0
    rung, missed = _ring_all(office, weighed.alarms, due, owed, now)
    # Told when one way worked: an alarm may be told twice after a crash, but is never lost.
    if due and not rung:
        return 0
    book.keep([replace(alarm, told=Told.OVER if alarm.over else Told.RAISED, told_at=now) for alarm in due])
    if missed or owed:
        office.store.notebook.write(OWED, "", {"since": now.isoformat()} | missed if missed else None)
    return len(due)


def _ring_all(
    office: Office, alarms: Sequence[Alarm], due: Sequence[Alarm], owed: Mapping[str, str], now: datetime
) -> tuple[int, dict[str, str]]:
    """Tell each way what is due and what it missed the last time; how many rang, and what each of the others missed."""
    desk, rung = office.config.office, 0
    missed: dict[str, str] = {}
    for place, bell in enumerate(office.bells()):
        subjects = owed.get(str(place), "").splitlines()
        before = [alarm for alarm in alarms if alarm not in due and alarm.concern.subject in subjects]
        telling = [*before, *due]
        if telling and _rings(bell, word(telling, desk.name, desk.language, now)):
            rung += 1
        elif telling:
            missed[str(place)] = "\n".join(alarm.concern.subject for alarm in telling)
    return rung, missed


def _rings(bell: Bell, note: AlarmNote) -> bool:
    try:
        bell.ring(note)
    except PublisherError as error:
        log.error("alarm not delivered", bell=bell.name, reason=error.code)
        return False
    return True


def word(due: Sequence[Alarm], office: str, language: str, now: datetime) -> AlarmNote:
    """One message for all of them: what needs a person first, then what is over."""
    raised = tuple(_line(alarm, language) for alarm in due if not alarm.over)
    over = tuple(_line(alarm, language) for alarm in due if alarm.over)
    title = say(language, "alarm-title" if raised else "alarm-title-over", office=office, count=len(raised or over))
    parts = [*_listed(raised, "alarm-raised", language), *_listed(over, "alarm-over", language)]
    text = "\n".join([*parts, say(language, "alarm-foot")])
    return AlarmNote(id=secrets.token_hex(8), at=now, title=title, text=text, raised=raised, over=over)


def _line(alarm: Alarm, language: str) -> AlarmLine:
    concern = alarm.concern
    try:
        text = say(language, concern.code, **concern.values)
    except (KeyError, IndexError, ValueError):
        text = f"{concern.code} {concern.subject}"  # rows outlive the catalogue
    return AlarmLine(subject=concern.subject, code=concern.code, text=text)


def _listed(lines: Sequence[AlarmLine], head: str, language: str) -> list[str]:
    if not lines:
        return []
    shown = [f"- {line.text}" for line in lines[:MOST_LINES]]
    rest = len(lines) - len(shown)
    more = [say(language, "alarm-more", count=rest)] if rest else []
    return [say(language, head), *shown, *more, ""]
