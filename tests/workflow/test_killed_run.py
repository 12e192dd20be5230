"""A newsletter whose process is ended in mid-run, for real: nobody is skipped, and hardly anybody gets it twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from publisher.domain.issue import Tally
from publisher.sandbox.mail import Temper
from publisher.store.database import open_store
from tests.fixtures.smtp import RunningPost

READERS, CONNECTIONS = 500, 4

CONFIG = """
[office]
name = "Stadt Musterstadt"
contact = "presse@musterstadt.example"
imprint = "https://musterstadt.example/impressum"
privacy = "https://musterstadt.example/datenschutz"
[web]
desk = "127.0.0.1:0"
public = "127.0.0.1:0"
[sources.queue]
kind = "folder"
path = "queue"
settle = "0 seconds"
[channels.newsletter]
kind = "newsletter"
sender = "Stadt Musterstadt <news@musterstadt.example>"
smtp = "{smtp}"
connections = {connections}
rate = "unlimited"
undo = "0 seconds"
"""
BRIDGE = "---\nüberschrift: Brücke am Hafen gesperrt\nkontakt: Presseamt\n---\nDie Brücke am Hafen ist ab Dienstag gesperrt.\n"


def start(home: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "publisher", "--config", str(home / "config.toml"), *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(home / "log.txt").open("ab"))


def office_with_readers(home: Path, mail_post: RunningPost) -> None:
    """An announcement waits for its readers, whose mail server takes a moment for each letter."""
    addresses = [f"leser{number}@leser.example" for number in range(READERS)]
    mail_post.post.temper = Temper(looks_over=dict.fromkeys(addresses, 0.01))
    (home / "queue").mkdir()
    (home / "config.toml").write_text(CONFIG.format(smtp=mail_post.url, connections=CONNECTIONS), encoding="utf-8")
    (home / "queue" / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    (home / "leser.csv").write_text("\n".join(["address", *addresses]) + "\n", encoding="utf-8")
    assert start(home, "subscribers", "import", str(home / "leser.csv")).wait(60) == 0


def interrupted(home: Path, mail_post: RunningPost, by: signal.Signals) -> int:
    """How a run ends that gets this signal in its middle."""
    run = start(home, "run", "--once")
    until = time.monotonic() + 60
    while not mail_post.post.state.mails(limit=1) and time.monotonic() < until and run.poll() is None:
        time.sleep(0.05)
    time.sleep(0.2)
    os.kill(run.pid, by)
    status = run.wait(10)
    assert len(mail_post.received()) < READERS, "it was in its middle"
    return status


def states(home: Path) -> Tally:
    """What became of the copies, all of them accounted for."""
    store = open_store("sqlite:///var/publisher.db", home)
    [dossier] = store.archive.dossiers()
    [delivery] = store.outbox.deliveries([dossier.id])[dossier.id]
    issue = store.mailroom.issue_of(delivery.id)
    assert issue is not None
    tally = store.mailroom.tally(issue.id)
    store.close()
    assert tally.candidates == issue.candidates == READERS
    return tally


def test_after_a_kill_nobody_is_skipped_and_at_most_one_mail_per_connection_comes_twice(
    tmp_path: Path, mail_post: RunningPost
) -> None:
    office_with_readers(tmp_path, mail_post)
    assert interrupted(tmp_path, mail_post, signal.SIGKILL) == -signal.SIGKILL, (tmp_path / "log.txt").read_text()
    assert start(tmp_path, "run", "--once").wait(60) == 0
    copies = Counter(mail_post.received())
    assert len(copies) == READERS
    assert sum(copies.values()) - READERS <= CONNECTIONS
    assert states(tmp_path).sent == READERS


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_does_so_at_once_and_leaves_no_copy_in_doubt(
    tmp_path: Path, mail_post: RunningPost, by: signal.Signals
) -> None:
    office_with_readers(tmp_path, mail_post)
    assert interrupted(tmp_path, mail_post, by) == 0, (tmp_path / "log.txt").read_text()
    left = states(tmp_path)
    assert left.sent == len(mail_post.received())
    assert left.queued == READERS - left.sent
    assert start(tmp_path, "run", "--once").wait(60) == 0
    assert set(Counter(mail_post.received()).values()) == {1}
    assert states(tmp_path).sent == READERS
