"""The last line of a run: what passed, failed and was skipped, as pytest counted it, with the other checks added.

    python3 closing_line.py LOG STATUS_OF_TESTS STATUS_OF_FIRST_START

Standard library only. The exit status is 1 if anything failed.
"""

import re
import sys
from pathlib import Path


def closing_line(log: str, tests_status: int, start_status: int) -> tuple[str, bool]:
    """The line, and whether all is well. A failure that pytest did not count (a linter, no start) counts as one."""
    last = [
        line for line in log.splitlines() if re.search(r"\d+ (?:passed|failed|skipped|errors?)\b.* in [\d.]+s", line)
    ]
    counted = dict(re.findall(r"(\d+) (passed|failed|skipped|error)", last[-1] if last else ""))
    number = {word: int(count) for count, word in counted.items()}
    failed = number.get("failed", 0) + number.get("error", 0)
    if tests_status != 0 and not failed:
        failed += 1
    failed += start_status != 0
    passed = number.get("passed", 0) + (start_status == 0)
    return f"{passed} passed, {failed} failed, {number.get('skipped', 0)} skipped", not failed and bool(passed)


if __name__ == "__main__":
    told, well = closing_line(
        Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace"), int(sys.argv[2]), int(sys.argv[3])
    )
    print(told)
    sys.exit(0 if well else 1)
