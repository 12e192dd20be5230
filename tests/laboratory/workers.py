"""Several workers at one PostgreSQL: frozen past their lease and woken, cut off and back, and one database that goes away."""

import signal
import time
from collections.abc import Sequence

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.laboratory import seen
from tests.laboratory.cable import Cable
from tests.laboratory.desk import Desk
from tests.laboratory.doom import Doom
from tests.laboratory.outcome import Outcome

LEASE_SECONDS = 30.0
FREEZING_STEPS = ("after the claim", "after the attempt is written", "after the reply", "in the call")


def frozen(desk: Desk, others: int, steps: Sequence[str] = FREEZING_STEPS) -> Outcome:
    """A worker is frozen in the middle of a delivery; others find its lease run out and go on; then it wakes.

    The others' clock is ahead by more than the lease, so that nobody has to wait for it.
    """
    for step in steps:
        desk.drop(2)
        sleeper = desk.start(doom=Doom(step, blow="SIGSTOP"))
        sleeper.wait(30, "stopped")
        for worker in [desk.start(ahead=LEASE_SECONDS + 5) for _ in range(others)]:
            worker.wait(60)
        sleeper.strike(signal.SIGCONT)
        sleeper.wait(60)
    desk.settle()
    watched, faults = seen.faults(desk, doubtful_mails=len(steps) * desk.connections)
    figures = {"workers": others + 1, "freezes": len(steps), "posts": sum(watched.posts.values())}
    return Outcome("frozen past the lease", figures, faults)


def together(desk: Desk, workers: int, announcements: int, *, cut: Cable | None = None, wait: float = 60) -> Outcome:
    """Services that share one database. `cut`: the way of one of them to it, cut in the middle, and mended later."""
    desk.drop(announcements // 2)
    ways = [None] * workers if cut is None else [cut.way(desk.database), *[None] * (workers - 1)]
    services = [desk.start("serve", skips=False, database=way) for way in ways]
    time.sleep(1)
    if cut is not None:
        with cut.cut():
            desk.drop(announcements - announcements // 2)
            time.sleep(2.5)
    else:
        desk.drop(announcements - announcements // 2)
    desk.until_settled(wait)
    time.sleep(1)
    statuses = [service.end() for service in services]
    desk.settle()
    watched, faults = seen.faults(desk, doubtful_mails=desk.connections if cut else 0)
    faults += [f"a service ended with status {status}" for status in statuses if status]
    if cut is not None and not cut.made:
        faults.append("nobody used the cable")
    figures = {
        "workers": workers,
        "cuts": float(cut is not None),
        "announcements": announcements,
        "posts": sum(watched.posts.values()),
        "mails": sum(watched.mails.values()),
    }
    return Outcome("together on one PostgreSQL", figures, faults)


def database_away(desk: Desk, seconds: float = 2.0, wait: float = 30) -> Outcome:
    """PostgreSQL ends every session and takes no new ones for a while, as when it is restarted."""
    desk.drop(3)
    service = desk.start("serve", skips=False)
    time.sleep(0.5)
    _refuse(desk.database, True)
    desk.drop(3)
    time.sleep(seconds)
    _refuse(desk.database, False)
    desk.until_settled(wait)
    faults = [f"the service ended with status {status}" for status in [service.end()] if status]
    desk.settle()
    watched, found = seen.faults(desk, doubtful_mails=desk.connections)
    if "store-" not in service.said():
        faults.append("no line of the log says that the database was away")
    return Outcome("PostgreSQL restarted", {"posts": sum(watched.posts.values())}, faults + found)


def _refuse(url: str, refuse: bool) -> None:
    told = conninfo_to_dict(url)
    name = str(told["dbname"])
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        allowed = "false" if refuse else "true"
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}'.encode())
        if refuse:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
