"""Long lists of readers at the command line: broken off anywhere, repeated, and written as they are read."""

import csv
import io
import subprocess
import sys
import time
from pathlib import Path

from publisher.store.database import open_store
from tests.cli.conftest import Call

LINES = 20_000
CARD = "Karte vom 3. März"
PRESS_LIST = """
[channels.presse]
kind = "press"
smtp = "sandbox"
sender = "Pressestelle <presse@musterstadt.example>"
"""


def started(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "publisher", "--config", str(home / "config.toml"), "subscribers", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_an_import_that_was_killed_is_simply_repeated(home: Path, publisher: Call) -> None:
    file = home / "leser.csv"
    file.write_text("address\n" + "".join(f"leser{number}@leser.example\n" for number in range(LINES)))
    store = open_store("sqlite:///var/publisher.db", home)
    with started(home, "import", str(file)) as importing:
        deadline = time.monotonic() + 60
        while not store.audience.subscribers("newsletter"):
            assert time.monotonic() < deadline, "nobody was imported"
        importing.kill()
    store.close()
    report = publisher("--json", "subscribers", "import", file)
    assert (report.status, report.json["imported"] + report.json["known"]) == (0, LINES)
    assert report.json["known"] >= 1_000, "what was entered before the kill is there"
    assert publisher("--json", "subscribers", "stats").json["active"] == LINES


def test_an_export_is_the_same_readers_as_a_table_and_as_json(home: Path, publisher: Call) -> None:
    file = home / "leser.csv"
    file.write_text("address,evidence\n" + "".join(f'leser{number}@leser.example,"a, b"\n' for number in range(1_500)))
    assert publisher("subscribers", "import", file).status == 0
    rows = publisher("--json", "subscribers", "export").json
    assert len({row["address"] for row in rows}) == len(rows) == 1_500
    assert list(csv.DictReader(io.StringIO(publisher("subscribers", "export").out))) == rows


def test_whoever_reads_only_the_beginning_of_an_export_sees_no_error(home: Path, publisher: Call) -> None:
    file = home / "leser.csv"
    file.write_text("address\n" + "".join(f"leser{number}@leser.example\n" for number in range(5_000)))
    publisher("subscribers", "import", file)
    with started(home, "export") as exporting:
        assert exporting.stdout is not None
        assert exporting.stdout.readline().startswith(b"address,")
        exporting.stdout.close()
        assert exporting.stderr is not None
        assert exporting.stderr.read() == b""
    assert exporting.returncode == 141


def test_the_office_can_show_what_it_keeps_of_one_person_and_how_it_knows_of_their_consent(publisher: Call) -> None:
    publisher("subscribers", "add", "anna@leser.example", "--evidence", CARD)
    publisher("subscribers", "add", "bert@leser.example")
    [kept] = publisher("--json", "subscribers", "show", "Anna@leser.example").json
    assert (kept["newsletter"], kept["address"], kept["evidence"]) == ("newsletter", "anna@leser.example", CARD)
    assert kept["confirmed_at"]
    told = publisher("subscribers", "show", "anna@leser.example")
    assert CARD in told.out
    assert "bert" not in told.out
    nobody = publisher("subscribers", "show", "niemand@leser.example")
    assert (nobody.status, "auf keiner Liste" in nobody.out) == (0, True)


def test_an_erasure_reaches_a_list_that_was_switched_off_meanwhile(home: Path, publisher: Call) -> None:
    config = (home / "config.toml").read_text()
    (home / "config.toml").write_text(config + PRESS_LIST)
    publisher("subscribers", "add", "anna@leser.example")
    publisher("subscribers", "add", "anna@leser.example", "--newsletter", "presse", "--evidence", CARD)
    (home / "config.toml").write_text(config)
    assert "newsletter, presse" in publisher("subscribers", "erase", "anna@leser.example").out
    assert publisher("--json", "subscribers", "show", "anna@leser.example").json == []
