"""The long form: every scenario at full size, one line each, and a verdict. `python3 bootstrap.py prove --minutes 30`."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.fixtures.postgres import own_server
from tests.laboratory.platforms import open_street
from tests.laboratory.scenarios import ALL, Laboratory
from tests.laboratory.stable import open_stable


def main() -> int:
    """Run the scenarios; the exit status is 0 if nothing was lost, doubled or wrong, else 1."""
    parser = argparse.ArgumentParser(prog="bootstrap.py prove", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="about how long it may take")
    parser.add_argument("--only", choices=ALL, action="append", help="a single scenario")
    asked = parser.parse_args()
    # Whoever ends it early leaves no server and no worker behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    faulty = 0
    with (
        tempfile.TemporaryDirectory(prefix="publisher-lab-") as folder,
        own_server() as server,
        open_stable() as stable,
        open_street() as street,
    ):
        laboratory = Laboratory(Path(folder), street, stable, server, asked.minutes)
        for name in asked.only or ALL:
            began = time.monotonic()
            outcome = ALL[name](laboratory)
            print(f"{outcome.line()} ({time.monotonic() - began:.0f} s)", flush=True)
            faulty += bool(outcome.faults)
    print("PROVED: nothing lost, nothing doubled." if not faulty else f"NOT PROVED: {faulty} scenarios failed.")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
