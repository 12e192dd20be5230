"""Any picture as every screen shows it: sRGB, 8 bits, no transparency."""

from io import BytesIO

from PIL import Image, ImageCms

WHITE = (255, 255, 255)
SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def to_srgb(picture: Image.Image) -> Image.Image:
    """RGB on white. A profile that comes with the picture is obeyed; without one, the colours are taken for sRGB."""
    profile = picture.info.get("icc_profile")
    if picture.mode in SIXTEEN_BITS:
        picture, profile = _eight_bits(picture), None
    if picture.mode in ("P", "PA") or (picture.has_transparency_data and picture.mode != "RGBA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    opaque = picture.convert(picture.mode.rstrip("Aa")) if alpha is not None else picture
    coloured = _obeying(opaque, profile)
    if alpha is None:
        return coloured
    ground = Image.new("RGB", picture.size, WHITE)
    ground.paste(coloured, mask=alpha)
    return ground


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16 bits of grey, which Pillow's own conversion would clip instead of scaling."""
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _obeying(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and picture.mode in ("RGB", "CMYK", "L", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError):
            pass  # a damaged profile, or one of another colour space: as if there were none
    return picture if picture.mode == "RGB" else picture.convert("RGB")
