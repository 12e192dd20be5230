"""One issue sent by the program itself, and as many mails by Postfix's generator: what the mail benchmarks compare."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from publisher.domain.subscriber import Rhythm, SubscriberEntry
from publisher.store.database import open_store
from tests.benchmarks.offices import PROGRAM, office_folder

CONNECTIONS = 10
SIZE = 30_000

NEWSLETTER = """
[channels.newsletter]
kind = "newsletter"
sender = "Stadt Musterstadt <news@musterstadt.example>"
smtp = "smtp://127.0.0.1:{port}"
connections = {connections}
rate = "unlimited"
undo = "0 seconds"
"""
DKIM = """
[channels.newsletter.dkim]
domain = "musterstadt.example"
selector = "s1"
key = {{ file = "{file}" }}
"""
SENTENCE = "Am Dienstag beginnt die Arbeit an der Brücke, und der Bus fährt bis auf Weiteres eine Umleitung. "
BRIDGE = "---\nüberschrift: Brücke am Hafen gesperrt\nkontakt: Presseamt\n---\nDie Brücke am Hafen ist gesperrt.\n\n"
PARAGRAPHS = 10
"""Of ten sentences each: a mail of 30,600 bytes, both parts together."""


def generator() -> str | None:
    """Where smtp-source is, Postfix's own C program that sends the same mail again and again."""
    return shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/sbin")


def speed(count: int, work: Callable[[], object]) -> float:
    """Mails a second of some work that sends so many."""
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def generate(port: int, count: int) -> float:
    """Mails a second of smtp-source, over as many connections as ours, each mail to somebody else."""
    told = {"-s": CONNECTIONS, "-l": SIZE, "-m": count, "-f": "news@musterstadt.example", "-t": "leser@leser.example"}
    options = [str(part) for pair in told.items() for part in pair]
    command = [str(generator()), "-d", "-N", *options, f"127.0.0.1:{port}"]
    return speed(count, lambda: subprocess.run(command, check=True))


def publish(port: int, count: int, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | None = None) -> float:
    """Mails a second of one `run --once` with that many subscribers, start and audience included."""
    with office_folder(NEWSLETTER.format(port=port, connections=CONNECTIONS)) as folder:
        if key is not None:
            _sign(folder, key)
        _subscribe(folder, count)
        body = f"{SENTENCE * 10}\n\n" * PARAGRAPHS
        (folder / "queue" / "bruecke.md").write_text(BRIDGE + body, encoding="utf-8")
        begun = time.perf_counter()
        run = subprocess.Popen(
            [*PROGRAM, "--config", str(folder / "config.toml"), "run", "--once"], stderr=-3, stdout=-3
        )
        _, status, usage = os.wait4(run.pid, 0)
        took = time.perf_counter() - begun
        _must_be_sent(folder, count, status)
    print(
        f"publisher: {count:,} mails in {took:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s of processor time,"
        f" {usage.ru_maxrss / 1024:.0f} MB at most",
        flush=True,
    )
    return count / took


def _sign(folder: Path, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "dkim.pem").write_bytes(pem)
    (folder / "dkim.pem").chmod(0o600)
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(DKIM.format(file=folder / "dkim.pem"))


def _subscribe(folder: Path, count: int) -> None:
    store = open_store("sqlite:///var/publisher.db", folder)
    now = datetime.now(UTC)
    for start in range(0, count, 10_000):
        entries = [
            SubscriberEntry(
                address=f"leser{number}@leser.example", rhythm=Rhythm.IMMEDIATE, confirmed_at=now, evidence="Messung"
            )
            for number in range(start, min(start + 10_000, count))
        ]
        store.audience.add("newsletter", entries)
    store.close()


def _must_be_sent(folder: Path, count: int, status: int) -> None:
    store = open_store("sqlite:///var/publisher.db", folder)
    [dossier] = store.archive.dossiers()
    [delivery] = store.outbox.deliveries([dossier.id])[dossier.id]
    issue = store.mailroom.issue_of(delivery.id)
    assert issue is not None
    tally = store.mailroom.tally(issue.id)
    assert (status, tally.sent) == (0, count), tally
    store.close()
