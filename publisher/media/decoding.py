"""Hostile bytes become pixels here, and nowhere else: kind and size are judged before anything is decoded."""

import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

from PIL import ExifTags, Image, ImageOps

from publisher.domain.errors import InvalidAnnouncement
from publisher.media.kinds import AVIF, GIF, HEIC, JPEG, PNG, TIFF, WEBP, kind_of

MOST_BYTES = 40_000_000
MOST_PIXELS = 100_000_000
MOST_MEMORY = 200_000_000
"""Bytes that the pixels may take: 66 megapixels in colour, or 50 with transparency. A JPEG is decoded in parts."""

PLUGINS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WEBP", AVIF: "AVIF", HEIC: "HEIF", TIFF: "TIFF"}
WIDE_MODES = {"I": 4, "F": 4, "I;16": 2, "I;16B": 2, "I;16L": 2}
LYING = (5, 6, 7, 8)
"""Orientations of Exif that turn the picture on its side."""
BREAKS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, RuntimeError)
BREAKS_DEEP = (AttributeError, ArithmeticError, NotImplementedError, struct.error, zlib.error)
"""What Pillow's decoders have been seen to raise for damaged files: each means that the file cannot be shown."""

# Pillow's own brake, inside decoders that learn a size late; between one and two times this it would only warn.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


Shrink: TypeAlias = Callable[[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A first frame, turned as the camera held it. `width` and `height` are the whole picture's, as seen, in pixels;
    `pixels` may hold fewer where less was asked for."""

    kind: str
    pixels: Image.Image
    width: int
    height: int


def an_eighth(width: int, height: int) -> tuple[int, int]:
    """The smallest a JPEG can be decoded: for knowing that it is whole, not for looking at it."""
    return max(1, width // 8), max(1, height // 8)


def decode(data: bytes, shrink: Shrink) -> Decoded:
    """Decode everything there is, so that nothing is cut off; a JPEG no larger than `shrink` of its size needs.

    Raises InvalidAnnouncement: picture-unknown-type, picture-too-large, picture-broken.
    """
    kind = kind_of(data)
    if kind is None:
        raise InvalidAnnouncement("picture-unknown-type" if data else "picture-broken")
    if len(data) > MOST_BYTES:
        raise InvalidAnnouncement("picture-too-large")
    try:
        return _decode(data, kind, shrink)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise InvalidAnnouncement("picture-too-large") from error
    except (*BREAKS, *BREAKS_DEEP) as error:
        raise InvalidAnnouncement("picture-broken") from error


def _decode(data: bytes, kind: str, shrink: Shrink) -> Decoded:
    picture = _open(data, kind)
    _judge_size(picture, kind)
    width, height = picture.size
    lies = picture.getexif().get(ExifTags.Base.Orientation, 1) in LYING
    if kind == JPEG:
        picture.draft(None, shrink(width, height))
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    if kind != JPEG:  # some of Pillow's plugins have turned it already
        return Decoded(kind, picture, *picture.size)
    return Decoded(kind, picture, *((height, width) if lies else (width, height)))


def _open(data: bytes, kind: str) -> Image.Image:
    if kind == HEIC:
        import pillow_heif  # 4 MB of decoder, for the few telephones that send it

        pillow_heif.register_heif_opener()
    return Image.open(BytesIO(data), formats=[PLUGINS[kind]])


def _judge_size(picture: Image.Image, kind: str) -> None:
    pixels = picture.width * picture.height
    memory = pixels * WIDE_MODES.get(picture.mode, len(picture.getbands()))
    if pixels > MOST_PIXELS or (kind != JPEG and memory > MOST_MEMORY):
        raise InvalidAnnouncement("picture-too-large")
