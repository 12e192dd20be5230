"""What kind of picture some bytes are, told by their first bytes alone, whatever their name claims."""

JPEG, PNG, GIF, WEBP, AVIF, HEIC, TIFF = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/tiff",
)
WEB = (JPEG, PNG, GIF, WEBP, AVIF)
"""Kinds that every browser shows: kept as they came."""

STARTS = {
    b"\xff\xd8\xff": JPEG,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
}
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def kind_of(data: bytes) -> str | None:
    """The media type, None for what we do not read (SVG among it: it is a program, not a picture)."""
    for start, kind in STARTS.items():
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return _boxed(data) if data[4:8] == b"ftyp" else None


def _boxed(data: bytes) -> str | None:
    """ISO base media files name their brands in the first box (ISO/IEC 14496-12, 4.3)."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, length, 4))]
    if b"avif" in brands or b"avis" in brands:
        return AVIF
    return HEIC if any(brand in HEIF_BRANDS for brand in brands) else None
