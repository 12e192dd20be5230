"""Unpacking under a cap."""

import gzip
import zlib

import pytest

from publisher.net.body import BodyBroken, BodyTooLarge, unpack

TEXT = "Straße gesperrt. ".encode() * 500


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("X-Gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:300]) + gzip.compress(TEXT[300:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 20),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
)
def test_every_usual_packing_is_unpacked(encoding: str, packed: bytes, size: int) -> None:
    assert b"".join(unpack(pieces(packed, size), encoding, len(TEXT) + 20)) == TEXT


def test_a_bomb_is_stopped_at_the_cap() -> None:
    unpacked = unpack(pieces(gzip.compress(b"\0" * 50_000_000), 16_384), "gzip", 100_000)
    made: list[bytes] = []
    with pytest.raises(BodyTooLarge):
        made.extend(unpacked)
    assert sum(len(chunk) for chunk in made) <= 100_000


def test_an_endless_row_of_empty_parts_is_stopped_at_the_cap() -> None:
    empty = gzip.compress(b"")
    with pytest.raises(BodyTooLarge):
        list(unpack((empty for _ in range(100_000)), "gzip", 10_000))


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(TEXT)[:-9]), ("gzip", b"\x1f\x8bnot gzip at all"), ("br", b"x"), ("gzip, gzip", b"x")],
)
def test_a_body_that_is_cut_damaged_or_packed_in_another_way_is_broken(encoding: str, packed: bytes) -> None:
    with pytest.raises(BodyBroken):
        list(unpack([packed], encoding, 1_000_000))
