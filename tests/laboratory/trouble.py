"""What a machine does to a program: a full disk, a locked database, a clock that jumps, three days without power; and what
people do: they stop, they hurry."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from publisher.domain.announcement import Mark
from publisher.domain.delivery import DeliveryState
from publisher.domain.stop import Stop
from publisher.messages import say
from publisher.store.database import present
from tests.laboratory import seen
from tests.laboratory.desk import Desk
from tests.laboratory.disk import Disk
from tests.laboratory.outcome import Outcome

DAY = 24 * 3600.0
HOUR = 3600.0
JUMPS = (HOUR / 2, HOUR, HOUR / 2, 0.0, -HOUR, 0.0, HOUR / 3, 0.0)
"""Where the clock stands after each jump, in seconds. Ahead by less than an hour, an Idempotency-Key still seems good."""
ROOM_LEFT = (0, 8_000, 20_000, 40_000, 80_000)
"""Bytes that are left, from one pass to the next."""


def disk_full(desk: Desk, disk: Disk) -> Outcome:
    """The database's disk runs full, each time at another step; then there is room again."""
    desk.drop(3)
    for room in ROOM_LEFT:
        disk.fill(room)
        full = desk.start("program", arguments=["run", "--once"], largest_file=disk.largest_file)
        full.wait(60)
        desk.drop(1)
    said = full.said()
    disk.empty()
    desk.settle()
    watched, faults = seen.faults(desk, doubtful_mails=len(ROOM_LEFT) * desk.connections)
    if disk.complaint not in said and say("de", disk.complaint) not in said:
        faults.append(f"no line says {disk.complaint}")
    return Outcome("disk full", {"passes": len(ROOM_LEFT), "posts": sum(watched.posts.values())}, faults)


def database_locked(desk: Desk, seconds: float = 1.5) -> Outcome:
    """Another program holds on to the SQLite file while the service works."""
    desk.drop(3)
    service = desk.start("serve", skips=False)
    held_up = 0
    with closing(sqlite3.connect(desk.folder / "publisher.db", isolation_level=None)) as other:
        for _ in range(2):
            other.execute("BEGIN EXCLUSIVE")
            desk.drop(1)
            time.sleep(seconds)
            held_up += desk.queued()
            other.execute("COMMIT")
            time.sleep(0.3)
    desk.until_settled(30)
    service.end()
    desk.settle()
    watched, faults = seen.faults(desk)
    faults += [] if held_up else ["the lock held nothing up"]
    return Outcome("database locked", {"posts": sum(watched.posts.values())}, faults)


def clock_jumps(desk: Desk, jumps: Sequence[float] = JUMPS) -> Outcome:
    """The machine's clock jumps to so many seconds off, each time while the service has a call on its way."""
    desk.platforms.think(1.2)
    service = desk.start("serve", skips=False)
    for off in jumps:
        desk.drop(1)
        _wait_for(lambda: desk.platforms.calls("mastodon") >= len(desk.tokens))
        desk.set_clocks(off)
        time.sleep(2.5)
    status = service.end()
    desk.settle()
    watched, faults = seen.faults(desk)
    faults += [f"the service ended with status {status}"] if status else []
    return Outcome("clock jumps", {"jumps": len(jumps), "posts": sum(watched.posts.values())}, faults)


def ended_in_a_call(desk: Desk, within: float = 10.0) -> Outcome:
    """The service is asked to end while a platform does not answer: it ends in time, and the next start settles it."""
    desk.platforms.think(within + 5)
    desk.drop(1)
    service = desk.start("serve", skips=False)
    _wait_for(lambda: desk.platforms.calls("mastodon") > 0)
    began = time.monotonic()
    service.end()
    took = time.monotonic() - began
    desk.platforms.think(0)
    time.sleep(max(0.0, 6 - took))
    desk.settle()
    watched, faults = seen.faults(desk, doubtful_mails=desk.connections)
    faults += [f"it took {took:.1f} s to end"] if took > within else []
    return Outcome("ended in a call", {"seconds to the end": took, "posts": sum(watched.posts.values())}, faults)


