"""The studio with real pictures, made here, and looked at again with Pillow."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.media.studio import Studio
from publisher.messages import tell

ROOM = PictureRoom(max_bytes=1_000_000, max_pixels=8_000_000)
RED, BLUE = (220, 30, 40), (20, 40, 200)


def photo(width: int, height: int) -> Image.Image:
    """Noise over gradients: as hard to compress as a real photo."""
    tiles = Image.effect_noise((width // 8, height // 8), 90).resize((width, height))
    plain = Image.merge("RGB", [Image.linear_gradient("L").resize((width, height)), tiles, tiles.rotate(180)])
    return Image.blend(plain, Image.effect_noise((width, height), 30).convert("RGB"), 0.2)


def flag(mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new("RGB", (200, 100), RED)
    picture.paste(BLUE, (100, 0, 200, 100))
    return picture.convert(mode)


def encoded(picture: Image.Image, format: str, **options: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, format, **options)
    return stream.getvalue()


def read(data: bytes, name: str = "rathaus.jpg") -> ReadPicture:
    return Studio().read(RawPicture(data=data, name=name))


def pixels(picture: ReadPicture) -> Image.Image:
    return Image.open(BytesIO(picture.data))


def close(seen: object, wanted: tuple[int, int, int], most: int = 12) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= most for a, b in zip(seen, wanted, strict=True))


def refusal(data: bytes) -> str:
    codes = set()
    attempts: tuple[Callable[[], ReadPicture], ...] = (lambda: read(data), lambda: Studio().prepare(data, ROOM))
    for attempt in attempts:
        with pytest.raises(InvalidAnnouncement) as caught:
            attempt()
        codes.add(caught.value.code)
    assert len(codes) == 1
    return codes.pop()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_web_formats_are_read_and_keep_their_bytes(format: str) -> None:
    data = encoded(flag(), format)
    seen = read(data)
    assert (seen.data, seen.media_type) == (data, f"image/{format.lower()}")
    assert (seen.width, seen.height) == (200, 100)


def test_heic_and_tiff_become_something_browsers_show() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    for data in (encoded(photo(320, 160), "HEIF"), encoded(photo(320, 160), "TIFF")):
        seen = read(data)
        assert seen.media_type == "image/jpeg"
        assert (seen.width, seen.height) == (320, 160)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_seen_and_prepared_as_the_camera_held_it(format: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned clockwise: what was left is above
    data = encoded(flag(), format, exif=exif)
    seen = read(data)
    assert (seen.width, seen.height) == (100, 200)
    prepared = pixels(Studio().prepare(data, ROOM)).convert("RGB")
    assert prepared.size == (100, 200)
    assert close(prepared.getpixel((50, 20)), RED)
    assert close(prepared.getpixel((50, 180)), BLUE)


def test_place_camera_profile_and_comments_are_gone() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Kamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    profile = swapped_profile()
    notes = PngInfo()
    notes.add_text("Author", "Geheim")
    for data in (
        encoded(photo(300, 200), "JPEG", exif=exif, icc_profile=profile, comment=b"Geheim", dpi=(300, 300)),
        encoded(flag(), "PNG", exif=exif, icc_profile=profile, pnginfo=notes),
    ):
        assert b"Geheim" in data
        prepared = Studio().prepare(data, ROOM)
        assert not any(word in prepared.data for word in (b"Geheim", b"Kamera", b"Exif", b"eXIf", b"ICC"))
        again = pixels(prepared)
        assert not again.getexif()
        assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    "room",
    [
        PictureRoom(max_bytes=1_000_000, max_pixels=33_000_000),
        PictureRoom(max_bytes=10_000_000, max_pixels=2_000_000),
        PictureRoom(max_bytes=10_000_000, max_pixels=33_000_000, max_edge=1_000),
        PictureRoom(max_bytes=60_000, max_pixels=33_000_000),
    ],
)
def test_a_photo_is_brought_into_any_room(room: PictureRoom) -> None:
    data = encoded(photo(2_400, 1_800), "JPEG", quality=95)
    prepared = Studio().prepare(data, room)
    assert prepared.media_type == "image/jpeg"
    assert len(prepared.data) <= room.max_bytes
    assert prepared.width * prepared.height <= room.max_pixels
    assert max(prepared.width, prepared.height) <= room.max_edge
    assert prepared.width / prepared.height == pytest.approx(4 / 3, rel=0.02)
    assert pixels(prepared).size == (prepared.width, prepared.height)
    assert prepared.data == Studio().prepare(data, room).data


def test_a_room_is_used_and_not_left_half_empty() -> None:
    data = encoded(photo(2_400, 1_800), "JPEG", quality=95)
    prepared = Studio().prepare(data, PictureRoom(max_bytes=300_000, max_pixels=33_000_000))
    assert len(prepared.data) > 120_000


def test_a_small_picture_is_not_blown_up() -> None:
    prepared = Studio().prepare(encoded(photo(320, 160), "JPEG"), ROOM)
    assert (prepared.width, prepared.height) == (320, 160)


def test_cmyk_comes_out_in_its_colours() -> None:
    cmyk = Image.new("CMYK", (200, 100), (0, 255, 255, 0))
    cmyk.paste((255, 255, 0, 0), (100, 0, 200, 100))
    for data in (encoded(cmyk, "JPEG"), encoded(cmyk, "TIFF")):
        shown = pixels(Studio().prepare(data, ROOM)).convert("RGB")
        assert close(shown.getpixel((50, 50)), (255, 0, 0))
        assert close(shown.getpixel((150, 50)), (0, 0, 255))


def swapped_profile() -> bytes:
    """sRGB with red and blue exchanged: whoever obeys it sees the flag the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp!", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmp!", b"bXYZ", 1)


