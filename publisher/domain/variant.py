"""A variant: one announcement worded for one channel, frozen so that what was previewed is what is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from publisher.domain.finding import Finding

Json: TypeAlias = "Mapping[str, Json] | list[Json] | tuple[Json, ...] | str | int | float | bool | None"
JsonObject: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a platform takes, as read from it (`read_at`) or as documented (`read_at` None).

    `text` is counted in the channel's own unit (`PostChannel.measure`), bytes are bytes, pixels are width times height.
    """

    text: int
    pictures: int = 4
    picture_bytes: int = 1_000_000
    picture_pixels: int = 33_177_600
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    alt: int = 1_500
    link: int | None = None
    """What one link counts; None: its full length."""
    card_bytes: int | None = None
    """Size of a link card's thumbnail that we must bring along; None: the platform makes its own cards."""
    software: str = ""
    """The server's software and version, "" if unknown."""
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPicture:
    """A picture turned, scaled, stripped and recompressed for one channel; its bytes lie in the archive."""

    sha256: str
    media_type: str
    width: int
    height: int
    size: int
    """In bytes."""
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A link's preview, for platforms whose clients must bring it along."""

    url: str
    title: str
    description: str
    thumbnail: PreparedPicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What one channel will publish, word for word.

    `text`: the post, or the text part of the mail. `more`: the further posts of a thread, each an answer to the one
    before; pictures, card and `length` are the first one's. `html`, `subject`: mail only.
    `length` and `limit`: in the channel's own unit; `limit` None where there is none (mail).
    `details`: what only this platform knows (facets, visibility), made while composing.
    `findings`: what this channel will lose; one of severity error holds the variant.
    """

    channel: str
    kind: str
    language: str
    text: str
    length: int
    limit: int | None
    link: str
    more: tuple[str, ...] = ()
    subject: str = ""
    html: str = ""
    pictures: tuple[PreparedPicture, ...] = ()
    card: Card | None = None
    details: JsonObject = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
