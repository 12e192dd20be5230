"""A newsletter whose process is killed in mid-run, for real: nobody is skipped, and hardly anybody gets it twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from publisher.domain.issue import RecipientState
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


def test_after_a_kill_nobody_is_skipped_and_at_most_one_mail_per_connection_comes_twice(
    tmp_path: Path, mail_post: RunningPost
) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "config.toml").write_text(CONFIG.format(smtp=mail_post.url, connections=CONNECTIONS), encoding="utf-8")
    (tmp_path / "queue" / "bruecke.md").write_text(BRIDGE, encoding="utf-8")
    rows = "\n".join(f"leser{number}@leser.example" for number in range(READERS))
    (tmp_path / "leser.csv").write_text(f"address\n{rows}\n", encoding="utf-8")
    assert start(tmp_path, "subscribers", "import", str(tmp_path / "leser.csv")).wait(60) == 0
    run = start(tmp_path, "run", "--once")
    until = time.monotonic() + 60
    while not mail_post.post.state.mails(limit=1) and time.monotonic() < until and run.poll() is None:
        time.sleep(0.05)
    time.sleep(0.2)
    os.kill(run.pid, signal.SIGKILL)
    assert run.wait(10) == -signal.SIGKILL, (tmp_path / "log.txt").read_text()
    assert start(tmp_path, "run", "--once").wait(60) == 0
    copies = Counter(mail_post.received())
    assert len(copies) == READERS
    assert sum(copies.values()) - READERS <= CONNECTIONS
    store = open_store("sqlite:///var/publisher.db", tmp_path)
    [dossier] = store.archive.dossiers()
    [delivery] = store.outbox.deliveries([dossier.id])[dossier.id]
    issue = store.mailroom.issue_of(delivery.id)
    assert issue is not None
    tally = store.mailroom.tally(issue.id)
    assert tally.adds_up(READERS)
    assert (issue.candidates, getattr(tally, RecipientState.SENT)) == (READERS, READERS)
    store.close()
