"""Sizes and shapes of pictures: what a platform takes, and what was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRoom:
    """What a platform takes: bytes, pixels (width times height), longest edge in pixels, media types."""

    max_bytes: int
    max_pixels: int
    max_edge: int = 4_096
    media_types: tuple[str, ...] = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPicture:
    """A picture's bytes that were decoded whole and are safe to keep; size in pixels, as seen (turned)."""

    data: bytes
    media_type: str
    width: int
    height: int