def test_a_colour_profile_is_obeyed_and_a_broken_one_is_not() -> None:
    shown = pixels(Studio().prepare(encoded(flag(), "PNG", icc_profile=swapped_profile()), ROOM)).convert("RGB")
    assert close(shown.getpixel((150, 50)), (200, 40, 20))
    shown = pixels(Studio().prepare(encoded(flag(), "PNG", icc_profile=b"no profile"), ROOM)).convert("RGB")
    assert close(shown.getpixel((50, 50)), RED)


def test_transparency_becomes_white() -> None:
    logo = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(logo).rectangle((0, 0, 49, 99), fill=(*RED, 255))
    palette = logo.convert("P")
    palette.info["transparency"] = palette.getpixel((99, 99))
    for data in (encoded(logo, "PNG"), encoded(logo, "WEBP", lossless=True), encoded(logo.convert("LA"), "PNG")):
        shown = pixels(Studio().prepare(data, ROOM))
        assert shown.mode in ("RGB", "P", "L")
        assert close(shown.convert("RGB").getpixel((90, 50)), (255, 255, 255))
    shown = pixels(Studio().prepare(encoded(palette, "GIF", transparency=palette.info["transparency"]), ROOM))
    assert close(shown.convert("RGB").getpixel((90, 50)), (255, 255, 255))


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    deep = Image.new("I;16", (50, 50), 128 * 256)
    shown = pixels(Studio().prepare(encoded(deep, "PNG"), ROOM)).convert("RGB")
    assert close(shown.getpixel((20, 20)), (128, 128, 128))


def test_graphics_of_few_colours_stay_png_where_that_is_welcome() -> None:
    data = encoded(flag(), "PNG")
    assert Studio().prepare(data, ROOM).media_type == "image/png"
    only_jpeg = PictureRoom(max_bytes=1_000_000, max_pixels=8_000_000, media_types=("image/jpeg",))
    assert Studio().prepare(data, only_jpeg).media_type == "image/jpeg"


def test_the_first_frame_of_a_moving_picture_stands_for_it() -> None:
    data = encoded(flag(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 100), "green")] * 3)
    prepared = pixels(Studio().prepare(data, ROOM))
    assert getattr(prepared, "n_frames", 1) == 1
    assert close(prepared.convert("RGB").getpixel((50, 50)), RED, most=30)


def png_header(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_a_bomb_is_refused_by_its_header() -> None:
    idat = b"IDAT" + zlib.compress(b"\0" * 1_000)
    chunk = struct.pack(">I", len(idat) - 4) + idat + struct.pack(">I", zlib.crc32(idat))
    for width, height in ((50_000, 50_000), (12_000, 9_000), (2_000_000_000, 2)):
        assert refusal(png_header(width, height) + chunk) == "picture-too-large"


def test_a_file_of_more_than_forty_megabytes_is_refused() -> None:
    assert refusal(encoded(flag(), "JPEG") + b"\0" * 40_000_000) == "picture-too-large"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "HEIF"])
@pytest.mark.parametrize("share", [0.15, 0.6])
def test_a_picture_that_was_cut_off_is_broken(format: str, share: float) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = encoded(photo(320, 160), format)
    assert refusal(data[: int(len(data) * share)]) == "picture-broken"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "HEIF"])
def test_garbage_behind_a_true_beginning_never_crashes(format: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = bytearray(encoded(photo(160, 80), format))
    for place in range(8, len(data), 37):
        damaged = bytes(data[:place]) + bytes((place * 7 + k * 13) % 256 for k in range(24)) + bytes(data[place + 24 :])
        with suppress(InvalidAnnouncement):
            read(damaged)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"<!doctype html><title>404</title>",
        b"BM" + b"\0" * 60,
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    ],
)
def test_what_is_no_picture_of_a_known_kind_is_refused(data: bytes) -> None:
    assert refusal(data) == "picture-unknown-type"


def test_an_empty_file_is_broken_and_the_refusal_names_it() -> None:
    with pytest.raises(InvalidAnnouncement) as caught:
        read(b"", "leer.jpg")
    assert caught.value.code == "picture-broken"
    assert all("leer.jpg" in tell(caught.value, language) for language in ("de", "en"))


def test_a_room_too_small_for_anything_is_refused() -> None:
    with pytest.raises(InvalidAnnouncement):
        Studio().prepare(encoded(photo(320, 160), "JPEG"), PictureRoom(max_bytes=50, max_pixels=1_000_000))


def test_pillow_is_loaded_at_the_first_picture_only() -> None:
    code = "import sys; import publisher.media.studio; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
