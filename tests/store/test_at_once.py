"""Several threads and processes at one database: nothing is taken twice, and nobody waits for ever."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from publisher.domain.delivery import Happened, Receipt
from publisher.store.database import SqlStore, open_store
from tests.store.press import ANNA, LEASE, NOW, entry, opened, queued, taking


def take_all(store: SqlStore, owner: str) -> list[str]:
    """Claim, begin and settle until nothing is left."""
    taken = []
    while (claim := store.outbox.claim("mastodon", NOW, LEASE, owner)) is not None:
        assert store.outbox.begin(claim, {}, NOW)
        taken.append(claim.delivery.id)
        assert store.outbox.settle(claim, Happened(Receipt(ref=claim.delivery.id)), NOW)
    return taken


def test_threads_never_take_the_same_delivery(store: SqlStore) -> None:
    wanted = {queued(store, f"a{number}")[0].id for number in range(40)}
    with ThreadPoolExecutor(4) as pool:
        taken = [one for some in pool.map(lambda owner: take_all(store, owner), "abcd") for one in some]
    assert Counter(taken) == Counter(wanted)


def take_all_elsewhere(url: str, folder: Path, owner: str) -> list[str]:
    store = open_store(url, folder)
    taken = take_all(store, owner)
    store.close()
    return taken


def test_processes_never_take_the_same_delivery(
    store: SqlStore, store_url: str, tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    wanted = {queued(store, f"a{number}")[0].id for number in range(40)}
    workers = [processes.submit(take_all_elsewhere, store_url, tmp_path, owner) for owner in ("desk-1", "desk-2")]
    taken = [delivery for worker in workers for delivery in worker.result(60)]
    assert Counter(taken) == Counter(wanted)


def test_threads_never_take_the_same_copy(store: SqlStore) -> None:
    issue = opened(store, *(f"leser{number}@leser.example" for number in range(200)))

    def take(owner: str) -> list[int]:
        taken = []
        while batch := store.mailroom.claim(issue.id, 7, NOW, timedelta(minutes=1), owner):
            taken += [copy.id for copy in batch if store.mailroom.begin([copy.id], NOW)]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [one for some in pool.map(take, "abcd") for one in some]
    assert len(taken) == len(set(taken)) == 200


def test_one_issue_is_made_however_many_ask_for_it(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry(f"leser{number}@leser.example") for number in range(50)])
    [delivery] = queued(store, "bridge", "newsletter")
    with ThreadPoolExecutor(4) as pool:
        issues = set(pool.map(lambda _: store.mailroom.open_issue(delivery, (), NOW).id, range(8)))
    [issue] = issues
    assert store.mailroom.tally(issue).candidates == 50


def test_writers_of_one_announcement_never_wait_for_each_other_for_ever(
    store: SqlStore, open_another: Callable[[], SqlStore]
) -> None:
    other = open_another()
    for number in range(20):
        queued(store, f"a{number}")

    def retract() -> None:
        for number in range(20):
            other.archive.retract(f"a{number}", ANNA)

    with ThreadPoolExecutor(2) as pool:
        retracting, sending = pool.submit(retract), pool.submit(lambda: _begin_all(store))
        retracting.result(60)
        begun = sending.result(60)
    states = [delivery.state.value for rows in store.outbox.deliveries(_ids()).values() for delivery in rows]
    assert Counter(states) == Counter({"sending": begun, "cancelled": 20 - begun}) - Counter()


def _ids() -> list[str]:
    return [f"a{number}" for number in range(20)]


def _begin_all(store: SqlStore) -> int:
    begun = 0
    while (claim := store.outbox.claim("mastodon", NOW, LEASE, "desk-1")) is not None:
        begun += store.outbox.begin(claim, {}, NOW)
    return begun


def test_a_long_list_is_read_while_others_write(store: SqlStore) -> None:
    store.archive.take([taking(f"a{number}") for number in range(200)], NOW)
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(store.archive.approve, f"a{number}", ANNA) for number in range(50)]
        reads = [pool.submit(store.archive.dossiers) for _ in range(10)]
        assert {len(read.result(60)) for read in reads} == {200}
        assert [write.result(60) for write in writes] == [None] * 50
