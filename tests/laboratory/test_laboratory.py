"""The short form: each scenario once, with small numbers."""

import pytest

from tests.laboratory.scenarios import ALL, LONG_ONLY, Laboratory


@pytest.mark.parametrize("name", [name for name in ALL if name not in LONG_ONLY])
def test_followers_see_each_announcement_once_whatever_happens(laboratory: Laboratory, name: str) -> None:
    assert ALL[name](laboratory).faults == []
