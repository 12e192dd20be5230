"""What a server that speaks Mastodon's API takes, read from what it says of itself; and how its software counts."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from publisher.domain.variant import Limits
from publisher.language.counting import code_points, mastodon_length
from publisher.language.graphemes import graphemes

DOCUMENTED = Limits(
    text=500,
    pictures=4,
    picture_bytes=16 * 2**20,
    picture_pixels=33_177_600,
    alt=1_500,
    link=23,
)
"""docs.joinmastodon.org, user/posting and methods/instance; a server's own word goes before."""

PREPARED_TYPES = ("image/jpeg", "image/png")
KEY_LIFETIME = timedelta(minutes=55)
"""Mastodon keeps an Idempotency-Key for an hour from the success."""
KEY_PAUSE = timedelta(seconds=5)
"""Up to 4.5 two requests with one key that run side by side both make a post."""


def read_instance(instance: Mapping[str, Any], now: datetime) -> Limits:
    """The limits in an answer of /api/v2/instance or /api/v1/instance; what is missing or senseless stays as documented.

    Only Mastodon itself counts a link as 23: GoToSocial announces 25 and counts it in full, others announce nothing.
    """
    configuration = _table(instance, "configuration")
    statuses, media = _table(configuration, "statuses"), _table(configuration, "media_attachments")
    software = read_software(instance)
    types = tuple(kind for kind in _texts(media.get("supported_mime_types")) if kind in PREPARED_TYPES)
    return replace(
        DOCUMENTED,
        text=_number(statuses.get("max_characters")) or _number(instance.get("max_toot_chars")) or DOCUMENTED.text,
        pictures=_number(statuses.get("max_media_attachments")) or DOCUMENTED.pictures,
        picture_bytes=_number(media.get("image_size_limit")) or DOCUMENTED.picture_bytes,
        picture_pixels=min(_number(media.get("image_matrix_limit")) or DOCUMENTED.picture_pixels, 100_000_000),
        picture_types=types or DOCUMENTED.picture_types,
        alt=_number(media.get("description_limit")) or DOCUMENTED.alt,
        link=(_number(statuses.get("characters_reserved_per_url")) or DOCUMENTED.link)
        if software.startswith("Mastodon ")
        else None,
        software=software,
        read_at=now,
    )


def read_software(instance: Mapping[str, Any]) -> str:
    """Name and version of the server's software, told from its version string and where its source lies."""
    version, source = str(instance.get("version") or ""), str(instance.get("source_url") or "").lower()
    if compatible := re.search(r"compatible; ([A-Za-z]+)[ /]?([\w.+-]*)", version):
        return f"{compatible[1]} {compatible[2]}".strip()
    if "gotosocial" in source or version.startswith("0."):
        return f"GoToSocial {version}"
    if "mastodon" in source or not source:
        return f"Mastodon {version}" if version else ""
    return f"{source.rstrip('/').rpartition('/')[2]} {version}"


def count(text: str, limits: Limits) -> int:
    """The length as this server's software counts it."""
    if limits.link is not None:
        return mastodon_length(text, limits.link)
    if limits.software.startswith(("Pleroma", "Akkoma", "Hollo")):
        return graphemes(text)
    return code_points(text)


def honours_key(software: str) -> bool:
    """Whether the software answers a repeated Idempotency-Key with the first post.

    GoToSocial and Friendica ignore it, Pixelfed burns it, Pleroma and Akkoma forget it when they restart. Mastodon
    4.6.0 to 4.6.5 and the previews of 4.7 answer 500 though the post exists (mastodon issue 40399).
    """
    version = re.match(r"Mastodon (\d+)\.(\d+)\.(\d+)(-\w+)?", software)
    if version is None:
        return False
    number = (int(version[1]), int(version[2]), int(version[3]))
    broken = (4, 6, 0) <= number <= (4, 6, 5) or (number[:2] == (4, 7) and version[4] is not None)
    return number >= (2, 0, 0) and not broken


def may_repeat(first: datetime, last: datetime, now: datetime, software: str) -> bool:
    """Whether the key still protects a repeat: it is known, and no earlier request may still be running."""
    return honours_key(software) and now - first < KEY_LIFETIME and now - last >= KEY_PAUSE


def _table(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _number(value: object) -> int | None:
    """A sensible limit: a whole number above 0, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
