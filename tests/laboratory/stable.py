"""Workers that start in a few milliseconds: a process that has everything imported and forks one for each order.

This file is both sides: run as a program it is that process, imported it is the handle on it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.laboratory.doom import Doom


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a worker is to do: `once` (one pass), `serve` (the clockwork until SIGTERM), `program` (the command itself) or
    `afresh` (the same, in an interpreter of its own, as a person starts it).

    `ahead`: seconds by which its clock is ahead of ours. `skips`: its clock jumps where it would wait. `largest_file`:
    bytes that any file may grow to, as on a full disk.
    """

    config: str
    log: str
    what: str = "once"
    arguments: list[str] = field(default_factory=list)
    doom: Doom | None = None
    ahead: float = 0.0
    skips: bool = True
    largest_file: int | None = None


class Worker:
    """One forked worker."""

    def __init__(self, stable: "Stable", pid: int, log: Path) -> None:
        self._stable, self.pid, self._log = stable, pid, log
        self.status: int | None = None
        """How it ended, as `subprocess` tells it: below 0 by a signal; None while it runs."""

    def strike(self, blow: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal; nothing if it has ended."""
        if self.look() == "ended":
            return
        os.kill(self.pid, blow)

    def look(self) -> str:
        """ "running", "stopped" or "ended"."""
        if self.status is not None:
            return "ended"
        told = self._stable.say(look=self.pid)
        if told["state"] == "ended":
            self.status = int(told["status"])
        return str(told["state"])

    def wait(self, seconds: float = 60, state: str = "ended") -> int | None:
        """Wait until it is in a state; answers its exit status. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while self.look() != state:
            if time.monotonic() > until:
                raise TimeoutError(f"worker {self.pid} is not {state}: {self.said()[-2000:]}")
            time.sleep(0.003)
        return self.status

    def end(self, seconds: float = 30) -> int | None:
        """Ask it to end, as systemd does, and wait for that; answers its exit status."""
        self.strike(signal.SIGTERM)
        return self.wait(seconds)

    def said(self) -> str:
        """Everything that it printed and logged."""
        return self._log.read_text(encoding="utf-8", errors="replace")


class Stable:
    """The process that workers are forked from."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._listen()

    def start(self, order: Order) -> Worker:
        """Fork a worker and let it begin."""
        return Worker(self, int(self.say(start=asdict(order))["pid"]), Path(order.log))

    def say(self, **order: object) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._listen()

    def _listen(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def open_stable() -> Iterator[Stable]:
    """Start the process; it ends with the block, its workers with it."""
    secrets = {"LAB_TOKEN": "sandbox-stadt", "LAB_PASSWORD": "nur-im-labor"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.laboratory.stable"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **secrets},
    ) as process:
        yield Stable(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def keep_stable() -> None:
    """Be the process until standard input closes."""
    from tests.laboratory.worker import preload, work

    preload()
    running: set[int] = set()
    _answer()
    for line in sys.stdin:
        match json.loads(line):
            case {"start": order}:
                pid = os.fork()
                if not pid:
                    work(order)
                running.add(pid)
                _answer(pid=pid)
            case {"look": pid}:
                state, status = _look(pid)
                if state == "ended":
                    running.discard(pid)
                _answer(state=state, status=status)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


_last_seen: dict[int, str] = {}


def _look(pid: int) -> tuple[str, int]:
    changed, how = os.waitpid(pid, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
    if not changed:
        return _last_seen.get(pid, "running"), 0
    if os.WIFSTOPPED(how) or os.WIFCONTINUED(how):
        _last_seen[pid] = "stopped" if os.WIFSTOPPED(how) else "running"
        return _last_seen[pid], 0
    return "ended", os.waitstatus_to_exitcode(how)


def _answer(**said: object) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    keep_stable()
