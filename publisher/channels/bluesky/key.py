"""Record keys that we choose ourselves, so that the same delivery always asks for the same record.

A TID is 13 letters of base32-sortable: 53 bits of microseconds since 1970, then 10 bits of clock id
(atproto.com/specs/tid).
"""

import hashlib
from datetime import UTC, datetime, timedelta

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def record_key(delivery_id: str, at: datetime) -> str:
    """The key for a delivery minted at this time (aware).

    Microseconds below the millisecond and the clock id come from the delivery: two that are minted in the same
    millisecond share a key once in a million.
    """
    digest = int.from_bytes(hashlib.sha256(delivery_id.encode()).digest())
    milliseconds = (at - EPOCH) // timedelta(milliseconds=1)
    microseconds = milliseconds * 1000 + digest % 1000
    return _letters(microseconds << 10 | (digest >> 16) % 1024)


def _letters(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
