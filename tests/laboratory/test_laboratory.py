"""The short form: each scenario once, with small numbers."""

import pytest

from tests.laboratory.scenarios import ALL, Laboratory


@pytest.mark.parametrize("name", ALL)
def test_followers_see_each_announcement_once_whatever_happens(laboratory: Laboratory, name: str) -> None:
    assert ALL[name](laboratory).faults == []
