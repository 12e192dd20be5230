"""What stops the start of the service: told in one line, before anything else is said."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Call


@pytest.fixture
def as_any_account() -> list[str]:
    """What goes before a command so that permissions count: root would pass over them."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root, and no setpriv to give up root's privileges with")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


@pytest.fixture
def kept(home: Path, publisher: Call) -> Iterator[Path]:
    """The folder with the database, made; its permissions are given back afterwards."""
    publisher("announcements")
    yield home / "var"
    home.chmod(0o755)
    if (home / "var").exists():
        (home / "var").chmod(0o755)


def start(home: Path, before: list[str]) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "publisher", "--config", str(home / "config.toml"), "run"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("folder_mode", [0o555, 0o755])
def test_a_database_that_can_only_be_read_stops_the_start_with_one_line(
    home: Path, kept: Path, as_any_account: list[str], folder_mode: int
) -> None:
    for file in kept.iterdir():
        file.chmod(0o444)
    kept.chmod(folder_mode)
    answer = start(home, as_any_account)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "Datenbank" in answer.stderr


def test_a_folder_for_the_database_that_cannot_be_made_stops_the_start_with_one_line(
    home: Path, kept: Path, as_any_account: list[str]
) -> None:
    shutil.rmtree(kept)
    home.chmod(0o555)
    answer = start(home, as_any_account)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "in den Ordner schreiben darf" in answer.stderr


def test_a_config_that_the_account_may_not_read_is_told_of_by_its_name(home: Path, as_any_account: list[str]) -> None:
    (home / "config.toml").chmod(0o000)
    answer = start(home, as_any_account)
    (home / "config.toml").chmod(0o644)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "config.toml" in answer.stderr
    assert "Zugriffsrechte" in answer.stderr