def three_days_down(desk: Desk, waiting: int) -> Outcome:
    """Announcements wait in the outbox, the program is down for three days: nothing of them goes out afterwards."""
    desk.drop(waiting)
    _only_queue(desk)
    desk.start(ahead=3 * DAY).wait(120)
    watched = seen.look(desk)
    faults = [f"{token} went out on {platform}" for platform, token in watched.posts]
    faults += [f"{token} was mailed" for token, _ in watched.mails]
    missed = _count(desk, DeliveryState.MISSED)
    if missed != 3 * waiting:
        faults.append(f"{missed} of {3 * waiting} deliveries are listed as missed")
    desk.drop(1)
    desk.start(ahead=3 * DAY).wait(60)
    _, after = seen.faults(desk, tokens=desk.tokens[-1:])
    return Outcome(
        "three days down", {"waiting": waiting, "went out": len(watched.posts), "missed": missed}, faults + after
    )


def stop_in_a_batch(desk: Desk, batch: int) -> Outcome:
    """The emergency stop while a batch is on its way: at most one call per lane begins after it."""
    desk.drop(batch)
    worker = desk.start()
    while desk.platforms.calls("mastodon") < min(5, batch // 2):
        time.sleep(0.002)
    store = desk.store()
    store.outbox.set_stop(Stop(mark=Mark("labor", present()), reason="Probe", everything=False))
    before = {name: desk.platforms.calls(name) for name in ("mastodon", "bluesky")}
    mails = desk.platforms.state.mail_count()
    worker.wait(120)
    after = {name: desk.platforms.calls(name) - count for name, count in before.items()}
    late_mails = desk.platforms.state.mail_count() - mails
    faults = [f"{count} calls to {name} after the stop" for name, count in after.items() if count > 1]
    if late_mails > 2 * desk.connections:
        faults.append(f"{late_mails} mails after the stop")
    left = _count(desk, DeliveryState.QUEUED)
    if not left:
        faults.append("the stop came too late to prove anything")
    desk.start().wait(60)
    if sum(seen.look(desk).posts.values()) > sum(before.values()) + sum(after.values()):
        faults.append("a pass during the stop sent something")
    store.outbox.set_stop(None)
    store.close()
    desk.settle()
    _, found = seen.faults(desk, doubtful_mails=2 * desk.connections)
    figures = {"in the batch": batch, "calls after the stop": sum(after.values()), "mails after the stop": late_mails}
    return Outcome("stop in a batch", figures, faults + found)


def urgent_overtakes(desk: Desk, within: float = 5.0) -> Outcome:
    """An urgent announcement arrives while the mail run of a routine one is on its way."""
    desk.drop(1, channels=["newsletter"])
    service = desk.start("serve", skips=False)
    _wait_for(lambda: desk.platforms.state.mail_count() > 20)
    desk.drop(1, urgent=True, channels=["newsletter"])
    began = time.monotonic()
    before = desk.platforms.state.mail_count()
    token = desk.tokens[-1].encode()
    _wait_for(lambda: any(token in mail.raw for mail in desk.platforms.state.mails(limit=100)), 60)
    took = time.monotonic() - began
    routine = desk.platforms.state.mail_count()
    service.end()
    faults = [] if took <= within else [f"the first urgent mail came after {took:.1f} s"]
    if routine >= desk.readers:
        faults.append("the routine run was over already: nothing was overtaken")
    figures = {"readers": desk.readers, "routine mails before": before, "seconds to the first urgent mail": took}
    return Outcome("urgent overtakes a mail run", figures, faults)


def _only_queue(desk: Desk) -> None:
    """Take everything in and put it into the outbox, and send nothing: the stop holds while the program goes down."""
    store = desk.store()
    store.outbox.set_stop(Stop(mark=Mark("labor", present()), reason="Probe", everything=True))
    desk.start().wait(60)
    store.outbox.set_stop(None)
    store.close()


def _count(desk: Desk, state: DeliveryState) -> int:
    store = desk.store()
    try:
        ids = [dossier.id for dossier in store.archive.dossiers(limit=seen.EVERYTHING)]
        return sum(one.state is state for rows in store.outbox.deliveries(ids).values() for one in rows)
    finally:
        store.close()


def _wait_for(true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)
