"""How a picture is brought into a platform's room with few encodings, the same way each time."""

from collections.abc import Iterator
from io import BytesIO
from math import sqrt

from PIL import Image

from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.media.kinds import JPEG, PNG

FEW_COLOURS = 256
GOOD, FAIR = 86, 74
"""JPEG qualities: above the first nobody sees a difference, below the second everybody does."""
SLIGHTLY = 1.8
"""A file at most this many times too large is helped by FAIR quality alone; a larger one must shrink."""
MARGIN = 0.94
SMALLEST = 64


def size_within(width: int, height: int, room: PictureRoom) -> tuple[int, int]:
    """Width and height in pixels, shrunk in proportion until edge and area fit."""
    scale = min(1.0, room.max_edge / max(width, height), sqrt(room.max_pixels / (width * height)))
    return _scaled(width, height, scale)


def fit(picture: Image.Image, room: PictureRoom) -> ReadPicture | None:
    """The picture (RGB) encoded into the room without any metadata; None if it fits in no readable size.

    Graphics of few colours stay PNG where that fits and is welcome: JPEG would blur their edges.
    """
    shaped = _resized(picture, size_within(picture.width, picture.height, room))
    if PNG in room.media_types and (JPEG not in room.media_types or _has_few_colours(picture)):
        data = _png(shaped)
        if len(data) <= room.max_bytes:
            return _result(shaped, data, PNG)
    return _as_jpeg(shaped, room.max_bytes) if JPEG in room.media_types else None


def _as_jpeg(picture: Image.Image, max_bytes: int) -> ReadPicture | None:
    shaped, scale = picture, 1.0
    while max(shaped.size) >= SMALLEST or scale == 1.0:
        size = 0
        for data in _qualities(shaped, max_bytes):
            if len(data) <= max_bytes:
                return _result(shaped, data, JPEG)
            size = size or len(data)
        scale *= min(0.9, MARGIN * sqrt(max_bytes / size))
        shaped = _resized(picture, _scaled(picture.width, picture.height, scale))
    return None


def _qualities(picture: Image.Image, max_bytes: int) -> Iterator[bytes]:
    good = _jpeg(picture, GOOD)
    yield good
    if len(good) <= SLIGHTLY * max_bytes:
        yield _jpeg(picture, FAIR)


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    # Rounded down, so that the area never exceeds what was asked for.
    return max(1, int(width * scale)), max(1, int(height * scale))


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _has_few_colours(picture: Image.Image) -> bool:
    return picture.getcolors(FEW_COLOURS) is not None


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality, optimize=True)
    return stream.getvalue()


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _result(picture: Image.Image, data: bytes, kind: str) -> ReadPicture:
    return ReadPicture(data=data, media_type=kind, width=picture.width, height=picture.height)
