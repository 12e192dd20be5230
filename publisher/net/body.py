"""Bodies of answers, unpacked under a cap: a bomb is stopped before its next byte is made."""

import zlib
from collections.abc import Iterable, Iterator

PLAIN = ("", "identity")
PACKED = ("gzip", "x-gzip", "deflate")
ACCEPTED = "gzip, deflate"
GZIP_START = 0x1F


class BodyTooLarge(Exception):
    """More came, or more would come out of what came, than the cap allows."""


class BodyBroken(Exception):
    """The body is packed in a way that was not asked for, or is damaged, or ends in the middle."""


def unpack(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    """The plain bytes of a body whose Content-Encoding is `encoding`; `max_bytes` caps both sides.

    Raises BodyTooLarge and BodyBroken.
    """
    way = encoding.strip().lower()
    if way not in PLAIN + PACKED:
        raise BodyBroken(way)
    capped = _capped(chunks, max_bytes)
    yield from capped if way in PLAIN else _capped(_inflated(capped, max_bytes), max_bytes)


def _capped(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    left = max_bytes
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise BodyTooLarge
        yield chunk


def _inflated(chunks: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """One chunk in, at most `max_bytes` + 1 out, so that the cap behind sees an overrun and nothing grows beyond it."""
    inflater = None
    for chunk in chunks:
        rest = chunk
        while rest:
            if inflater is None:
                inflater = zlib.decompressobj(_window(rest))
            elif inflater.eof:
                if rest[0] != GZIP_START:  # padding behind the end is harmless
                    break
                inflater = zlib.decompressobj(_window(rest))
            yield _inflate(inflater, rest, max_bytes + 1)
            rest = inflater.unused_data
    if inflater is not None and not inflater.eof:
        raise BodyBroken("cut off")


def _window(start: bytes) -> int:
    """gzip and zlib tell themselves (47); some servers send "deflate" without zlib's head (RFC 9110, 8.4.1.2)."""
    zlib_head = start[0] & 0x0F == 8 and (len(start) == 1 or int.from_bytes(start[:2], "big") % 31 == 0)
    return 47 if zlib_head or start[0] == GZIP_START else -15


def _inflate(inflater: "zlib._Decompress", data: bytes, most: int) -> bytes:
    try:
        return inflater.decompress(data, most)
    except zlib.error as error:
        raise BodyBroken("damaged") from error
