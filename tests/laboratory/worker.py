"""What a forked worker does: the program itself, or its office with a doom around its parts and a clock of the laboratory."""

import logging
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import structlog

from tests.laboratory.announcements import announcement
from tests.laboratory.doom import Doom, doomed
from tests.laboratory.settings import CONFIG, DIAL, SQLITE

NOBODY = "127.0.0.1:9"
POSTGRESQL = "sqlalchemy.dialects.postgresql.psycopg"


class LabClock:
    """A clock that may be ahead, jump where it is told to wait, and be set by somebody else while it runs.

    `dial`: a file that says by how many seconds it is off.
    """

    def __init__(self, ahead: float, *, skips: bool, dial: Path | None = None) -> None:
        self._ahead, self._skips, self._dial = ahead, skips, dial

    def now(self) -> datetime:
        off = float(self._dial.read_text(encoding="ascii") or 0) if self._dial and self._dial.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=self._ahead + off)

    def sleep(self, seconds: float) -> None:
        if self._skips:
            self._ahead += seconds
        else:
            time.sleep(seconds)


def preload() -> None:
    """Import all that a worker needs, by letting this process be one: at an office whose platforms nobody can reach."""
    for module in ("publisher.cli", "publisher.cli.running", "publisher.scheduler", "psycopg", POSTGRESQL):
        import_module(module)
    with tempfile.TemporaryDirectory(prefix="publisher-lab-") as folder:
        config = Path(folder) / "config.toml"
        said = CONFIG.format(
            database=SQLITE, api=f"http://{NOBODY}", smtp=f"smtp://{NOBODY}", connections=1, rate="unlimited"
        )
        config.write_text(said, encoding="utf-8")
        (config.parent / "queue").mkdir()
        (config.parent / "queue" / "probe.md").write_text(announcement("LAB00000"), encoding="utf-8")
        _one_pass(config, LabClock(0, skips=True))


def _one_pass(config: Path, clock: LabClock) -> None:
    from publisher.assembly import open_office
    from publisher.config.reading import load_config
    from publisher.workflow.passing import one_pass

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with open_office(load_config(config), platforms=True) as office:
        one_pass(replace(office, clock=clock))


def work(order: Mapping[str, Any]) -> NoReturn:
    """Carry out an order and end this process; its exit status is the program's own, 70 if something unforeseen broke."""
    _turn_output_to(Path(order["log"]))
    status = 70
    try:
        if order["largest_file"]:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest_file"], resource.RLIM_INFINITY))
        if order["what"] == "afresh":
            os.execv(sys.executable, [sys.executable, "-m", "publisher", *_arguments(order)])  # noqa: S606 -- our own program
        status = _program(order) if order["what"] == "program" else _office(order)
    except BaseException:
        structlog.get_logger().exception("worker broke")
    finally:
        sys.stdout.flush()
        os._exit(status)


def _program(order: Mapping[str, Any]) -> int:
    from publisher.cli import main

    try:
        return int(main(_arguments(order)))
    except SystemExit as ended:
        return int(ended.code or 0)


def _arguments(order: Mapping[str, Any]) -> list[str]:
    return ["--config", order["config"], *order["arguments"]]


def _office(order: Mapping[str, Any]) -> int:
    from publisher.assembly import open_office
    from publisher.cli.logbook import open_logbook
    from publisher.config.reading import load_config
    from publisher.workflow.passing import one_pass

    open_logbook(20)
    config = load_config(Path(order["config"]))
    clock = LabClock(order["ahead"], skips=order["skips"], dial=config.path(DIAL))
    with open_office(config, platforms=True) as opened:
        office = replace(opened, clock=clock, channels=dict(opened.channels))
        if order["doom"]:
            office = doomed(office, Doom(**order["doom"]))
        if order["what"] == "serve":
            return _serve(office)
        print(asdict(one_pass(office)))
    return 0


def _serve(office: Any) -> int:
    from publisher.scheduler import Clockwork

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    clockwork = Clockwork(office, lambda _: None)
    clockwork.start()
    print("serving", flush=True)
    ended.wait()
    return 0 if clockwork.stop() else 1


def _turn_output_to(log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(file, number)
