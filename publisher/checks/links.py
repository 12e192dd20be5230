"""Links that readers should not meet: judged by their addresses and words alone."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.checks.addresses import Link, host_of, is_inner, is_this_machine, links_of
from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

PREVIEW_HOST = re.compile(r"(?:^|[.-])(?:preview|vorschau|staging|stage|stg|test|dev|entwurf|draft|edit|author)\d?[.-]")
PREVIEW_PATH = re.compile(
    r"/(?:preview|vorschau|entwurf|draft)s?(?:/|$)|[?&](?:preview|draft|vorschau)=", re.IGNORECASE
)
TRACKING = re.compile(
    r"[?&;](?:utm_[a-z]{1,20}|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|pk_[a-z]{1,20}|mtm_[a-z]{1,20}"
    r"|igshid|igsh|yclid|twclid|ttclid|_hsenc|_hsmi|mkt_tok)=[^&#]*",
    re.IGNORECASE,
)
EMPTY_WORDS = re.compile(
    r"(?:(?:bitte\s+)?(?:klicken\s+sie\s+)?(?:bitte\s+)?(?:hier|da|dort)(?:\s+(?:klicken|entlang|lang))?|(?:hier\s+)?klicken"
    r"|(?:zum\s+)?link|mehr|mehr\s+(?:lesen|erfahren|dazu|infos?|informationen)|weiter(?:lesen)?|(?:click\s+)?here|click"
    r"|(?:read\s+)?more|this\s+link|diese[rmn]?\s+link)",
    re.IGNORECASE,
)


ON_A_DISK = re.compile(r"file:///?[^\s<>\"“”„]{1,300}|(?<!\S)\\\\[\w.-]{1,60}\\[^\s<>\"“”„]{1,300}", re.IGNORECASE)
"""Files of the office's own machines and servers."""


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """Warnings: an address inside the office, of a preview, without TLS, with tracking; words that say nothing."""
    for link in links_of(announcement):
        for code, told in _remarks(link):
            yield Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(told))
    for line in lines(announcement):
        for match in ON_A_DISK.finditer(line):
            yield Finding(code="link-intranet", severity=Severity.WARNING, excerpt=excerpt(match[0].rstrip(".,;:!?")))


def _remarks(link: Link) -> Iterator[tuple[str, str]]:
    host = host_of(link.url)
    if is_this_machine(host):
        yield "link-localhost", link.url
    elif is_inner(host):
        yield "link-intranet", link.url
    elif PREVIEW_HOST.search(host) or PREVIEW_PATH.search(_path(link.url)):
        yield "link-preview", link.url
    elif link.url.lower().startswith("http:"):
        yield "link-without-tls", link.url
    if tracking := TRACKING.search(link.url):
        yield "tracking-in-link", tracking[0]
    if EMPTY_WORDS.fullmatch(link.words.strip(" .:!→›»>")):
        yield "link-text-empty", link.words


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}"
