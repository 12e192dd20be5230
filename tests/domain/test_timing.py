"""When something may leave, across midnight and both changes of the clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.domain.timing import after_quiet_hours, in_periods

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (22 * 60, 6 * 60)
NOON = (12 * 60, 13 * 60)


def office_time(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-25 21:59", "2026-11-25 21:59"),
        ("2026-11-25 22:00", "2026-11-26 06:00"),
        ("2026-11-25 23:30", "2026-11-26 06:00"),
        ("2026-11-26 00:00", "2026-11-26 06:00"),
        ("2026-11-26 05:59", "2026-11-26 06:00"),
        ("2026-11-26 06:00", "2026-11-26 06:00"),
        ("2026-12-31 23:00", "2027-01-01 06:00"),
        # The nights in which the clocks change.
        ("2026-03-28 23:00", "2026-03-29 06:00"),
        ("2026-10-24 23:00", "2026-10-25 06:00"),
    ],
)
def test_what_falls_into_the_night_leaves_in_the_morning(moment: str, leaves: str) -> None:
    assert after_quiet_hours(office_time(moment), NIGHT, BERLIN) == office_time(leaves)


def test_in_the_hour_that_comes_twice_both_passes_are_night() -> None:
    for fold in (0, 1):
        assert after_quiet_hours(office_time("2026-10-25 02:30", fold), NIGHT, BERLIN) == office_time(
            "2026-10-25 06:00"
        )


def test_quiet_hours_within_one_day_end_on_that_day() -> None:
    assert after_quiet_hours(office_time("2026-11-25 12:30"), NOON, BERLIN) == office_time("2026-11-25 13:00")
    assert after_quiet_hours(office_time("2026-11-25 13:00"), NOON, BERLIN) == office_time("2026-11-25 13:00")


def test_a_morning_that_the_change_of_clocks_skips_begins_after_the_gap() -> None:
    wake = after_quiet_hours(office_time("2026-03-29 01:00"), (22 * 60, 2 * 60 + 30), BERLIN)
    assert wake == datetime(2026, 3, 29, 1, 0, tzinfo=UTC) == office_time("2026-03-29 03:00")


def test_a_night_that_ends_in_the_hour_that_comes_twice_ends_once() -> None:
    short_night = (22 * 60, 2 * 60 + 30)
    morning = office_time("2026-10-25 02:30", fold=1)
    for moment in (
        office_time("2026-10-25 02:29"),
        office_time("2026-10-25 02:45"),
        office_time("2026-10-25 02:10", 1),
    ):
        assert after_quiet_hours(moment, short_night, BERLIN) == morning
    assert after_quiet_hours(morning, short_night, BERLIN) == morning


def test_without_quiet_hours_everything_leaves_when_it_is_due() -> None:
    moment = office_time("2026-11-25 23:00")
    assert after_quiet_hours(moment, None, BERLIN) == moment


def test_an_approval_period_covers_its_first_and_its_last_office_day_whole() -> None:
    election = ((date(2027, 8, 1), date(2027, 9, 14)),)
    assert not in_periods(office_time("2027-07-31 23:59"), election, BERLIN)
    assert in_periods(office_time("2027-08-01 00:00"), election, BERLIN)
    assert in_periods(office_time("2027-09-14 23:59"), election, BERLIN)
    assert not in_periods(office_time("2027-09-15 00:00"), election, BERLIN)
