"""The audit trail, the small things to remember, and what only one may do at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from publisher.domain.errors import StoreError
from publisher.ports.ledger import Deed
from publisher.store.database import SqlStore
from publisher.store.office.notebook import SqlNotebook
from tests.store.press import LEASE, NOW, after


def test_the_audit_trail_tells_what_happened_in_order(store: SqlStore) -> None:
    taken = Deed(at=NOW, who="queue", what="taken-in", subject="bridge")
    approved = Deed(at=after(1), who="Anna", what="approved", subject="bridge", detail="nach Rücksprache")
    elsewhere = Deed(at=after(2), who="Anna", what="stopped")
    for deed in (taken, approved, elsewhere):
        store.ledger.note(deed)
    assert store.ledger.deeds() == [taken, approved, elsewhere]
    assert store.ledger.deeds("bridge") == [taken, approved]


def test_a_note_is_read_as_it_was_written_until_it_is_forgotten(store: SqlStore) -> None:
    assert store.notebook.read("feed", "rathaus") is None
    store.notebook.write("feed", "rathaus", {"etag": "old"})
    store.notebook.write("feed", "rathaus", {"etag": 'W/"ä"', "seen": [1, 2.5, None, True], "deep": {"x": {}}})
    assert store.notebook.read("feed", "rathaus") == {
        "etag": 'W/"ä"',
        "seen": [1, 2.5, None, True],
        "deep": {"x": {}},
    }
    assert store.notebook.read("limits", "rathaus") is None
    store.notebook.write("feed", "rathaus", None)
    assert store.notebook.read("feed", "rathaus") is None


def test_two_who_change_a_note_at_once_do_it_one_after_the_other(
    store: SqlStore, open_another: Callable[[], SqlStore]
) -> None:
    def count(notebook: SqlNotebook) -> None:
        for _ in range(25):
            notebook.change("pace", "newsletter", lambda kept: {"count": int(str(kept.get("count", 0))) + 1})

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(count, each.notebook) for each in (open_another(), open_another())]:
            done.result()
    assert store.notebook.read("pace", "newsletter") == {"count": 50}
    assert store.notebook.change("pace", "newsletter", lambda kept: {**kept, "more": True}) == {
        "count": 50,
        "more": True,
    }


def test_only_one_may_at_a_time_and_the_next_one_after(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    other = open_another()
    with store.exclusive("source rathaus", "desk-1", NOW, LEASE) as first:
        with other.exclusive("source rathaus", "desk-2", after(29), LEASE) as second:
            assert (first, second) == (True, False)
        with other.exclusive("source queue", "desk-2", NOW, LEASE) as elsewhere:
            assert elsewhere
    with other.exclusive("source rathaus", "desk-2", after(1), LEASE) as later:
        assert later


def test_a_lease_of_one_who_died_runs_out_and_its_late_end_harms_nobody(store: SqlStore) -> None:
    with store.exclusive("digest", "desk-1", NOW, LEASE) as first:
        taken_over = store.exclusive("digest", "desk-2", after(30), LEASE)
        assert first
        assert taken_over.__enter__()
    with store.exclusive("digest", "desk-3", after(31), LEASE) as third:
        assert not third
    taken_over.__exit__(None, None, None)


def test_a_lease_is_given_back_when_the_work_fails(store: SqlStore) -> None:
    with pytest.raises(StoreError), store.exclusive("digest", "desk-1", NOW, LEASE):
        raise StoreError("store-away")
    with store.exclusive("digest", "desk-2", NOW, LEASE) as free:
        assert free
