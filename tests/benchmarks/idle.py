"""What it costs to ask for help, and to leave the service running with nothing to do."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.offices import PROGRAM, office_folder

SANDBOX = """
[channels.mastodon]
kind = "mastodon"
server = "sandbox"
[channels.bluesky]
kind = "bluesky"
server = "sandbox"
handle = "stadt.test"
[channels.newsletter]
kind = "newsletter"
sender = "Stadt Musterstadt <news@musterstadt.example>"
smtp = "sandbox"
"""
WATCHED_SECONDS = 60


def main(arguments: Sequence[str]) -> int:
    """Print processor time of --help (best of five), and resident memory and processor share of the idle service."""
    watched = int(arguments[0]) if arguments else WATCHED_SECONDS
    print(f"publisher --help: {min(_help_seconds() for _ in range(5)):.2f} s of processor time (wanted: under 0.25)")
    with office_folder(SANDBOX) as folder:
        command = [*PROGRAM, "--config", str(folder / "config.toml"), "run"]
        for start in ("first start (migrates)", "second start"):
            memory, share = _watch(command, watched)
            print(
                f"idle service, {start}: {memory:.0f} MB resident (wanted: under 120), {share:.2%} of a core over {watched} s"
            )
    return 0


def _help_seconds() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*PROGRAM, "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _watch(command: Sequence[str], seconds: int) -> tuple[float, float]:
    """Resident MB and share of one core, after ten seconds of settling in."""
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(10)
        begun = _processor_seconds(service.pid)
        time.sleep(seconds)
        used = _processor_seconds(service.pid) - begun
        pages = int(Path(f"/proc/{service.pid}/statm").read_text().split()[1])
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(15)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, used / seconds


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
