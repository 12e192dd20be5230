"""The studio: reads pictures of strangers and makes them fit for platforms. Pillow is loaded at the first picture."""

from functools import partial

from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.media.kinds import WEB, kind_of

AS_IT_IS = PictureRoom(max_bytes=10_000_000, max_pixels=24_000_000, max_edge=8_000)
"""The room for kinds that browsers do not show (HEIC, TIFF): large enough for newsrooms, converted once at intake."""


class Studio:
    """Implements `publisher.ports.pictures.PictureStudio`; safe for several threads."""

    def read(self, raw: RawPicture) -> ReadPicture:
        """Decode a hostile picture whole. Web formats keep their bytes, metadata included: they are originals, to be
        prepared before anybody sees them. Others become JPEG or PNG. Width and height are as seen.

        Raises InvalidAnnouncement (picture-broken, picture-too-large, picture-unknown-type) that names the picture.
        """
        try:
            if kind_of(raw.data) not in (*WEB, None):
                return self.prepare(raw.data, AS_IT_IS)
            return _looked_at(raw.data)
        except InvalidAnnouncement as error:
            raise InvalidAnnouncement(error.code, **(dict(error.values) | {"name": raw.name or "–"})) from error

    def prepare(self, data: bytes, room: PictureRoom) -> ReadPicture:
        """Turn, convert to sRGB on white, scale and recompress into the room, without metadata; the same bytes for the
        same picture and room. Raises InvalidAnnouncement as `read` does, picture-too-large if no size fits."""
        from publisher.media.colour import to_srgb
        from publisher.media.decoding import decode
        from publisher.media.fitting import fit, size_within

        picture = to_srgb(decode(data, partial(size_within, room=room)).pixels)
        picture.info = {}  # comments, profiles and places that the encoders would write on
        fitted = fit(picture, room)
        if fitted is None:
            raise InvalidAnnouncement("picture-too-large", name="–")
        return fitted


def _looked_at(data: bytes) -> ReadPicture:
    from publisher.media.decoding import an_eighth, decode

    seen = decode(data, an_eighth)
    return ReadPicture(data=data, media_type=seen.kind, width=seen.width, height=seen.height)
