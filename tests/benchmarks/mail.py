"""How fast an issue leaves: the program itself beside Postfix's smtp-source and smtplib, into the same smtp-sink.

`bench mail [SUBSCRIBERS]`, 100,000 unless said. All numbers of one run were measured one after the other on one machine:
only their ratios say anything.
"""

import os
import smtplib
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tests.benchmarks.issue_runs import CONNECTIONS, generate, generator, publish, speed
from tests.benchmarks.ports import free_port, wait_for


def main(arguments: Sequence[str]) -> int:
    """Print mails per second of each way, and how ours compares."""
    count = int(arguments[0]) if arguments else 100_000
    if generator() is None:
        print("smtp-source and smtp-sink are not installed: apt-get install postfix")
        return 1
    with _sink() as port:
        speeds = {
            "smtp-source": generate(port, count),
            "smtplib, 10 threads": speed(count, lambda: _smtplib(port, count)),
            "publisher": publish(port, count),
            "publisher, DKIM with Ed25519": publish(port, count, ed25519.Ed25519PrivateKey.generate()),
            "publisher, DKIM with RSA 2048": publish(port, count, rsa.generate_private_key(65_537, 2048)),
            "smtp-source, once more": generate(port, count),
        }
    reference = (speeds["smtp-source"] + speeds["smtp-source, once more"]) / 2
    for name, each in speeds.items():
        print(
            f"{name:30} {each:8,.0f} mails/s  {each / reference:5.2f} of smtp-source,"
            f" {each / speeds['smtplib, 10 threads']:5.2f} of smtplib"
        )
    return 0


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


@contextmanager
def _sink() -> Iterator[int]:
    port = free_port()
    command = ["/usr/sbin/smtp-sink", "-c", f"127.0.0.1:{port}", "1000"]
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen([command[0], *user, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        sink.terminate()
        sink.wait(10)
