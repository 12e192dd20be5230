"""Finds the links of an announcement, and knows what an address says about itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from publisher.domain.announcement import Announcement
from publisher.net.addresses import is_public, looks_internal

WRITTEN = re.compile(r"https?://[^\s<>\"“”„»«()\[\]]{1,2000}", re.IGNORECASE)
HREF = re.compile(r"href=\"([^\"]{1,2000})\"")
TAG = re.compile(r"<[^<>]{0,500}>")
INNER_NAME = re.compile(r"(?:^|\.)intranet\.|\.(?:intern|intra|lan|corp)$")
RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|example\.(?:com|net|org))$")
"""Names that nobody can own (RFC 2606, RFC 6761): made for examples, so nobody answers."""


@dataclass(frozen=True, slots=True)
class Link:
    """An absolute http(s) address and the words that lead to it, "" where the address itself is shown."""

    url: str
    words: str = ""


def links_of(announcement: Announcement) -> list[Link]:
    """Every link, in order and each address once: the announcement's own, those of its HTML, those in its words."""
    texts = (announcement.lead, announcement.body, announcement.must, *announcement.short.values())
    found = [Link(announcement.link), *_anchors(announcement.html)]
    found += [Link(match[0].rstrip(".,;:!?'’*_")) for text in texts for match in WRITTEN.finditer(text)]
    unique: dict[str, Link] = {}
    for link in found:
        if link.url.lower().startswith(("http://", "https://")):
            unique.setdefault(link.url, link)
    return list(unique.values())


def _anchors(html: str) -> Iterator[Link]:
    """The links of clean HTML. Cut at each anchor, so that no broken one costs more than its own length."""
    for piece in html.split("<a ")[1:]:
        opening, _, rest = piece.partition(">")
        if href := HREF.search(opening):
            yield Link(unescape(href[1]), unescape(TAG.sub("", rest.partition("</a>")[0])).strip())


def host_of(url: str) -> str:
    """The host's name in lower case; "" if the address is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_this_machine(host: str) -> bool:
    """ "localhost" and its addresses."""
    return host in ("localhost", "::1", "0.0.0.0") or host.endswith(".localhost") or host.startswith("127.")  # noqa: S104 - compared, not bound


def is_inner(host: str) -> bool:
    """Whether a host can only be reached from inside an office."""
    numeric = bool(re.fullmatch(r"[\d.]+|[0-9a-f:]*:[0-9a-f:.]*", host))
    return (numeric and not is_public(host)) or looks_internal(host) or bool(INNER_NAME.search(host))


def may_be_looked_at(url: str) -> bool:
    """Whether asking this address can tell anything: not for inner names, nor for those kept free for examples."""
    host = host_of(url)
    return bool(host) and not is_this_machine(host) and not is_inner(host) and not RESERVED.search(host)
