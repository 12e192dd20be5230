"""Readers: entered once, gone when they say so, and never brought back by a list."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from publisher.domain.errors import StoreError
from publisher.domain.subscriber import Rhythm
from publisher.store.audience.subscribers import fingerprint, suppression_key
from publisher.store.database import SqlStore, open_store
from publisher.store.schema.constraints import metadata
from publisher.store.schema.mail import subscribers, suppressions
from tests.store.press import NOW, after, entry, opened


def test_an_address_is_one_reader_however_it_is_spelled(store: SqlStore) -> None:
    entries = [entry("Ada.Lovelace@Leser.EXAMPLE"), entry("ada.lovelace@leser.example")]
    assert store.audience.add("newsletter", entries) == {"imported": 1, "known": 1, "suppressed": 0}
    assert store.audience.add("newsletter", entries[1:]) == {"imported": 0, "known": 1, "suppressed": 0}
    assert store.audience.add("presse", entries[:1])["imported"] == 1
    [ada] = store.audience.subscribers("newsletter")
    assert ada.address == "Ada.Lovelace@leser.example"


def test_composed_and_decomposed_umlauts_are_the_same_address(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("bürger@leser.example")])
    assert store.audience.add("newsletter", [entry("bu\u0308rger@leser.example")])["known"] == 1


def test_known_readers_keep_what_they_chose(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example", topics=["kultur"], rhythm=Rhythm.WEEKLY)])
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    assert (ada.topics, ada.rhythm) == (("kultur",), Rhythm.WEEKLY)
    assert (ada.confirmed_at, ada.evidence) == (NOW, "Liste des Bürgerbüros")


def test_each_reader_has_a_token_of_their_own(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example"), entry("ben@leser.example")])
    [ada, ben] = store.audience.subscribers("newsletter")
    assert ada.token != ben.token
    assert len(ada.token) >= 32
    assert store.audience.by_token(ada.token) == ada
    assert store.audience.by_token("unknown") is None


def test_who_leaves_stays_out_and_their_link_stays_good(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    assert store.audience.leave(ada.token, NOW)
    assert store.audience.leave(ada.token, after(86_400))
    assert not store.audience.leave("unknown", NOW)
    assert store.audience.by_token(ada.token) is None
    assert store.audience.add("newsletter", [entry("ADA@leser.example")])["suppressed"] == 1
    assert store.audience.stats("newsletter") == {
        "active": 0,
        "immediate": 0,
        "daily": 0,
        "weekly": 0,
        "suspended": 0,
        "suppressed": 1,
    }


def test_leaving_one_newsletter_leaves_the_others(store: SqlStore) -> None:
    for channel in ("newsletter", "presse"):
        store.audience.add(channel, [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    store.audience.leave(ada.token, NOW)
    assert len(store.audience.subscribers("presse")) == 1


def test_readers_are_counted_by_rhythm(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("a@leser.example"), entry("b@leser.example", rhythm=Rhythm.DAILY)])
    counts = store.audience.stats("newsletter")
    assert (counts["active"], counts["immediate"], counts["daily"], counts["weekly"]) == (2, 1, 1, 0)


def test_an_erased_address_stands_in_no_row_and_no_import_brings_it_back(store: SqlStore) -> None:
    issue = opened(store, "ada@leser.example", "ben@leser.example")
    store.mailroom.claim(issue.id, 1, NOW, timedelta(seconds=30), "desk-1")
    assert store.audience.erase("newsletter", "Ada@leser.example")
    with store.database.reading() as connection:
        rows = [str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select())]
    assert not any("ada@leser" in row.casefold() for row in rows)
    assert any("ben@leser" in row for row in rows)
    assert store.audience.add("newsletter", [entry("ada@leser.example")])["suppressed"] == 1
    assert store.mailroom.tally(issue.id).suppressed == 1


def test_an_address_can_be_kept_out_before_it_was_ever_there(store: SqlStore) -> None:
    assert not store.audience.erase("newsletter", "ada@leser.example")
    assert store.audience.add("newsletter", [entry("ada@leser.example")])["suppressed"] == 1


def test_an_erased_address_is_in_no_byte_of_the_files(tmp_path: Path) -> None:
    store = open_store("sqlite:///var/publisher.db", tmp_path)
    readers = [entry(f"{number * 7919 % 3_000}-eva-{number}@leser.example") for number in range(3_000)]
    store.audience.add("newsletter", readers)
    opened(store)
    files = tmp_path / "var"
    gone = [reader.address for reader in readers[::100]]
    assert all(any(address.encode() in file.read_bytes() for file in files.iterdir()) for address in gone)
    for address in gone:
        assert store.audience.erase("newsletter", address)
    store.audience.wipe()
    kept = b"".join(file.read_bytes() for file in sorted(files.iterdir()))
    assert [address for address in gone if address.encode() in kept] == []
    assert readers[1].address.encode() in kept
    store.close()


def test_an_erasure_is_not_told_as_done_while_another_program_holds_the_log(tmp_path: Path) -> None:
    store = open_store("sqlite:///var/publisher.db", tmp_path)
    store.audience.add("newsletter", [entry("ada@leser.example")])
    with closing(sqlite3.connect(tmp_path / "var" / "publisher.db")) as backup:
        backup.execute("BEGIN")
        backup.execute("SELECT count(*) FROM subscribers").fetchone()
        assert store.audience.erase("newsletter", "ada@leser.example")
        with pytest.raises(StoreError, match="store-log-held"):
            store.audience.wipe()
    store.audience.wipe()
    assert not any(b"ada@leser" in file.read_bytes() for file in (tmp_path / "var").iterdir() if file.is_file())
    store.close()


def test_a_keyed_hash_tells_nothing_without_its_key(store: SqlStore) -> None:
    store.audience.erase("newsletter", "ada@leser.example")
    key = store.notebook.read("keys", "suppressions")
    with store.database.reading() as connection:
        fingerprint = connection.scalar(text("SELECT fingerprint FROM suppressions"))
    assert key is not None
    assert len(fingerprint) == 64
    store.notebook.write("keys", "suppressions", {"key": "00" * 32})
    assert store.audience.add("newsletter", [entry("ada@leser.example")])["imported"] == 1


@pytest.mark.parametrize("count", [0, 1_001])
def test_an_import_of_any_size_is_counted_whole(store: SqlStore, count: int) -> None:
    entries = [entry(f"Leser{number:04}@leser.example") for number in range(count)]
    assert store.audience.add("newsletter", entries) == {"imported": count, "known": 0, "suppressed": 0}
    first = store.audience.subscribers("newsletter")
    rest = store.audience.subscribers("newsletter", after=first[-1].address) if first else []
    assert [reader.address for reader in first + rest] == sorted(each.address for each in entries)
    assert len(rest) <= 1


# SQLite has one writer at a time: there an import begins before or after.
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_whoever_leaves_while_an_import_enters_them_stays_out(
    store: SqlStore, open_another: Callable[[], SqlStore]
) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    importing = open_another()
    with ThreadPoolExecutor(1) as pool:
        with store.database.writing() as leaving:
            leaving.execute(delete(subscribers))
            theirs = fingerprint(suppression_key(leaving), ada.address)
            left = {"channel": "newsletter", "fingerprint": theirs, "reason": "left", "at": NOW}
            leaving.execute(suppressions.insert(), left)
            counts = pool.submit(importing.audience.add, "newsletter", [entry("ada@leser.example")])
            while not _someone_waits(store):
                assert not counts.done(), "the import did not meet the one who leaves"
        assert counts.result() == {"imported": 0, "known": 0, "suppressed": 1}
    assert store.audience.subscribers("newsletter") == []


def _someone_waits(store: SqlStore) -> bool:
    """Whether a session of PostgreSQL waits for another's row."""
    with store.database.reading() as connection:
        return bool(connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
