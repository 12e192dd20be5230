"""How fast a real Postfix takes an issue: from the program itself, beside its own smtp-source before and after.

`bench postfix [SUBSCRIBERS]`, 10,000 unless said. Each mail is on Postfix's disk before it is accepted. Needs root. First
all share all processors; then, where there are two or more, Postfix has one for itself, as a relay has that is a machine
of its own.
"""

import os
from collections.abc import Callable, Sequence

from tests.benchmarks.issue_runs import generate, publish
from tests.benchmarks.private_postfix import Postfix, is_possible, open_postfix


def main(arguments: Sequence[str]) -> int:
    """Print mails per second of each way, and how ours compares."""
    count = int(arguments[0]) if arguments else 10_000
    if not is_possible():
        print("Postfix is not installed (apt-get install postfix), or this is not root, who alone can start one")
        return 1
    first, *others = sorted(os.sched_getaffinity(0))
    _compare("all processors shared", count, {first, *others}, {first, *others})
    if others:
        _compare("Postfix on a processor of its own", count, {first}, set(others))
    return 0


def _compare(title: str, count: int, theirs: set[int], ours: set[int]) -> None:
    """`theirs`: numbers of the processors for Postfix, `ours`: for whoever sends to it."""
    os.sched_setaffinity(0, theirs)  # whatever is started from now on inherits it
    with open_postfix() as postfix:
        os.sched_setaffinity(0, ours)
        generate(postfix.port, 100)  # its processes are there from now on
        before, issue, after = (_measured(postfix, count, way) for way in (generate, publish, generate))
    os.sched_setaffinity(0, theirs | ours)
    reference = (before + after) / 2
    print(f"{title}:")
    for name, speed in {"smtp-source": before, "publisher": issue, "smtp-source, once more": after}.items():
        print(f"  {name:24} {speed:8,.0f} mails/s  {speed / reference:5.2f} of smtp-source", flush=True)


def _measured(postfix: Postfix, count: int, way: Callable[[int, int], float]) -> float:
    """Mails a second, with nothing left over from what came before."""
    postfix.empty()
    return way(postfix.port, count)
