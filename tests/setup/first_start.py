"""Starts the program as the README says, waits until the shipped example is published, looks at the desk, ends it.

    python3 first_start.py CHECKOUT

Standard library only; a program, not a test: `.ci/run` calls it. The exit status is 0 if all went well.
"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

DESK = "http://127.0.0.1:8000/"
PATIENCE_SECONDS = 180
END_SECONDS = 10


def main(checkout: Path) -> int:
    """Start, wait, look, end; say what was seen."""
    print(f"==> python3 bootstrap.py run  (in {checkout})", flush=True)
    service = subprocess.Popen([sys.executable, "bootstrap.py", "run"], cwd=checkout, stdin=subprocess.DEVNULL)
    try:
        published = wait_until_published(checkout, service)
        shown = published and see_desk(published["headline"])
    finally:
        ended = end(service)
    return 0 if published and shown and ended else 1


def wait_until_published(checkout: Path, service: "subprocess.Popen[bytes]") -> Any:
    """The announcement once every channel has it; None if the service ended or it took too long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and service.poll() is None:
        time.sleep(1)
        for row in announcements(checkout):
            if row["state"] == "published":
                print(
                    f"published: {row['headline']}",
                    *filter(None, (delivery["url"] for delivery in row["deliveries"])),
                    sep="\n  ",
                )
                return row
    print(f"not published; the service's status is {service.poll()}, it knows {announcements(checkout)}")
    return None


def announcements(checkout: Path) -> list[Any]:
    """What the command says, nothing while it cannot say it (set-up still going on)."""
    command = checkout / ".venv" / "bin" / "publisher"
    if not (checkout / ".venv" / "set-up.txt").exists():
        return []
    answer = subprocess.run([str(command), "--json", "announcements"], cwd=checkout, capture_output=True, check=False)
    if answer.returncode not in (0, 1):
        print(answer.stderr.decode(errors="replace"))
        return []
    rows: list[Any] = json.loads(answer.stdout)
    return rows


def see_desk(headline: str) -> bool:
    """Whether the desk's page names the announcement. Loopback is never asked for through a proxy."""
    with build_opener(ProxyHandler({})).open(DESK, timeout=10) as answer:
        page = answer.read().decode()
    print(f"{DESK} answers {answer.status}; the headline is {'' if headline in page else 'not '}on it")
    return answer.status == 200 and headline in page


def end(service: "subprocess.Popen[bytes]") -> bool:
    """SIGTERM; whether it ended in time and well."""
    begin = time.monotonic()
    service.send_signal(signal.SIGTERM)
    try:
        status = service.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        service.kill()
        print(f"SIGTERM did not end it within {END_SECONDS} s")
        return False
    print(f"ended {time.monotonic() - begin:.1f} s after SIGTERM with status {status}")
    return status == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
