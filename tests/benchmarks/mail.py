"""How fast an issue leaves: the program itself beside Postfix's smtp-source and smtplib, into the same smtp-sink.

`bench mail [SUBSCRIBERS]`, 10,000 unless said. All numbers of one run were measured one after the other on one machine:
only their ratios say anything.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

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


def main(arguments: Sequence[str]) -> int:
    """Print mails per second of each way, and how ours compares."""
    count = int(arguments[0]) if arguments else 10_000
    generator = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/sbin")
    if generator is None:
        print("smtp-source and smtp-sink are not installed: apt-get install postfix")
        return 1
    with _sink() as port:
        speeds = {
            "smtp-source": _speed(count, lambda: _generate(generator, port, count)),
            "smtplib, 10 threads": _speed(count, lambda: _smtplib(port, count)),
            "publisher": _publisher(port, count, None),
            "publisher, DKIM with Ed25519": _publisher(port, count, ed25519.Ed25519PrivateKey.generate()),
            "publisher, DKIM with RSA 2048": _publisher(port, count, rsa.generate_private_key(65_537, 2048)),
            "smtp-source, once more": _speed(count, lambda: _generate(generator, port, count)),
        }
    reference = (speeds["smtp-source"] + speeds["smtp-source, once more"]) / 2
    for name, speed in speeds.items():
        print(
            f"{name:30} {speed:8,.0f} mails/s  {speed / reference:5.2f} of smtp-source,"
            f" {speed / speeds['smtplib, 10 threads']:5.2f} of smtplib"
        )
    return 0


def _speed(count: int, work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def _generate(generator: str, port: int, count: int) -> None:
    sessions, size = str(CONNECTIONS), str(SIZE)
    subprocess.run([generator, "-d", "-s", sessions, "-l", size, "-m", str(count), f"127.0.0.1:{port}"], check=True)


def _smtplib(port: int, count: int) -> None:
    message = b"Subject: x\r\n\r\n" + b"Eine Zeile mit siebzig Zeichen, wie sie in Mails so steht, und noch.\r\n" * 440

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            for number in range(count // CONNECTIONS):
                smtp.sendmail("news@musterstadt.example", f"leser{number}@leser.example", message)

    threads = [Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _publisher(port: int, count: int, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | None) -> float:
    """One `run --once` with that many subscribers: what it took in all, start and audience included."""
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


@contextmanager
def _sink() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = int(door.getsockname()[1])
    command = ["/usr/sbin/smtp-sink", "-c", f"127.0.0.1:{port}", "1000"]
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen([command[0], *user, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait(10)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError
