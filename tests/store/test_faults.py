"""When the database refuses, a person reads what to do, and no address and no password gets out."""

import secrets
import sqlite3
import traceback
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, text

from publisher.domain.announcement import Announcement
from publisher.domain.errors import ConfigError, StoreError
from publisher.messages import catalogue, tell
from publisher.store.database import SqlStore, open_store
from publisher.store.engine.faults import POSTGRES_CODES, SQLITE_CODES
from publisher.store.schema.desk import deliveries
from publisher.store.schema.mail import subscribers
from tests.store.press import NOW, entry, queued, taking


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:", ""])
def test_an_address_of_another_kind_is_a_mistake_in_the_config(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="database-url-unknown") as mistake:
        open_store(url, tmp_path)
    assert "sqlite:///var/publisher.db" in tell(mistake.value, "de")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "publisher.db").write_text("Dies ist ein Brief und keine Datenbank. " * 100)
    with pytest.raises(StoreError, match="store-damaged"):
        open_store("sqlite:///publisher.db", tmp_path)
    assert (tmp_path / "publisher.db").read_text().startswith("Dies ist ein Brief")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("im Weg")
    with pytest.raises(StoreError, match="store-not-opened"):
        open_store("sqlite:///var/publisher.db", tmp_path)


def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    password = secrets.token_hex(8)
    with pytest.raises(StoreError, match="store-away") as fault:
        open_store(f"postgresql://desk:{password}@127.0.0.1:1/publisher", tmp_path)
    assert password not in "".join(traceback.format_exception(fault.value))


def test_a_server_without_that_database_is_told(postgres_server: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"store-away|store-not-opened"):
        open_store(postgres_server.replace("/postgres", "/no_such_database"), tmp_path)


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    store = open_store("sqlite:///publisher.db", tmp_path)
    with store.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="store-disk-full"):
        store.archive.take([taking("bridge", announcement=Announcement(headline="H", body="x" * 500_000))], NOW)
    store.close()


def test_a_database_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    store = open_store("sqlite:///publisher.db", tmp_path)
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="store-read-only"):
        store.archive.take([taking("bridge")], NOW)
    store.close()


def test_a_database_held_by_another_program_is_told(tmp_path: Path) -> None:
    store = open_store("sqlite:///publisher.db", tmp_path)
    holder = sqlite3.connect(tmp_path / "publisher.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with store.database.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with pytest.raises(StoreError, match="store-locked"):
        store.archive.take([taking("bridge")], NOW)
    holder.execute("ROLLBACK")
    store.archive.take([taking("bridge")], NOW)
    holder.close()
    store.close()


def test_a_refused_row_says_nothing_of_what_stood_in_it(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    row = {
        "channel": "newsletter",
        "address": "ada@leser.example",
        "folded": "ada@leser.example",
        "token": "another",
        "topics": (),
        "rhythm": "immediate",
    }
    with pytest.raises(StoreError, match="store-refused") as fault, store.database.writing() as connection:
        connection.execute(insert(subscribers), row)
    told = "".join(traceback.format_exception(fault.value)) + tell(fault.value, "de")
    assert "ada@leser" not in told.replace('"ada@leser.example"', "")
    assert store.audience.subscribers("newsletter") == [ada]


def test_text_that_a_database_cannot_hold_is_refused_and_nothing_of_it_kept(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="store-refused"):
        store.archive.take([taking("bridge"), taking("broken\ud800")], NOW)
    assert store.archive.dossiers() == []


@pytest.mark.parametrize(
    "wrong",
    [
        "state = 'lost'",
        "state = 'sending'",
        "state = 'sent'",
        "lease_token = 'x'",
        "attempts = 1",
        "settled_at = due_at",
        "resolved_by = 'Anna'",
    ],
)
def test_wrong_states_of_a_delivery_cannot_be_written(store: SqlStore, wrong: str) -> None:
    queued(store, "bridge")
    with pytest.raises(StoreError, match="store-refused"), store.database.writing() as connection:
        connection.execute(text(f"UPDATE {deliveries.name} SET {wrong}"))  # noqa: S608  # the test's own words


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    codes = {*SQLITE_CODES.values(), *POSTGRES_CODES.values(), "store-refused", "store-newer", "delivery-unknown"}
    for language in ("de", "en"):
        assert codes <= catalogue(language).keys()


def test_a_server_that_went_away_is_found_again(postgres_url: str, tmp_path: Path) -> None:
    store = open_store(postgres_url, tmp_path)
    with psycopg.connect(postgres_url) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.archive.dossiers() == []
    store.close()
