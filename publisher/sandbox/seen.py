"""What followers and readers would see: posts with their links, pictures and cards, and mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a text that can be clicked: characters `start` to `end` (exclusive) lead to `url`."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """An uploaded picture. `alt` is empty on platforms that keep it in the post."""

    ref: str
    media_type: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCard:
    """A link's card under a post, as followers see it."""

    url: str
    title: str
    description: str
    picture: Blob | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post that a platform accepted, to be kept. `ref`: the platform's name for it, unique for its author.

    `pictures`: refs of kept blobs with their alt texts. `card`: url, title, description and the thumbnail's ref or "".
    `record`: what the platform's own reads answer with.
    """

    platform: str
    author: str
    ref: str
    url: str
    text: str
    spans: tuple[Span, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    card: tuple[str, str, str, str] | None = None
    language: str = ""
    visibility: str = "public"
    record: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as followers see it. `id` counts up over all platforms."""

    id: int
    platform: str
    author: str
    ref: str
    url: str
    text: str
    spans: tuple[Span, ...]
    pictures: tuple[Blob, ...]
    card: SeenCard | None
    language: str
    visibility: str
    record: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that the sandbox's mail server accepted: its envelope and its bytes as they came."""

    id: int
    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes
    at: datetime
