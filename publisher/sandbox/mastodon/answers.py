"""The entities that Mastodon answers with, as far as a publisher reads them (docs.joinmastodon.org/entities)."""

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import regex

from publisher.sandbox.mastodon.rules import (
    LINK_LENGTH,
    MAX_ALT,
    MAX_BYTES,
    MAX_CHARACTERS,
    MAX_PICTURES,
    MAX_PIXELS,
    MEDIA_TYPES,
)
from publisher.sandbox.seen import Blob, Post, Span


def iso(moment: datetime) -> str:
    """A time as Mastodon writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def instance(version: str) -> dict[str, Any]:
    """Instance: what this server is and takes."""
    return {
        "domain": "sandbox.invalid",
        "title": "Sandbox",
        "version": version,
        "source_url": "https://github.com/mastodon/mastodon",
        "configuration": {
            "statuses": {
                "max_characters": MAX_CHARACTERS,
                "max_media_attachments": MAX_PICTURES,
                "characters_reserved_per_url": LINK_LENGTH,
            },
            "media_attachments": {
                "supported_mime_types": list(MEDIA_TYPES),
                "description_limit": MAX_ALT,
                "image_size_limit": MAX_BYTES,
                "image_matrix_limit": MAX_PIXELS,
            },
        },
        "api_versions": {"mastodon": 7},
    }


def attachment(blob: Blob, *, ready: bool) -> dict[str, Any]:
    """MediaAttachment; without addresses as long as it is processed."""
    url = f"/media/{blob.ref}" if ready else None
    return {"id": blob.ref, "type": "image", "url": url, "preview_url": url, "description": blob.alt}


def id_of(author: str) -> str:
    """An account's id: digits, as Mastodon's are, from which its name can be read again."""
    return str(int.from_bytes(author.encode()))


def name_of(id: str) -> str:
    """The account that has this id; a senseless one belongs to nobody."""
    number = int(id) if id.isdigit() else 0
    return number.to_bytes((number.bit_length() + 7) // 8).decode(errors="replace")


def account(author: str, site: str) -> dict[str, Any]:
    """Account."""
    return {
        "id": id_of(author),
        "username": author,
        "acct": author,
        "display_name": author,
        "url": f"{site}/@{author}",
        "source": {"privacy": "public", "language": "de"},
    }


def status(post: Post, site: str) -> dict[str, Any]:
    """Status."""
    return {
        "id": post.ref,
        "created_at": iso(post.at),
        "sensitive": False,
        "spoiler_text": "",
        "visibility": post.visibility,
        "language": post.language,
        "uri": post.url,
        "url": post.url,
        "content": content(post.text, post.spans),
        "account": account(post.author, site),
        "media_attachments": [attachment(blob, ready=True) for blob in post.pictures],
        "application": {"name": "publisher"},
        "mentions": [],
        "tags": [],
        "emojis": [],
    }


def content(text: str, spans: Sequence[Span]) -> str:
    """HTML as Mastodon serves it: paragraphs, and long addresses shown shortened by invisible parts."""
    parts, done = [], 0
    for span in spans:
        shown = text[span.start : span.end]
        scheme = len(shown) - len(regex.sub(r"^https?://(www\.)?", "", shown))
        inner = f'<span class="invisible">{html.escape(shown[:scheme])}</span>{html.escape(shown[scheme:])}'
        parts += [html.escape(text[done : span.start]), f'<a href="{html.escape(span.url)}">{inner}</a>']
        done = span.end
    parts.append(html.escape(text[done:]))
    paragraphs = regex.split(r"\n{2,}", "".join(parts))
    return "".join(f"<p>{paragraph.replace(chr(10), '<br />')}</p>" for paragraph in paragraphs)
