"""A Postfix of our own in a temporary folder, which takes mails from this machine, queues them on disk, and throws them away.

It shares nothing with the machine's own but the programs: config, queue, data and log lie in the folder.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.ports import free_port, wait_for

MASTER = Path("/usr/lib/postfix/sbin/master")

MAIN = """\
compatibility_level = 3.6
config_directory = {folder}/config
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = relay.musterstadt.example
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.1/32
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_tls_security_level = none
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
default_transport = discard:
relay_transport = discard:
"""
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
discard unix - - n - - discard
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
QUEUE = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")
WAITING = ("incoming", "active", "deferred")


@dataclass(frozen=True, slots=True)
class Postfix:
    """One that runs."""

    port: int
    queue: Path

    def empty(self, seconds: float = 120) -> None:
        """Wait until it has thrown everything away. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while any(path.is_file() for name in WAITING for path in (self.queue / name).rglob("*")):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.1)


def is_possible() -> bool:
    """Whether Postfix is installed, and this process may start one."""
    return MASTER.exists() and os.geteuid() == 0


@contextmanager
def open_postfix() -> Iterator[Postfix]:
    """Start it; it ends with the block, all its processes with it."""
    with tempfile.TemporaryDirectory(prefix="publisher-postfix-") as name:
        folder, port = Path(name), free_port()
        _furnish(folder, port)
        master = subprocess.Popen(
            [MASTER, "-c", folder / "config"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(port)
            yield Postfix(port, folder / "queue")
        finally:
            master.terminate()
            master.wait(10)


def _furnish(folder: Path, port: int) -> None:
    folder.chmod(0o755)
    for path in (folder / "config", folder / "data", folder / "queue", folder / "queue" / "pid"):
        path.mkdir()
    shutil.chown(folder / "data", "postfix")
    for name in QUEUE:
        (folder / "queue" / name).mkdir(mode=0o700)
        shutil.chown(folder / "queue" / name, "postfix")
    for name, mode in (("public", 0o710), ("maildrop", 0o730)):
        (folder / "queue" / name).mkdir()
        shutil.chown(folder / "queue" / name, "postfix", "postdrop")
        (folder / "queue" / name).chmod(mode)
    (folder / "config" / "main.cf").write_text(MAIN.format(folder=folder), encoding="ascii")
    (folder / "config" / "master.cf").write_text(SERVICES.format(port=port), encoding="ascii")
