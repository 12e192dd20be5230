"""What Mastodon takes and refuses, and what it makes clickable: pure rules, without the server around them.

Our own counting is not used here, so that it is checked against another.
"""

import io
from collections.abc import Sequence

import regex

from publisher.sandbox.seen import Blob, Span

MAX_CHARACTERS, MAX_PICTURES, LINK_LENGTH, MAX_ALT = 500, 4, 23, 1_500
MAX_BYTES, MAX_PIXELS = 16 * 2**20, 33_177_600
MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
LINK = regex.compile(r"(?<!\w)https?://[^\s<>]*[^\s<>.,;:!?)\"'“”]")
HASHTAG = regex.compile(r"(?<![\w/#])#(\w*\p{L}\w*)")
VISIBILITIES = ("public", "unlisted", "private", "direct")


class Refusal(Exception):
    """An error answer: `{"error": "..."}` and nothing more, as Mastodon gives it."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


def check_upload(data: bytes, media_type: str, alt: str) -> None:
    """Refuse what is no picture, or too large, or whose description is too long."""
    if media_type not in MEDIA_TYPES:
        raise Refusal(422, "Validation failed: File content type is invalid")
    if len(data) > MAX_BYTES:
        raise Refusal(422, "Validation failed: File file size must be less than 16 MB")
    if len(alt) > MAX_ALT:
        raise Refusal(422, f"Validation failed: Description is too long (maximum is {MAX_ALT} characters)")
    from PIL import Image, UnidentifiedImageError  # with the first picture: an idle office holds none of it

    try:
        with Image.open(io.BytesIO(data)) as picture:
            pixels = picture.width * picture.height
    except (UnidentifiedImageError, OSError, ValueError):
        raise Refusal(422, "Error processing thumbnail for uploaded media") from None
    if pixels > MAX_PIXELS:
        raise Refusal(422, "Validation failed: File dimensions are too large")


def check_status(text: str, visibility: str, pictures: Sequence[Blob]) -> None:
    """Refuse what is empty or too long: a link counts 23, everything else as people see it."""
    if visibility not in VISIBILITIES:
        raise Refusal(422, "Validation failed: Visibility is not included in the list")
    if not text.strip() and not pictures:
        raise Refusal(422, "Validation failed: Text can't be blank")
    if len(pictures) > MAX_PICTURES:
        raise Refusal(422, f"Cannot attach more than {MAX_PICTURES} files")
    if len(regex.findall(r"\X", LINK.sub("x" * LINK_LENGTH, text))) > MAX_CHARACTERS:
        raise Refusal(422, f"Validation failed: Text character limit of {MAX_CHARACTERS} exceeded")


def spans_of(text: str, site: str) -> tuple[Span, ...]:
    """What the server makes clickable: addresses with a scheme, and hashtags that have a letter."""
    links = [Span(start=found.start(), end=found.end(), url=found[0]) for found in LINK.finditer(text)]
    tags = [
        Span(start=found.start(), end=found.end(), url=f"{site}/tags/{found[1]}")
        for found in HASHTAG.finditer(text)
        if not any(link.start <= found.start() < link.end for link in links)
    ]
    return tuple(sorted(links + tags, key=lambda span: span.start))
