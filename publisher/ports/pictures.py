"""Pictures, read and made fit for a platform."""

from typing import Protocol

from publisher.domain.draft import RawPicture
from publisher.domain.picture import PictureRoom, ReadPicture


class PictureStudio(Protocol):
    """Called by intake and compose; pure computation, no call to the outside."""

    def read(self, raw: RawPicture) -> ReadPicture:
        """Decode a hostile picture. Raises InvalidAnnouncement (picture-broken, picture-too-large, picture-unknown-type)."""

    def prepare(self, data: bytes, room: PictureRoom) -> ReadPicture:
        """Turn, convert to sRGB, scale and recompress into the room, without metadata. Raises as `read` does."""
