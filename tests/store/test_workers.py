"""A killed process's leases end at once; a living one's never before their time."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from publisher.domain.issue import Tally
from publisher.store.database import SqlStore
from tests.store.press import LEASE, NOW, after, claimed, entry, queued

DOOMED = """
import os, signal, sys
from pathlib import Path
from publisher.store.database import open_store
from tests.store.press import LEASE, NOW

store = open_store(sys.argv[1], Path(sys.argv[2]))
claim = store.outbox.claim("mastodon", NOW, LEASE, store.worker)
store.outbox.begin(claim, {}, NOW)
store.outbox.claim("bluesky", NOW, LEASE, store.worker)
mail = store.outbox.claim("newsletter", NOW, LEASE, store.worker)
issue = store.mailroom.open_issue(mail.delivery, (), NOW)
first, *_ = store.mailroom.claim(issue.id, 10, NOW, LEASE, store.worker)
store.mailroom.begin([first.id], NOW)
store.exclusive("source queue", store.worker, NOW, LEASE).__enter__()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def crashed(store: SqlStore, store_url: str, tmp_path: Path) -> SqlStore:
    """The store after a worker was killed in the middle of everything that it can hold a lease on."""
    store.audience.add("newsletter", [entry("ada@leser.example"), entry("ben@leser.example")])
    queued(store, "bridge", "mastodon", "bluesky", "newsletter")
    done = subprocess.run([sys.executable, "-c", DOOMED, store_url, tmp_path], timeout=30)
    assert done.returncode == -signal.SIGKILL
    return store


def test_what_a_killed_worker_was_sending_is_uncertain_at_once(crashed: SqlStore) -> None:
    crashed.outbox.release_dead(after(1))
    assert [delivery.channel for delivery in crashed.outbox.expire_leases(after(1))] == ["mastodon"]


def test_what_a_killed_worker_had_not_begun_is_free_at_once(crashed: SqlStore) -> None:
    assert crashed.outbox.claim("bluesky", after(1), LEASE, "desk-2") is None
    assert crashed.outbox.release_dead(after(1)) == 3
    assert crashed.outbox.claim("bluesky", after(1), LEASE, "desk-2") is not None


def test_a_killed_workers_copies_go_on_at_once(crashed: SqlStore) -> None:
    crashed.outbox.release_dead(after(1))
    mail = claimed(crashed, after(1), "newsletter", crashed.worker)
    issue = crashed.mailroom.open_issue(mail.delivery, (), after(1))
    assert crashed.mailroom.tally(issue.id) == Tally(sending=1, queued=1)
    assert crashed.mailroom.recover(issue.id, after(1)) == 1
    assert len(crashed.mailroom.claim(issue.id, 10, after(1), LEASE, crashed.worker)) == 2


def test_a_source_that_a_killed_worker_was_looking_at_is_free_at_once(crashed: SqlStore) -> None:
    with crashed.exclusive("source queue", crashed.worker, after(1), LEASE) as free:
        assert free


def test_a_living_workers_leases_last(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    queued(store, "bridge")
    other = open_another()
    claim = claimed(store, owner=store.worker)
    assert other.outbox.release_dead(after(1)) == 0
    assert store.outbox.begin(claim, {}, after(1))
    held = other.exclusive("source queue", other.worker, after(1), LEASE)
    with store.exclusive("source queue", store.worker, NOW, LEASE), held as free:
        assert not free


def test_a_worker_that_ended_well_holds_nothing(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    queued(store, "bridge")
    other = open_another()
    claimed(other, owner=other.worker)
    other.close()
    assert store.outbox.release_dead(after(1)) == 1


def test_an_owner_without_a_key_keeps_its_lease_to_the_end(store: SqlStore) -> None:
    queued(store, "bridge")
    claimed(store, owner=f"desk-1:{os.getpid()}")
    assert store.outbox.release_dead(after(1)) == 0


def test_dead_workers_leave_nothing_lying_about(crashed: SqlStore, store_url: str, tmp_path: Path) -> None:
    if store_url.startswith("postgresql"):
        return
    queued(crashed, "tower")
    claimed(crashed, owner=crashed.worker)
    assert len(list((tmp_path / "publisher.db-workers").iterdir())) == 1


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_worker_cut_off_from_postgresql_is_alive_again_with_its_next_lease(
    store: SqlStore, open_another: Callable[[], SqlStore]
) -> None:
    other = open_another()
    queued(store, "bridge")
    queued(store, "tower")
    claimed(store, owner=store.worker)
    with other.database.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        )
    assert other.outbox.release_dead(after(1)) == 1
    claimed(store, after(2), owner=store.worker)
    assert other.outbox.release_dead(after(3)) == 0


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_worker_frozen_in_a_transaction_does_not_hold_its_rows_for_ever(store: SqlStore) -> None:
    with store.database.reading() as connection:
        assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"
        assert connection.scalar(text("SHOW lock_timeout")) == "30s"
