"""The closing line says what pytest said, and never hides a failure that pytest did not count."""

import pytest

from tests.setup.closing_line import closing_line


@pytest.mark.parametrize(
    ("log", "tests_status", "start_status", "told"),
    [
        ("==> pytest\n==== 12 passed in 3.21s ====", 0, 0, "13 passed, 0 failed, 0 skipped"),
        ("= 1 failed, 12 passed, 2 skipped in 75.00s (0:01:15) =", 1, 0, "13 passed, 1 failed, 2 skipped"),
        ("12 passed, 1 error in 3.21s", 1, 0, "13 passed, 1 failed, 0 skipped"),
        ("ruff: 3 errors\n12 passed in 3.21s", 1, 0, "13 passed, 1 failed, 0 skipped"),
        ("12 passed in 3.21s", 0, 1, "12 passed, 1 failed, 0 skipped"),
        ("the set-up failed", 2, 1, "0 passed, 2 failed, 0 skipped"),
    ],
)
def test_the_line_counts_everything(log: str, tests_status: int, start_status: int, told: str) -> None:
    assert closing_line(log, tests_status, start_status) == (told, " 0 failed" in told)
