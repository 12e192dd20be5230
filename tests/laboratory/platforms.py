"""The platforms in a process of their own: they outlive every kill, fail as they are told, and keep what followers see.

This file is both sides: run as a program it is that process, imported it is the handle on it.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publisher.sandbox.faults import Fault
from publisher.sandbox.mail import Break, Temper
from publisher.sandbox.server import Sandbox
from publisher.sandbox.state import State

POST_CALLS = {"mastodon": "POST /api/v1/statuses", "bluesky": "POST /xrpc/com.atproto.repo.putRecord"}
STATE = "platforms.db"


class Street:
    """The process in which platforms stand, one set for each office."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @contextmanager
    def open(self, folder: Path) -> Iterator["Platforms"]:
        """Platforms that keep what they are told in a folder, for the length of the block."""
        told = self.say(open=str(folder))
        yield Platforms(self, folder, str(told["api"]), str(told["smtp"]))
        self.say(close=str(folder))

    def say(self, **order: object) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer: Mapping[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Platforms:
    """Running platforms, seen from the laboratory. `api` and `smtp`: where the program finds them."""

    def __init__(self, street: Street, folder: Path, api: str, smtp: str) -> None:
        self._street, self._folder = street, folder
        self.api, self.smtp = api, smtp
        self.state = State(folder / STATE)

    def inject(self, platform: str, fault: Fault, times: int = 1, call: str = "") -> None:
        """Let the next posts to a platform go wrong."""
        self._say(inject=[platform, call or POST_CALLS[platform], fault.name, times])

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._say(calm=True)

    def think(self, seconds: float) -> None:
        """How long Mastodon takes between looking for a known key and keeping the post."""
        self._say(think=seconds)

    def break_mail(self, breaks: Mapping[str, Break]) -> None:
        """Where the mail server drops the connection, by recipient; everywhere else it is in good temper."""
        self._say(breaks={address: one.name for address, one in breaks.items()})

    def calls(self, platform: str) -> int:
        """How often posts were asked for so far, whatever became of them."""
        return int(self._say(calls=[platform, POST_CALLS[platform]])["calls"])

    def _say(self, **order: object) -> Mapping[str, Any]:
        return self._street.say(at=str(self._folder), **order)


@contextmanager
def open_street() -> Iterator[Street]:
    """Start the platforms' process; it ends with the block, or with this process."""
    command = [sys.executable, "-m", "tests.laboratory.platforms"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Street(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def serve() -> None:
    """Be the platforms until standard input closes."""
    sandboxes: dict[str, Sandbox] = {}
    for line in sys.stdin:
        told: Mapping[str, Any] = json.loads(line)
        match told:
            case {"open": folder}:
                sandbox = Sandbox(Path(folder) / STATE, "http://sandbox.localhost")
                sandbox.start()
                sandboxes[folder] = sandbox
                _answer(api=sandbox.api, smtp=sandbox.place("newsletter").api)
            case {"close": folder}:
                # uvicorn looks ten times a second whether to end: nobody waits for that.
                threading.Thread(target=sandboxes.pop(folder).stop, daemon=True).start()
                _answer()
            case {"at": folder}:
                _obey(sandboxes[folder], told)


def _obey(sandbox: Sandbox, order: Mapping[str, Any]) -> None:
    match order:
        case {"inject": [platform, call, fault, times]}:
            sandbox.faults.inject(platform, call, Fault[fault], times)
        case {"calm": True}:
            sandbox.faults.forget()
            sandbox.mail.temper = Temper()
        case {"think": seconds}:
            sandbox.faults.thinking_seconds = float(seconds)
        case {"breaks": breaks}:
            sandbox.mail.temper = Temper(breaks={address: Break[name] for address, name in breaks.items()})
        case {"calls": [platform, call]}:
            return _answer(calls=sandbox.faults.calls[platform, call])
    return _answer()


def _answer(**said: object) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    serve()
