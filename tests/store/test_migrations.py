"""The migrations make exactly the tables that the code asks for, once, whoever comes first."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from publisher.domain.errors import StoreError
from publisher.messages import tell
from publisher.store.database import open_store
from publisher.store.engine.connection import connect
from publisher.store.migrate import HERE, REVISIONS, migrate
from publisher.store.schema.constraints import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///var/publisher.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def engine(empty_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = connect(empty_url, tmp_path)
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """What a database says of its own tables, CHECK constraints and indexes included."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'"))
            # A table that a migration rebuilt has its name in quotes.
            told = {row.name: (row.sql or "").replace('"', "") for row in rows}
            return {name: sorted(part.strip(" ,") for part in sql.splitlines()) for name, sql in told.items()}
        checks = text("SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint")
        indexes = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found = [*connection.execute(checks), *connection.execute(indexes)]
        columns = {
            f"{table}.{column['name']}": (str(column["type"]), column["nullable"], column["default"])
            for table in metadata.tables
            for column in inspect(connection).get_columns(table)
        }
        return {name: told for name, told in found if "alembic" not in name} | columns


def test_the_migrations_give_exactly_the_tables_of_the_code(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrated = shape(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    assert shape(engine) == migrated


def test_the_code_knows_every_migration_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


def test_a_migrated_database_opens_without_alembic(tmp_path: Path) -> None:
    url = "sqlite:///publisher.db"
    open_store(url, tmp_path).close()
    asked = (
        "import sys; from pathlib import Path; from publisher.store.database import open_store;"
        f"open_store({url!r}, Path({str(tmp_path)!r})).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_a_database_newer_than_the_program_is_refused_in_plain_words(
    engine: Engine, empty_url: str, tmp_path: Path
) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="store-newer") as refusal:
        open_store(empty_url, tmp_path)
    assert "neueren Fassung" in tell(refusal.value, "de")
    assert "9999" in tell(refusal.value, "en")


def test_five_processes_that_start_at_once_migrate_once(
    empty_url: str, tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    started = [processes.submit(start, empty_url, tmp_path) for _ in range(5)]
    assert [process.result(60) for process in started] == [0] * 5


def start(url: str, folder: Path) -> int:
    store = open_store(url, folder)
    store.notebook.write("started", "at once", {})
    known = len(store.archive.dossiers())
    store.close()
    return known
