"""The scenarios by name, each on an office of its own, in a short form for the tests and a long one for proofs."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias

from psycopg.conninfo import conninfo_to_dict

from tests.fixtures.postgres import fresh_database
from tests.laboratory import feeds, kills, mail_runs, mail_stops, trouble, workers
from tests.laboratory.cable import Cable
from tests.laboratory.desk import Desk
from tests.laboratory.disk import open_disk
from tests.laboratory.mail_runs import ALONE, BOTH, SERVER
from tests.laboratory.outcome import Outcome
from tests.laboratory.platforms import Street
from tests.laboratory.sink import Sink, open_sink
from tests.laboratory.stable import Stable

PORT = 5432
"""PostgreSQL's number for its own socket file."""
_numbers = count(1)


@dataclass(frozen=True)
class Laboratory:
    """What scenarios work with. `server`: the URL of a PostgreSQL server. `minutes`: None for the short form."""

    folder: Path
    street: Street
    stable: Stable
    server: str
    minutes: float | None = None

    def amount(self, short: int, long: int) -> int:
        """How much of it."""
        return short if self.minutes is None else long

    def until(self, share: float) -> float:
        """When a scenario that may take this share of the long form has to end."""
        return float("inf") if self.minutes is None else time.monotonic() + 60 * self.minutes * share

    @contextmanager
    def desk(self, **more: object) -> Iterator[Desk]:
        """An office with platforms of its own."""
        folder = self.folder / f"desk-{next(_numbers)}"
        folder.mkdir()
        with self.street.open(folder) as platforms:
            yield Desk(folder / "office", platforms, self.stable, **more)  # type: ignore[arg-type]

    @contextmanager
    def shared_desk(self, **more: object) -> Iterator[Desk]:
        """An office whose database is a fresh one on PostgreSQL."""
        with fresh_database(self.server) as url, self.desk(database=url, **more) as desk:
            yield desk


def kills_on_sqlite(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return _named("kills, SQLite", kills.kills(desk, lab.amount(10, 700), until=lab.until(0.4)))


def kills_on_postgresql(lab: Laboratory) -> Outcome:
    with lab.shared_desk() as desk:
        return _named("kills, PostgreSQL", kills.kills(desk, lab.amount(4, 300), seed=2, until=lab.until(0.2)))


def lost_replies(lab: Laboratory) -> Outcome:
    with lab.desk(readers=0) as desk:
        return kills.lost_replies(desk, lab.amount(6, 1000), until=lab.until(0.15))


def two_workers_one_frozen(lab: Laboratory) -> Outcome:
    with lab.shared_desk() as desk:
        steps = workers.FREEZING_STEPS[1 : lab.amount(2, 4)]
        return workers.frozen(desk, 1, steps * lab.amount(1, 5))


def five_workers_one_frozen(lab: Laboratory) -> Outcome:
    with lab.shared_desk() as desk:
        steps = workers.FREEZING_STEPS[: lab.amount(1, 4)]
        return workers.frozen(desk, 4, steps * lab.amount(1, 5))


def five_workers_one_cut_off(lab: Laboratory) -> Outcome:
    with lab.shared_desk() as desk:
        socket = Path(str(conninfo_to_dict(desk.database)["host"])) / f".s.PGSQL.{PORT}"
        return workers.together(desk, 5, lab.amount(6, 40), cut=Cable(socket))


def postgresql_restarted(lab: Laboratory) -> Outcome:
    with lab.shared_desk() as desk:
        return workers.database_away(desk, wait=lab.amount(5, 40))


def disk_full(lab: Laboratory) -> Outcome:
    folder = lab.folder / f"disk-{next(_numbers)}"
    with open_disk(folder) as disk, lab.desk(database=f"sqlite:///{folder}/publisher.db") as desk:
        return trouble.disk_full(desk, disk)


def database_locked(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return trouble.database_locked(desk, lab.amount(1, 10))


def clock_jumps(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return trouble.clock_jumps(desk, trouble.JUMPS[: lab.amount(1, 8)])


def ended_in_a_call(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return trouble.ended_in_a_call(desk)


def three_days_down(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return trouble.three_days_down(desk, lab.amount(10, 40))


def guids_change(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return feeds.guids_change(desk, lab.amount(60, 500))


def stop_in_a_batch(lab: Laboratory) -> Outcome:
    with lab.desk() as desk:
        return trouble.stop_in_a_batch(desk, lab.amount(20, 200))


def urgent_overtakes(lab: Laboratory) -> Outcome:
    with lab.desk(readers=lab.amount(1_000, 100_000), rate="6000 per minute") as desk:
        return trouble.urgent_overtakes(desk)


def stop_in_a_mail_run(lab: Laboratory) -> Outcome:
    readers = lab.amount(400, 20_000)
    with _sink(lab, [readers // 3]) as sink, lab.desk(readers=readers, connections=4, smtp=sink.url) as desk:
        return mail_stops.stop_in_a_mail_run(desk, sink)


def mail_run_on_sqlite(lab: Laboratory) -> Outcome:
    return _named("mail run, SQLite", _mail_run(lab, lab.desk, [ALONE, BOTH]))


def mail_run_on_postgresql(lab: Laboratory) -> Outcome:
    return _named("mail run, PostgreSQL", _mail_run(lab, lab.shared_desk, [ALONE, BOTH]))


def mail_server_killed(lab: Laboratory) -> Outcome:
    return _named("mail run, mail server killed", _mail_run(lab, lab.desk, [[SERVER], ALONE]))


def _mail_run(
    lab: Laboratory, desk: Callable[..., AbstractContextManager[Desk]], blows: Sequence[list[str]]
) -> Outcome:
    size = mail_runs.SHORT if lab.minutes is None else mail_runs.LONG
    with (
        _sink(lab, mail_runs.moments(size)) as sink,
        desk(readers=size.readers, connections=size.connections, smtp=sink.url) as made,
    ):
        return mail_runs.mail_run(made, sink, blows, size)


def _sink(lab: Laboratory, holds: Sequence[int]) -> AbstractContextManager[Sink]:
    folder = lab.folder / f"sink-{next(_numbers)}"
    folder.mkdir()
    return open_sink(folder, holds)


def _named(name: str, outcome: Outcome) -> Outcome:
    return Outcome(name, outcome.figures, outcome.faults)


Scenario: TypeAlias = Callable[[Laboratory], Outcome]

LONG_ONLY = ("ended_in_a_call",)
"""Scenarios that have to wait for real seconds."""

ALL: Mapping[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        kills_on_sqlite,
        kills_on_postgresql,
        lost_replies,
        two_workers_one_frozen,
        five_workers_one_frozen,
        five_workers_one_cut_off,
        postgresql_restarted,
        disk_full,
        database_locked,
        clock_jumps,
        ended_in_a_call,
        three_days_down,
        guids_change,
        stop_in_a_batch,
        stop_in_a_mail_run,
        urgent_overtakes,
        mail_run_on_sqlite,
        mail_run_on_postgresql,
        mail_server_killed,
    )
}
