"""How fast a real Postfix takes an issue: from the program itself, beside its own smtp-source before and after.

`bench postfix [SUBSCRIBERS]`, 10,000 unless said. Each mail is on Postfix's disk before it is accepted. Needs root.
"""

from collections.abc import Callable, Sequence

from tests.benchmarks.issue_runs import generate, publish
from tests.benchmarks.private_postfix import Postfix, is_possible, open_postfix


def main(arguments: Sequence[str]) -> int:
    """Print mails per second of each way, and how ours compares."""
    count = int(arguments[0]) if arguments else 10_000
    if not is_possible():
        print("Postfix is not installed (apt-get install postfix), or this is not root, who alone can start one")
        return 1
    with open_postfix() as postfix:
        generate(postfix.port, 100)  # its processes are there from now on
        before, ours, after = (_measured(postfix, count, way) for way in (generate, publish, generate))
    reference = (before + after) / 2
    for name, speed in {"smtp-source": before, "publisher": ours, "smtp-source, once more": after}.items():
        print(f"{name:24} {speed:8,.0f} mails/s  {speed / reference:5.2f} of smtp-source")
    return 0


def _measured(postfix: Postfix, count: int, way: Callable[[int, int], float]) -> float:
    """Mails a second, with nothing left over from what came before."""
    postfix.empty()
    return way(postfix.port, count)
