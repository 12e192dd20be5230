"""The papers are true: what they name exists, what they tell people to write is accepted."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from publisher.assembly import KINDS
from publisher.channels.bluesky import channel as bluesky
from publisher.channels.mastodon import channel as mastodon
from publisher.checks.desk import Examination, examine
from publisher.cli.door import COMMANDS
from publisher.config.reading import load_config, read_table
from publisher.domain.announcement import Announcement
from publisher.mail.settings import PressSettings, Settings
from publisher.sandbox import EXAMPLE
from tests.checks import NOW, ZONE

ROOT = Path(__file__).parents[2]
PAPERS = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "queue/README.md", "templates/README.md")
]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_every_file_that_a_paper_links_to_exists(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_every_command_that_the_readme_names_exists() -> None:
    named = re.findall(r"(?:\.venv/bin/|`)publisher ([a-z]+)", README)
    assert {"doctor", "preview", "stop"} <= set(named) <= set(COMMANDS)


def test_every_table_that_the_readme_shows_is_accepted(tmp_path: Path) -> None:
    office = (ROOT / "config.toml").read_text(encoding="utf-8").split("[storage]")[0]
    tables = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    sources = [table for table in tables if table.startswith("[")]
    (tmp_path / "config.toml").write_text(office + "\n".join(sources), encoding="utf-8")
    config = load_config(tmp_path / "config.toml")
    settings: dict[str, Any] = {
        "mastodon": mastodon.Settings,
        "bluesky": bluesky.Settings,
        "newsletter": Settings,
        "press": PressSettings,
    }
    assert {table["kind"] for table in config.channels.values()} == settings.keys() == KINDS.keys()
    for name, table in config.channels.items():
        read_table(settings[table["kind"]], table, f"channels.{name}")
    (database,) = (table for table in tables if table.startswith("database"))
    assert tomllib.loads(database)["database"].startswith("postgresql://")


def test_the_first_two_commands_of_the_readme_are_run_and_test() -> None:
    commands = re.findall(r"^python3 bootstrap\.py (\w+)", README, re.MULTILINE)
    assert commands[:2] == ["run", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^\tpython3 bootstrap\.py (\w+)$", makefile, re.MULTILINE) == ["run", "test"]


def test_the_unit_file_starts_what_bootstrap_installs() -> None:
    unit = (ROOT / "docs" / "publisher.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/publisher/.venv/bin/publisher --config /opt/publisher/config.toml run\n" in unit


def test_no_lock_and_no_set_up_says_where_packages_come_from() -> None:
    """That is for the office's own network to say: a mirror, a proxy."""
    names = ("bootstrap.py", "Makefile", ".ci/run", "requirements.lock", "requirements-dev.lock")
    told = [name for name in names if re.search(r"https?://", (ROOT / name).read_text(encoding="utf-8"))]
    assert told == []


def test_the_shipped_example_never_goes_stale_and_has_no_findings() -> None:
    (file,) = EXAMPLE.glob("*/*.md")
    _, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
    assert not re.search(
        r"\b(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|\bMittwoch|\d{4}\b|\b\d{1,2}\.\s?[A-Z]", head + body
    )
    headline = re.search(r"^überschrift: (.*)", head, re.MULTILINE)
    assert headline is not None
    announcement = Announcement(headline=headline[1], body=body, contact="Presseamt")
    assert examine(announcement, Examination(now=NOW, zone=ZONE, pictures_need_alt=True)) == ()
    (picture,) = EXAMPLE.glob("*/*.jpg")
    assert picture.name in head
    assert picture.stat().st_size < 150_000
