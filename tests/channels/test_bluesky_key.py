"""Record keys: valid by the specification of TIDs, and a delivery's own."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.bluesky.key import record_key

AT = datetime(2026, 11, 25, 9, 30, 0, 123456, tzinfo=UTC)
# atproto.com/specs/tid
SYNTAX = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


@given(st.text(), st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_every_key_is_a_tid(delivery: str, at: datetime) -> None:
    assert SYNTAX.fullmatch(record_key(delivery, at))


def test_a_thousand_deliveries_of_one_millisecond_have_keys_of_their_own() -> None:
    keys = {record_key(f"delivery-{number}", AT) for number in range(1000)}

    assert len(keys) >= 999


def test_later_posts_sort_after_earlier_ones() -> None:
    assert record_key("b", AT) < record_key("a", AT + timedelta(milliseconds=1))


def test_a_key_tells_its_millisecond() -> None:
    number = 0
    for letter in record_key("d", AT):
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)

    assert datetime.fromtimestamp((number >> 10) // 1000 / 1000, UTC) == AT.replace(microsecond=123000)
