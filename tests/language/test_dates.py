"""Days and times in the office's time zone, in the reader's language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.language.dates import clock_time, long_date

BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = datetime(2025, 11, 12, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [
        ("de", "Mittwoch, 12. November 2025", "18:30 Uhr"),
        ("de-simple", "Mittwoch, 12. November 2025", "18:30 Uhr"),
        ("en", "Wednesday, 12 November 2025", "18:30"),
        ("tr", "12 Kasım 2025 Çarşamba", "18:30"),
        ("qq", "Mittwoch, 12. November 2025", "18:30 Uhr"),
    ],
)
def test_a_moment_is_told_in_the_readers_language(language: str, day: str, time: str) -> None:
    assert long_date(MOMENT, BERLIN, language) == day
    assert clock_time(MOMENT, BERLIN, language) == time


def test_a_day_begins_at_the_offices_midnight() -> None:
    assert long_date(datetime(2025, 11, 11, 23, 30, tzinfo=UTC), BERLIN, "de") == "Mittwoch, 12. November 2025"
