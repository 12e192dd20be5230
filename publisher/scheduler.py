"""When each step runs. APScheduler is the clock and nothing else: jobs live in memory, all truth lives in the store."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.domain.announcement import Dossier
from publisher.domain.errors import PublisherError
from publisher.ports.sources import Source
from publisher.workflow.alarms.ringing import ring_alarms
from publisher.workflow.audience.retention import forget_what_is_old
from publisher.workflow.audience.returns import collect_all, desk_of
from publisher.workflow.audience.signing_up import next_notice, send_notices
from publisher.workflow.compose.variants import compose_released
from publisher.workflow.dispatch.reconcile import end_abandoned, reconcile_strays
from publisher.workflow.intake.links import look_at_new_links
from publisher.workflow.intake.looking import look_at
from publisher.workflow.intake.reporting import report_changes
from publisher.workflow.intake.taking import take_settled
from publisher.workflow.intake.watching import settles_at
from publisher.workflow.mailing.digest import make_due_digests, newsletters, next_digest
from publisher.workflow.office import Office
from publisher.workflow.passing import work_lane

log = structlog.get_logger()

TICK_SECONDS = 1
RETURNS_SECONDS = 60
ALARM_SECONDS = 20
DIGEST_SECONDS = 15
LINKS_SECONDS = 5
FORGET_SECONDS = 3_600
NOTICES = "notices"
"""The lane of mails about sign-ups; a channel of this name would only share it."""
JOB_THREADS = 8
OVERLAP = timedelta(seconds=10)
PATIENCE = timedelta(seconds=9)
"""How long calls in flight are waited for at the end: SIGTERM ends the process within 10 s."""


class Clockwork:
    """The running office: looks at each source in its own rhythm, and once a second at what is due.

    `on_change` is told of the announcements that changed lately, of some more than once.
    """

    def __init__(self, office: Office, on_change: Callable[[Sequence[Dossier]], None]) -> None:
        self._office = office
        self._on_change = on_change
        self._told_until = office.clock.now()
        self._lanes = ThreadPoolExecutor(len(office.channels) + 1, thread_name_prefix="lane")
        self._running: dict[str, Future[int]] = {}
        self.last_beat = office.clock.now()
        # A job that comes late must still run, once: the default drops it after one second.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        threads = {"default": JobThreads(JOB_THREADS)}
        self._scheduler = BackgroundScheduler(timezone="UTC", executors=threads, job_defaults=defaults)

    def start(self) -> None:
        """Begin to tick; the first look at every source is at once."""
        now = self._office.clock.now()
        self._scheduler.add_job(self._tick, "interval", seconds=TICK_SECONDS, next_run_time=now)
        self._scheduler.add_job(self._look_at_links, "interval", seconds=LINKS_SECONDS)
        self._scheduler.add_job(self._forget, "interval", seconds=FORGET_SECONDS, next_run_time=now)
        self._scheduler.add_job(self._ring, "interval", seconds=ALARM_SECONDS)
        self._scheduler.add_job(self._digest, "interval", seconds=DIGEST_SECONDS, next_run_time=now)
        if any(map(desk_of, self._office.channels.values())):
            self._scheduler.add_job(self._collect, "interval", seconds=RETURNS_SECONDS, next_run_time=now)
        for source in self._office.sources.values():
            look = partial(self._look, source)
            seconds = source.rules.every.total_seconds()
            self._scheduler.add_job(look, "interval", seconds=seconds, next_run_time=now, id=f"look {source.name}")
        self._scheduler.start()

    def stop(self) -> bool:
        """Begin no further call, and wait for those in flight; False if some are still unanswered."""
        self._office.closing.set()
        self._scheduler.shutdown(wait=False)
        _, unfinished = wait(list(self._running.values()), timeout=PATIENCE.total_seconds())
        self._lanes.shutdown(wait=False, cancel_futures=True)
        return not unfinished

    def _look(self, source: Source) -> None:
        with _Steadily("look", source=source.name):
            look_at(self._office, source)
            self._take(source)

    def _take(self, source: Source) -> None:
        """Take in what has settled, and come back when the next item will have."""
        with _Steadily("intake", source=source.name):
            take_settled(self._office, source)
            due = settles_at(self._office.store.archive.sightings(source.name).values(), source.rules.settle)
            if due is not None and not self._office.closing.is_set():
                self._come_back(source, max(due, self._office.clock.now() + timedelta(seconds=0.2)))

    def _come_back(self, source: Source, due: datetime) -> None:
        self._scheduler.add_job(
            partial(self._take, source), "date", run_date=due, id=f"take {source.name}", replace_existing=True
        )

    def _tick(self) -> None:
        with _Steadily("tick"):
            now = self._office.clock.now()
            compose_released(self._office)
            if self._is_due(now):
                end_abandoned(self._office)
                reconcile_strays(self._office)
                for channel in self._office.channels.values():
                    self._wake(channel.name, partial(work_lane, self._office, channel))
            notice = next_notice(self._office)
            if notice is not None and notice <= now:
                # In a lane of their own: who signs up does not wait for an issue that takes an hour.
                self._wake(NOTICES, partial(send_notices, self._office))
            self._report(now)
            self.last_beat = now

    def _digest(self) -> None:
        """Make the digests that are due, and let them be sent."""
        with _Steadily("digests"):
            make_due_digests(self._office)
            due = next_digest(self._office)
            if due is not None and due <= self._office.clock.now():
                for channel in newsletters(self._office):
                    self._wake(channel.name, partial(work_lane, self._office, channel))

    def _collect(self) -> None:
        with _Steadily("returns"):
            collect_all(self._office)

    def _ring(self) -> None:
        """Tell people what needs them: a job of its own, so that a mail server that hangs holds up no tick."""
        with _Steadily("alarms"):
            ring_alarms(self._office)

    def _is_due(self, now: datetime) -> bool:
        """Whether any lane may find work; what a dead worker still had a lease on is due at once."""
        outbox = self._office.store.outbox
        due = outbox.next_due(now)
        if due is not None and due > now and outbox.release_dead(now):
            due = outbox.next_due(now)
        return due is not None and due <= now

    def _report(self, now: datetime) -> None:
        changed = self._office.store.archive.changed_since(self._told_until)
        if changed:
            report_changes(self._office, self._told_until)
            self._on_change(changed)
        # Looked at twice rather than missed: another worker's change is dated before it can be seen.
        self._told_until = now - OVERLAP

    def _wake(self, lane: str, work: Callable[[], int]) -> None:
        """Let a lane run unless it runs already: a dead platform holds up nobody but itself."""
        running = self._running.get(lane)
        if running is None or running.done():
            self._running[lane] = self._lanes.submit(self._run_lane, lane, work)

    def _run_lane(self, lane: str, work: Callable[[], int]) -> int:
        with _Steadily("lane", channel=lane):
            return work()
        return 0

    def _look_at_links(self) -> None:
        with _Steadily("links"):
            look_at_new_links(self._office)

    def _forget(self) -> None:
        with _Steadily("forget"):
            forget_what_is_old(self._office)


class _Steadily:
    """One step of the clockwork: whatever goes wrong in it is logged, and the clock goes on."""

    def __init__(self, step: str, **about: str) -> None:
        self._step = step
        self._about = about

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, PublisherError):
            log.error(f"{self._step} interrupted", reason=str(error), **self._about)
        elif isinstance(error, Exception):
            log.error(f"{self._step} broken", exc_info=error, **self._about)
        return isinstance(error, Exception)
