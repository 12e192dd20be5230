"""The main job: `run`, the service with scheduler, senders and web in one process, and `run --once`."""

import gc
import logging
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING

import click

from publisher.cli.answers import give_json, give_lines, give_table
from publisher.cli.door import DONE, NEEDS_PERSON, Door
from publisher.cli.spoken import told

if TYPE_CHECKING:
    from publisher.config.tables import Config
    from publisher.domain.announcement import Dossier
    from publisher.sandbox.state import State
    from publisher.workflow.office import Office


@click.command(help=told("help-run"))
@click.option("--once", is_flag=True, help=told("help-run-once"))
@click.option("--with-example", is_flag=True, help=told("help-run-example"))
@click.pass_obj
def run(opened: Door, once: bool, with_example: bool) -> int:
    from publisher.assembly import open_office
    from publisher.cli.logbook import open_logbook

    open_logbook(logging.WARNING if once else logging.INFO)
    with open_office(opened.config(), platforms=True) as office:
        _ready_to_start(office)
        gc.freeze()  # what stands now stands to the end: the collector need not look through it again and again
        if with_example:
            _queue_example(office)
        return _run_once(opened, office) if once else _serve(opened, office)


def _ready_to_start(office: "Office") -> None:
    """Everything that must stop the start: a channel's settings or secrets, a broken template, a database that is only
    to be read. Raises ConfigError, StoreError."""
    from publisher.workflow.doctor import template_faults

    # Writes, and leaves nothing behind.
    office.store.notebook.write("start", office.worker, None)
    list(office.channels.values())
    for fault in template_faults(office)[:1]:
        raise fault


def _run_once(opened: Door, office: "Office") -> int:
    from publisher.cli.ending import in_good_order
    from publisher.messages import say
    from publisher.workflow.passing import one_pass

    with in_good_order(office):
        report = one_pass(office)
    if opened.as_json:
        give_json(asdict(report))
    else:
        give_lines([say(opened.language, "pass-done", **asdict(report))])
        _Board(office).show(office.store.archive.changed_since(report.begun))
    return NEEDS_PERSON if report.needs_person else DONE


def _serve(opened: Door, office: "Office") -> int:
    """The service, until SIGTERM or Ctrl-C."""
    from publisher.messages import say
    from publisher.scheduler import Clockwork
    from publisher.web.desk.app import desk_app
    from publisher.web.listen import serve
    from publisher.web.public.app import public_app

    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    clockwork = Clockwork(office, _Board(office).show)
    web = office.config.web
    desk = serve(desk_app(office, _sandbox_state(office.config), lambda: clockwork.last_beat), *web.desk)
    public = serve(public_app(office, lambda: clockwork.last_beat), *web.public)
    clockwork.start()
    give_lines([say(opened.language, "serving", desk=desk.address, public=public.address)])
    sys.stdout.flush()
    ended.wait()
    finished = clockwork.stop()
    for listener in (desk, public):
        listener.stop()
    if not finished:
        # A call still unanswered keeps its thread: its attempt is written down and will be settled by asking.
        os._exit(DONE)
    return DONE


def _sandbox_state(config: "Config") -> "State | None":
    """What the sandbox holds, for the desk to show; None where no channel uses it."""
    from publisher.assembly import SANDBOX_STATE
    from publisher.config.tables import is_sandbox
    from publisher.sandbox.state import State

    return State(config.path(SANDBOX_STATE)) if any(map(is_sandbox, config.channels.values())) else None


class _Board:
    """What became of announcements, shown as tables with addresses: each delivery's state once."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self._shown: dict[str, str] = {}

    def show(self, dossiers: "Sequence[Dossier]") -> None:
        """Show what is new about these announcements."""
        from publisher.messages import say
        from publisher.workflow.overview.rows import announcement_overview
        from publisher.workflow.overview.words import copies_in_words

        language = self._office.config.office.language
        cells: list[list[str]] = []
        for dossier in dossiers:
            for row in announcement_overview(self._office, dossier.id):
                for d in row["deliveries"]:
                    if self._is_news(d["id"], d["state"]):
                        state = say(language, f"delivery-{d['state']}")
                        told_of = d["url"] or d["reason"] or copies_in_words(d["copies"], language)
                        cells.append([row["headline"], d["channel"], state, told_of])
        if cells:
            give_table("", [told(f"column-{name}") for name in ("headline", "channel", "state", "address")], cells)
            sys.stdout.flush()

    def _is_news(self, delivery: str, state: str) -> bool:
        if state in ("queued", "sending") or self._shown.get(delivery) == state:
            return False
        self._shown[delivery] = state
        return True


def _queue_example(office: "Office") -> None:
    """Lay the shipped example into the queue on the very first start, and only where nothing can reach anybody."""
    from publisher.assembly import uses_only_sandbox
    from publisher.config.tables import FolderSource
    from publisher.sandbox import EXAMPLE, READER
    from publisher.workflow.audience.subscribing import enter_reader

    folders = [table for table in office.config.sources.values() if isinstance(table, FolderSource)]
    if not folders or not uses_only_sandbox(office.config) or office.store.archive.dossiers(limit=1):
        return
    enter_reader(office, READER)
    target = office.config.path(folders[0].path)
    for example in sorted(EXAMPLE.iterdir()):
        # Copied under a hidden name first: a half-copied example must not be taken in.
        hidden = target / f".{example.name}"
        shutil.copytree(example, hidden, dirs_exist_ok=True)
        if not (target / example.name).exists():
            hidden.rename(target / example.name)
